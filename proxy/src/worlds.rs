//! Whose mailboxes a practice connection sees: one world for all who come by plain TCP, and one for each word a visitor of the
//! page names. The listeners cannot see the word, so a session announces the address it will connect from.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use ::practice::PostOffice;
use tokio::time::Instant;

use crate::limits::Limits;
use crate::practice::now;

/// A post office of its own. In use as long as anybody but [`Worlds`] holds it.
#[derive(Debug)]
pub struct World(Mutex<Inside>);

#[derive(Debug)]
struct Inside {
    /// Accounts and maildrops.
    office: PostOffice,
    /// Bytes its visitors sent since it began.
    heard: u64,
    /// When anybody last did anything here.
    used: Instant,
}

impl World {
    /// A seeded one, its mail dated before now.
    fn new() -> Self {
        Self(Mutex::new(Inside { office: PostOffice::seeded(now()), heard: 0, used: Instant::now() }))
    }

    /// Lets the post office deal with so many bytes.
    pub fn hear<T>(&self, bytes: usize, deal: impl FnOnce(&mut PostOffice) -> T) -> T {
        let mut inside = lock(&self.0);
        inside.heard = inside.heard.saturating_add(bytes as u64);
        inside.used = Instant::now();
        deal(&mut inside.office)
    }

    fn heard(&self) -> u64 {
        lock(&self.0).heard
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
    /// Whom to expect from which address. Weak: who comes after their world is forgotten must not find another.
    announced: Mutex<HashMap<SocketAddr, Weak<World>>>,
    /// The most in `own`.
    most: usize,
    /// The most bytes heard in `own`, all together.
    most_heard: u64,
    /// How long a world stays without use.
    idle: Duration,
}

impl Worlds {
    /// The public one only.
    pub fn new(limits: &Limits) -> Self {
        Self {
            public: Arc::new(World::new()),
            own: Mutex::default(),
            announced: Mutex::default(),
            most: limits.worlds,
            most_heard: limits.worlds_heard,
            idle: limits.world_idle,
        }
    }

    /// The world of this word, made when it is new. `None` when there is no room for it.
    pub fn visit(self: &Arc<Self>, word: &str) -> Option<Visit> {
        let mut own = lock(&self.own);
        own.retain(|_, world| !is_idle(world) || world.used().elapsed() < self.idle);
        lock(&self.announced).retain(|_, world| world.strong_count() > 0);
        let world = match own.get(word) {
            Some(world) => world.clone(),
            None => {
                self.make_room(&mut own)?;
                let world = Arc::new(World::new());
                own.insert(word.to_owned(), world.clone());
                world
            }
        };
        Some(Visit { worlds: self.clone(), world })
    }

    /// Forgets the worlds idle longest until one more fits.
    fn make_room(&self, own: &mut HashMap<String, Arc<World>>) -> Option<()> {
        let mut heard: u64 = own.values().map(|world| world.heard()).sum();
        while own.len() >= self.most || heard > self.most_heard {
            let idle = own.iter().filter(|(_, world)| is_idle(world));
            let (word, _) = idle.min_by_key(|(_, world)| world.used())?;
            let word = word.clone();
            heard -= own.remove(&word)?.heard();
        }
        Some(())
    }

    /// The world of somebody who just connected from this address. `None` when it is forgotten already.
    pub fn of_peer(&self, peer: SocketAddr) -> Option<Arc<World>> {
        match lock(&self.announced).remove(&peer) {
            Some(world) => world.upgrade(),
            None => Some(self.public.clone()),
        }
    }
}

/// Whether only [`Worlds`] itself holds it.
fn is_idle(world: &Arc<World>) -> bool {
    Arc::strong_count(world) == 1
}

/// A visitor's stay in a world, which is not forgotten meanwhile.
#[derive(Debug)]
pub struct Visit {
    worlds: Arc<Worlds>,
    world: Arc<World>,
}

impl Visit {
    /// Who connects from this address comes to this world. Taken back by the drop, unless it [`stands`](Announced::stands).
    pub fn announce(&self, from: SocketAddr) -> Announced<'_> {
        lock(&self.worlds.announced).insert(from, Arc::downgrade(&self.world));
        Announced { worlds: &self.worlds, from: Some(from) }
    }
}

/// An announcement for a connection that may yet fail.
#[derive(Debug)]
#[must_use = "dropped, it is taken back"]
pub struct Announced<'a> {
    worlds: &'a Worlds,
    from: Option<SocketAddr>,
}

impl Announced<'_> {
    /// The connection is there: the listener takes the announcement when it accepts.
    pub fn stands(mut self) {
        self.from = None;
    }
}

impl Drop for Announced<'_> {
    fn drop(&mut self) {
        if let Some(from) = self.from {
            lock(&self.worlds.announced).remove(&from);
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn worlds(change: impl FnOnce(&mut Limits)) -> Arc<Worlds> {
        let mut limits = Limits::default();
        change(&mut limits);
        Arc::new(Worlds::new(&limits))
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
    fn the_one_idle_longest_goes_first() {
        let worlds = worlds(|limits| limits.worlds = 3);
        let kept = worlds.visit("a").unwrap();
        for word in ["b", "c", "b", "d"] {
            worlds.visit(word).unwrap().world.hear(1, |_| {});
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
        let worlds = worlds(|limits| limits.worlds_heard = 10);
        for (word, bytes) in [("a", 6), ("b", 1), ("c", 6)] {
            worlds.visit(word).unwrap().world.hear(bytes, |_| {});
        }
        let busy = worlds.visit("d").unwrap();
        assert_eq!(words(&worlds), ["b", "c", "d"]);
        busy.world.hear(100, |_| {});
        assert!(worlds.visit("e").is_none());
        assert_eq!(words(&worlds), ["d"]);
    }

    #[test]
    fn announcements() {
        let worlds = worlds(|limits| limits.worlds = 1);
        let from: SocketAddr = "127.0.0.1:50000".parse().unwrap();
        let same = |one: Option<Arc<World>>, other: &Arc<World>| one.is_some_and(|one| Arc::ptr_eq(&one, other));
        let visit = worlds.visit("a").unwrap();
        visit.announce(from).stands();
        let neighbour = "127.0.0.2:50000".parse().unwrap();
        assert!(same(worlds.of_peer(neighbour), &worlds.public), "the whole address counts");
        assert!(same(worlds.of_peer(from), &visit.world));
        assert!(same(worlds.of_peer(from), &worlds.public), "once");
        drop(visit.announce(from));
        assert!(same(worlds.of_peer(from), &worlds.public), "taken back");
        visit.announce(from).stands();
        drop(visit);
        lock(&worlds.own).clear();
        assert!(worlds.of_peer(from).is_none(), "never the public world for who meant another");
    }
}
