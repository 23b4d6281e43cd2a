//! The folder in which practice mail outlives the process: a file for each world that was changed, written before a client is told.
//! What stands in a file is `practice::ledger`'s; which worlds there are is `worlds`'.
//!
//! Writing is a `write` to the file, no more: it survives the end of the process, however it comes, and takes microseconds. A
//! failure of the machine may cost what the system has not yet written to its disk.

use std::fmt;
use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, BufWriter, ErrorKind, Read, Seek};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime};

use practice::PostOffice;
use practice::ledger::{Change, Keeper, NotKept, Reader};

/// The public world, by a word that no visitor can name: it has an underscore.
pub const PUBLIC: &str = "_public";

/// The folder within the state folder.
const FOLDER: &str = "practice";
/// Locked as long as a process writes here.
const LOCK: &str = "lock";
/// How the name of a world's file ends, after its word.
const ENDING: &str = ".mail";
/// How the name ends while the file is written anew.
const DRAFT: &str = ".mail.new";
/// How the name of a file ends that could not be read to its end.
const DAMAGED: &str = ".mail.damaged";
/// A file is written anew when it is longer than twice the mail in it, and this.
const SLACK: u64 = 64 * 1024;
/// So much is read at a time.
const CHUNK: usize = 64 * 1024;

/// The folder.
#[derive(Debug)]
pub struct Shelf {
    folder: PathBuf,
    /// The last change could not be kept: told once, not for each message.
    failing: AtomicBool,
    /// Unlocked by the drop.
    _lock: File,
}

/// Why practice mail cannot be kept.
#[derive(Debug)]
pub enum ShelfError {
    /// Another process keeps its mail there.
    Taken(PathBuf),
    /// The folder cannot be written.
    Folder(PathBuf, io::Error),
}

impl fmt::Display for ShelfError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Taken(folder) => write!(f, "another process keeps its own in {}", folder.display()),
            Self::Folder(folder, error) => write!(f, "{} cannot be written: {error}", folder.display()),
        }
    }
}

/// Where practice mail is kept in this state folder.
pub fn folder_in(state: &Path) -> PathBuf {
    state.join(FOLDER)
}

impl Shelf {
    /// The one in this state folder, made at first use. Nobody else can open it meanwhile.
    pub fn open(state: &Path) -> Result<Self, ShelfError> {
        let folder = folder_in(state);
        let lock = || {
            DirBuilder::new().recursive(true).mode(0o700).create(&folder)?;
            let lock =
                OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(folder.join(LOCK))?;
            match lock.try_lock() {
                Ok(()) => Ok(Some(lock)),
                Err(TryLockError::WouldBlock) => Ok(None),
                Err(TryLockError::Error(error)) => Err(error),
            }
        };
        match lock() {
            Ok(Some(lock)) => Ok(Self { folder, failing: AtomicBool::new(false), _lock: lock }),
            Ok(None) => Err(ShelfError::Taken(folder)),
            Err(error) => Err(ShelfError::Folder(folder, error)),
        }
    }

    /// The words of the worlds that are here and for how long nobody came to them or changed them, the latest first. What a
    /// killed process had not finished writing is removed.
    pub fn words(&self) -> Vec<(String, Duration)> {
        let mut found = Vec::new();
        for entry in fs::read_dir(&self.folder).into_iter().flatten().flatten() {
            let name = entry.file_name();
            let Some(name) = name.to_str() else { continue };
            if name.ends_with(DRAFT) {
                let _ = fs::remove_file(entry.path());
            }
            let Some(word) = name.strip_suffix(ENDING).filter(|word| is_own(word)) else { continue };
            let changed = entry.metadata().and_then(|metadata| metadata.modified());
            let idle = changed.map(|changed| SystemTime::now().duration_since(changed).unwrap_or_default());
            found.push((word.to_owned(), idle.unwrap_or_default()));
        }
        found.sort_by_key(|(_, idle)| *idle);
        found
    }

    /// The post office of a world as it was left; its further changes are kept. `None` when it has no file, or none that can be
    /// read. Of a damaged file, what stands before the damage counts, and it is put aside.
    pub fn read(self: &Arc<Self>, word: &str) -> Option<PostOffice> {
        let path = self.path(word, ENDING);
        let mut reader = Reader::default();
        let trouble = match read(&path, &mut reader) {
            Ok(()) => None,
            Err(Trouble::File(error)) if error.kind() == ErrorKind::NotFound => return None,
            Err(trouble) => Some(trouble.to_string()),
        };
        let found = reader.finish();
        let trouble = trouble.or_else(|| found.is_none().then(|| "it has no beginning".to_owned()));
        if let Some(trouble) = &trouble {
            let aside = self.path(word, DAMAGED);
            let _ = fs::remove_file(&aside);
            let _ = fs::hard_link(&path, &aside);
            let (path, aside) = (path.display(), aside.display());
            tracing::warn!("{path}: {trouble}; only the mail before that is there, the whole file is {aside}");
        }
        let (mut office, length) = found?;
        self.keep_from(word, &mut office, trouble.is_none().then_some(length));
        Some(office)
    }

    /// From now on the changes of this world are kept, the first together with all it has.
    pub fn keep(self: &Arc<Self>, word: &str, office: &mut PostOffice) {
        self.keep_from(word, office, None);
    }

    fn keep_from(self: &Arc<Self>, word: &str, office: &mut PostOffice, length: Option<u64>) {
        office.kept_by(Box::new(Book { shelf: self.clone(), word: word.to_owned(), length }));
    }

    /// Somebody came to this world.
    pub fn touch(&self, word: &str) {
        if let Ok(file) = File::options().append(true).open(self.path(word, ENDING)) {
            let _ = file.set_modified(SystemTime::now());
        }
    }

    /// Deletes the files of a world, whose post office must be gone.
    pub fn delete(&self, word: &str) {
        for ending in [ENDING, DAMAGED] {
            let path = self.path(word, ending);
            if let Err(error) = fs::remove_file(&path)
                && error.kind() != ErrorKind::NotFound
            {
                tracing::warn!("{} cannot be removed: {error}", path.display());
            }
        }
    }

    fn path(&self, word: &str, ending: &str) -> PathBuf {
        self.folder.join(format!("{word}{ending}"))
    }
}

/// Whether a file of this name may be a visitor's: the words of worlds are letters, digits and hyphens.
fn is_own(name: &str) -> bool {
    name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

/// Why a file could not be read to its end.
enum Trouble {
    File(io::Error),
    Damage(practice::ledger::Damage),
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(error) => error.fmt(f),
            Self::Damage(damage) => damage.fmt(f),
        }
    }
}

fn read(path: &Path, reader: &mut Reader) -> Result<(), Trouble> {
    let mut file = File::open(path).map_err(Trouble::File)?;
    let mut chunk = vec![0; CHUNK];
    loop {
        match file.read(&mut chunk) {
            Ok(0) => return Ok(()),
            Ok(length) => reader.feed(&chunk[..length]).map_err(Trouble::Damage)?,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(Trouble::File(error)),
        }
    }
}

/// The file of one world.
#[derive(Debug)]
struct Book {
    shelf: Arc<Shelf>,
    word: String,
    /// Its octets, all of them whole records. `None` while there is no such file.
    length: Option<u64>,
}

impl Keeper for Book {
    fn keep(&mut self, change: &Change<'_>) -> Result<(), NotKept> {
        let kept = match self.length {
            None => self.begin(change),
            Some(length) if length <= 2 * change.octets() + SLACK => self.append(length, change),
            // A full disk may have no room for a second file, but for a line that removes mail.
            Some(length) => self.begin(change).or_else(|_| self.append(length, change)),
        };
        let failed = kept.is_err();
        if self.shelf.failing.swap(failed, Ordering::Relaxed) != failed {
            let path = self.shelf.path(&self.word, ENDING);
            match &kept {
                Ok(()) => tracing::info!("practice mail is taken again"),
                Err(error) => {
                    tracing::warn!(
                        "{} cannot be written: {error}; no practice mail is taken meanwhile",
                        path.display()
                    );
                }
            }
        }
        kept.map_err(|_| NotKept)
    }
}

impl Book {
    /// Adds the change to the file, or nothing.
    fn append(&mut self, length: u64, change: &Change<'_>) -> io::Result<()> {
        let path = self.shelf.path(&self.word, ENDING);
        let mut file = match File::options().append(true).open(path) {
            Ok(file) if file.metadata()?.len() == length => file,
            // It ends with half a record, or somebody has been at it.
            Ok(_) => return self.begin(change),
            Err(error) if error.kind() == ErrorKind::NotFound => return self.begin(change),
            Err(error) => return Err(error),
        };
        let written = write(&mut file, |out| change.append_to(out));
        // Half a record in the middle of a file would be damage.
        self.length = match written {
            Ok(length) => Some(length),
            Err(_) => file.set_len(length).ok().map(|()| length),
        };
        written.map(drop)
    }

    /// Writes the whole file anew, and puts it into its place when it is whole.
    fn begin(&mut self, change: &Change<'_>) -> io::Result<()> {
        let draft = self.shelf.path(&self.word, DRAFT);
        let write_draft = || {
            let mut file = File::options().write(true).create(true).truncate(true).mode(0o600).open(&draft)?;
            let length = write(&mut file, |out| change.begin(out))?;
            fs::rename(&draft, self.shelf.path(&self.word, ENDING))?;
            Ok(length)
        };
        let length = write_draft().inspect_err(|_: &io::Error| drop(fs::remove_file(&draft)))?;
        self.length = Some(length);
        Ok(())
    }
}

/// Writes to the end of a file and gives back its length.
fn write(file: &mut File, what: impl FnOnce(&mut BufWriter<&mut File>) -> io::Result<()>) -> io::Result<u64> {
    let mut out = BufWriter::new(&mut *file);
    what(&mut out)?;
    out.into_inner().map_err(io::IntoInnerError::into_error)?.stream_position()
}

#[cfg(test)]
mod tests {
    use super::*;
    use practice::{Connection, Service, Timestamp};

    const NOW: Timestamp = Timestamp(1_795_211_160);

    fn scratch(test: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("mailspeak-shelf-{test}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        folder
    }

    fn open(state: &Path) -> Arc<Shelf> {
        Arc::new(Shelf::open(state).unwrap())
    }

    /// A new world whose changes are kept.
    fn begin(shelf: &Arc<Shelf>, word: &str) -> PostOffice {
        let mut office = PostOffice::seeded(NOW);
        shelf.keep(word, &mut office);
        office
    }

    /// Says these lines to a service, and gives back the last line of what is answered.
    fn say(office: &mut PostOffice, service: Service, lines: &str) -> String {
        let (mut connection, _) = Connection::open(office, service, "192.0.2.7", NOW, 7);
        let said = connection.receive(office, lines.replace('\n', "\r\n").as_bytes(), NOW).bytes;
        connection.hang_up(office);
        String::from_utf8(said).unwrap().lines().last().unwrap_or_default().to_owned()
    }

    fn send(office: &mut PostOffice, octets: usize) -> String {
        let text = "x".repeat(60) + "\n";
        let text = text.repeat(octets / 60);
        say(office, Service::Smtp, &format!("HELO c\nMAIL FROM:<>\nRCPT TO:<ada@example.test>\nDATA\n\n{text}.\n"))
    }

    fn remove_first(office: &mut PostOffice) -> String {
        say(office, Service::Pop3, "USER ada\nPASS lovelace\nDELE 1\nQUIT\n")
    }

    fn mail(office: &PostOffice) -> Vec<Vec<u8>> {
        office.messages("ada").into_iter().map(<[u8]>::to_vec).collect()
    }

    #[test]
    fn s12_the_file_is_no_longer_than_twice_its_mail() {
        let state = scratch("long");
        let shelf = open(&state);
        let mut office = begin(&shelf, "a");
        let file = folder_in(&state).join("a.mail");
        let mut longest = 0;
        for round in 0..100 {
            assert!(send(&mut office, 20_000).starts_with("250 "), "{round}");
            assert!(remove_first(&mut office).starts_with("+OK"), "{round}");
            let length = fs::metadata(&file).unwrap().len();
            let octets: usize = office.messages("ada").iter().map(|letter| letter.len()).sum();
            let beside = office.messages("grace").iter().map(|letter| letter.len()).sum::<usize>();
            assert!(length <= 2 * (octets + beside) as u64 + SLACK + 1000, "{length} octets for {octets}");
            longest = longest.max(length);
        }
        assert!(longest > SLACK, "it is not written anew each time");
        assert_eq!(mail(&shelf.read("a").unwrap()), mail(&office));
        fs::remove_dir_all(state).unwrap();
    }

    #[test]
    fn s12_a_torn_end_is_cut_by_the_next_change() {
        let state = scratch("torn");
        let shelf = open(&state);
        let mut office = begin(&shelf, "a");
        send(&mut office, 1000);
        let file = folder_in(&state).join("a.mail");
        let whole = fs::read(&file).unwrap();
        send(&mut office, 1000);
        let torn = fs::metadata(&file).unwrap().len() - 5;
        File::options().write(true).open(&file).unwrap().set_len(torn).unwrap();
        let mut again = shelf.read("a").unwrap();
        assert_eq!(again.messages("ada").len(), 4, "the first letter only");
        assert!(remove_first(&mut again).starts_with("+OK"));
        assert_eq!(mail(&shelf.read("a").unwrap()), mail(&again));
        assert!(!folder_in(&state).join("a.mail.damaged").exists() && whole.len() < torn as usize);
        fs::remove_dir_all(state).unwrap();
    }

    #[test]
    fn s12_damage_is_put_aside() {
        let state = scratch("damage");
        let shelf = open(&state);
        let mut office = begin(&shelf, "a");
        send(&mut office, 1000);
        let (file, aside) = (folder_in(&state).join("a.mail"), folder_in(&state).join("a.mail.damaged"));
        let damaged = [fs::read(&file).unwrap(), b"what is this\n".to_vec()].concat();
        fs::write(&file, &damaged).unwrap();
        let mut again = shelf.read("a").unwrap();
        assert_eq!(mail(&again), mail(&office));
        assert_eq!(fs::read(&aside).unwrap(), damaged);
        assert!(send(&mut again, 1000).starts_with("250 "));
        assert_eq!(mail(&shelf.read("a").unwrap()), mail(&again));
        assert_eq!(fs::read(&aside).unwrap(), damaged);
        fs::write(&file, b"").unwrap();
        assert!(shelf.read("a").is_none(), "no beginning, no post office");
        assert_eq!(fs::read(&aside).unwrap(), b"");
        shelf.delete("a");
        assert!(!file.exists() && !aside.exists());
        fs::remove_dir_all(state).unwrap();
    }

    #[test]
    fn s12_what_cannot_be_written_is_refused_until_it_can() {
        let state = scratch("refused");
        let shelf = open(&state);
        let mut office = begin(&shelf, "a");
        // Nobody can write a file where a folder is, not even root.
        let draft = folder_in(&state).join("a.mail.new");
        fs::create_dir(&draft).unwrap();
        assert!(send(&mut office, 1000).starts_with("451 4.3.0 "));
        assert!(remove_first(&mut office).starts_with("-ERR [SYS/TEMP] "));
        assert_eq!(office.messages("ada").len(), 3);
        fs::remove_dir(&draft).unwrap();
        assert!(send(&mut office, 1000).starts_with("250 "));
        // Emptied by the operator.
        fs::remove_file(folder_in(&state).join("a.mail")).unwrap();
        assert!(send(&mut office, 1000).starts_with("250 "));
        assert_eq!(mail(&shelf.read("a").unwrap()), mail(&office));
        fs::remove_dir_all(state).unwrap();
    }

    #[test]
    fn s12_the_latest_come_first() {
        let state = scratch("words");
        let shelf = open(&state);
        let hours = |hours: u64| SystemTime::now() - Duration::from_secs(hours * 3600);
        for (name, age) in [("b.mail", 2), ("a.mail", 3), ("c.mail", 1), ("_public.mail", 1), ("c.mail.new", 1)] {
            let file = File::create(folder_in(&state).join(name)).unwrap();
            file.set_modified(hours(age)).unwrap();
        }
        let words = || shelf.words().into_iter().map(|(word, _)| word).collect::<Vec<_>>();
        assert_eq!(words(), ["c", "b", "a"]);
        assert!(!folder_in(&state).join("c.mail.new").exists(), "a killed process left it");
        assert!((2 * 3600..3 * 3600).contains(&shelf.words()[1].1.as_secs()));
        shelf.touch("a");
        shelf.touch("nobody");
        assert_eq!(words(), ["a", "c", "b"]);
        assert!(matches!(Shelf::open(&state), Err(ShelfError::Taken(_))));
        drop(shelf);
        assert!(Shelf::open(&state).is_ok());
        fs::remove_dir_all(state).unwrap();
    }
}
