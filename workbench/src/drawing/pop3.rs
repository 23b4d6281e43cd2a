//! Where POP3's states and lines stand: wide, and tall for a phone.

use mailproto::State::{Authorization, Closed, NoConnection, Transaction, Update};

use super::geometry::{
    Anchor::{Middle, Start},
    Head::{Down, Left, Right, Up},
    LineKind::{Again, Fault},
    ListPlace, Loop, Plan, Rect, Spot, at, line,
};

// The ways to CLOSED that QUIT and a cut share.
const WIDE_QUIT: &str = "M268 66V98Q268 106 260 106H132Q124 106 124 114V195";
const WIDE_UPDATE_CLOSED: &str = "M243 300H100Q92 300 92 292V261";
const TALL_UPDATE_CLOSED: &str = "M190 428V489";
const TALL_QUIT: &str = "M105 148H44V529H97";

pub(super) static WIDE: Plan = Plan {
    view_box: Rect::new(0, 6, 526, 324),
    nodes: &[
        (NoConnection, Rect::new(18, 16, 140, 48)),
        (Authorization, Rect::new(243, 14, 158, 52)),
        (Transaction, Rect::new(243, 144, 158, 52)),
        (Update, Rect::new(243, 275, 158, 50)),
        (Closed, Rect::new(18, 203, 148, 50)),
    ],
    routes: &[
        line(NoConnection, Authorization, "M158 40H235", Right(243, 40), (196, 40))
            .says(Spot { x: 197, y: 64, per_line: 1, anchor: Middle })
            .prose(&[("ui-draw-connect", 197, 25, Middle)]),
        line(Authorization, Transaction, "M322 66V136", Down(322, 144), (322, 102)).says(at(338, 100, 2)),
        line(Authorization, Closed, WIDE_QUIT, Down(124, 203), (226, 106)).says(at(168, 100, 1)),
        line(Authorization, Closed, WIDE_QUIT, Down(124, 203), (226, 106))
            .cut((150, 106), &[("ui-draw-cut", 200, 100, Start)]),
        line(Transaction, Update, "M322 196V267", Down(322, 275), (322, 230)).says(at(338, 234, 1)),
        line(Update, Closed, WIDE_UPDATE_CLOSED, Up(92, 253), (220, 300))
            .cut((92, 280), &[("ui-draw-cut", 104, 281, Start)]),
        line(Update, Closed, WIDE_UPDATE_CLOSED, Up(92, 253), (220, 300)).says(at(108, 294, 2)).prose(&[(
            "ui-draw-goodbye",
            174,
            294,
            Start,
        )]),
        line(Transaction, Closed, "M243 170H204V228H174", Left(166, 228), (204, 196))
            .kind(Fault)
            .prose(&[("ui-draw-line-cut", 214, 218, Start), ("ui-draw-nothing-deleted", 214, 232, Start)]),
        line(NoConnection, Closed, "M84 64V195", Down(84, 203), (84, 110)).kind(Fault).prose(&[(
            "ui-draw-cut",
            90,
            146,
            Start,
        )]),
        line(Closed, NoConnection, "M40 203V72", Up(40, 64), (40, 110)).kind(Again).prose(&[(
            "ui-draw-again",
            46,
            146,
            Start,
        )]),
    ],
    loops: &[
        Loop { state: Authorization, path: "M401 29C428 24 428 56 410 52", head: Left(401, 51), words: at(434, 29, 2) },
        Loop {
            state: Transaction,
            path: "M401 158C428 152 428 188 410 183",
            head: Left(401, 182),
            words: at(434, 146, 2),
        },
    ],
    common: None,
    obsolete: Some(ListPlace { heading: ("ui-draw-obsolete", 434, 262), words: at(434, 277, 2) }),
};

pub(super) static TALL: Plan =
    Plan {
        view_box: Rect::new(0, 4, 372, 572),
        nodes: &[
            (NoConnection, Rect::new(105, 12, 170, 48)),
            (Authorization, Rect::new(105, 123, 170, 50)),
            (Transaction, Rect::new(105, 251, 170, 50)),
            (Update, Rect::new(105, 380, 170, 48)),
            (Closed, Rect::new(105, 497, 170, 48)),
        ],
        routes: &[
            line(NoConnection, Authorization, "M190 60V115", Down(190, 123), (190, 88))
                .says(at(206, 100, 1))
                .prose(&[("ui-draw-connect", 206, 84, Start)]),
            line(Authorization, Transaction, "M190 173V243", Down(190, 251), (190, 207)).says(at(206, 205, 2)),
            line(Authorization, Closed, TALL_QUIT, Right(105, 529), (44, 330)).says(at(56, 140, 1)),
            line(Authorization, Closed, TALL_QUIT, Right(105, 529), (44, 330))
                .cut((44, 352), &[("ui-draw-cut", 56, 161, Start)]),
            line(Transaction, Update, "M190 301V372", Down(190, 380), (190, 350)).says(at(206, 354, 1)),
            line(Update, Closed, TALL_UPDATE_CLOSED, Down(190, 497), (190, 458))
                .cut((190, 478), &[("ui-draw-cut", 206, 480, Start)]),
            line(Update, Closed, TALL_UPDATE_CLOSED, Down(190, 497), (190, 458)).says(at(206, 462, 2)).prose(&[(
                "ui-draw-goodbye",
                276,
                462,
                Start,
            )]),
            line(Transaction, Closed, "M105 276H68V513H97", Right(105, 513), (68, 400))
                .kind(Fault)
                .prose(&[("ui-draw-line-cut", 76, 320, Start), ("ui-draw-nothing-deleted", 76, 334, Start)]),
            line(NoConnection, Closed, "M105 44H28V541H97", Right(105, 541), (28, 240)).kind(Fault).prose(&[(
                "ui-draw-cut",
                34,
                62,
                Start,
            )]),
            line(Closed, NoConnection, "M190 545V566H12V28H97", Right(105, 28), (12, 300)).kind(Again).prose(&[(
                "ui-draw-again",
                22,
                22,
                Start,
            )]),
        ],
        loops: &[
            Loop {
                state: Authorization,
                path: "M275 137C300 132 300 162 284 159",
                head: Left(275, 158),
                words: at(302, 136, 2),
            },
            Loop {
                state: Transaction,
                path: "M275 265C300 260 300 290 284 287",
                head: Left(275, 286),
                words: at(302, 250, 2),
            },
        ],
        common: None,
        obsolete: Some(ListPlace { heading: ("ui-draw-obsolete", 302, 396), words: at(302, 411, 2) }),
    };
