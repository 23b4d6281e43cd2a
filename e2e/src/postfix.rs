//! A private Postfix: SMTP with STARTTLS and over TLS, delivering into a maildir of its own, gone with the test.
//!
//! Only root can run Postfix: its master starts every part under the user that Debian's package makes.

use std::fs::{self, File};
use std::os::unix::fs::chown;
use std::process::Command;
use std::time::{Duration, SystemTime};

use crate::certs::Certs;
use crate::dovecot::Dovecot;
use crate::folder::{Folder, free_port};
use crate::process::{self, Process};
use crate::wait;

/// A running server. Fields drop in order: the process before its folder.
pub struct Postfix {
    /// Ends with this value.
    pub process: Process,
    /// SMTP, STARTTLS offered.
    pub smtp: u16,
    /// SMTP inside TLS.
    pub smtps: u16,
    /// Its certificate and the authority behind it.
    pub certs: Certs,
    folder: Folder,
}

impl Postfix {
    /// Takes mail for `example.test` from anyone; relays nothing. `None` when we are not root, and says so.
    #[track_caller]
    pub fn start() -> Option<Self> {
        Self::start_with("")
    }

    /// Asks `dovecot` whether passwords are right; whoever has one may send anywhere (into the same maildir).
    #[track_caller]
    pub fn start_with_auth(dovecot: &Dovecot) -> Option<Self> {
        Self::start_with(&format!(
            "smtpd_sasl_auth_enable = yes\nsmtpd_sasl_type = dovecot\nsmtpd_sasl_path = {}\n",
            dovecot.auth_socket()
        ))
    }

    /// [`start`](Self::start) with `more` lines of main.cf, which win.
    #[track_caller]
    pub fn start_with(more: &str) -> Option<Self> {
        if !process::is_root() {
            eprintln!("skipped: Postfix's master runs only as root");
            return None;
        }
        let folder = Folder::new("postfix");
        let certs = Certs::new(&folder);
        let (smtp, smtps) = (free_port(), free_port());
        let (uid, gid) = (id("-u"), id("-g"));
        for (name, owner) in [("data", Some(uid)), ("mail", Some(uid)), ("queue", None)] {
            let path = folder.path().join(name);
            fs::create_dir(&path).unwrap();
            chown(&path, owner, owner.map(|_| gid)).unwrap();
        }
        for name in QUEUE {
            let path = folder.path().join("queue").join(name);
            fs::create_dir(&path).unwrap();
            let root_only = *name == "pid";
            chown(&path, Some(if root_only { 0 } else { uid }), Some(if root_only { 0 } else { gid })).unwrap();
        }
        folder.write("dynamicmaps.cf", "");
        let files = [("master.cf", master(smtp, smtps)), ("main.cf", main(&folder, &certs, uid, gid) + more)];
        for (name, text) in files {
            let file = File::options().write(true).open(folder.write(name, &text)).unwrap();
            // Postfix waits until its files have not changed for a while; ours never will.
            file.set_modified(SystemTime::now() - Duration::from_secs(3600)).unwrap();
        }

        let mut command = Command::new(setting("daemon_directory") + "/master");
        // `-d`: stay in the foreground and keep our outputs.
        command.args(["-d", "-c"]).arg(folder.path());
        let mut server = Self { process: Process::start(command), smtp, smtps, certs, folder };
        wait::until_greeted("Postfix", smtp, "220", || {
            let status = server.process.ended()?;
            Some(format!("{status}\n{}\n{}", server.process.printed(), server.log()))
        });
        Some(server)
    }

    /// Its log so far.
    pub fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("mail.log")).unwrap_or_default()
    }

    /// All messages delivered so far, sorted by arrival.
    pub fn delivered(&self) -> Vec<String> {
        let mut messages = Vec::new();
        for file in fs::read_dir(self.folder.path().join("mail/all/new")).into_iter().flatten().flatten() {
            messages.push((file.file_name(), fs::read_to_string(file.path()).unwrap_or_default()));
        }
        messages.sort();
        messages.into_iter().map(|(_, text)| text).collect()
    }

    /// Waits until `count` messages are delivered.
    #[track_caller]
    pub fn wait_for_mail(&self, count: usize) -> Vec<String> {
        wait::until_ok(&format!("{count} delivered"), || {
            let mail = self.delivered();
            if mail.len() >= count { Ok(mail) } else { Err(self.log()) }
        })
    }
}

/// A test that fails wants to know what its server saw.
impl Drop for Postfix {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("Postfix wrote:\n{}\n{}", self.process.printed(), self.log());
        }
    }
}

/// The folders of the queue that the processes expect.
const QUEUE: &[&str] = &[
    "active", "bounce", "corrupt", "defer", "deferred", "flush", "hold", "incoming", "maildrop", "pid", "private",
    "public", "saved", "trace",
];

/// The number of Postfix's own user.
fn id(which: &str) -> u32 {
    let output = Command::new("id").args([which, "postfix"]).output().expect("cannot start id");
    let said = String::from_utf8_lossy(&output.stdout);
    said.trim().parse().unwrap_or_else(|_| panic!("there is no user postfix: its package is not installed"))
}

/// A compiled-in setting of the installed Postfix.
fn setting(name: &str) -> String {
    let output = Command::new(process::find("postconf")).args(["-d", "-h", name]).output();
    String::from_utf8_lossy(&output.expect("cannot start postconf").stdout).trim().to_owned()
}

fn main(folder: &Folder, certs: &Certs, uid: u32, gid: u32) -> String {
    let path = folder.path().display();
    let Certs { chain, key, .. } = certs;
    format!(
        "\
compatibility_level = 3.6
queue_directory = {path}/queue
data_directory = {path}/data
maillog_file = {path}/mail.log
maillog_file_prefixes = {path}
myhostname = mail.example.test
myorigin = example.test
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 192.0.2.0/24
alias_maps =
alias_database =
local_recipient_maps =
virtual_mailbox_domains = example.test
virtual_mailbox_base = {path}/mail
virtual_mailbox_maps = static:all/
virtual_minimum_uid = 1
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
default_transport = virtual
relay_transport = virtual
smtpd_recipient_restrictions = permit_sasl_authenticated, reject_unauth_destination
smtpd_tls_security_level = may
smtpd_tls_chain_files = {key}, {chain}
smtpd_tls_loglevel = 1
smtpd_peername_lookup = no
smtpd_error_sleep_time = 0
"
    )
}

fn master(smtp: u16, smtps: u16) -> String {
    format!(
        "\
127.0.0.1:{smtp} inet n - n - - smtpd
127.0.0.1:{smtps} inet n - n - - smtpd -o smtpd_tls_wrappermode=yes
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"
    )
}
