//! A line taken apart: tokens tied to their meanings by leaders, or by letters where leaders would cross or not fit.
//! Leaders are measured in characters: the wire is monospaced. Classes carry the measures, since no style attribute may.

use workbench::{
    mailproto::{Class, TokenKind, note::Note, token::Side},
    panel::Tie,
};
use yew::prelude::*;

use super::parts::glyph;
use crate::i18n::note;

/// Beyond this column, the glyph counted, the text would begin left of the leader.
const LAST_COLUMN: usize = 11;

/// Beyond this column the text moves a little to the right.
const NEAR_COLUMN: usize = 9;

/// More leaders than this are a thicket.
const MOST_LEADERS: usize = 4;

/// The glyph and the space behind it, in characters.
const GLYPH: usize = 3;

/// A token with its meaning.
struct Tied<'a> {
    text: &'a str,
    note: &'a Note,
    /// Its column, the glyph counted.
    column: usize,
    hue: Hue,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Hue {
    Client,
    Server,
    Error,
}

impl Hue {
    fn of(side: Side, kind: TokenKind) -> Self {
        match (kind.class(), side) {
            (Some(Class::Transient | Class::Permanent), _) => Self::Error,
            (_, Side::Client) => Self::Client,
            (_, Side::Server) => Self::Server,
        }
    }

    fn leader(self) -> &'static str {
        match self {
            Self::Client => "tie--client",
            Self::Server => "tie--server",
            Self::Error => "tie--error",
        }
    }
}

/// A line taken apart.
pub fn tie(tie: &Tie) -> Html {
    let tied = tied(tie);
    let last = tied.last().map_or(0, |tied| tied.column);
    let leaders = tied.len() <= MOST_LEADERS && last <= LAST_COLUMN;
    let far = leaders && last > NEAR_COLUMN;
    html! {
        <div class={classes!("tie", (!leaders).then_some("tie--letters"), far.then_some("tie--far"))}>
            <p class="tie__wire">
                <span class={classes!("tie__dir", side_class(tie.side))} aria-hidden="true">
                    { glyph(tie.side, tie.encrypted) }
                </span>
                { words(tie, leaders) }
            </p>
            <ol class="tie__list">
                if leaders { { for (0..tied.len()).rev().map(|index| led(&tied, index)) } } else {
                    { for tied.iter().enumerate().map(lettered) }
                }
            </ol>
        </div>
    }
}

fn side_class(side: Side) -> &'static str {
    match side {
        Side::Client => "tie--client",
        Side::Server => "tie--server",
    }
}

fn tied(tie: &Tie) -> Vec<Tied<'_>> {
    let mut column = GLYPH;
    let mut tied = Vec::new();
    for (piece, note) in &tie.pieces {
        if let (Some(kind), Some(note)) = (piece.kind, note.and_then(|note| tie.notes.get(note))) {
            tied.push(Tied { text: &piece.text, note, column, hue: Hue::of(tie.side, kind) });
        }
        column += piece.text.chars().count();
    }
    tied
}

/// The line itself. Underlines alternate, so that neighbours differ without colour.
fn words(tie: &Tie, leaders: bool) -> Html {
    let mut count = 0;
    let piece = |(piece, note): &(workbench::log::Piece, Option<usize>)| {
        let text = piece.text.clone();
        let Some(kind) = piece.kind.filter(|_| note.is_some()) else { return html! { { text } } };
        let class = match (Hue::of(tie.side, kind), count % 2) {
            (Hue::Error, _) => "tie__tok--error",
            (Hue::Client, 0) => "tie__tok--client",
            (Hue::Client, _) => "tie__tok--client2",
            (Hue::Server, 0) => "tie__tok--server",
            (Hue::Server, _) => "tie__tok--server2",
        };
        let tag = (!leaders).then(|| html! { <sup class="tie__tag" aria-hidden="true">{ letter(count) }</sup> });
        count += 1;
        html! { <><span class={classes!("tie__tok", class)}>{ text }</span>{ tag }</> }
    };
    tie.pieces.iter().map(piece).collect()
}

/// The meaning at the end of a leader; the leaders of the tokens before it pass by.
fn led(all: &[Tied<'_>], index: usize) -> Html {
    let item = &all[index];
    let passing = all[..index].iter().map(|tied| {
        html! { <span class={classes!("tie__pass", column_class(tied), tied.hue.leader())} aria-hidden="true"></span> }
    });
    html! {
        <li class="tie__item">
            <span class={classes!("tie__lead", column_class(item), item.hue.leader())} aria-hidden="true"></span>
            { for passing }
            <p class="tie__text"><span class="sr">{ item.text }{ ": " }</span>{ note(item.note) }</p>
        </li>
    }
}

fn lettered((index, item): (usize, &Tied<'_>)) -> Html {
    html! {
        <li class="tie__item">
            <span class={classes!("tie__letter", item.hue.leader())} aria-hidden="true">{ letter(index) }</span>
            <p class="tie__text"><span class="sr">{ item.text }{ ": " }</span>{ note(item.note) }</p>
        </li>
    }
}

fn letter(index: usize) -> String {
    const LETTERS: &[u8; 26] = b"abcdefghijklmnopqrstuvwxyz";
    LETTERS.get(index).map_or_else(|| (index + 1).to_string(), |letter| char::from(*letter).to_string())
}

/// The class that puts a leader under the middle of a token, or near the head of a long one; in half characters.
fn column_class(tied: &Tied<'_>) -> String {
    let length = tied.text.chars().count().clamp(1, 4);
    format!("tie--x{}", tied.column * 2 + length)
}
