//! What the full test needs from the system, and how to get it. Nothing here starts a service.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::run::{finish, output, program};

/// A tool, where it may be besides PATH, and the Debian package that brings it.
struct Tool {
    /// A program's name, or a path when it starts with a slash.
    name: &'static str,
    package: &'static str,
}

const TOOLS: &[Tool] = &[
    Tool { name: "chromium", package: "chromium" },
    Tool { name: "chromedriver", package: "chromium-driver" },
    Tool { name: "dovecot", package: "dovecot-pop3d" },
    Tool { name: "postfix", package: "postfix" },
    Tool { name: "nginx", package: "nginx-light" },
    Tool { name: "curl", package: "curl" },
    Tool { name: "python3", package: "python3" },
    Tool { name: "/usr/share/fonts/truetype/liberation", package: "fonts-liberation" },
    Tool { name: "/usr/share/fonts/truetype/dejavu", package: "fonts-dejavu-core" },
];

/// Debian keeps its daemons here, outside the PATH of ordinary users.
const MORE_FOLDERS: &[&str] = &["/usr/sbin", "/sbin", "/usr/local/sbin"];

/// Installs what is missing where that is ours to do; otherwise says in one line what to install.
pub fn install() -> Result<()> {
    let missing = missing();
    if missing.is_empty() {
        return Ok(());
    }
    let wanted = missing.join(" ");
    if !may_install() {
        bail!("please install first: {wanted} (on Debian or Ubuntu: sudo apt-get install {wanted})");
    }
    eprintln!("installing {wanted}");
    apt(&["update"])?;
    apt(&[&["install", "--yes", "--no-install-recommends"], missing.as_slice()].concat())?;
    let still = self::missing();
    if !still.is_empty() {
        bail!("apt-get installed everything, yet these are still not to be found: {}", still.join(" "));
    }
    Ok(())
}

fn missing() -> Vec<&'static str> {
    TOOLS.iter().filter(|tool| find(tool.name).is_none()).map(|tool| tool.package).collect()
}

fn find(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&path).chain(MORE_FOLDERS.iter().map(PathBuf::from));
    // Joining an absolute name gives that name back.
    folders.map(|folder| folder.join(name)).find(|candidate| candidate.exists())
}

/// Only root, and only where the packages have the names we know.
fn may_install() -> bool {
    let root = output(program("id", &["-u"])).is_ok_and(|id| id.trim() == "0");
    root && find("apt-get").is_some() && Path::new("/etc/debian_version").exists()
}

fn apt(args: &[&str]) -> Result<()> {
    let mut command = program("apt-get", args);
    // Runlevel 1 tells the packages' scripts to start nothing. Where systemd starts them all the same, no harm is done:
    // the tests run servers of their own on free ports.
    command.env("DEBIAN_FRONTEND", "noninteractive").env("RUNLEVEL", "1");
    finish(command).context("cannot install the tools of the full test")
}
