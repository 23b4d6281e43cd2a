//! The mail that is there when the office opens. The letters are files beside this crate; only their dates are made here.

use crate::{clock::Timestamp, maildrop::PostOffice, room::Room};

const TO_ADA: [&str; 3] = [
    include_str!("../mail/ada-1-babbage.eml"),
    include_str!("../mail/ada-2-moisil.eml"),
    include_str!("../mail/ada-3-menabrea.eml"),
];
const TO_GRACE: [&str; 2] = [include_str!("../mail/grace-1-aiken.eml"), include_str!("../mail/grace-2-lovelace.eml")];

impl PostOffice {
    /// Two people, `ada` / `lovelace` and `grace` / `hopper`, with seeded mail dated before `now`. Mail for `postmaster`, which
    /// every domain must take (RFC 5321 section 4.5.1), goes to Grace.
    pub fn seeded(now: Timestamp) -> Self {
        // Endless room takes every letter.
        Self::seeded_in(&Room::endless(), now).unwrap_or_else(|| Self::without_mail(&Room::endless()))
    }

    /// The same in `room`, which offices may share; `None` when the seeded mail does not fit.
    pub fn seeded_in(room: &Room, now: Timestamp) -> Option<Self> {
        let mut office = Self::without_mail(room);
        put(&mut office, "ada", &TO_ADA, now)?;
        put(&mut office, "grace", &TO_GRACE, now)?;
        Some(office)
    }

    /// The two people, with empty maildrops.
    pub(crate) fn without_mail(room: &Room) -> Self {
        let mut office = Self::new(room);
        office.add("ada", "Ada Lovelace", &[], "lovelace");
        office.add("grace", "Grace Hopper", &["postmaster"], "hopper");
        office
    }
}

fn put(office: &mut PostOffice, login: &str, letters: &[&str], now: Timestamp) -> Option<()> {
    let to = office.login(login)?;
    for letter in letters {
        let text: String = letter.lines().map(|line| format!("{}\r\n", dated(line, now))).collect();
        let place = office.room().store(text.len())?;
        office.deliver([(to, text.into(), place)], now).ok()?;
    }
    Some(())
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
