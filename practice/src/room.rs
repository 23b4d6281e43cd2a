//! How much mail may be kept, by one post office or by several that share. What a client is told when there is no room left
//! is the servers'.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// What a stored message is counted beside its own octets: its unique-id and its place in the list.
const BESIDE: usize = 256;

/// Room for so many octets of mail, stored or on its way in. Clones share it.
#[derive(Clone, Debug)]
pub struct Room(Arc<Inside>);

#[derive(Debug)]
struct Inside {
    /// The most octets.
    most: u64,
    /// Octets taken. Every [`Place`] gives its own back.
    taken: AtomicU64,
}

impl Room {
    /// Room for so many octets.
    pub fn of(octets: u64) -> Self {
        Self(Arc::new(Inside { most: octets, taken: AtomicU64::new(0) }))
    }

    /// Room without end, for an office that is alone: its maildrops have an end.
    pub fn endless() -> Self {
        Self::of(u64::MAX)
    }

    /// Octets taken.
    pub fn taken(&self) -> u64 {
        self.0.taken.load(Ordering::Relaxed)
    }

    /// Octets left.
    pub fn left(&self) -> u64 {
        self.0.most.saturating_sub(self.taken())
    }

    /// A place for octets on their way in, with none yet.
    pub(crate) fn place(&self) -> Place {
        Place { room: self.clone(), octets: 0 }
    }

    /// A place for a message of so many octets to be stored.
    pub(crate) fn store(&self, octets: usize) -> Option<Place> {
        let mut place = self.place();
        place.grow(octets.saturating_add(BESIDE)).then_some(place)
    }
}

/// Octets taken of a room, given back by the drop.
#[derive(Debug)]
pub(crate) struct Place {
    room: Room,
    octets: u64,
}

impl Place {
    /// Takes so many octets more, or none and says no.
    pub fn grow(&mut self, octets: usize) -> bool {
        let Inside { most, taken } = &*self.room.0;
        let octets = octets as u64;
        let more = |taken: u64| taken.checked_add(octets).filter(|sum| sum <= most);
        let fits = taken.fetch_update(Ordering::Relaxed, Ordering::Relaxed, more).is_ok();
        if fits {
            self.octets += octets;
        }
        fits
    }

    /// Gives all back.
    pub fn empty(&mut self) {
        *self = self.room.place();
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.room.0.taken.fetch_sub(self.octets, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_taken_comes_back() {
        let room = Room::of(1000);
        let mut place = room.place();
        assert!(place.grow(600) && !place.grow(401) && place.grow(100));
        assert_eq!((room.taken(), room.left()), (700, 300));
        assert!(room.clone().store(300 - BESIDE + 1).is_none());
        let stored = room.store(300 - BESIDE).expect("exactly what is left");
        assert_eq!(room.left(), 0);
        drop(place);
        assert_eq!(room.taken(), 300);
        drop(stored);
        assert_eq!(room.taken(), 0);
        assert!(Room::endless().place().grow(usize::MAX));
    }
}
