//! What the Message view shows of a letter, as data: which letter, its header, its way, its parts, its octets. All of it is
//! bounded, whatever a stranger sent. What the octets mean is `mailproto::message`'s, how it looks the page's.

use mailproto::{
    base64::{Quad, quads},
    line::Ending,
    message::{
        Anatomy,
        date::Date,
        encoding::Encoding,
        envelope::Envelope,
        header::{Field, Group},
        media::MediaKind,
        mime::Entity,
        words,
    },
    note::Note,
    octets::lossless,
    token::Span,
};
use serde::{Deserialize, Serialize};

pub use mailproto::message::flaw::Flaw;

use crate::{
    conversation::Conversation,
    letter::{Facts, Letter, Spread},
    place::Place,
};

/// The most parts the tree shows.
pub const PARTS: usize = 100;
/// The most octets of one line that are shown.
pub const LINE: usize = 400;
/// The most lines of one folded field that are shown.
const FOLDS: usize = 30;
/// The most octets of a body that are decoded to be shown.
const PREVIEW: usize = 16 * 1024;
/// The most octets of a part without text that are shown.
const DUMP: usize = 4 * 1024;
/// The most lines of a decoded text that are shown.
const TEXT_LINES: usize = 200;

/// The letter to show: that of the line at a place, else the nearest.
pub fn chosen(conversation: &Conversation, place: Place) -> Option<&Spread> {
    let (letters, at) = (conversation.letters(), place.entry);
    letters.at(conversation.transcript(), at).or_else(|| letters.nearest(at))
}

/// How many fields, problems or lines show at first.
const STEP: usize = 60;

/// What the page asks of the worker that takes letters apart. The octets of a letter travel beside it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// How the letter is looked at.
    pub look: LetterLook,
    /// The letter from now on; without one it is the one that was given before.
    pub letter: Option<Facts>,
}

impl Question {
    /// As octets, for the way to the worker.
    pub fn encode(&self) -> Vec<u8> {
        // Only a buffer of a fixed size could be too short.
        postcard::to_allocvec(self).unwrap_or_default()
    }

    /// The question of octets that [`Question::encode`] made.
    pub fn decode(octets: &[u8]) -> Option<Self> {
        postcard::from_bytes(octets).ok()
    }
}

/// How a learner looks at a letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LetterLook {
    /// From which side.
    pub side: LetterSide,
    /// How much of a long list.
    pub shown: usize,
    /// The field that is read word by word.
    pub field: Option<usize>,
    /// The chosen part.
    pub part: usize,
    /// The chosen group of a base64 body.
    pub group: usize,
}

/// From which side a letter is looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum LetterSide {
    /// Its header.
    #[default]
    Header,
    /// Its envelope and its postmarks.
    Way,
    /// Its parts.
    Parts,
    /// Its octets.
    Octets,
}

impl LetterSide {
    /// All, in the order they stand.
    pub const ALL: [Self; 4] = [Self::Header, Self::Way, Self::Parts, Self::Octets];
}

impl LetterLook {
    /// The first look from this side.
    pub fn new(side: LetterSide) -> Self {
        Self { side, shown: STEP, field: None, part: 0, group: 0 }
    }

    /// Applies what a button of the sheet asks for: `field 3`, `part 2`, `group 7`, `more`.
    pub fn act(&mut self, act: &str) {
        let (word, number) = act.split_once(' ').unwrap_or((act, "0"));
        let number = number.parse().unwrap_or(0);
        match word {
            "field" => self.field = Some(number).filter(|at| self.field != Some(*at)),
            "part" => (self.part, self.group) = (number, 0),
            "group" => self.group = number,
            "more" => self.shown += STEP * 4,
            _ => {}
        }
    }
}

/// A letter taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// The letter.
    pub letter: Letter,
    /// Its parts.
    pub anatomy: Anatomy,
}

impl Default for Reading {
    fn default() -> Self {
        Self::of(Letter::default())
    }
}

impl Reading {
    /// Takes a letter apart.
    pub fn of(letter: Letter) -> Self {
        let anatomy = Anatomy::of(&letter.octets, letter.complete);
        Self { letter, anatomy }
    }

    /// Its octets.
    pub fn octets(&self) -> &[u8] {
        &self.letter.octets
    }

    /// What it is about, on one line; empty without a Subject.
    pub fn subject(&self) -> String {
        let field = self.anatomy.root.field(self.octets(), "Subject");
        let text = field.map(|field| field.decoded.as_ref().unwrap_or(&field.unfolded));
        text.map(|text| shown(text.as_bytes()).0).unwrap_or_default()
    }

    /// What is wrong, the worst first, otherwise in the order of the message.
    pub fn flaws(&self) -> Vec<&Flaw> {
        let mut flaws: Vec<_> = self.anatomy.flaws.iter().collect();
        flaws.sort_by_key(|flaw| std::cmp::Reverse(flaw.kind.severity()));
        flaws
    }

    /// The line in which an octet stands, from 1.
    pub fn line_of(&self, at: usize) -> usize {
        let before = self.octets().get(..at).unwrap_or(self.octets());
        before.iter().filter(|byte| **byte == b'\n').count() + 1
    }

    /// The places of the header's fields by what they are for: at most so many.
    pub fn groups(&self, most: usize) -> Vec<(Group, Vec<usize>)> {
        let fields = self.anatomy.fields();
        let mut room = most;
        let mut groups = Vec::new();
        for group in Group::ALL {
            let of_group = fields.iter().enumerate().filter(|(_, field)| field.group == group);
            let some: Vec<_> = of_group.map(|(at, _)| at).take(room).collect();
            room -= some.len();
            if !some.is_empty() {
                groups.push((group, some));
            }
        }
        groups
    }

    /// What is known of the envelope, whether this session said it, and how it compares with the letter.
    pub fn envelope(&self) -> (Envelope, bool, Vec<Note>) {
        let said = self.letter.envelope.clone();
        let here = said.is_some();
        let envelope = said.unwrap_or_else(|| Envelope::of(&self.anatomy, self.octets()));
        let notes = envelope.compared(&self.anatomy, self.octets());
        (envelope, here, notes)
    }

    /// The addresses of a field of this name, at most twenty; `None` when there is no such field.
    pub fn addresses(&self, name: &str) -> Option<Vec<String>> {
        let field = self.anatomy.root.field(self.octets(), name)?;
        Some(field.mailboxes().iter().take(20).map(|mailbox| shown(mailbox.address.as_bytes()).0).collect())
    }

    /// The message and its parts, at most [`PARTS`], in the order of the message.
    pub fn tree(&self) -> Vec<TreePart<'_>> {
        let mut nodes = vec![TreePart { entity: &self.anatomy.root, level: 1, place: (1, 1) }];
        add_parts(&mut nodes, 0);
        nodes
    }

    /// The first lines as they stand, at most so many, and how many octets come after them.
    pub fn lines(&self, most: usize) -> (Vec<RawLine>, usize) {
        let entities = self.anatomy.root.walk();
        let mut boundaries: Vec<_> =
            entities.iter().flat_map(|entity| entity.boundaries.iter().map(|boundary| boundary.span.end)).collect();
        boundaries.sort_unstable();
        let mut lines = Vec::new();
        let mut at = 0;
        for line in self.octets().split_inclusive(|byte| *byte == b'\n').take(most) {
            let (text, ending) = split_ending(line);
            let holder = entities.partition_point(|entity| entity.span.start <= at).checked_sub(1);
            let holder = holder.and_then(|holder| entities.get(holder));
            let within = |span: Span| span.start <= at && at < span.end;
            let region = match holder {
                _ if boundaries.binary_search(&(at + line.len())).is_ok() => Region::Boundary,
                Some(entity) if within(entity.header) => Region::Header,
                Some(entity) if entity.border.is_some_and(within) => Region::Border,
                Some(_) | None => Region::Body,
            };
            let (text, left_out) = shown(text);
            lines.push(RawLine { text, left_out, ending, region });
            at += line.len();
        }
        (lines, self.octets().len() - at)
    }
}

/// A part of the tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TreePart<'a> {
    /// The part.
    pub entity: &'a Entity,
    /// How deep it stands; the message itself is at 1.
    pub level: usize,
    /// Which of how many.
    pub place: (usize, usize),
}

/// Where an arrow key leads in a tree whose nodes are all open, from the one at `at` (the tree pattern of the ARIA practices). `levels`
/// says how deep each stands.
pub fn neighbour(levels: &[usize], at: usize, key: &str) -> Option<usize> {
    let level = *levels.get(at)?;
    match key {
        "ArrowDown" => Some(at + 1).filter(|next| *next < levels.len()),
        "ArrowUp" => at.checked_sub(1),
        "ArrowRight" => Some(at + 1).filter(|next| levels.get(*next).is_some_and(|next| *next > level)),
        "ArrowLeft" => levels.get(..at)?.iter().rposition(|before| *before < level),
        "Home" => Some(0),
        "End" => levels.len().checked_sub(1),
        _ => None,
    }
}

fn add_parts<'a>(nodes: &mut Vec<TreePart<'a>>, parent: usize) {
    let Some(TreePart { entity, level, .. }) = nodes.get(parent).copied() else { return };
    for (at, part) in entity.parts.iter().enumerate() {
        if nodes.len() >= PARTS {
            return;
        }
        let place = (at + 1, entity.parts.len());
        nodes.push(TreePart { entity: part, level: level + 1, place });
        add_parts(nodes, nodes.len() - 1);
    }
}

/// A line of a letter as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawLine {
    /// What to show of it.
    pub text: String,
    /// How many octets of it are not shown.
    pub left_out: usize,
    /// How it ends.
    pub ending: Ending,
    /// What it belongs to.
    pub region: Region,
}

/// What a line belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Region {
    /// The header of the message or of a part.
    Header,
    /// The empty line after it.
    Border,
    /// A boundary line.
    Boundary,
    /// A body.
    Body,
}

/// Octets on one line for showing: at most [`LINE`], and how many more there are. Nothing in it can turn the direction of a line.
pub fn shown(octets: &[u8]) -> (String, usize) {
    let mut end = octets.len().min(LINE);
    // No letter is cut in two.
    while end > 0 && end < octets.len() && octets.get(end).is_some_and(|byte| byte & 0xc0 == 0x80) {
        end -= 1;
    }
    (lossless(octets.get(..end).unwrap_or_default()), octets.len() - end)
}

/// The lines of a field after its name, as they stand: each with the octets left out, and how many lines are not shown.
pub fn field_lines(octets: &[u8], field: &Field) -> (Vec<(String, usize)>, usize) {
    let first = field.lines.first().map(|line| Span::new(field.value.start, line.end.max(field.value.start)));
    let spans = first.into_iter().chain(field.lines.iter().skip(1).copied());
    let lines = spans.take(FOLDS).map(|span| shown(span.of(octets))).collect();
    (lines, field.lines.len().saturating_sub(FOLDS))
}

/// A body decoded: its first lines, and whether there is more.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text {
    /// The lines, each with the octets left out.
    pub lines: Vec<(String, usize)>,
    /// Whether there is more than these.
    pub cut: bool,
}

/// The text of a part that has one: HTML as its source. A charset that is not decoded here shows as octets.
pub fn text(octets: &[u8], entity: &Entity) -> Option<Text> {
    if !entity.parts.is_empty() || !matches!(entity.kind, MediaKind::Text | MediaKind::Message) {
        return None;
    }
    let body = entity.body.of(octets);
    let mut head = body.get(..PREVIEW).unwrap_or(body);
    if head.len() < body.len()
        && let Some(end) = head.iter().rposition(|byte| *byte == b'\n')
    {
        head = head.get(..=end).unwrap_or(head);
    }
    let decoded = entity.encoding.decode(head);
    let charset = entity.charset.as_deref().unwrap_or_default();
    let text = match words::decode_charset(charset, &decoded) {
        Some(text) => text.into_bytes(),
        None => decoded,
    };
    let mut lines = text.split_inclusive(|byte| *byte == b'\n');
    let shown = lines.by_ref().take(TEXT_LINES).map(|line| shown(split_ending(line).0)).collect();
    Some(Text { lines: shown, cut: head.len() < body.len() || lines.next().is_some() })
}

/// A body decoded, octet by octet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dump {
    /// Its first octets as `xxd` prints them.
    pub text: String,
    /// How many come after these.
    pub left_out: usize,
}

/// The octets of a part that has no text, at most [`DUMP`] of them.
pub fn dump(octets: &[u8], entity: &Entity) -> Option<Dump> {
    if !entity.parts.is_empty() || matches!(entity.kind, MediaKind::Text | MediaKind::Message | MediaKind::Multipart) {
        return None;
    }
    let body = entity.body.of(octets);
    // No encoding needs more than three octets for one, and few line ends.
    let decoded = entity.encoding.decode(body.get(..PREVIEW).unwrap_or(body));
    let shown = decoded.get(..DUMP).unwrap_or(&decoded);
    let left_out = entity.decoded.saturating_sub(shown.len());
    (!shown.is_empty()).then(|| Dump { text: hex(shown), left_out })
}

/// Sixteen octets a line: where it begins, the octets in pairs, and their letters, with a dot for what has none.
fn hex(octets: &[u8]) -> String {
    let mut out = String::new();
    for (row, line) in octets.chunks(16).enumerate() {
        let pairs = line.chunks(2).map(|pair| pair.iter().map(|octet| format!("{octet:02x}")).collect::<String>());
        let pairs = pairs.collect::<Vec<_>>().join(" ");
        let letter = |octet: &u8| if matches!(octet, b' '..=b'~') { char::from(*octet) } else { '.' };
        let letters: String = line.iter().map(letter).collect();
        out.push_str(&format!("{:08x}: {pairs:<39}  {letters}\n", row * 16));
    }
    out
}

/// One group of a base64 body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group64 {
    /// The group.
    pub quad: Quad,
    /// The line it begins in: what stands before it, its letters, what stands after it.
    pub line: [String; 3],
    /// Whether another follows.
    pub more: bool,
}

/// The group of this number, from 0, of a base64 body.
pub fn group64(octets: &[u8], entity: &Entity, number: usize) -> Option<Group64> {
    if entity.encoding != Encoding::Base64 {
        return None;
    }
    let mut groups = quads(entity.body.of(octets), entity.body.start).skip(number);
    let (span, quad) = groups.next()?;
    let line_end = |byte: &u8| *byte == b'\n' || *byte == b'\r';
    let before = Span::new(entity.body.start, span.start).of(octets);
    let before = before.get(before.iter().rposition(line_end).map_or(0, |at| at + 1)..).unwrap_or_default();
    let after = Span::new(span.end, entity.body.end).of(octets);
    let after = after.get(..after.iter().position(line_end).unwrap_or(after.len())).unwrap_or_default();
    let letters: Vec<_> = span.of(octets).iter().filter(|byte| !line_end(byte)).copied().collect();
    let line = [before, &letters, after].map(|text| shown(text).0);
    Some(Group64 { quad, line, more: groups.next().is_some() })
}

/// A date as numbers: `2026-11-20 12:04:33 +0200`.
pub fn moment(date: &Date) -> String {
    let zone = date.offset.map_or_else(String::new, |minutes| {
        let sign = if minutes < 0 { '-' } else { '+' };
        format!(" {sign}{:02}{:02}", minutes.abs() / 60, minutes.abs() % 60)
    });
    let Date { year, month, day, hour, minute, second, .. } = date;
    format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}{zone}")
}

fn split_ending(line: &[u8]) -> (&[u8], Ending) {
    match line {
        [text @ .., b'\r', b'\n'] => (text, Ending::CrLf),
        [text @ .., b'\n'] => (text, Ending::Lf),
        _ => (line, Ending::None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_travels_whole() {
        #[track_caller]
        fn check(look: LetterLook, letter: Option<Letter>) {
            let asked = Question { look, letter: letter.as_ref().map(Letter::facts) };
            let again = Question::decode(&asked.encode()).unwrap();
            assert_eq!(again, asked);
            assert_eq!(again.letter.map(|facts| facts.of(vec![7])), letter);
        }
        for side in LetterSide::ALL {
            check(LetterLook::new(side), None);
        }
        let look = LetterLook { side: LetterSide::Parts, shown: 300, field: Some(0), part: 7, group: 12 };
        let envelopes = [
            None,
            Some(Envelope::default()),
            Some(Envelope { from: Some(String::new()), to: vec!["a@b.test".into()] }),
            Some(Envelope { from: Some("a@b.test".into()), to: vec![] }),
        ];
        for envelope in envelopes {
            let (octets, complete, ended, left_out) = (vec![7], true, false, 12);
            check(look, Some(Letter { octets, complete, ended, left_out, envelope }));
        }
    }

    /// As `xxd` printed them.
    #[test]
    fn octets_are_laid_out_as_xxd_does() {
        assert_eq!(hex(b""), "");
        assert_eq!(hex(b"a\xff\n"), "00000000: 61ff 0a                                  a..\n");
        let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0 ~\x7f";
        let two = "00000000: 8950 4e47 0d0a 1a0a 0000 000d 4948 4452  .PNG........IHDR\n\
                   00000010: 0000 207e 7f                             .. ~.\n";
        assert_eq!(hex(png), two);
    }

    #[test]
    fn arrows_walk_over_the_tree() {
        fn check(at: usize, key: &str, to: Option<usize>) {
            assert_eq!(neighbour(&[1, 2, 3, 3, 2], at, key), to, "{key} at {at}");
        }
        check(0, "ArrowDown", Some(1));
        check(4, "ArrowDown", None);
        check(0, "ArrowUp", None);
        check(4, "ArrowUp", Some(3));
        check(1, "ArrowRight", Some(2));
        check(2, "ArrowRight", None);
        check(3, "ArrowLeft", Some(1));
        check(4, "ArrowLeft", Some(0));
        check(0, "ArrowLeft", None);
        check(3, "Home", Some(0));
        check(0, "End", Some(4));
        check(0, "x", None);
        check(9, "ArrowUp", None);
    }

    #[test]
    fn buttons_act_on_the_look() {
        let mut look = LetterLook::new(LetterSide::Header);
        for act in ["field 3", "group 5", "part 2", "more", "nothing", "part -1x"] {
            look.act(act);
        }
        assert_eq!((look.field, look.part, look.group), (Some(3), 0, 0));
        assert!(look.shown > STEP);
        look.act("field 3");
        assert_eq!(look.field, None);
    }
}
