//! A private Dovecot: POP3 plain, with STLS and over TLS, three seeded messages, gone with the test.
//!
//! As root it gives up root like the packaged one; otherwise everything runs as the current user.

use std::fs;
use std::os::unix::fs::chown;
use std::path::Path;
use std::process::Command;

use crate::certs::Certs;
use crate::folder::{Folder, free_port};
use crate::process::{self, Process};
use crate::wait;

/// The accounts, as name and password: the same as on the practice server.
pub const USERS: &[(&str, &str)] = &[("ada", "lovelace"), ("grace", "hopper")];

/// The messages in ada's mailbox, in order. The second begins lines with dots; the third holds UTF-8.
pub const MESSAGES: [&str; 3] = [
    "From: grace@example.test\r\nTo: ada@example.test\r\nSubject: First\r\nMessage-ID: <1@example.test>\r\n\r\nHello, Ada.\r\n",
    "From: grace@example.test\r\nTo: ada@example.test\r\nSubject: Dots\r\nMessage-ID: <2@example.test>\r\n\r\n.\r\n..two\r\nend\r\n",
    "From: grace@example.test\r\nTo: ada@example.test\r\nSubject: =?utf-8?q?Caf=C3=A9?=\r\nMessage-ID: <3@example.test>\r\n\
     MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\nCafé.\r\n",
];

/// A running server. Fields drop in order: the process before its folder.
pub struct Dovecot {
    /// Ends with this value.
    pub process: Process,
    /// POP3, STLS offered.
    pub pop3: u16,
    /// POP3 inside TLS.
    pub pop3s: u16,
    /// Its certificate and the authority behind it.
    pub certs: Certs,
    folder: Folder,
}

/// Who the server's processes run as.
struct Roles {
    /// Dovecot's own processes.
    internal: String,
    /// Those that meet strangers.
    login: String,
    /// Owner of the mail.
    mail: (u32, u32),
}

impl Roles {
    fn here() -> Self {
        if process::is_root() {
            // Debian's package makes these; nobody owns the mail.
            Self { internal: "dovecot".into(), login: "dovenull".into(), mail: (65534, 65534) }
        } else {
            let me = user_name();
            Self { internal: me.clone(), login: me, mail: process::me() }
        }
    }
}

impl Dovecot {
    /// Plain passwords are accepted without TLS, as on a lab machine.
    #[track_caller]
    pub fn start() -> Self {
        Self::start_with("")
    }

    /// The same with `more` lines of configuration, which win.
    #[track_caller]
    pub fn start_with(more: &str) -> Self {
        let folder = Folder::new("dovecot");
        let certs = Certs::new(&folder);
        let (pop3, pop3s) = (free_port(), free_port());
        let roles = Roles::here();
        seed(&folder, &roles);
        let config = folder.write("dovecot.conf", &(config(&folder, &certs, &roles, pop3, pop3s) + more));

        let mut command = Command::new(process::find("dovecot"));
        command.args(["-F", "-c", &config]);
        let mut server = Self { process: Process::start(command), pop3, pop3s, certs, folder };
        wait::until_greeted("Dovecot", pop3, "+OK", || {
            let status = server.process.ended()?;
            Some(format!("{status}\n{}\n{}", server.process.printed(), server.log()))
        });
        server
    }

    /// Its log so far.
    pub fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("dovecot.log")).unwrap_or_default()
    }

    /// A socket where Postfix can ask whether a password is right.
    pub fn auth_socket(&self) -> String {
        self.folder.join("run/auth-client")
    }

    /// Puts so many new messages of so many octets into a user's mailbox, in place of what is there.
    #[track_caller]
    pub fn fill(&self, user: &str, count: usize, octets: usize) {
        let maildir = self.folder.path().join("mail").join(user).join("Maildir");
        for part in ["cur", "new"] {
            for file in fs::read_dir(maildir.join(part)).into_iter().flatten().flatten() {
                fs::remove_file(file.path()).unwrap();
            }
        }
        let head = format!("From: grace@example.test\r\nTo: {user}@example.test\r\nSubject: Many\r\n\r\n");
        let line = format!("{:x<78}\r\n", "");
        let message = head.clone() + &line.repeat(octets.saturating_sub(head.len()).div_ceil(line.len()));
        for number in 0..count {
            fs::write(maildir.join(format!("new/{}.fill.example", 2_000_000_000 + number)), &message).unwrap();
        }
        give(&maildir, Roles::here().mail);
    }

    /// The files of a user's new and seen messages, sorted.
    pub fn mailbox(&self, user: &str) -> Vec<String> {
        let maildir = self.folder.path().join("mail").join(user).join("Maildir");
        let mut messages = Vec::new();
        for part in ["cur", "new"] {
            for file in fs::read_dir(maildir.join(part)).into_iter().flatten().flatten() {
                messages.push((file.file_name(), fs::read_to_string(file.path()).unwrap_or_default()));
            }
        }
        messages.sort();
        messages.into_iter().map(|(_, text)| text).collect()
    }
}

/// A test that fails wants to know what its server saw.
impl Drop for Dovecot {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("Dovecot wrote:\n{}\n{}", self.process.printed(), self.log());
        }
    }
}

fn user_name() -> String {
    let output = Command::new("id").arg("-un").output().expect("cannot start id");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// Ada gets [`MESSAGES`], everybody gets a maildir.
fn seed(folder: &Folder, roles: &Roles) {
    let lines: Vec<String> = USERS.iter().map(|(name, password)| format!("{name}:{{PLAIN}}{password}\n")).collect();
    folder.write("users", &lines.concat());
    for (name, _) in USERS {
        for part in ["cur", "new", "tmp"] {
            fs::create_dir_all(folder.path().join("mail").join(name).join("Maildir").join(part)).unwrap();
        }
    }
    for (number, message) in MESSAGES.iter().enumerate() {
        folder.write(&format!("mail/ada/Maildir/new/{}.seed.example", 1_000_000_000 + number), message);
    }
    give(&folder.path().join("mail"), roles.mail);
}

/// Changes the owner of a folder and all below it.
fn give(path: &Path, (user, group): (u32, u32)) {
    chown(path, Some(user), Some(group)).unwrap_or_else(|error| panic!("cannot give {}: {error}", path.display()));
    for entry in fs::read_dir(path).into_iter().flatten().flatten() {
        give(&entry.path(), (user, group));
    }
}

fn config(folder: &Folder, certs: &Certs, roles: &Roles, pop3: u16, pop3s: u16) -> String {
    let path = folder.path().display();
    let Roles { internal, login, mail: (uid, gid) } = roles;
    let Certs { chain, key, .. } = certs;
    format!(
        "\
protocols = pop3
listen = 127.0.0.1
base_dir = {path}/run
state_dir = {path}/state
log_path = {path}/dovecot.log
auth_verbose = yes
auth_failure_delay = 0
default_internal_user = {internal}
default_login_user = {login}
first_valid_uid = 0
first_valid_gid = 0
ssl = yes
ssl_cert = <{chain}
ssl_key = <{key}
disable_plaintext_auth = no
auth_mechanisms = plain login cram-md5 apop
mail_location = maildir:~/Maildir
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%n {path}/users
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={path}/mail/%n
}}
service pop3-login {{
  chroot =
  inet_listener pop3 {{
    port = {pop3}
  }}
  inet_listener pop3s {{
    port = {pop3s}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
  # Nobody is made to wait after a wrong password.
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service auth {{
  unix_listener auth-client {{
    mode = 0666
  }}
}}
"
    )
}
