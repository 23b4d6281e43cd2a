//! Other people's mail clients: Python's poplib and smtplib by the scripts in `peers/`, and curl.

use std::path::Path;
use std::process::{Command, Output};

/// Runs `peers/<script>` under python3; it must succeed. Gives back what it printed.
#[track_caller]
pub fn python(script: &str, args: &[&str]) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("peers").join(script);
    let mut command = Command::new("python3");
    // -B: leave no compiled files in the checkout.
    command.arg("-B").arg(path).args(args);
    succeed(&mut command)
}

/// Runs curl quietly with a time limit; it must succeed. Gives back what it printed.
#[track_caller]
pub fn curl(args: &[&str]) -> String {
    succeed(&mut curl_command(args))
}

/// Runs curl, whatever comes of it.
#[track_caller]
pub fn try_curl(args: &[&str]) -> Output {
    curl_command(args).output().expect("cannot start curl")
}

fn curl_command(args: &[&str]) -> Command {
    let mut command = Command::new("curl");
    // -q: no settings of whoever runs the tests. The proxies of the network have no part in loopback.
    command.args(["-q", "--silent", "--show-error", "--max-time", "30", "--noproxy", "*"]).args(args);
    command
}

#[track_caller]
fn succeed(command: &mut Command) -> String {
    let output = command.output().unwrap_or_else(|error| panic!("cannot start {:?}: {error}", command.get_program()));
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{command:?} failed ({}):\n{out}\n{err}", output.status);
    out.into_owned()
}
