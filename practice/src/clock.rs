//! A moment, given by the caller, and how mail writes it. No clock is read here.

use std::fmt;

/// Seconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Timestamp(pub i64);

const DAY: i64 = 24 * 60 * 60;
const WEEKDAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

impl Timestamp {
    /// This many seconds earlier.
    pub fn before(self, seconds: i64) -> Self {
        Self(self.0.saturating_sub(seconds))
    }
}

/// The `date-time` of RFC 5322 section 3.3, in universal time: `Fri, 20 Nov 2026 21:46:00 +0000`.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (days, second) = (self.0.div_euclid(DAY), self.0.rem_euclid(DAY));
        let (year, month, day) = civil(days);
        let weekday = WEEKDAYS[days.rem_euclid(7) as usize];
        let month = MONTHS[month];
        let (hours, minutes, seconds) = (second / 3600, second / 60 % 60, second % 60);
        write!(f, "{weekday}, {day:02} {month} {year:04} {hours:02}:{minutes:02}:{seconds:02} +0000")
    }
}

/// Year, month from 0 and day from 1 of a day counted from 1970-01-01, in the Gregorian calendar.
///
/// The year is taken to begin in March, so that the leap day is its last; 400 such years, an era, have 146,097 days.
fn civil(days: i64) -> (i64, usize, i64) {
    const ERA: i64 = 146_097;
    let from_march_0000 = days + 719_468;
    let (era, day) = (from_march_0000.div_euclid(ERA), from_march_0000.rem_euclid(ERA));
    let year_of_era = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day_of_year = day - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day_of_month = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = (month_from_march + 2) % 12;
    let year = era * 400 + year_of_era + i64::from(month < 2);
    (year, month as usize, day_of_month)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_as_mail_writes_them() {
        fn check(seconds: i64, date: &str) {
            assert_eq!(Timestamp(seconds).to_string(), date);
        }
        check(0, "Thu, 01 Jan 1970 00:00:00 +0000");
        check(-1, "Wed, 31 Dec 1969 23:59:59 +0000");
        check(951_782_400, "Tue, 29 Feb 2000 00:00:00 +0000");
        check(951_868_800, "Wed, 01 Mar 2000 00:00:00 +0000");
        check(1_000_000_000, "Sun, 09 Sep 2001 01:46:40 +0000");
        check(1_234_567_890, "Fri, 13 Feb 2009 23:31:30 +0000");
        check(1_735_689_599, "Tue, 31 Dec 2024 23:59:59 +0000");
        check(1_795_211_160, "Fri, 20 Nov 2026 21:46:00 +0000");
        check(4_107_542_400, "Mon, 01 Mar 2100 00:00:00 +0000");
    }

    #[test]
    fn the_ends_of_time_are_written_too() {
        for seconds in [i64::MIN, i64::MAX] {
            assert!(Timestamp(seconds).before(seconds).to_string().ends_with("+0000"));
            assert!(Timestamp(seconds).to_string().ends_with("+0000"));
        }
    }
}
