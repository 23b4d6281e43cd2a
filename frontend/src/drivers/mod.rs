//! The only rooms that touch the browser: they perform the effects `update` asks for and report what happens as messages.

pub mod clock;
pub mod language;
mod mx;
pub mod page;
pub mod plural;
mod practice_server;
mod reader;
mod recording;
mod rest;
mod socket;
mod storage;

use workbench::{
    BenchEffect, BenchMsg, Effect, Msg,
    link::Link,
    net::Cause,
    sitting::SittingId,
    tape::Fact,
    target::{Target, Via},
};
use yew::Callback;

use practice_server::PracticeServer;
use reader::Reader;
use socket::Socket;

/// Reports what happens to one session.
#[derive(Clone, PartialEq)]
pub struct Report {
    id: SittingId,
    emit: Callback<Msg>,
}

impl Report {
    /// Something happened.
    fn happened(&self, fact: Fact) {
        self.emit.emit(BenchMsg::Happened(self.id, fact).into());
    }

    /// The connection is over.
    fn ended(&self, cause: Cause) {
        self.emit.emit(BenchMsg::Ended(self.id, cause).into());
    }
}

/// Performs effects. One lives as long as the page.
pub struct Drivers {
    emit: Callback<Msg>,
    practice: PracticeServer,
    reader: Reader,
    /// The connections that are up or on their way, each with its session.
    lines: Vec<(SittingId, Line)>,
}

/// A connection.
enum Line {
    /// Through the proxy.
    Socket(Socket),
    /// Inside the page.
    Page,
}

impl Drivers {
    /// Reports to `emit`.
    pub fn new(emit: Callback<Msg>) -> Self {
        Self { practice: PracticeServer::new(emit.clone()), reader: Reader::new(emit.clone()), emit, lines: Vec::new() }
    }

    /// Asks for the rest of the page, for the kept preferences and for a proxy.
    pub fn start(&self) {
        self.emit.emit(Msg::AskRest);
        if let Some(preferences) = storage::load() {
            self.emit.emit(Msg::Preferences(preferences));
        }
        socket::ask_offer(self.emit.clone());
    }

    /// Does what `update` decided.
    pub fn perform(&mut self, effect: Effect) {
        match effect {
            Effect::FetchRest => rest::fetch(self.emit.clone()),
            Effect::Remember(preferences) => storage::keep(&preferences),
            Effect::Show(id) => page::reveal(id),
            Effect::Bench(effect) => perform(self, effect),
        }
    }

    fn link(&mut self, id: SittingId, link: Link) {
        match link {
            Link::Open(target) => self.open(id, &target),
            Link::Close => self.close(id),
            Link::Send(bytes) => match self.line(id) {
                Some(Line::Socket(socket)) => socket.send(&bytes),
                Some(Line::Page) => self.practice.send(id, &bytes),
                None => {}
            },
            Link::StartTls { after } => match self.line(id) {
                Some(Line::Socket(socket)) => socket.start_tls(after),
                Some(Line::Page) => self.practice.start_tls(id),
                None => {}
            },
            Link::Credit(bytes) => match self.line(id) {
                Some(Line::Socket(socket)) => socket.credit(bytes),
                Some(Line::Page) | None => {}
            },
        }
    }

    fn line(&self, id: SittingId) -> Option<&Line> {
        self.lines.iter().find(|(of, _)| *of == id).map(|(_, line)| line)
    }

    fn open(&mut self, id: SittingId, target: &Target) {
        self.close(id);
        let report = Report { id, emit: self.emit.clone() };
        let line = match target.via {
            Via::Page => {
                self.practice.open(report, target);
                Some(Line::Page)
            }
            Via::Proxy => Socket::open(target, report).map(Line::Socket),
            // Who carries it is settled before anything is opened.
            Via::Undecided => None,
        };
        self.lines.extend(line.map(|line| (id, line)));
    }

    fn close(&mut self, id: SittingId) {
        let Some(at) = self.lines.iter().position(|(of, _)| *of == id) else { return };
        match self.lines.swap_remove(at).1 {
            Line::Socket(socket) => socket.close(),
            Line::Page => self.practice.close(id),
        }
    }
}

/// What the drivers of the sessions do. A split point of the page's module (`SPLIT_POINTS` in `xtask/src/page.rs`).
#[inline(never)]
fn perform(drivers: &mut Drivers, effect: BenchEffect) {
    match effect {
        BenchEffect::Link(id, link) => drivers.link(id, link),
        BenchEffect::LookUpMail { domain, in_page: true } => drivers.practice.look_up(domain),
        BenchEffect::LookUpMail { domain, in_page: false } => mx::ask(domain, drivers.emit.clone()),
        BenchEffect::TakeApart(asked) => drivers.reader.ask(&asked),
        BenchEffect::SaveTape { name, tape } => page::save(&name, recording::file(&tape).as_bytes()),
        BenchEffect::Save { name, octets } => page::save(&name, &octets),
    }
}
