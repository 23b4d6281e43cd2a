//! The Message view between the learner and the worker that takes letters apart: which letter is looked at and how, what the worker was
//! given, what it answered. It is asked one thing at a time; a letter that goes on is handed over anew as soon as the answer is here.

use std::rc::Rc;

use crate::{
    letter::{Letter, Spread},
    message::{LetterLook, LetterSide, Question},
    sheet::{self, Node},
    sitting::SittingId,
    transcript::Transcript,
};

/// A letter: the session and its first entry there.
type Of = (SittingId, usize);

/// The view.
#[derive(Clone, Debug)]
pub struct Reader {
    of: Option<Of>,
    look: LetterLook,
    /// What the worker made of it last.
    sheet: Rc<Vec<Node>>,
    /// What the worker has: the letter, how long the record was, and whether no more of it can come.
    given: Option<(Of, usize, bool)>,
    /// What was asked last.
    asked: Option<(Of, LetterLook)>,
    standing: Standing,
}

/// How the question that was asked last stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Answered, or none was asked.
    Answered,
    /// On its way.
    Asked,
    /// The worker could not be fetched, or broke.
    Failed,
}

/// What is asked of the worker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The look, and what is known of the letter if it is a new one.
    pub question: Question,
    /// The octets of a new letter.
    pub octets: Option<Vec<u8>>,
}

impl Default for Reader {
    fn default() -> Self {
        let look = LetterLook::new(LetterSide::default());
        Self { of: None, look, sheet: Rc::default(), given: None, asked: None, standing: Standing::Answered }
    }
}

impl Reader {
    /// How the letter is looked at.
    pub fn look(&self) -> LetterLook {
        self.look
    }

    /// What there is to show.
    pub fn sheet(&self) -> &Rc<Vec<Node>> {
        &self.sheet
    }

    /// How the last question stands.
    pub fn standing(&self) -> Standing {
        self.standing
    }

    /// Looks from another side.
    pub(crate) fn turn(&mut self, side: LetterSide) {
        self.look = LetterLook::new(side);
    }

    /// Applies what a button of the sheet asks for.
    pub(crate) fn act(&mut self, act: &str) {
        self.look.act(act);
    }

    /// The worker is tried once more.
    pub(crate) fn again(&mut self) {
        if self.standing == Standing::Failed {
            self.standing = Standing::Answered;
        }
    }

    /// The worker answered with a sheet, or broke.
    pub(crate) fn answered(&mut self, sheet: Option<&str>) {
        match sheet {
            Some(sheet) => {
                self.standing = Standing::Answered;
                self.sheet = Rc::new(sheet::decode(sheet));
            }
            // A new worker must be given the letter again.
            None => (self.standing, self.given, self.asked) = (Standing::Failed, None, None),
        }
    }

    /// Shows a letter, and gives the question that is due for that.
    pub(crate) fn show(&mut self, id: SittingId, transcript: &Transcript, spread: &Spread) -> Option<Asked> {
        let of = (id, spread.first);
        if self.of != Some(of) {
            self.of = Some(of);
            self.look = LetterLook::new(self.look.side);
        }
        // A letter that is over stays as it is.
        let has = |(given, length, ended): (Of, usize, bool)| given == of && (ended || length == transcript.len());
        let known = self.given.is_some_and(has);
        if self.standing != Standing::Answered || (known && self.asked == Some((of, self.look))) {
            return None;
        }
        let letter = (!known).then(|| spread.collect(transcript));
        if let Some(letter) = &letter {
            self.given = Some((of, transcript.len(), letter.ended));
        }
        (self.standing, self.asked) = (Standing::Asked, Some((of, self.look)));
        let question = Question { look: self.look, letter: letter.as_ref().map(Letter::facts) };
        Some(Asked { question, octets: letter.map(|letter| letter.octets) })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use crate::testing::play;
    use mailproto::Protocol;

    const READ: &[&str] =
        &["+OK", "> USER ada", "+OK", "> PASS x", "+OK", "> RETR 1", "+OK", "Subject: one", "", "text"];

    /// What is asked now, in short: how many octets go with it, if a letter does.
    fn asked(reader: &mut Reader, lines: &[&str]) -> Option<Option<usize>> {
        let conversation = play(Protocol::Pop3, lines);
        let spread = conversation.letters().iter().next_back().unwrap();
        let asked = reader.show(SittingId(1), conversation.transcript(), spread)?;
        assert_eq!(asked.question.letter.is_some(), asked.octets.is_some());
        Some(asked.octets.map(|octets| octets.len()))
    }

    #[test]
    fn one_question_at_a_time() {
        let mut reader = Reader::default();
        let more = [READ, &["more"]].concat();
        let whole = [&more[..], &["."]].concat();
        assert_eq!(asked(&mut reader, READ), Some(Some(22)));
        assert_eq!(asked(&mut reader, &more), None, "the answer is on its way");
        reader.answered(Some(""));
        assert_eq!(asked(&mut reader, &more), Some(Some(28)), "it has grown");
        reader.answered(Some(""));
        assert_eq!(asked(&mut reader, &more), None, "nothing new");
        assert_eq!(asked(&mut reader, &whole), Some(Some(28)));
        reader.answered(Some(""));
        let later = [&whole[..], &["> NOOP", "+OK"]].concat();
        assert_eq!(asked(&mut reader, &later), None, "a letter that is over stays as it is");
        reader.turn(LetterSide::Parts);
        assert_eq!(asked(&mut reader, &later), Some(None), "the worker has it");
        reader.act("part 2");
        assert_eq!(asked(&mut reader, &later), None);
        reader.answered(Some(""));
        assert_eq!(asked(&mut reader, &later), Some(None));
        assert_eq!((reader.look().side, reader.look().part), (LetterSide::Parts, 2));
    }

    #[test]
    fn another_letter_is_looked_at_afresh_and_a_broken_worker_is_given_all_again() {
        let mut reader = Reader::default();
        let first = [READ, &["."]].concat();
        let second = [&first[..], &["> RETR 2", "+OK", "Subject: two", "", "."]].concat();
        assert_eq!(asked(&mut reader, &first), Some(Some(22)));
        reader.answered(None);
        assert_eq!(reader.standing(), Standing::Failed);
        assert_eq!(asked(&mut reader, &first), None, "not before somebody asks for it");
        reader.again();
        assert_eq!(asked(&mut reader, &first), Some(Some(22)));
        reader.answered(Some(""));
        reader.turn(LetterSide::Octets);
        reader.act("more");
        assert_eq!(asked(&mut reader, &second), Some(Some(16)));
        assert_eq!(reader.look(), LetterLook::new(LetterSide::Octets));
    }
}
