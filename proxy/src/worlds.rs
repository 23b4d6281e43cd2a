//! Whose mailboxes a practice connection sees: one world for all who come by plain TCP, and one for each word a visitor of the
//! page names. A world is a tenant. The listeners cannot see the word, so a session registers the address it will connect from
//! as an expected peer. How mail gets to disk is not here (`shelf`).

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use practice::{PostOffice, Room, SIZE};
use tokio::time::Instant;

use crate::counter::now;
use crate::limits::Limits;
use crate::shelf::{PUBLIC, Shelf};

/// A post office of its own. In use as long as anybody but [`Worlds`] holds it.
#[derive(Debug)]
pub struct World(Mutex<Inside>);

#[derive(Debug)]
struct Inside {
    /// Accounts and maildrops.
    office: PostOffice,
    /// When anybody last did anything here.
    used: Instant,
}

impl World {
    /// Around this office, which nobody has used for so long.
    fn new(office: PostOffice, idle: Duration) -> Self {
        let now = Instant::now();
        Self(Mutex::new(Inside { office, used: now.checked_sub(idle).unwrap_or(now) }))
    }

    /// Lets the post office deal with something. What changes is in the world's file before this returns.
    pub fn deal<T>(&self, deal: impl FnOnce(&mut PostOffice) -> T) -> T {
        let mut inside = lock(&self.0);
        inside.used = Instant::now();
        deal(&mut inside.office)
    }

    fn used(&self) -> Instant {
        lock(&self.0).used
    }
}

/// All worlds of this proxy. Nothing here is locked across an await.
#[derive(Debug)]
pub struct Worlds {
    /// For all who name none.
    public: Arc<World>,
    /// By their words.
    own: Mutex<HashMap<String, Arc<World>>>,
    /// Expected peers: by the address they will connect from, the world they come to. Weak: a peer that comes after its world was
    /// evicted must not find another.
    expected: Mutex<HashMap<SocketAddr, Weak<World>>>,
    /// The most in `own`.
    most: usize,
    /// Room for the mail of all of them, the public one too.
    room: Room,
    /// So much of it is kept free for the worlds in use, as long as idle ones can be evicted for it.
    reserve: u64,
    /// How long a world stays without use.
    idle: Duration,
    /// Where mail outlives the process; without one it ends with it.
    shelf: Option<Arc<Shelf>>,
}

impl Worlds {
    /// The public one, and those of visitors that have a file.
    pub fn new(limits: &Limits, shelf: Option<Shelf>) -> Self {
        let (room, shelf) = (Room::of(limits.practice_mail), shelf.map(Arc::new));
        let worlds = Self {
            public: Arc::new(World::new(public(&room, shelf.as_ref()), Duration::ZERO)),
            own: Mutex::default(),
            expected: Mutex::default(),
            most: limits.worlds,
            room,
            reserve: (limits.practice_mail / 8).min(SIZE as u64),
            idle: limits.world_idle,
            shelf,
        };
        worlds.load();
        worlds
    }

    /// Loads the worlds of visitors from their files, as far as the limits go: those used last come first. The other files are
    /// deleted.
    fn load(&self) {
        let Some(shelf) = &self.shelf else { return };
        let (mut own, mut evicted) = (lock(&self.own), 0);
        for (word, idle) in shelf.words() {
            if idle < self.idle && own.len() < self.most {
                // One that cannot be read begins anew when its visitor comes.
                let Some(mut office) = shelf.read(&word) else { continue };
                if office.move_to(&self.room) {
                    own.insert(word, Arc::new(World::new(office, idle)));
                    continue;
                }
            }
            shelf.delete(&word);
            evicted += 1;
        }
        if own.len() + evicted > 0 {
            tracing::info!("practice worlds of visitors: {} are there again, {evicted} are forgotten", own.len());
        }
    }

    /// The world of this word, made when it is new. `None` when there is no room for it.
    pub fn visit(self: &Arc<Self>, word: &str) -> Option<Visit> {
        let mut own = lock(&self.own);
        own.retain(|word, world| {
            let stays = !is_idle(world) || world.used().elapsed() < self.idle;
            if !stays {
                self.delete_file(word);
            }
            stays
        });
        lock(&self.expected).retain(|_, world| world.strong_count() > 0);
        let world = match own.get(word) {
            Some(world) => {
                if let Some(shelf) = &self.shelf {
                    shelf.touch(word);
                }
                world.clone()
            }
            None => {
                let world = self.begin(&mut own, word)?;
                own.insert(word.to_owned(), world.clone());
                world
            }
        };
        Some(Visit { worlds: self.clone(), world })
    }

    /// A fresh world, its mail dated before now; those idle longest are evicted until it fits.
    fn begin(&self, own: &mut HashMap<String, Arc<World>>, word: &str) -> Option<Arc<World>> {
        loop {
            let office = (own.len() < self.most).then(|| PostOffice::seeded_in(&self.room, now()));
            let Some(mut office) = office.flatten() else {
                self.evict_one(own)?;
                continue;
            };
            if let Some(shelf) = &self.shelf {
                shelf.keep(word, &mut office);
            }
            return Some(Arc::new(World::new(office, Duration::ZERO)));
        }
    }

    /// Evicts the worlds idle longest while there is little room for the mail of those in use. Call it before they deal with
    /// what came, and not while one does.
    pub fn make_room(&self) {
        while self.room.left() < self.reserve && self.evict_one(&mut lock(&self.own)).is_some() {}
    }

    /// Evicts the world idle longest: its mail is gone, its file deleted. `None` when each is in use.
    fn evict_one(&self, own: &mut HashMap<String, Arc<World>>) -> Option<()> {
        let idle = own.iter().filter(|(_, world)| is_idle(world));
        let (word, _) = idle.min_by_key(|(_, world)| world.used())?;
        let word = word.clone();
        self.delete_file(&word);
        own.remove(&word).map(drop)
    }

    /// Deletes the file of a world that is evicted: it does not come back.
    fn delete_file(&self, word: &str) {
        if let Some(shelf) = &self.shelf {
            shelf.delete(word);
        }
    }

    /// How many worlds visitors have, and the octets of mail in all.
    pub fn counts(&self) -> (usize, u64) {
        (lock(&self.own).len(), self.room.taken())
    }

    /// The world of somebody who just connected from this address. `None` when it is evicted already.
    pub fn of_peer(&self, peer: SocketAddr) -> Option<Arc<World>> {
        // No world is evicted while somebody enters it.
        let _own = lock(&self.own);
        match lock(&self.expected).remove(&peer) {
            Some(world) => world.upgrade(),
            None => Some(self.public.clone()),
        }
    }
}

/// The public world's mail, which is there even in a room too small for it.
fn public(room: &Room, shelf: Option<&Arc<Shelf>>) -> PostOffice {
    let mut office = shelf.and_then(|shelf| shelf.read(PUBLIC)).unwrap_or_else(|| {
        let mut office = PostOffice::seeded(now());
        if let Some(shelf) = shelf {
            shelf.keep(PUBLIC, &mut office);
        }
        office
    });
    office.move_to(room);
    office
}

/// Whether only [`Worlds`] itself holds it. Asked with all of them locked, it stays so until they are unlocked.
fn is_idle(world: &Arc<World>) -> bool {
    Arc::strong_count(world) == 1
}

/// A lease: a visitor's stay in a world, which is not evicted meanwhile.
#[derive(Debug)]
pub struct Visit {
    worlds: Arc<Worlds>,
    world: Arc<World>,
}

impl Visit {
    /// Registers an expected peer: whoever connects from this address comes to this world. Withdrawn by the drop, unless it
    /// [`connected`](ExpectedPeer::connected).
    pub fn expect_peer(&self, from: SocketAddr) -> ExpectedPeer<'_> {
        lock(&self.worlds.expected).insert(from, Arc::downgrade(&self.world));
        ExpectedPeer { worlds: &self.worlds, from: Some(from) }
    }
}

/// An expected peer whose connection may yet fail.
#[derive(Debug)]
#[must_use = "dropped, it is withdrawn"]
pub struct ExpectedPeer<'a> {
    worlds: &'a Worlds,
    from: Option<SocketAddr>,
}

impl ExpectedPeer<'_> {
    /// The connection is there: the listener takes the entry when it accepts.
    pub fn connected(mut self) {
        self.from = None;
    }
}

impl Drop for ExpectedPeer<'_> {
    fn drop(&mut self) {
        if let Some(from) = self.from {
            lock(&self.worlds.expected).remove(&from);
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::SystemTime;

    use practice::{Connection, Service};

    fn worlds(change: impl FnOnce(&mut Limits)) -> Arc<Worlds> {
        let mut limits = Limits::default();
        change(&mut limits);
        Arc::new(Worlds::new(&limits, None))
    }

    fn words(worlds: &Worlds) -> Vec<String> {
        let mut words: Vec<_> = lock(&worlds.own).keys().cloned().collect();
        words.sort();
        words
    }

    #[test]
    fn the_same_word_is_the_same_world() {
        let worlds = worlds(|_| {});
        let [one, again, other] = ["one", "one", "other"].map(|word| worlds.visit(word).unwrap().world);
        assert!(Arc::ptr_eq(&one, &again));
        assert!(!Arc::ptr_eq(&one, &other));
    }

    #[test]
    fn the_one_idle_longest_is_evicted_first() {
        let worlds = worlds(|limits| limits.worlds = 3);
        let kept = worlds.visit("a").unwrap();
        for word in ["b", "c", "b", "d"] {
            worlds.visit(word).unwrap().world.deal(|_| {});
        }
        assert_eq!(words(&worlds), ["a", "b", "d"]);
        drop(kept);
        drop(worlds.visit("e"));
        assert_eq!(words(&worlds), ["b", "d", "e"]);
    }

    #[test]
    fn worlds_in_use_stay() {
        let worlds = worlds(|limits| (limits.worlds, limits.world_idle) = (2, Duration::ZERO));
        let stays = ["a", "b"].map(|word| worlds.visit(word).unwrap());
        assert!(worlds.visit("c").is_none());
        assert!(worlds.visit("a").is_some(), "an old one needs no room");
        drop(stays);
        assert!(worlds.visit("c").is_some());
        assert_eq!(words(&worlds), ["c"], "idle for too long");
    }

    #[test]
    fn full_worlds_make_room() {
        let fresh = worlds(|_| {}).counts().1;
        // The public world and three more.
        let worlds = worlds(|limits| limits.practice_mail = 4 * fresh);
        for word in ["a", "b", "c"] {
            worlds.visit(word).unwrap().world.deal(|_| {});
        }
        assert_eq!(worlds.counts(), (3, 4 * fresh));
        let busy = ["d", "b", "e"].map(|word| worlds.visit(word).unwrap());
        assert_eq!(words(&worlds), ["b", "d", "e"], "those idle longest went");
        assert!(worlds.visit("f").is_none(), "all are in use");
        worlds.make_room();
        assert_eq!(words(&worlds), ["b", "d", "e"]);
        let [d, b, e] = busy;
        drop((d, e));
        worlds.make_room();
        assert_eq!(words(&worlds), ["b", "e"], "only as many as it takes");
        drop(b);
    }

    /// What is left of worlds of these words, each with a letter, when they are loaded again within these limits.
    fn again(test: &str, change: impl FnOnce(&mut Limits)) -> (Vec<String>, Vec<String>) {
        let state = std::env::temp_dir().join(format!("mailspeak-worlds-{test}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&state);
        let worlds = |limits: &Limits| Arc::new(Worlds::new(limits, Some(Shelf::open(&state).unwrap())));
        let first = worlds(&Limits::default());
        for (word, octets) in [("a", 1000), ("b", 100_000), ("c", 1000)] {
            first.visit(word).unwrap().world.deal(|office| send(office, octets));
        }
        first.visit("never-changed").unwrap().world.deal(|_| {});
        drop(first);
        let folder = crate::shelf::folder_in(&state);
        for (word, hours) in [("a", 1), ("b", 2), ("c", 3)] {
            let file = std::fs::File::options().append(true).open(folder.join(format!("{word}.mail"))).unwrap();
            file.set_modified(SystemTime::now() - Duration::from_secs(hours * 3600 + 60)).unwrap();
        }
        let mut limits = Limits { world_idle: Duration::from_secs(24 * 3600), ..Limits::default() };
        change(&mut limits);
        let second = worlds(&limits);
        for word in words(&second) {
            second.visit(&word).unwrap().world.deal(|office| assert_eq!(office.messages("ada").len(), 4, "{word}"));
        }
        let mut files: Vec<_> =
            std::fs::read_dir(&folder).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
        files.sort();
        std::fs::remove_dir_all(&state).unwrap();
        (words(&second), files)
    }

    fn send(office: &mut PostOffice, octets: usize) {
        let (mut connection, _) = Connection::open(office, Service::Smtp, "192.0.2.7", now(), 7);
        let text = format!("{}\r\n", "x".repeat(98)).repeat(octets / 100);
        let letter = format!("HELO c\r\nMAIL FROM:<>\r\nRCPT TO:<ada@example.test>\r\nDATA\r\n\r\n{text}.\r\n");
        let said = connection.receive(office, letter.as_bytes(), now()).bytes;
        assert!(String::from_utf8(said).unwrap().contains("\r\n250 2.0.0 "));
        connection.hang_up(office);
    }

    #[test]
    fn s12_worlds_come_again_within_the_limits() {
        #[track_caller]
        fn check(test: &str, change: impl FnOnce(&mut Limits), expected: &[&str]) {
            let (words, files) = again(test, change);
            assert_eq!(words, expected);
            let mut left: Vec<_> = expected.iter().map(|word| format!("{word}.mail")).collect();
            left.push("lock".to_owned());
            assert_eq!(files, left, "who is evicted leaves nothing");
        }
        check("all", |_| {}, &["a", "b", "c"]);
        check("count", |limits| limits.worlds = 2, &["a", "b"]);
        check("idle", |limits| limits.world_idle = Duration::from_secs(3 * 3600), &["a", "b"]);
        check("room", |limits| limits.practice_mail = 60_000, &["a", "c"]);
    }

    #[test]
    fn s12_an_evicted_world_begins_anew() {
        fn check(test: &str, change: impl FnOnce(&mut Limits)) {
            let state = std::env::temp_dir().join(format!("mailspeak-worlds-{test}-{}", std::process::id()));
            let _ = std::fs::remove_dir_all(&state);
            let mut limits = Limits::default();
            change(&mut limits);
            let worlds = || Arc::new(Worlds::new(&limits, Some(Shelf::open(&state).unwrap())));
            let first = worlds();
            first.visit("a").unwrap().world.deal(|office| send(office, 1000));
            let file = crate::shelf::folder_in(&state).join("a.mail");
            assert!(file.exists(), "{test}");
            drop(first.visit("b"));
            assert!(!file.exists(), "{test}");
            drop(first);
            let second = worlds();
            second.visit("a").unwrap().world.deal(|office| assert_eq!(office.messages("ada").len(), 3, "{test}"));
            std::fs::remove_dir_all(&state).unwrap();
        }
        check("no-place", |limits| limits.worlds = 1);
        check("no-time", |limits| limits.world_idle = Duration::ZERO);
    }

    #[test]
    fn expected_peers() {
        let worlds = worlds(|limits| limits.worlds = 1);
        let from: SocketAddr = "127.0.0.1:50000".parse().unwrap();
        let same = |one: Option<Arc<World>>, other: &Arc<World>| one.is_some_and(|one| Arc::ptr_eq(&one, other));
        let visit = worlds.visit("a").unwrap();
        visit.expect_peer(from).connected();
        let neighbour = "127.0.0.2:50000".parse().unwrap();
        assert!(same(worlds.of_peer(neighbour), &worlds.public), "the whole address counts");
        assert!(same(worlds.of_peer(from), &visit.world));
        assert!(same(worlds.of_peer(from), &worlds.public), "once");
        drop(visit.expect_peer(from));
        assert!(same(worlds.of_peer(from), &worlds.public), "withdrawn");
        visit.expect_peer(from).connected();
        drop(visit);
        lock(&worlds.own).clear();
        assert!(worlds.of_peer(from).is_none(), "never the public world for who meant another");
    }
}
