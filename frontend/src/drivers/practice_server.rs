//! The practice server inside the page: no proxy, no network. What it answers is `practice`'s business.

use practice::{Connection, Output, PostOffice, Service, Then, Timestamp};
use workbench::{
    Msg,
    mailproto::Protocol,
    model::{Security, Target},
    net::{Cause, TlsFacts, Trust},
};
use yew::Callback;

use super::clock;

/// The post office of this page and the one connection to it.
pub struct PracticeServer {
    emit: Callback<Msg>,
    /// Made when first needed; kept as long as the page, so that mail sent by SMTP can be fetched by POP3.
    office: Option<PostOffice>,
    connection: Option<Connection>,
}

impl PracticeServer {
    /// Reports to `emit`.
    pub fn new(emit: Callback<Msg>) -> Self {
        Self { emit, office: None, connection: None }
    }

    /// Opens a connection to the service the target's port stands for.
    pub fn open(&mut self, target: &Target) {
        self.close();
        let service = service(target);
        let office = self.office.get_or_insert_with(|| PostOffice::seeded(time()));
        let (connection, greeting) = Connection::open(office, service, "page", time(), clock::seed());
        self.connection = Some(connection);
        self.emit.emit(Msg::Connected { address: String::new(), at: clock::now() });
        if service.implicit_tls() {
            self.emit.emit(Msg::TlsUp { facts: facts(target.host.clone()), at: clock::now() });
        }
        self.answer(greeting);
    }

    /// The client's bytes.
    pub fn send(&mut self, bytes: &[u8]) {
        let mut bytes = bytes;
        while let (Some(connection), Some(office)) = (&mut self.connection, &mut self.office) {
            let output = connection.receive(office, bytes, time());
            let more = connection.has_backlog();
            self.answer(output);
            if !more {
                break;
            }
            bytes = &[];
        }
    }

    /// The handshake: nothing to shake inside one page.
    pub fn start_tls(&mut self) {
        if let Some(connection) = &mut self.connection {
            connection.tls_established();
            let facts = facts(workbench::model::PRACTICE_HOST.into());
            self.emit.emit(Msg::TlsUp { facts, at: clock::now() });
        }
    }

    /// The client hangs up.
    pub fn close(&mut self) {
        if let (Some(connection), Some(office)) = (self.connection.take(), &mut self.office) {
            connection.hang_up(office);
        }
    }

    fn answer(&mut self, output: Output) {
        if !output.bytes.is_empty() {
            self.emit.emit(Msg::Received { bytes: output.bytes, at: clock::now() });
        }
        match output.then {
            Then::Continue | Then::StartTls => {}
            Then::Close => {
                self.close();
                self.emit.emit(Msg::Closed { cause: Cause::Server { truncated: false }, at: clock::now() });
            }
        }
    }
}

fn service(target: &Target) -> Service {
    let by_port = Service::ALL.into_iter().find(|service| service.standard_port() == target.port);
    by_port.unwrap_or(match (target.protocol, target.security) {
        (Protocol::Pop3, Security::None) => Service::Pop3,
        (Protocol::Pop3, Security::Tls) => Service::Pop3s,
        (Protocol::Smtp, Security::None) => Service::Smtp,
        (Protocol::Smtp, Security::Tls) => Service::Smtps,
    })
}

fn facts(server_name: String) -> TlsFacts {
    TlsFacts { version: String::new(), cipher: String::new(), server_name, trust: Trust::InPage, chain: Vec::new() }
}

fn time() -> Timestamp {
    Timestamp(clock::seconds_since_1970())
}
