//! The octets of a letter, line by line, with their ends.

use workbench::{
    log::ending_mark,
    mailproto::line::Ending,
    message::{LetterLook, RawLine, Reading, Region},
    sheet::{Node, el, say, text},
};

use crate::piece::{cut, more};

/// The lines.
pub fn octets(reading: &Reading, look: &LetterLook) -> Vec<Node> {
    let (lines, left) = reading.lines(look.shown);
    let about = el("p", "letter__note", [say("ui-msg-octets-about", &[])]);
    let list = el("ol", "octets", lines.into_iter().map(line)).with("dir", "ltr");
    [Some(about), Some(list), more(left)].into_iter().flatten().collect()
}

fn line(RawLine { text: words, left_out, ending, region }: RawLine) -> Node {
    let region_class = match region {
        Region::Header => "header",
        Region::Border => "border",
        Region::Boundary => "boundary",
        Region::Body => "body",
    };
    let mark = ending_mark(ending);
    let odd = if ending == Ending::CrLf { "log__eol" } else { "log__eol log__eol--odd" };
    let mut line = cut((words, left_out));
    if !mark.is_empty() {
        line.push(el("span", odd, [text(mark)]));
    }
    if region == Region::Border {
        line.push(el("span", "octets__says", [say("ui-headers-end", &[])]));
    }
    el("li", &format!("octets__line octets__line--{region_class}"), [el("span", "", line)])
}
