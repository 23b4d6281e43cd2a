//! The Gregorian calendar as mail writes it: names of days and months, and days counted from the first of January 1970. Where a date
//! stands in a header field, and what is wrong with it, is `message::date`'s.

/// The days as a date names them (RFC 5322 section 3.3).
pub const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
/// The months as a date names them.
pub const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// Seconds of a day.
const DAY: i64 = 24 * 60 * 60;
/// Days of 400 years, after which the calendar repeats.
const CYCLE: i64 = 146_097;
/// Days from the first of March of year 0 to the first of January 1970.
const BEFORE_EPOCH: i64 = 719_468;

/// The `date-time` of RFC 5322 section 3.3 in universal time, of seconds since 1970: `Fri, 20 Nov 2026 21:46:00 +0000`.
pub fn date_time(epoch: i64) -> String {
    let (days, second) = (epoch.div_euclid(DAY), epoch.rem_euclid(DAY));
    let (year, month, day) = date_of(days);
    let weekday = weekday(days);
    let month = MONTHS.get(usize::from(month) - 1).copied().unwrap_or_default();
    let (hours, minutes, seconds) = (second / 3600, second / 60 % 60, second % 60);
    format!("{weekday}, {day:02} {month} {year:04} {hours:02}:{minutes:02}:{seconds:02} +0000")
}

/// The name of a day. The first of January 1970 was a Thursday.
pub fn weekday(days: i64) -> &'static str {
    let index = usize::try_from((days + 3).rem_euclid(7)).unwrap_or(0);
    DAYS.get(index).copied().unwrap_or_default()
}

/// How many days a month has, January being 1.
pub const fn days_in(year: i64, month: u8) -> u32 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if is_leap(year) => 29,
        2 => 28,
        _ => 31,
    }
}

const fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

/// Days from the first of January 1970 to a day; January is 1.
pub fn days_since_epoch(year: i64, month: u8, day: u32) -> i64 {
    // Years that begin in March have their leap day at the end.
    let (year, month) = if month > 2 { (year, i64::from(month) - 3) } else { (year - 1, i64::from(month) + 9) };
    let of_year = (153 * month + 2) / 5 + i64::from(day) - 1;
    let of_cycle = year.rem_euclid(400);
    year.div_euclid(400) * CYCLE + of_cycle * 365 + of_cycle / 4 - of_cycle / 100 + of_year - BEFORE_EPOCH
}

/// The way back: year, month and day, both from 1, of a day counted from 1970.
pub fn date_of(days: i64) -> (i64, u8, u8) {
    let from_march_0000 = days + BEFORE_EPOCH;
    let (cycle, day) = (from_march_0000.div_euclid(CYCLE), from_march_0000.rem_euclid(CYCLE));
    let year_of_cycle = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day_of_year = day - (365 * year_of_cycle + year_of_cycle / 4 - year_of_cycle / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day_of_month = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = (month_from_march + 2) % 12 + 1;
    let year = cycle * 400 + year_of_cycle + i64::from(month < 3);
    (year, month as u8, day_of_month as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_as_mail_writes_them() {
        fn check(seconds: i64, date: &str) {
            assert_eq!(date_time(seconds), date);
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
            assert!(date_time(seconds).ends_with("+0000"));
        }
    }

    #[test]
    fn every_day_comes_back() {
        for day in days_since_epoch(1599, 1, 1)..days_since_epoch(2401, 1, 1) {
            let (year, month, of_month) = date_of(day);
            assert_eq!(days_since_epoch(year, month, of_month.into()), day, "{year} {month} {of_month}");
            assert!((1..=12).contains(&month) && (1..=days_in(year, month)).contains(&of_month.into()));
        }
    }
}
