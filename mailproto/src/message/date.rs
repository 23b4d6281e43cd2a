//! Dates of header fields (RFC 5322 section 3.3, obsolete forms of section 4.3), turned into seconds without asking a clock.

use super::{
    flaw::{Flaw, FlawKind},
    header::{Piece, PieceKind},
    lex::{ADDRESS, Lex, LexKind, lex},
};
use crate::{
    calendar::{self, DAYS, MONTHS},
    token::Span,
};

/// A date and time as a field states it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Date {
    /// Where in the octets of the message.
    pub span: Span,
    /// The year, in full.
    pub year: i64,
    /// 1 to 12.
    pub month: u8,
    /// 1 to 31.
    pub day: u8,
    /// 0 to 23.
    pub hour: u8,
    /// 0 to 59.
    pub minute: u8,
    /// 0 to 60: a leap second is allowed. 0 when left out.
    pub second: u8,
    /// Minutes east of UTC; `None` for `-0000` and the zones that tell nothing about the place: then the time is taken as UTC.
    pub offset: Option<i32>,
    /// Seconds since the first of January 1970, 00:00 UTC.
    pub epoch: i64,
}

/// `obs-zone` with a known meaning, in hours (RFC 5322 section 4.3).
const ZONES: [(&str, i32); 10] = [
    ("UT", 0),
    ("GMT", 0),
    ("EST", -5),
    ("EDT", -4),
    ("CST", -6),
    ("CDT", -5),
    ("MST", -7),
    ("MDT", -6),
    ("PST", -8),
    ("PDT", -7),
];

/// Reads the date in `span`; pieces and flaws are added in order. `None` when it is none.
pub(super) fn read(octets: &[u8], span: Span, pieces: &mut Vec<Piece>, flaws: &mut Vec<Flaw>) -> Option<Date> {
    let words = lex(octets, span, ADDRESS);
    let (before, known) = (pieces.len(), flaws.len());
    let date = Reader { octets, words: &words, at: 0, pieces, flaws }.date();
    let all = words.first().zip(words.last()).map_or(span, |(first, last)| Span::new(first.span.start, last.span.end));
    match date {
        Some(date) => Some(Date { span: all, ..date }),
        None => {
            // What looked like the pieces of a date is none.
            pieces.truncate(before);
            flaws.truncate(known);
            pieces.push(Piece { span: all, kind: PieceKind::Text });
            flaws.push(Flaw::new(all, FlawKind::BadDate, String::from_utf8_lossy(all.of(octets))));
            None
        }
    }
}

struct Reader<'a> {
    octets: &'a [u8],
    words: &'a [Lex],
    at: usize,
    pieces: &'a mut Vec<Piece>,
    flaws: &'a mut Vec<Flaw>,
}

impl Reader<'_> {
    /// `date-time = [ day-of-week "," ] date time [CFWS]`
    fn date(&mut self) -> Option<Date> {
        let weekday = self.weekday();
        let (day, day_at) = self.number(1..=2)?;
        let month_at = self.atom()?;
        let name = self.text(month_at);
        let month = MONTHS.iter().position(|month| month.eq_ignore_ascii_case(&name))? as u8 + 1;
        let (year, year_at) = self.number(2..=6)?;
        let year_span = Span::new(year_at.end.saturating_sub(digits(self.octets, year_at)), year_at.end);
        self.piece(Span::new(day_at.start, year_at.end), PieceKind::Day);
        let year = self.full_year(year, year_span);

        let (hour, hour_at) = self.number(1..=2)?;
        self.special(b':')?;
        let (minute, minute_at) = self.number(1..=2)?;
        let (mut second, mut time_at) = (0, minute_at);
        if self.peek().is_some_and(|word| word.is(b':')) {
            self.next();
            (second, time_at) = self.number(1..=2)?;
        }
        if [hour_at, minute_at, time_at].iter().any(|number| number.len() < 2) {
            self.flaws.push(Flaw::new(hour_at, FlawKind::OneDigitTime, ""));
        }
        let time_at = Span::new(hour_at.start, time_at.end);
        self.piece(time_at, PieceKind::Time);
        let offset = self.zone(time_at);
        self.rest();

        let date_at = Span::new(day_at.start, time_at.end);
        let valid = (1..=calendar::days_in(year, month)).contains(&day) && hour < 24 && minute < 60 && second <= 60;
        if !valid {
            self.flaws.push(Flaw::new(date_at, FlawKind::DateOutOfRange, self.text(date_at)));
        }
        let days = calendar::days_since_epoch(year, month, day.clamp(1, 31));
        if let Some((said, at)) = weekday.filter(|_| valid) {
            let right = calendar::weekday(days);
            if !right.eq_ignore_ascii_case(&said) {
                self.flaws.push(Flaw::new(at, FlawKind::WrongWeekday, right));
            }
        }
        let seconds = i64::from(hour) * 3600 + i64::from(minute) * 60 + i64::from(second);
        let epoch = days * 86_400 + seconds - i64::from(offset.unwrap_or(0)) * 60;
        let byte = |number: u32| u8::try_from(number).unwrap_or(u8::MAX);
        let (day, hour, minute, second) = (byte(day), byte(hour), byte(minute), byte(second));
        Some(Date { span: date_at, year, month, day, hour, minute, second, offset, epoch })
    }

    fn weekday(&mut self) -> Option<(String, Span)> {
        self.skip_comments();
        let span = self.peek().filter(|word| word.kind == LexKind::Atom)?.span;
        let said = self.text(span);
        if said.starts_with(|c: char| c.is_ascii_digit()) {
            return None;
        }
        self.next();
        self.piece(span, PieceKind::DayName);
        if self.special(b',').is_none() {
            self.flaws.push(Flaw::new(span, FlawKind::NoDayComma, ""));
        }
        if !DAYS.iter().any(|day| day.eq_ignore_ascii_case(&said)) {
            self.flaws.push(Flaw::new(span, FlawKind::BadDayName, said));
            return None;
        }
        Some((said, span))
    }

    fn full_year(&mut self, year: u32, span: Span) -> i64 {
        let full = match (digits(self.octets, span), year) {
            (2, 0..=49) => 2000 + i64::from(year),
            (2 | 3, _) => 1900 + i64::from(year),
            _ => i64::from(year),
        };
        if span.len() < 4 {
            self.flaws.push(Flaw::new(span, FlawKind::ShortYear, full.to_string()));
        }
        if full < 1900 {
            self.flaws.push(Flaw::new(span, FlawKind::DateOutOfRange, full.to_string()));
        }
        full
    }

    /// The zone in minutes; `None` when it tells nothing of the place.
    fn zone(&mut self, after: Span) -> Option<i32> {
        self.skip_comments();
        let Some(word) = self.peek().filter(|word| word.kind == LexKind::Atom) else {
            self.flaws.push(Flaw::new(Span::new(after.end, after.end), FlawKind::NoZone, ""));
            return None;
        };
        self.next();
        self.piece(word.span, PieceKind::Zone);
        let text = self.text(word.span);
        if let Some((sign, hours, minutes)) = numeric_zone(&text) {
            if minutes > 59 {
                self.flaws.push(Flaw::new(word.span, FlawKind::BadZone, text.clone()));
            }
            return (text != "-0000").then_some(sign * (hours * 60 + minutes));
        }
        let known = ZONES.iter().find(|(name, _)| name.eq_ignore_ascii_case(&text)).map(|(_, hours)| hours * 60);
        let military =
            text.len() == 1 && text.starts_with(|c: char| c.is_ascii_alphabetic() && !matches!(c, 'j' | 'J'));
        let kind = if known.is_some() {
            FlawKind::NamedZone
        } else if military {
            FlawKind::MilitaryZone
        } else {
            FlawKind::BadZone
        };
        self.flaws.push(Flaw::new(word.span, kind, text));
        known
    }

    /// Comments, and what a date has no place for.
    fn rest(&mut self) {
        while let Some(word) = self.peek() {
            self.next();
            if word.is_comment() {
                self.piece(word.span, PieceKind::Comment);
                continue;
            }
            let end = self.words.last().map_or(word.span.end, |last| last.span.end);
            let rest = Span::new(word.span.start, end);
            self.piece(rest, PieceKind::Text);
            self.flaws.push(Flaw::new(rest, FlawKind::AfterDate, self.text(rest)));
            self.at = self.words.len();
        }
    }

    fn number(&mut self, length: std::ops::RangeInclusive<usize>) -> Option<(u32, Span)> {
        let span = self.atom()?;
        let text = self.text(span);
        if !length.contains(&text.len()) || !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        Some((text.parse().ok()?, span))
    }

    fn atom(&mut self) -> Option<Span> {
        self.skip_comments();
        let word = self.peek().filter(|word| word.kind == LexKind::Atom)?;
        self.next();
        Some(word.span)
    }

    fn special(&mut self, special: u8) -> Option<()> {
        self.skip_comments();
        self.peek().filter(|word| word.is(special))?;
        self.next();
        Some(())
    }

    /// Comments between the words: the obsolete grammar allows them.
    fn skip_comments(&mut self) {
        while let Some(word) = self.peek().filter(|word| word.is_comment()) {
            self.piece(word.span, PieceKind::Comment);
            self.next();
        }
    }

    fn peek(&self) -> Option<Lex> {
        self.words.get(self.at).copied()
    }

    fn next(&mut self) {
        self.at += 1;
    }

    fn text(&self, span: Span) -> String {
        String::from_utf8_lossy(span.of(self.octets)).into_owned()
    }

    /// A piece; when comments stand within it, it keeps to what comes after them.
    fn piece(&mut self, span: Span, kind: PieceKind) {
        let start = self.pieces.last().map_or(span.start, |last| last.span.end.max(span.start));
        self.pieces.push(Piece { span: Span::new(start.min(span.end), span.end), kind });
    }
}

fn digits(octets: &[u8], span: Span) -> usize {
    span.of(octets).iter().filter(|byte| byte.is_ascii_digit()).count()
}

/// `( "+" / "-" ) 4DIGIT`: sign, hours, minutes.
fn numeric_zone(text: &str) -> Option<(i32, i32, i32)> {
    let sign = match text.bytes().next()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let digits =
        text.get(1..).filter(|digits| digits.len() == 4 && digits.bytes().all(|byte| byte.is_ascii_digit()))?;
    let number: i32 = digits.parse().ok()?;
    Some((sign, number / 100, number % 100))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn read_all(text: &str) -> (Option<Date>, Vec<FlawKind>) {
        let (mut pieces, mut flaws) = (Vec::new(), Vec::new());
        let date = read(text.as_bytes(), Span::new(0, text.len()), &mut pieces, &mut flaws);
        (date, flaws.iter().map(|flaw| flaw.kind).collect())
    }

    #[test]
    fn dates_in_seconds() {
        use FlawKind::{
            AfterDate, DateOutOfRange, MilitaryZone, NamedZone, NoDayComma, NoZone, ShortYear, WrongWeekday,
        };
        fn check(text: &str, epoch: i64, flaws: &[FlawKind]) {
            let (date, found) = read_all(text);
            assert_eq!((date.map(|date| date.epoch), found.as_slice()), (Some(epoch), flaws), "{text}");
        }
        // RFC 5322 appendix A.
        check("Fri, 21 Nov 1997 09:55:06 -0600", 880_127_706, &[]);
        check("Tue, 1 Jul 2003 10:52:37 +0200", 1_057_049_557, &[]);
        check("Thu,\r\n 13\r\n Feb\r\n 1969\r\n 23:32\r\n -0330 (Newfoundland Time)", -27_723_480, &[]);
        check("21 Nov 97 09:55:06 GMT", 880_106_106, &[ShortYear, NamedZone]);
        check("Fri, 21 Nov 1997 09(comment): 55 : 06 -0600", 880_127_706, &[]);
        // What the rules say of the rest.
        check("Thu, 01 Jan 1970 00:00:00 +0000", 0, &[]);
        check("1 Jan 1970 00:00 -0000", 0, &[]);
        check("Tue, 29 Feb 2000 12:00:00 +0000", 951_825_600, &[]);
        check("31 Dec 2016 23:59:60 +0000", 1_483_228_800, &[]);
        check("Mon, 21 Nov 1997 09:55:06 -0600", 880_127_706, &[WrongWeekday]);
        check("Fri 21 Nov 1997 09:55:06 -0600", 880_127_706, &[NoDayComma]);
        check("29 Feb 1999 00:00:00 +0000", 920_246_400, &[DateOutOfRange]);
        check("1 Jan 100 00:00:00 EST", 946_702_800, &[ShortYear, NamedZone]);
        check("1 Jan 49 00:00:00 PDT", 2_493_097_200, &[ShortYear, NamedZone]);
        check("1 Jan 1970 0:00:00 +0000", 0, &[FlawKind::OneDigitTime]);
        check("1 Jan 1970 00:00:0 +0000", 0, &[FlawKind::OneDigitTime]);
        check("1 Jan 1970 00:00:00 Z", 0, &[MilitaryZone]);
        check("1 Jan 1970 00:00:00", 0, &[NoZone]);
        check("1 Jan 1970 00:00:00 +0000 or so", 0, &[AfterDate]);
        check("1 Jan 1970 00:00:00 +0075", -4500, &[FlawKind::BadZone]);
        check("1 Jan 1970 00:00:00 CEST", 0, &[FlawKind::BadZone]);
    }

    /// What the calendar writes is read back, and nothing is wrong with it.
    #[test]
    fn a_written_date_is_read_again() {
        for epoch in (-2_208_988_800..7_258_118_400).step_by(8_640_001) {
            let text = calendar::date_time(epoch);
            let (date, flaws) = read_all(&text);
            assert_eq!((date.map(|date| date.epoch), flaws), (Some(epoch), Vec::new()), "{text}");
        }
    }

    #[test]
    fn what_is_no_date() {
        fn check(text: &str) {
            let (date, flaws) = read_all(text);
            assert_eq!(date, None, "{text}");
            assert!(flaws.contains(&FlawKind::BadDate), "{text}");
        }
        check("");
        check("yesterday");
        check("2003-07-01 10:52:37 +0200");
        check("1 Foo 2003 10:52:37 +0200");
        check("1 Jul 2003");
        check("1 Jul 99999999999 10:00 +0000");
    }

    #[test]
    fn zones_tell_the_place_or_not() {
        fn check(zone: &str, offset: Option<i32>) {
            assert_eq!(read_all(&format!("1 Jan 2000 00:00:00 {zone}")).0.unwrap().offset, offset, "{zone}");
        }
        check("+0530", Some(330));
        check("-0330", Some(-210));
        check("+0000", Some(0));
        check("-0000", None);
        check("EDT", Some(-240));
        check("A", None);
    }
}
