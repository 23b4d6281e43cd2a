//! The mail that is there when the office opens: the letters of the scenario. Only their dates are made here.

use std::sync::Arc;

use crate::{clock::Timestamp, maildrop::PostOffice, room::Room, scenario::Scenario};

impl PostOffice {
    /// The standard scenario, its letters dated before `now`.
    pub fn seeded(now: Timestamp) -> Self {
        // Endless room takes every letter.
        let room = Room::endless();
        Self::seeded_in(&room, now).unwrap_or_else(|| Self::without_mail(Scenario::standard(), &room))
    }

    /// The same in `room`, which offices may share; `None` when the letters do not fit.
    pub fn seeded_in(room: &Room, now: Timestamp) -> Option<Self> {
        Self::of(Scenario::standard(), room, now)
    }

    /// Any scenario in `room`; `None` when its letters do not fit.
    pub fn of(scenario: &Arc<Scenario>, room: &Room, now: Timestamp) -> Option<Self> {
        let mut office = Self::without_mail(scenario, room);
        let people = scenario.hosts().flat_map(|host| &host.people);
        for (to, person) in office.everybody().collect::<Vec<_>>().into_iter().zip(people) {
            for letter in &person.letters {
                let text: String = letter.lines().map(|line| format!("{}\r\n", dated(line, now))).collect();
                let place = office.room().store(text.len())?;
                office.deliver([(to, text.into(), place)], now).ok()?;
            }
        }
        Some(office)
    }
}

/// The line with `{-3600}` replaced by the date an hour before `now`.
fn dated(line: &str, now: Timestamp) -> String {
    let date = || {
        let (before, rest) = line.split_once("{-")?;
        let (seconds, after) = rest.split_once('}')?;
        Some(format!("{before}{}{after}", now.before(seconds.parse().ok()?)))
    };
    date().unwrap_or_else(|| line.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use mailproto::message::Cursor;

    #[test]
    fn dates_are_filled_in() {
        fn check(line: &str, dated_line: &str) {
            assert_eq!(dated(line, Timestamp(3600)), dated_line);
        }
        check("Date: {-3600}", "Date: Thu, 01 Jan 1970 00:00:00 +0000");
        check("\tfor <a>; {-1}.", "\tfor <a>; Thu, 01 Jan 1970 00:59:59 +0000.");
        check("{-x}", "{-x}");
        check("{} and {-", "{} and {-");
    }

    #[test]
    fn letters_are_as_the_standard_wants() {
        let office = PostOffice::seeded(Timestamp(1_795_211_160));
        let letters = [office.messages("ada"), office.messages("grace")].concat();
        assert_eq!((office.messages("ada").len(), letters.len()), (3, 5));
        let mut ids = Vec::new();
        for letter in letters {
            let text = std::str::from_utf8(letter).unwrap();
            assert!(text.is_ascii() && text.ends_with("\r\n"), "{text}");
            assert!(!text.contains("{-"), "every date is filled in: {text}");
            assert_eq!(text.matches('\n').count(), text.matches("\r\n").count(), "{text}");
            assert_eq!(text.matches('\r').count(), text.matches("\r\n").count(), "{text}");
            let mut cursor = Cursor::default();
            for line in text.split_terminator("\r\n") {
                assert!(line.len() <= 78, "{line}");
                let wire = if line.starts_with('.') { format!(".{line}") } else { line.into() };
                assert_eq!(cursor.line(wire.as_bytes(), 2).2, [], "{line}");
            }
            assert!(cursor.in_body());
            let id = text.lines().find_map(|line| line.strip_prefix("Message-ID: ")).unwrap();
            assert!(id.starts_with('<') && id.ends_with('>') && !ids.contains(&id), "{id}");
            ids.push(id);
        }
    }
}
