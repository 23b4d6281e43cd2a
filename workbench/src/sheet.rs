//! A sheet: what a view shows, as data that can travel from a worker to the page: elements, text, sentences by their keys. The page
//! draws only the elements and attributes it knows, so a sheet cannot bring anything to life.

use mailproto::note::Note;

/// Something on a sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Node {
    /// Text as it is.
    Text(String),
    /// A sentence.
    Say(Say),
    /// An element with what is in it.
    Element(Element),
}

/// A sentence by its key, and what it names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Say {
    /// The key.
    pub key: String,
    /// Arguments by name.
    pub args: Vec<(String, String)>,
}

/// An element.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Element {
    /// Its name: one of HTML's, or `icon` or `severity`, whose class is then their name.
    pub tag: String,
    /// Its classes.
    pub class: String,
    /// Its other attributes.
    pub attributes: Vec<(String, Value)>,
    /// What is in it.
    pub children: Vec<Node>,
}

/// The value of an attribute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Text as it is.
    Text(String),
    /// A sentence.
    Say(Say),
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

/// An element.
pub fn el(tag: &str, class: &str, children: impl IntoIterator<Item = Node>) -> Node {
    let children = children.into_iter().collect();
    Node::Element(Element { tag: tag.into(), class: class.into(), attributes: Vec::new(), children })
}

/// Text.
pub fn text(text: impl Into<String>) -> Node {
    Node::Text(text.into())
}

/// A sentence.
pub fn say(key: &str, args: &[(&str, &str)]) -> Node {
    Node::Say(spoken(key, args))
}

/// A sentence in an attribute.
pub fn say_in(key: &str, args: &[(&str, &str)]) -> Value {
    Value::Say(spoken(key, args))
}

/// The sentence of a note.
pub fn note(note: &Note) -> Node {
    let args = note.args.iter().map(|(name, value)| ((*name).to_owned(), value.clone()));
    Node::Say(Say { key: note.key.into(), args: args.collect() })
}

fn spoken(key: &str, args: &[(&str, &str)]) -> Say {
    let args = args.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Say { key: key.into(), args: args.collect() }
}

impl Node {
    /// The same element with one more attribute.
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        if let Self::Element(element) = &mut self {
            element.attributes.push((name.into(), value.into()));
        }
        self
    }
}

/// Begins text, which [`END`] ends.
const TEXT: char = '\u{1}';
/// Begins a sentence: key, then names and values in turn, with [`NEXT`] between; [`END`] ends it.
const SAY: char = '\u{2}';
/// Begins an element: tag, class and attributes (a name, then a text or a sentence), each ended by [`NEXT`]; then [`CHILDREN`]; [`END`]
/// ends it.
const ELEMENT: char = '\u{3}';
/// Between the words of one thing.
const NEXT: char = '\u{4}';
/// Ends what was begun.
const END: char = '\u{5}';
/// Before what is in an element.
const CHILDREN: char = '\u{6}';

/// Whether a character of a text would be taken for a mark.
fn is_mark(c: char) -> bool {
    (TEXT..=CHILDREN).contains(&c)
}

/// The sheet as text.
pub fn encode(nodes: &[Node]) -> String {
    let mut out = String::new();
    nodes.iter().for_each(|node| write(node, &mut out));
    out
}

fn write(node: &Node, out: &mut String) {
    match node {
        Node::Text(text) => write_text(text, out),
        Node::Say(say) => write_say(say, out),
        Node::Element(element) => {
            out.push(ELEMENT);
            words([&element.tag, &element.class], out);
            out.push(NEXT);
            for (name, value) in &element.attributes {
                words([name], out);
                out.push(NEXT);
                match value {
                    Value::Text(text) => write_text(text, out),
                    Value::Say(say) => write_say(say, out),
                }
            }
            out.push(CHILDREN);
            element.children.iter().for_each(|child| write(child, out));
            out.push(END);
        }
    }
}

fn write_text(text: &str, out: &mut String) {
    out.push(TEXT);
    words([text], out);
    out.push(END);
}

fn write_say(say: &Say, out: &mut String) {
    out.push(SAY);
    words([&say.key], out);
    for (name, value) in &say.args {
        out.push(NEXT);
        words([name, value], out);
    }
    out.push(END);
}

/// Words with [`NEXT`] between. What a stranger wrote cannot pass for a mark.
fn words<const N: usize>(words: [&str; N], out: &mut String) {
    for (at, word) in words.into_iter().enumerate() {
        if at > 0 {
            out.push(NEXT);
        }
        out.extend(word.chars().map(|c| if is_mark(c) { char::REPLACEMENT_CHARACTER } else { c }));
    }
}

/// The sheet of a text that [`encode`] made. Of any other text it makes what it can.
pub fn decode(sheet: &str) -> Vec<Node> {
    let mut reader = Reader { rest: sheet };
    reader.nodes()
}

struct Reader<'a> {
    rest: &'a str,
}

impl Reader<'_> {
    /// Takes the mark at hand.
    fn mark(&mut self) -> Option<char> {
        let mut chars = self.rest.chars();
        let mark = chars.next()?;
        self.rest = chars.as_str();
        Some(mark)
    }

    /// Takes the words up to the next mark.
    fn word(&mut self) -> String {
        let (word, rest) = self.rest.split_at(self.rest.find(is_mark).unwrap_or(self.rest.len()));
        self.rest = rest;
        word.into()
    }

    /// What is in an element, and the mark that ends it.
    fn nodes(&mut self) -> Vec<Node> {
        let mut nodes = Vec::new();
        while let Some(mark) = self.mark() {
            nodes.push(match mark {
                TEXT => Node::Text(self.text()),
                SAY => Node::Say(self.say()),
                ELEMENT => Node::Element(self.element()),
                _ => break,
            });
        }
        nodes
    }

    fn text(&mut self) -> String {
        let text = self.word();
        self.mark();
        text
    }

    fn say(&mut self) -> Say {
        let mut say = Say { key: self.word(), args: Vec::new() };
        while self.mark() == Some(NEXT) {
            let name = self.word();
            self.mark();
            say.args.push((name, self.word()));
        }
        say
    }

    fn element(&mut self) -> Element {
        let mut element = Element { tag: self.word(), ..Element::default() };
        self.mark();
        element.class = self.word();
        self.mark();
        while !self.rest.is_empty() && !self.rest.starts_with(CHILDREN) {
            let name = self.word();
            self.mark();
            let value = match self.mark() {
                Some(SAY) => Value::Say(self.say()),
                _ => Value::Text(self.text()),
            };
            element.attributes.push((name, value));
        }
        self.mark();
        element.children = self.nodes();
        element
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sheet_travels_whole() {
        fn check(sheet: Vec<Node>) {
            assert_eq!(decode(&encode(&sheet)), sheet);
        }
        check(vec![]);
        check(vec![text(""), text("a\nb \u{202e}<b>"), say("ui-x", &[]), say("ui-x", &[("a", ""), ("b", "c")])]);
        check(vec![
            el("p", "", []),
            el("div", "one two", [el("i", "", [text("x")]), text("y"), el("b", "", [])])
                .with("href", "x")
                .with("title", say_in("ui-t", &[("n", "1")])),
            text("after"),
        ]);
    }

    #[test]
    fn no_text_passes_for_a_mark() {
        let hostile = "\u{5}\u{3}script\u{4}\u{4}\u{6}\u{1}x\u{5}\u{5}";
        let sheet = [el("p", hostile, [text(hostile), say("k", &[("a", hostile)])]).with("title", hostile)];
        let [Node::Element(element)] = &decode(&encode(&sheet))[..] else { panic!("one element goes in") };
        assert_eq!((element.tag.as_str(), element.children.len(), element.attributes.len()), ("p", 2, 1));
        assert!(!format!("{element:?}").contains("\\u{3}"));
    }

    #[test]
    fn any_text_is_read_to_its_end() {
        for text in
            ["x", "\u{3}", "\u{3}p", "\u{3}p\u{4}\u{4}a", "\u{3}p\u{4}c\u{4}a\u{4}\u{2}", "\u{2}k\u{4}", "\u{5}\u{5}"]
        {
            decode(text);
        }
    }
}
