//! Where SMTP's states and lines stand: wide, and tall for a phone.

use mailproto::State::{Closed, Connected, Data, Greeted, NoConnection, Recipients, Sasl, Sender};

use super::geometry::{
    Anchor::{End, Middle, Start},
    Head::{Down, Left, Right, Up},
    LineKind::{Again, Fault, Lenient},
    ListPlace, Loop, Plan, Rect, Spot, at, line,
};

// The ways to CLOSED, which QUIT and a cut share.
const WIDE_REFUSED: &str = "M44 54H14Q6 54 6 62V254Q6 262 14 262H36";
const WIDE_CONNECTED_CLOSED: &str = "M210 52Q202 52 202 60V200Q202 208 194 208H132Q124 208 124 216V218";
const WIDE_GREETED_CLOSED: &str = "M216 166V200Q216 208 208 208H132Q124 208 124 216V218";
const WIDE_SENDER_CLOSED: &str = "M462 142H512Q520 142 520 150V286Q520 294 512 294H110Q102 294 102 286V280";
const WIDE_RECIPIENTS_CLOSED: &str = "M400 272V286Q400 294 392 294H110Q102 294 102 286V280";
const TALL_REFUSED: &str = "M92 38H36Q28 38 28 46V576Q28 584 36 584H84";
const TALL_CONNECTED_CLOSED: &str = "M92 120H56Q48 120 48 128V562Q48 570 56 570H84";
const TALL_GREETED_CLOSED: &str = "M92 216H56Q48 216 48 224V562Q48 570 56 570H84";
const TALL_SENDER_CLOSED: &str = "M92 306H56Q48 306 48 314V562Q48 570 56 570H84";
const TALL_RECIPIENTS_CLOSED: &str = "M92 392H56Q48 392 48 400V562Q48 570 56 570H84";

pub(super) static WIDE: Plan = Plan {
    view_box: Rect::new(0, 2, 526, 304),
    nodes: &[
        (NoConnection, Rect::new(44, 18, 116, 44)),
        (Connected, Rect::new(210, 18, 102, 44)),
        (Greeted, Rect::new(210, 118, 102, 48)),
        (Sasl, Rect::new(44, 118, 116, 48)),
        (Sender, Rect::new(366, 118, 96, 48)),
        (Recipients, Rect::new(366, 226, 96, 46)),
        (Data, Rect::new(210, 226, 102, 46)),
        (Closed, Rect::new(44, 226, 116, 46)),
    ],
    routes: &[
        line(NoConnection, Connected, "M160 40H202", Right(210, 40), (182, 40))
            .says(Spot { x: 184, y: 28, per_line: 1, anchor: Middle })
            .prose(&[("ui-draw-connect", 184, 14, Middle)]),
        line(Connected, Greeted, "M296 62V110", Down(296, 118), (296, 74)).says(at(308, 74, 1)),
        line(Greeted, Connected, "M222 118V70", Up(222, 62), (222, 92)).says(at(233, 94, 1)),
        line(Greeted, Sasl, "M210 134H168", Left(160, 134), (184, 134)).says(at(163, 122, 1)),
        line(Sasl, Greeted, "M160 152H202", Right(210, 152), (184, 152)).says(at(164, 172, 1)),
        line(Greeted, Sender, "M312 146H358", Right(366, 146), (340, 146)).says(at(334, 138, 1)),
        line(Sender, Greeted, "M366 160H320", Left(312, 160), (352, 160)),
        line(Recipients, Greeted, "M366 240H344Q336 240 336 232V168Q336 160 328 160H320", Left(312, 160), (336, 222))
            .says(at(342, 184, 2))
            .joined(&[Sender]),
        line(Sender, Recipients, "M414 166V218", Down(414, 226), (414, 207)).says(at(428, 210, 1)),
        line(Recipients, Data, "M366 254H320", Left(312, 254), (340, 254)).says(at(325, 275, 1)),
        line(Data, Greeted, "M270 226V174", Up(270, 166), (270, 198)).says(at(284, 186, 1)),
        line(Connected, Closed, WIDE_CONNECTED_CLOSED, Down(124, 226), (202, 98)).says(at(167, 78, 1)),
        line(Greeted, Closed, WIDE_GREETED_CLOSED, Down(124, 226), (144, 208)).says(at(165, 222, 1)),
        line(Sender, Closed, WIDE_SENDER_CLOSED, Up(102, 272), (516, 190)).says(at(472, 137, 1)),
        line(Recipients, Closed, WIDE_RECIPIENTS_CLOSED, Up(102, 272), (376, 294)).says(at(408, 288, 1)),
        line(Sasl, Closed, "M70 166V218", Down(70, 226), (70, 190)).kind(Fault).prose(&[(
            "ui-draw-cut",
            80,
            200,
            Start,
        )]),
        line(Data, Closed, "M210 254H168", Left(160, 254), (186, 254)).kind(Fault).prose(&[(
            "ui-draw-cut",
            176,
            243,
            Start,
        )]),
        // The greeting refused us, and QUIT was all that was left.
        line(NoConnection, Closed, WIDE_REFUSED, Right(44, 262), (10, 190)).rare().says(at(8, 284, 1)),
        line(NoConnection, Closed, WIDE_REFUSED, Right(44, 262), (10, 190))
            .cut((10, 220), &[("ui-draw-cut", 42, 284, Start)]),
        line(Connected, Closed, WIDE_CONNECTED_CLOSED, Down(124, 226), (202, 98))
            .cut((202, 200), &[("ui-draw-cut", 174, 104, Start)]),
        line(Greeted, Closed, WIDE_GREETED_CLOSED, Down(124, 226), (144, 208))
            .cut((216, 180), &[("ui-draw-cut", 197, 222, Start)]),
        line(Sender, Closed, WIDE_SENDER_CLOSED, Up(102, 272), (516, 190))
            .cut((516, 214), &[("ui-draw-cut", 488, 218, Start)]),
        line(Recipients, Closed, WIDE_RECIPIENTS_CLOSED, Up(102, 272), (376, 294))
            .cut((290, 294), &[("ui-draw-cut", 302, 288, Start)]),
        line(Closed, NoConnection, "M44 242H36Q28 242 28 234V46Q28 38 36 38", Right(44, 38), (28, 150))
            .kind(Again)
            .prose(&[("ui-draw-again", 34, 94, Start)]),
        line(Connected, Sender, "M312 28H406Q414 28 414 36V110", Down(414, 118), (414, 72))
            .kind(Lenient)
            .says(at(354, 24, 1)),
        line(Connected, Sasl, "M216 62V80Q216 88 208 88H118Q110 88 110 96V110", Down(110, 118), (150, 88))
            .kind(Lenient)
            .says(at(108, 84, 1)),
        line(
            Sender,
            Data,
            "M384 166V210Q384 218 376 218H334Q326 218 326 226V230Q326 238 320 238",
            Left(312, 238),
            (384, 190),
        )
        .kind(Lenient),
        line(Sender, Connected, "M440 118V30Q440 22 432 22H320", Left(312, 22), (440, 90)).kind(Lenient),
        line(
            Recipients,
            Connected,
            "M462 264H514Q522 264 522 256V16Q522 8 514 8H274Q266 8 266 10",
            Down(266, 18),
            (522, 210),
        )
        .kind(Lenient),
    ],
    loops: &[
        Loop { state: Connected, path: "M312 36C332 32 332 54 321 50", head: Left(312, 49), words: at(336, 47, 1) },
        Loop { state: Greeted, path: "M312 120C330 116 330 134 321 131", head: Left(312, 130), words: at(340, 98, 3) },
        Loop {
            state: Recipients,
            path: "M462 238C482 234 482 256 471 252",
            head: Left(462, 251),
            words: at(486, 240, 1),
        },
    ],
    common: Some(ListPlace { heading: ("ui-draw-anywhere", 446, 15), words: at(446, 29, 2) }),
    obsolete: Some(ListPlace { heading: ("ui-draw-obsolete", 446, 62), words: at(446, 76, 2) }),
};

pub(super) static TALL: Plan = Plan {
    view_box: Rect::new(0, 0, 372, 614),
    nodes: &[
        (NoConnection, Rect::new(92, 8, 120, 42)),
        (Connected, Rect::new(92, 92, 120, 42)),
        (Greeted, Rect::new(92, 176, 120, 60)),
        (Sasl, Rect::new(254, 166, 116, 46)),
        (Sender, Rect::new(92, 278, 120, 44)),
        (Recipients, Rect::new(92, 364, 120, 44)),
        (Data, Rect::new(92, 450, 120, 44)),
        (Closed, Rect::new(92, 548, 120, 44)),
    ],
    routes: &[
        line(NoConnection, Connected, "M152 50V84", Down(152, 92), (152, 66)).says(at(168, 84, 1)).prose(&[(
            "ui-draw-connect",
            168,
            68,
            Start,
        )]),
        line(Connected, Greeted, "M176 134V168", Down(176, 176), (176, 150)).says(at(136, 149, 1)),
        line(Greeted, Connected, "M122 176V142", Up(122, 134), (122, 158)).says(Spot {
            x: 112,
            y: 160,
            per_line: 1,
            anchor: End,
        }),
        line(Greeted, Sasl, "M212 186H246", Right(254, 186), (228, 186)).says(at(214, 175, 1)),
        line(Sasl, Greeted, "M254 203H220", Left(212, 203), (236, 203)).says(at(256, 228, 3)),
        line(Greeted, Sender, "M152 236V270", Down(152, 278), (152, 254)).says(at(168, 258, 1)),
        line(Sender, Greeted, "M212 294H236Q244 294 244 286V234Q244 226 236 226H220", Left(212, 226), (244, 260))
            .says(at(252, 298, 3)),
        line(Recipients, Greeted, "M212 396H236Q244 396 244 388V234Q244 226 236 226H220", Left(212, 226), (244, 340))
            .says(at(252, 400, 3)),
        line(Sender, Recipients, "M152 322V356", Down(152, 364), (152, 340)).says(at(168, 344, 1)),
        line(Recipients, Data, "M152 408V442", Down(152, 450), (152, 426)).says(at(168, 430, 1)),
        line(Data, Greeted, "M212 472H236Q244 472 244 464V234Q244 226 236 226H220", Left(212, 226), (244, 430))
            .says(at(252, 476, 3)),
        line(Connected, Closed, TALL_CONNECTED_CLOSED, Right(92, 570), (48, 250)).says(at(56, 114, 1)),
        line(Greeted, Closed, TALL_GREETED_CLOSED, Right(92, 570), (48, 340)).says(at(56, 210, 1)),
        line(Sender, Closed, TALL_SENDER_CLOSED, Right(92, 570), (48, 430)).says(at(56, 300, 1)),
        line(Recipients, Closed, TALL_RECIPIENTS_CLOSED, Right(92, 570), (48, 500)).says(at(56, 386, 1)),
        line(Sasl, Closed, "M362 212V562Q362 570 354 570H220", Left(212, 570), (362, 440)).kind(Fault).prose(&[(
            "ui-draw-cut",
            338,
            330,
            Start,
        )]),
        line(Data, Closed, "M152 494V540", Down(152, 548), (152, 512)).kind(Fault).prose(&[(
            "ui-draw-cut",
            168,
            524,
            Start,
        )]),
        line(NoConnection, Closed, TALL_REFUSED, Right(92, 584), (28, 130)).rare().says(at(36, 62, 1)),
        line(NoConnection, Closed, TALL_REFUSED, Right(92, 584), (28, 130))
            .cut((28, 152), &[("ui-draw-cut", 36, 78, Start)]),
        line(Connected, Closed, TALL_CONNECTED_CLOSED, Right(92, 570), (48, 250))
            .cut((48, 272), &[("ui-draw-cut", 56, 133, Start)]),
        line(Greeted, Closed, TALL_GREETED_CLOSED, Right(92, 570), (48, 340))
            .cut((48, 362), &[("ui-draw-cut", 56, 229, Start)]),
        line(Sender, Closed, TALL_SENDER_CLOSED, Right(92, 570), (48, 430))
            .cut((48, 452), &[("ui-draw-cut", 56, 319, Start)]),
        line(Recipients, Closed, TALL_RECIPIENTS_CLOSED, Right(92, 570), (48, 500))
            .cut((48, 522), &[("ui-draw-cut", 56, 405, Start)]),
        line(
            Closed,
            NoConnection,
            "M152 592V600Q152 608 144 608H18Q10 608 10 600V28Q10 20 18 20H84",
            Right(92, 20),
            (10, 300),
        )
        .kind(Again)
        .prose(&[("ui-draw-again", 18, 14, Start)]),
        line(Connected, Sender, "M212 126H228Q236 126 236 134V274Q236 282 228 282H220", Left(212, 282), (236, 244))
            .kind(Lenient)
            .says(at(242, 134, 1)),
        line(Connected, Sasl, "M212 116H338Q346 116 346 124V158", Down(346, 166), (276, 116))
            .kind(Lenient)
            .says(at(292, 112, 1)),
        line(Sender, Data, "M92 314H78Q70 314 70 322V464Q70 472 78 472H84", Right(92, 472), (70, 420)).kind(Lenient),
        line(Sender, Connected, "M92 286H84Q76 286 76 278V114Q76 106 80 106H84", Right(92, 106), (76, 250))
            .kind(Lenient),
        line(Recipients, Connected, "M92 372H72Q64 372 64 364V114Q64 106 72 106H84", Right(92, 106), (64, 330))
            .kind(Lenient),
    ],
    loops: &[
        Loop { state: Connected, path: "M212 97C230 93 230 110 221 107", head: Left(212, 106), words: at(238, 104, 1) },
        Loop { state: Greeted, path: "M194 176C190 150 222 150 210 168", head: Down(207, 176), words: at(228, 148, 4) },
        Loop {
            state: Recipients,
            path: "M212 370C230 366 230 384 221 381",
            head: Left(212, 380),
            words: at(252, 377, 2),
        },
    ],
    common: Some(ListPlace { heading: ("ui-draw-anywhere", 256, 22), words: at(256, 37, 2) }),
    obsolete: Some(ListPlace { heading: ("ui-draw-obsolete", 222, 588), words: at(222, 603, 4) }),
};
