//! Reply codes taken apart: what each digit says, and what class, subject and detail of an enhanced code say. The codes of
//! three digits themselves are in `smtp`.

use super::names::{Named, code_note};
use crate::{
    machine::{Rfc, Word, rfc},
    note::Note,
    token::Enhanced,
};

/// What the three digits of a reply to a command say.
pub(super) fn digit_notes(code: u16, to: Option<Word>) -> [Note; 3] {
    let first = match code / 100 {
        1 => "digit-1yz",
        2 => "digit-2yz",
        3 => "digit-3yz",
        4 => "digit-4yz",
        5 => "digit-5yz",
        _ => "digit-none",
    };
    let second = match code / 10 % 10 {
        0 => "digit-x0z",
        1 => "digit-x1z",
        2 => "digit-x2z",
        3 | 4 => "digit-x34z",
        5 => "digit-x5z",
        _ => "digit-none",
    };
    let by = |key| Note::new(key).by(rfc(5321, "4.2.1"));
    [by(first), by(second), code_note(code, to)]
}

/// What class, subject and detail say.
pub(super) fn enhanced_notes(enhanced: Enhanced) -> [Note; 3] {
    let class = match enhanced.class {
        2 => "enhanced-class-2",
        4 => "enhanced-class-4",
        _ => "enhanced-class-5",
    };
    let subject = SUBJECTS.get(usize::from(enhanced.subject)).copied().unwrap_or("enhanced-subject-unknown");
    let (detail, section) =
        row(enhanced).map_or(("enhanced-detail-unknown", rfc(5248, "2")), |(.., key, rfc)| (key, *rfc));
    let code = format!("X.{}.{}", enhanced.subject, enhanced.detail);
    [
        Note::new(class).by(rfc(3463, "2")),
        Note::new(subject).by(rfc(3463, "2")),
        Note::new(detail).arg("code", code).by(section),
    ]
}

/// The one note on the code as a whole: its detail, or the subject when the detail is in no list.
pub(super) fn enhanced_note(enhanced: Enhanced) -> Note {
    let [_, subject, detail] = enhanced_notes(enhanced);
    if row(enhanced).is_some() { detail } else { subject }
}

fn row(enhanced: Enhanced) -> Option<&'static (u16, u16, &'static str, Rfc)> {
    DETAILS.iter().find(|(subject, detail, ..)| (*subject, *detail) == (enhanced.subject, enhanced.detail))
}

/// The keys of this file's tables.
pub(super) fn keys() -> impl Iterator<Item = &'static str> {
    SUBJECTS.into_iter().chain(DETAILS.iter().map(|(_, _, key, _)| *key))
}

/// What the digits of a reply code say: the first, then the second (RFC 5321 section 4.2.1).
pub fn digits() -> Vec<Named> {
    let mut names: Vec<Named> = Vec::new();
    for (name, code, place) in [
        ("2yz", 200, 0),
        ("3yz", 300, 0),
        ("4yz", 400, 0),
        ("5yz", 500, 0),
        ("x0z", 200, 1),
        ("x1z", 210, 1),
        ("x2z", 220, 1),
        ("x3z, x4z", 230, 1),
        ("x5z", 250, 1),
    ] {
        let [first, second, _] = digit_notes(code, None);
        names.push((name.into(), if place == 0 { first } else { second }));
    }
    names
}

/// The classes, the subjects and the details of enhanced codes we can tell about.
pub fn enhanced_codes() -> Vec<Named> {
    let mut names: Vec<Named> = Vec::new();
    let note = |class, subject| enhanced_notes(Enhanced { class, subject, detail: 0 });
    for class in [2, 4, 5] {
        let [says, ..] = note(class, 0);
        names.push((format!("{class}.x.x"), says));
    }
    for subject in 0..=7 {
        let [_, says, _] = note(2, subject);
        names.push((format!("x.{subject}.x"), says));
    }
    for (subject, detail, key, rfc) in DETAILS {
        names.push((format!("x.{subject}.{detail}"), Note::new(key).by(*rfc)));
    }
    names
}

const SUBJECTS: [&str; 8] = [
    "enhanced-subject-0",
    "enhanced-subject-1",
    "enhanced-subject-2",
    "enhanced-subject-3",
    "enhanced-subject-4",
    "enhanced-subject-5",
    "enhanced-subject-6",
    "enhanced-subject-7",
];

macro_rules! details {
    ($($number:literal $section:literal: $($subject:literal $detail:literal),+;)*) => {
        /// The registry of details (RFC 3463 section 3, RFC 5248 section 2.4 and what was added since).
        const DETAILS: &[(u16, u16, &str, Rfc)] = &[$($((
            $subject,
            $detail,
            concat!("enhanced-", stringify!($subject), "-", stringify!($detail)),
            rfc($number, $section),
        ),)+)*];
    };
}

details! {
    3463 "3.1": 0 0;
    3463 "3.2": 1 0, 1 1, 1 2, 1 3, 1 4, 1 5, 1 6, 1 7, 1 8;
    3886 "3.3.4": 1 9;
    7505 "6": 1 10;
    3463 "3.3": 2 0, 2 1, 2 2, 2 3, 2 4;
    3463 "3.4": 3 0, 3 1, 3 2, 3 3, 3 4, 3 5;
    6710 "10": 3 6;
    3463 "3.5": 4 0, 4 1, 4 2, 4 3, 4 4, 4 5, 4 6, 4 7;
    3463 "3.6": 5 0, 5 1, 5 2, 5 3, 5 4, 5 5;
    4954 "6": 5 6;
    3463 "3.7": 6 0, 6 1, 6 2, 6 3, 6 4, 6 5;
    4468 "5": 6 6;
    6531 "4.2": 6 7, 6 8, 6 9, 6 10;
    3463 "3.8": 7 0, 7 1, 7 2, 7 3, 7 4, 7 5, 7 6, 7 7;
    4954 "6": 7 8, 7 9;
    5248 "2.4": 7 10;
    4954 "6": 7 11, 7 12;
    5248 "2.4": 7 13, 7 14;
    6710 "10": 7 15, 7 16;
    7293 "15.3": 7 17, 7 18, 7 19;
    7372 "3.1": 7 20, 7 21, 7 22;
    7372 "3.2": 7 23, 7 24;
    7372 "3.3": 7 25;
    7372 "3.4": 7 26;
    7505 "6": 7 27;
    8617 "10.4": 7 29;
    8689 "7": 7 30;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(subject: u16, detail: u16, key: &str, number: u16, section: &str) {
        let note = enhanced_note(Enhanced { class: 5, subject, detail });
        let found = note.rfc.map(|rfc| (rfc.number, rfc.section));
        assert_eq!((note.key, found), (key, Some((number, section))), "X.{subject}.{detail}");
    }

    #[test]
    fn enhanced_codes() {
        check(1, 1, "enhanced-1-1", 3463, "3.2");
        check(1, 10, "enhanced-1-10", 7505, "6");
        check(6, 7, "enhanced-6-7", 6531, "4.2");
        check(7, 8, "enhanced-7-8", 4954, "6");
        check(7, 26, "enhanced-7-26", 7372, "3.4");
        check(7, 999, "enhanced-subject-7", 3463, "2");
        check(9, 1, "enhanced-subject-unknown", 3463, "2");
    }
}
