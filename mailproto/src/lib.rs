//! What POP3 and SMTP are: tables, parsing, and the observer of a session. No sockets, clock, randomness or prose live here.
//!
//! Reading order: [`line`] cuts bytes into lines; [`machine`] has the types of the transition table, [`pop3`] and [`smtp`]
//! fill it in; [`token`] says what a piece of a line is and what is wrong with it, [`command`] what a parsed command is; [`session`] watches both directions and
//! tells what happened; [`explain`] turns that into notes: a key for a sentence, its arguments, and the standard's section.

pub mod command;
pub mod explain;
pub mod line;
pub mod machine;
pub mod message;
pub mod note;
pub mod path;
pub mod pop3;
pub mod sasl;
pub mod secret;
pub mod session;
pub mod smtp;
mod tables;
pub mod token;
pub mod turns;
pub mod url;

pub use machine::{Class, Edge, Machine, On, Protocol, Rfc, State, Verb, Word};
pub use session::{Event, Session};
pub use token::{Detail, Problem, ProblemKind, Span, Token, TokenKind};
pub use turns::Turns;
