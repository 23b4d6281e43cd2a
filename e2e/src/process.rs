//! A program that runs for as long as a test needs it: its output is kept, and it ends, by its id, when dropped.

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use crate::wait;

/// How long a program may take to end after SIGTERM before it is killed.
const FAREWELL: Duration = Duration::from_secs(5);

/// Ends with SIGTERM on drop, with SIGKILL if that is not heard.
pub struct Process {
    name: String,
    child: Child,
    /// All lines of both outputs so far; two threads append until the program closes them.
    lines: Arc<Mutex<Vec<String>>>,
}

impl Process {
    /// Starts `command` without input.
    #[track_caller]
    pub fn start(mut command: Command) -> Self {
        let name = Path::new(command.get_program()).file_name().unwrap_or_default().to_string_lossy().into_owned();
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap_or_else(|error| panic!("cannot start {name}: {error}"));
        let lines = Arc::new(Mutex::new(Vec::new()));
        keep(child.stdout.take().unwrap(), &lines);
        keep(child.stderr.take().unwrap(), &lines);
        Self { name, child, lines }
    }

    /// The process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// What it printed so far, on both outputs.
    pub fn printed(&self) -> String {
        self.lines.lock().unwrap().join("\n")
    }

    /// Waits for a line of which `look` makes something.
    #[track_caller]
    pub fn wait_for<T>(&mut self, what: &str, look: impl Fn(&str) -> Option<T>) -> T {
        self.wait_for_or_end(what, look).unwrap_or_else(|end| panic!("no {what} from {}: {end}", self.name))
    }

    /// The same, for a program that may end instead: gives how, and what it printed.
    #[track_caller]
    pub fn wait_for_or_end<T>(&mut self, what: &str, look: impl Fn(&str) -> Option<T>) -> Result<T, String> {
        let what = format!("{what} from {}", self.name);
        wait::until_ok(&what, || {
            let ended = self.ended();
            let lines = self.lines.lock().unwrap();
            match (lines.iter().find_map(|line| look(line)), ended) {
                (Some(found), _) => Ok(Ok(found)),
                (None, Some(status)) => Ok(Err(format!("it ended ({status}) after\n{}", lines.join("\n")))),
                (None, None) => Err(lines.join("\n")),
            }
        })
    }

    /// Its status, once it has ended by itself.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().unwrap()
    }

    /// Asks it to end.
    pub fn terminate(&self) {
        self.signal(Signal::TERM);
    }

    /// Asks it to end and waits until it has.
    #[track_caller]
    pub fn stop(&mut self) -> ExitStatus {
        self.terminate();
        let what = format!("{} to end after SIGTERM", self.name);
        wait::until(&what, || self.ended())
    }

    fn signal(&self, signal: Signal) {
        if let Some(pid) = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw) {
            let _ = kill_process(pid, signal);
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(Some(_))) {
            return;
        }
        self.terminate();
        let begun = Instant::now();
        while begun.elapsed() < FAREWELL {
            if matches!(self.child.try_wait(), Ok(Some(_))) {
                return;
            }
            wait::pause();
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Appends every line of `output` until it closes.
fn keep(output: impl Read + Send + 'static, lines: &Arc<Mutex<Vec<String>>>) {
    let lines = Arc::clone(lines);
    thread::spawn(move || {
        for line in BufReader::new(output).split(b'\n') {
            let Ok(line) = line else { return };
            lines.lock().unwrap().push(String::from_utf8_lossy(&line).trim_end_matches('\r').to_owned());
        }
    });
}

/// Finds a program: in PATH or where daemons are kept.
#[track_caller]
pub fn find(name: &str) -> PathBuf {
    look_for(name).unwrap_or_else(|| panic!("{name} is not installed; `cargo xtask test` says what is needed"))
}

/// The same for a program that one can do without.
pub fn look_for(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    folders.extend(["/usr/sbin", "/sbin", "/usr/local/sbin"].map(PathBuf::from));
    folders.into_iter().map(|folder| folder.join(name)).find(|candidate| candidate.is_file())
}

/// Whether we are root; mail servers behave differently then.
pub fn is_root() -> bool {
    rustix::process::getuid().is_root()
}

/// The current user's ids.
pub fn me() -> (u32, u32) {
    (rustix::process::getuid().as_raw(), rustix::process::getgid().as_raw())
}
