//! The only rooms that touch the browser: they perform the effects `update` asks for and report what happens as messages.

pub mod clock;
pub mod language;
mod mx;
pub mod page;
pub mod plural;
mod practice_server;
pub mod reader;
mod rest;
mod socket;
mod storage;

use workbench::{
    Effect, Msg,
    model::{Target, Via},
};
use yew::Callback;

pub use clock::now;
use practice_server::PracticeServer;
use socket::Socket;

/// Performs effects. One lives as long as the page.
pub struct Drivers {
    emit: Callback<Msg>,
    practice: PracticeServer,
    link: Link,
}

/// The connection that is up, if one is.
enum Link {
    None,
    /// Through the proxy.
    Socket(Socket),
    /// Inside the page.
    Page,
}

impl Drivers {
    /// Reports to `emit`.
    pub fn new(emit: Callback<Msg>) -> Self {
        Self { practice: PracticeServer::new(emit.clone()), emit, link: Link::None }
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
            Effect::Reveal(id) => page::reveal(id),
            effect => perform(self, effect),
        }
    }

    fn perform_rest(&mut self, effect: Effect) {
        match effect {
            Effect::Open(target) => self.open(target),
            Effect::Send(bytes) => match &self.link {
                Link::Socket(socket) => socket.send(&bytes),
                Link::Page => self.practice.send(&bytes),
                Link::None => {}
            },
            Effect::StartTls { after } => match &self.link {
                Link::Socket(socket) => socket.start_tls(after),
                Link::Page => self.practice.start_tls(),
                Link::None => {}
            },
            Effect::Credit(bytes) => {
                if let Link::Socket(socket) = &self.link {
                    socket.credit(bytes);
                }
            }
            Effect::LookUpMail { domain, in_page: true } => self.practice.look_up(domain),
            Effect::LookUpMail { domain, in_page: false } => mx::ask(domain, self.emit.clone()),
            Effect::Close => self.close(),
            Effect::Save { name, octets } => page::save(&name, &octets),
            // `perform` saw to these.
            Effect::FetchRest | Effect::Remember(_) | Effect::Reveal(_) => {}
        }
    }

    fn open(&mut self, target: Target) {
        self.close();
        clock::start_session();
        self.link = match target.via {
            Via::Page => {
                self.practice.open(&target);
                Link::Page
            }
            // Who carries it is settled before anything is opened.
            Via::Undecided => Link::None,
            Via::Proxy => match Socket::open(&target, self.emit.clone()) {
                Some(socket) => Link::Socket(socket),
                None => Link::None,
            },
        };
    }

    fn close(&mut self) {
        match std::mem::replace(&mut self.link, Link::None) {
            Link::Socket(socket) => socket.close(),
            Link::Page => self.practice.close(),
            Link::None => {}
        }
    }
}

/// What is asked for only when the rest is here. A door: the page's module is parted here (`xtask/src/part.rs`).
#[inline(never)]
fn perform(drivers: &mut Drivers, effect: Effect) {
    drivers.perform_rest(effect);
}
