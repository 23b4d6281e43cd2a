//! The command line's shape. What each option does is not here; what a file may say instead is in `settings`.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::settings::Settings;

/// Speak POP3 and SMTP by hand, in the browser.
#[derive(Debug, Parser)]
#[command(name = "mailspeak", version, arg_required_else_help = true, subcommand_required = true)]
pub struct Options {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve the page, the relay and the practice mail server until stopped
    Serve(ServeOptions),
    /// Tell who set what, what `serve` would allow with these options, and why; exit 1 when some contradict each other
    CheckConfig(ServeOptions),
    /// Ask a running `serve` whether it lives; exit 0 when it does, for container health checks
    Health {
        /// Where it serves the page
        #[arg(value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8080")]
        address: SocketAddr,
    },
    /// Print the certificate of the practice authority (PEM), making it at first use
    PracticeCa {
        /// The folder that keeps the practice authority [default: $XDG_STATE_HOME/mailspeak]
        #[arg(long, value_name = "DIR")]
        state_dir: Option<PathBuf>,
    },
}

/// The options of `mailspeak serve`. The first that says something counts: the command line, then the environment, then
/// the file, then the default.
#[derive(Debug, Args)]
pub struct ServeOptions {
    /// Read what is not said here from this TOML file; the names are those of the options
    #[arg(long, value_name = "FILE", env = "MAILSPEAK_CONFIG")]
    pub config: Option<PathBuf>,

    /// What can be set.
    #[command(flatten)]
    pub settings: Settings,
}
