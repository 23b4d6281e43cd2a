//! The state of the workbench, Elm-shaped: a model, messages, one `update` that decides, effects that others perform. No browser.
//!
//! Reading order: [`model`] is what there is; [`msg`] what can happen and what shall be done; [`update`] the only place where
//! state changes; [`transcript`] the record a session leaves; [`view`] what a page shows, as data; [`outlook`] where a line may
//! lead and where a reply led; [`drawing`] where the diagram's states and edges stand; [`reference`] what can be looked up;
//! [`letter`] a message as octets, [`message`] what is shown of it, [`sheet`] how it travels; [`guide`] the few steps each example suggests; [`login`] how a login is made; [`net`] what a
//! connection reports; [`mx`] who takes mail for a domain; [`network`] what crosses below TLS, [`capture`] the same as a file for Wireshark.

pub mod capture;
pub mod drawing;
pub mod export;
pub mod guide;
pub mod letter;
pub mod login;
pub mod message;
pub mod model;
pub mod msg;
pub mod mx;
pub mod net;
pub mod network;
pub mod outlook;
pub mod reference;
pub mod sheet;
pub mod tally;
pub mod transcript;
pub mod update;
pub mod view;

pub use mailproto;
pub use model::Model;
pub use msg::{Effect, Msg};
pub use update::update;
