//! A desk without a browser: messages in, effects out, each stamped a millisecond after the one before. Who performs the effects is the
//! test's business.
#![allow(dead_code, clippy::unwrap_used, reason = "each test takes what it needs")]

use workbench::{
    BenchMsg, Desk, Effect, Msg,
    conversation::Conversation,
    mailproto::{State, line::Ending},
    net::{Cause, Micros, TlsFacts, Trust},
    sitting::{Sitting, SittingId},
    tape::Fact,
    target::Target,
    update,
};

/// The desk and its clock.
#[derive(Debug, Default)]
pub struct Page {
    pub desk: Desk,
    pub clock: u64,
}

impl Page {
    /// With a session to this target, asked for and nothing more.
    pub fn asked(target: Target) -> Self {
        let mut page = Self::default();
        page.say(target);
        page
    }

    /// With a session to this target that is up.
    pub fn connected(target: Target) -> Self {
        let mut page = Self::asked(target);
        page.happened(Fact::Up { address: "127.0.0.1:1110".into() });
        page
    }

    /// One message.
    pub fn say(&mut self, msg: impl Into<Msg>) -> Vec<Effect> {
        self.clock += 1_000;
        update(&mut self.desk, Micros(self.clock), msg.into())
    }

    /// Something happened to the session in front.
    pub fn happened(&mut self, fact: Fact) -> Vec<Effect> {
        let id = self.id();
        self.say(BenchMsg::Happened(id, fact))
    }

    pub fn heard(&mut self, bytes: impl Into<Vec<u8>>) -> Vec<Effect> {
        self.happened(Fact::Heard(bytes.into().into()))
    }

    pub fn typed(&mut self, line: &str) -> Vec<Effect> {
        self.say(BenchMsg::Submit { line: line.into(), ending: Ending::CrLf })
    }

    pub fn tls_up(&mut self, trust: Trust) -> Vec<Effect> {
        let (version, cipher) = (Some("TLS 1.3".into()), Some("TLS_AES_128_GCM_SHA256".into()));
        let facts = TlsFacts { version, cipher, ..TlsFacts::unknown("mail.example.test".into(), trust) };
        self.happened(Fact::TlsUp(facts.into()))
    }

    pub fn ended(&mut self, cause: Cause) -> Vec<Effect> {
        let id = self.id();
        self.say(BenchMsg::Ended(id, cause))
    }

    /// The session in front.
    #[track_caller]
    pub fn front(&self) -> &Sitting {
        self.desk.front().unwrap()
    }

    #[track_caller]
    pub fn id(&self) -> SittingId {
        self.front().id()
    }

    #[track_caller]
    pub fn conversation(&self) -> &Conversation {
        self.front().conversation()
    }

    #[track_caller]
    pub fn state(&self) -> State {
        self.conversation().state()
    }

    /// The lines of the record as they show.
    pub fn texts(&self) -> Vec<String> {
        let transcript = self.conversation().transcript();
        (0..transcript.len()).filter_map(|index| Some(transcript.line(index)?.wire.text.shown())).collect()
    }
}
