//! The harness: real programs, started privately for one test and ended with it. The tests are in `tests/`.
//!
//! In reading order: [`wait`] and [`process`] are what everything stands on; [`mailspeak`], [`dovecot`] and [`postfix`] start servers on
//! free loopback ports; [`browser`] drives Chromium, [`console`] the workbench in it; [`dialog`] speaks to a server line by line,
//! [`watched`] the same with the observer beside it; [`peers`] lets other people's clients speak; [`subpath`] stands before the program,
//! [`pseudo`] makes a language of brackets; [`certs`], [`folder`] and [`http`] help them.
//!
//! Everything panics with a sentence that says what was expected: a harness has nobody to return an error to.

pub mod browser;
pub mod certs;
pub mod console;
pub mod dialog;
pub mod dovecot;
pub mod folder;
pub mod http;
pub mod mailspeak;
pub mod peers;
pub mod postfix;
pub mod process;
pub mod pseudo;
pub mod subpath;
pub mod wait;
pub mod watched;
