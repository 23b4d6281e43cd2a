//! A moment, given by the caller, and how mail writes it. No clock is read here; the calendar is mailproto's.

use std::fmt;

use mailproto::calendar::date_time;

/// Seconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// This many seconds earlier.
    pub fn before(self, seconds: i64) -> Self {
        Self(self.0.saturating_sub(seconds))
    }
}

/// The `date-time` of RFC 5322 section 3.3, in universal time: `Fri, 20 Nov 2026 21:46:00 +0000`.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&date_time(self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ends_of_time_are_written_too() {
        for seconds in [i64::MIN, i64::MAX] {
            assert!(Timestamp(seconds).before(seconds).to_string().ends_with("+0000"));
        }
    }
}
