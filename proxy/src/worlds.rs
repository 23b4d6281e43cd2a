//! Whose mailboxes a practice connection sees: one world for all who come by plain TCP, and one for each word a visitor of the
//! page names. The listeners cannot see the word, so a session announces the address it will connect from.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use ::practice::{PostOffice, Room, SIZE};
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
    /// When anybody last did anything here.
    used: Instant,
}

impl World {
    /// Around this office.
    fn new(office: PostOffice) -> Self {
        Self(Mutex::new(Inside { office, used: Instant::now() }))
    }

    /// Lets the post office deal with something.
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
    /// Whom to expect from which address. Weak: who comes after their world is forgotten must not find another.
    announced: Mutex<HashMap<SocketAddr, Weak<World>>>,
    /// The most in `own`.
    most: usize,
    /// Room for the mail of all of them, the public one too.
    room: Room,
    /// So much of it is kept free for the worlds in use, as long as idle ones can be forgotten for it.
    reserve: u64,
    /// How long a world stays without use.
    idle: Duration,
}

impl Worlds {
    /// The public one only.
    pub fn new(limits: &Limits) -> Self {
        let room = Room::of(limits.practice_mail);
        let now = now();
        // The public world is there even in a room too small for its letters.
        let public = PostOffice::seeded_in(&room, now).unwrap_or_else(|| PostOffice::seeded(now));
        Self {
            public: Arc::new(World::new(public)),
            own: Mutex::default(),
            announced: Mutex::default(),
            most: limits.worlds,
            room,
            reserve: (limits.practice_mail / 8).min(SIZE as u64),
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
                let world = self.begin(&mut own)?;
                own.insert(word.to_owned(), world.clone());
                world
            }
        };
        Some(Visit { worlds: self.clone(), world })
    }

    /// A fresh world, its mail dated before now; those idle longest are forgotten until it fits.
    fn begin(&self, own: &mut HashMap<String, Arc<World>>) -> Option<Arc<World>> {
        loop {
            let office = (own.len() < self.most).then(|| PostOffice::seeded_in(&self.room, now()));
            match office.flatten() {
                Some(office) => return Some(Arc::new(World::new(office))),
                None => forget_idlest(own)?,
            }
        }
    }

    /// Forgets the worlds idle longest while there is little room for the mail of those in use. Call it before they deal with
    /// what came, and not while one does.
    pub fn make_room(&self) {
        while self.room.left() < self.reserve && forget_idlest(&mut lock(&self.own)).is_some() {}
    }

    /// How many worlds visitors have, and the octets of mail in all.
    pub fn counts(&self) -> (usize, u64) {
        (lock(&self.own).len(), self.room.taken())
    }

    /// The world of somebody who just connected from this address. `None` when it is forgotten already.
    pub fn of_peer(&self, peer: SocketAddr) -> Option<Arc<World>> {
        match lock(&self.announced).remove(&peer) {
            Some(world) => world.upgrade(),
            None => Some(self.public.clone()),
        }
    }
}

/// `None` when each is in use.
fn forget_idlest(own: &mut HashMap<String, Arc<World>>) -> Option<()> {
    let idle = own.iter().filter(|(_, world)| is_idle(world));
    let (word, _) = idle.min_by_key(|(_, world)| world.used())?;
    let word = word.clone();
    own.remove(&word).map(drop)
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
