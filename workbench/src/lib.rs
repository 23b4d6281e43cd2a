//! The state of the workbench, Elm-shaped: a desk, messages, one `update` that decides, effects that others perform. No browser.
//!
//! Reading order, from what happened to what is shown:
//!
//! - [`tape`] is what happened in a conversation, fact by fact; [`net`], [`target`] and [`guide`] have its nouns, [`octets`] how it is
//!   spelled;
//! - [`conversation`] is what is made of a tape, one fact at a time: the record ([`transcript`]), its [`exchange`]s and letters
//!   ([`letter`]), what a connection came to ([`tally`]), what crossed below TLS ([`network`]);
//! - [`place`] names a place in it for every view; [`log`], [`panel`], [`prompt`], [`outlook`], [`drawing`], [`message`], [`records`] are
//!   views as data, [`export`], [`capture`] and [`recording`] files; [`sheet`] is how a letter taken apart travels, [`reader`] who asks for
//!   it, [`login`] how a login is made;
//! - [`sitting`] is a session at the desk, with what it asks of its connection ([`link`]), the lines that wait and how it is looked at
//!   ([`look`]); [`history`] the lines typed in all;
//! - [`desk`] is all around the sessions, with [`reference`] and [`mx`]; [`msg`] what can happen and what shall be done; [`update()`] the
//!   only place where anything changes.

pub mod capture;
pub mod conversation;
pub mod desk;
pub mod drawing;
pub mod exchange;
pub mod export;
pub mod guide;
pub mod history;
pub mod letter;
pub mod link;
pub mod log;
pub mod login;
pub mod look;
pub mod message;
pub mod msg;
pub mod mx;
pub mod net;
pub mod network;
pub mod octets;
pub mod outlook;
pub mod panel;
pub mod place;
pub mod prompt;
pub mod reader;
pub mod recording;
pub mod records;
pub mod reference;
pub mod sheet;
pub mod sitting;
pub mod tally;
pub mod tape;
pub mod target;
#[cfg(test)]
#[allow(clippy::panic, reason = "tests")]
mod testing;
pub mod transcript;
pub mod update;

pub use desk::Desk;
pub use mailproto;
pub use msg::{BenchEffect, BenchMsg, Effect, Msg};
pub use update::update;
