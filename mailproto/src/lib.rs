//! What POP3 and SMTP are: tables, parsing, and the observer of a session. No sockets, clock, randomness or prose live here.
//!
//! Reading order. The ground floor needs nothing of the house: [`mod@line`] cuts bytes into lines, [`base64`], [`octets`] and
//! [`calendar`] read and write, [`machine`] has the types of the transition table, [`token`] says what a piece of a line is and
//! what is wrong with it, [`note`] what there is to say. On it stand [`path`], [`sasl`] and [`command`], what a parsed command is;
//! [`pop3`] and [`smtp`] fill the tables in and parse, and `tables` alone knows both; [`message`] takes letters apart; [`session`]
//! watches both directions and tells what happened; [`explain`] turns that into notes. [`url`] reads an address typed to connect to.

pub mod base64;
pub mod calendar;
pub mod command;
pub mod explain;
pub mod line;
pub mod machine;
pub mod message;
pub mod note;
pub mod octets;
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
