//! What is wrong with a message, or worth saying about it: the flaw's place in the octets, and the key of its sentence. Which
//! flaws there are is found where each grammar is read.

use crate::{
    machine::{Rfc, rfc},
    note::{Note, shortened},
    token::{Severity, Span},
};

/// Something wrong with a message, or worth saying about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flaw {
    /// Where in the octets of the whole message.
    pub span: Span,
    /// What.
    pub kind: FlawKind,
    /// The detail its sentence names: a field, a number, a boundary.
    pub detail: String,
}

impl Flaw {
    /// A flaw at `span`.
    pub fn new(span: Span, kind: FlawKind, detail: impl Into<String>) -> Self {
        Self { span, kind, detail: detail.into() }
    }

    /// What to say of it.
    pub fn note(&self) -> Note {
        Note::at(self.span, self.kind.key()).arg("detail", shortened(&self.detail)).by(self.kind.rfc())
    }
}

macro_rules! flaws {
    ($($(#[$doc:meta])* $name:ident: $severity:ident, $key:literal, $number:literal $section:literal;)*) => {
        /// Everything that can be wrong with a message or worth saying about it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum FlawKind { $($(#[$doc])* $name,)* }

        impl FlawKind {
            /// All of them.
            pub const ALL: &'static [FlawKind] = &[$(Self::$name),*];

            /// How serious it is.
            pub const fn severity(self) -> Severity { match self { $(Self::$name => Severity::$severity,)* } }

            /// The key of its sentence.
            pub const fn key(self) -> &'static str { match self { $(Self::$name => $key,)* } }

            /// The section that decides it.
            pub const fn rfc(self) -> Rfc { match self { $(Self::$name => rfc($number, $section),)* } }
        }
    };
}

flaws! {
    /// The message has no Date.
    NoDate: Warn, "flaw-no-date", 5322 "3.6";
    /// The message has no From.
    NoFrom: Warn, "flaw-no-from", 5322 "3.6";
    /// The message has no Message-ID.
    NoMessageId: Note, "flaw-no-message-id", 5322 "3.6.4";
    /// Several authors, and no Sender.
    NoSender: Warn, "flaw-no-sender", 5322 "3.6.2";
    /// Sender says the same as From.
    SenderIsFrom: Note, "flaw-sender-is-from", 5322 "3.6.2";
    /// More mailboxes than the field may have.
    OneMailbox: Warn, "flaw-one-mailbox", 5322 "3.6.2";
    /// A field that may stand once stands again.
    FieldTwice: Warn, "flaw-field-twice", 5322 "3.6";
    /// Bcc in a message that was sent.
    BccShown: Note, "flaw-bcc-shown", 5322 "3.6.3";
    /// Resent fields without Resent-Date.
    NoResentDate: Warn, "flaw-no-resent-date", 5322 "3.6.6";
    /// Resent fields without Resent-From.
    NoResentFrom: Warn, "flaw-no-resent-from", 5322 "3.6.6";
    /// Several who resent it, and no Resent-Sender.
    NoResentSender: Warn, "flaw-no-resent-sender", 5322 "3.6.6";
    /// Trace fields below the author's fields.
    TraceBelow: Note, "flaw-trace-below", 5322 "3.6";
    /// Content fields without MIME-Version.
    NoMimeVersion: Warn, "flaw-no-mime-version", 2045 "4";
    /// A MIME version other than 1.0.
    OtherMimeVersion: Warn, "flaw-other-mime-version", 2045 "4";

    /// A line among the headers that is no field.
    NotAField: Warn, "flaw-not-a-field", 5322 "2.2";
    /// A first line `From ...` of a mailbox file.
    MailboxLine: Note, "flaw-mailbox-line", 5322 "2.2";
    /// White space before the colon.
    SpaceBeforeColon: Note, "flaw-space-before-colon", 5322 "4.5";
    /// A folded line of white space alone.
    BlankFold: Warn, "flaw-blank-fold", 5322 "3.2.2";
    /// A field that must say something says nothing.
    EmptyField: Warn, "flaw-empty-field", 5322 "3.6";
    /// Letters beyond ASCII in the header.
    HeaderNotAscii: Warn, "flaw-header-not-ascii", 5322 "2.2";
    /// Control characters in the header.
    HeaderControl: Warn, "flaw-header-control", 5322 "2.2";
    /// A line over 998 octets.
    LongLine: Warn, "flaw-long-line", 5322 "2.1.1";
    /// A line over 78 octets.
    LongerThan78: Chat, "flaw-longer-than-78", 5322 "2.1.1";
    /// A line that ends with LF alone.
    BareLf: Warn, "flaw-bare-lf", 5322 "2.3";
    /// A CR without LF.
    BareCr: Warn, "flaw-bare-cr", 5322 "2.3";
    /// The headers end with the message.
    NoBorder: Note, "flaw-no-border", 5322 "2.1";
    /// More fields than this program takes apart.
    TooManyFields: Note, "flaw-too-many-fields", 5322 "2.2";

    /// Not a date.
    BadDate: Warn, "flaw-bad-date", 5322 "3.3";
    /// The weekday is not the date's.
    WrongWeekday: Warn, "flaw-wrong-weekday", 5322 "3.3";
    /// Not a name of a day.
    BadDayName: Warn, "flaw-bad-day-name", 5322 "3.3";
    /// No comma after the name of the day.
    NoDayComma: Note, "flaw-no-day-comma", 5322 "3.3";
    /// A day, hour or minute that does not exist.
    DateOutOfRange: Warn, "flaw-date-out-of-range", 5322 "3.3";
    /// A year of two or three digits.
    ShortYear: Note, "flaw-short-year", 5322 "4.3";
    /// Hours or minutes of one digit.
    OneDigitTime: Note, "flaw-one-digit-time", 5322 "3.3";
    /// No zone.
    NoZone: Warn, "flaw-no-zone", 5322 "3.3";
    /// A zone by name.
    NamedZone: Note, "flaw-named-zone", 5322 "4.3";
    /// A zone of one letter.
    MilitaryZone: Note, "flaw-military-zone", 5322 "4.3";
    /// A zone that means nothing.
    BadZone: Warn, "flaw-bad-zone", 5322 "4.3";
    /// Words after the date.
    AfterDate: Note, "flaw-after-date", 5322 "3.3";

    /// No at sign.
    NoAtSign: Warn, "flaw-no-at-sign", 5322 "3.4.1";
    /// Not an address.
    BadAddress: Warn, "flaw-bad-address", 5322 "3.4.1";
    /// Space or a comment within an address.
    SpaceInAddress: Note, "flaw-space-in-address", 5322 "3.4.1";
    /// A name beside an address without brackets.
    NoBrackets: Warn, "flaw-no-brackets", 5322 "3.4";
    /// An opening bracket without its end.
    OpenBracket: Warn, "flaw-open-bracket", 5322 "3.4";
    /// A quote without its end.
    OpenQuote: Warn, "flaw-open-quote", 5322 "3.2.4";
    /// A comment without its end.
    OpenComment: Warn, "flaw-open-comment", 5322 "3.2.2";
    /// A group without its semicolon.
    OpenGroup: Warn, "flaw-open-group", 5322 "3.4";
    /// A group where only mailboxes may stand.
    GroupHere: Warn, "flaw-group-here", 6854 "2";
    /// Nothing between two commas.
    EmptyMember: Note, "flaw-empty-member", 5322 "4.4";
    /// A semicolon between addresses.
    SemicolonBetween: Warn, "flaw-semicolon-between", 5322 "3.4";
    /// Words after an address.
    AfterAddress: Warn, "flaw-after-address", 5322 "3.4";
    /// A route before an address.
    Route: Note, "flaw-route", 5322 "4.4";
    /// A name in a comment.
    NameInComment: Note, "flaw-name-in-comment", 5322 "3.4";
    /// A special in a name without quotes.
    BadName: Warn, "flaw-bad-name", 5322 "3.2.5";
    /// A dot in a name without quotes.
    DotInName: Note, "flaw-dot-in-name", 5322 "4.1";
    /// A name that looks like another address.
    NameIsAddress: Warn, "flaw-name-is-address", 5322 "3.4";
    /// Not a message identifier.
    BadIdentifier: Warn, "flaw-bad-identifier", 5322 "3.6.4";
    /// Words among the identifiers.
    WordsAmongIds: Note, "flaw-words-among-ids", 5322 "4.5.4";

    /// A postmark without date.
    HopNoDate: Warn, "flaw-hop-no-date", 5321 "4.4";
    /// A postmark that does not say from whom.
    HopNoFrom: Note, "flaw-hop-no-from", 5321 "4.4";
    /// A postmark that does not say by whom.
    HopNoBy: Note, "flaw-hop-no-by", 5321 "4.4";
    /// A clause without value.
    EmptyClause: Warn, "flaw-empty-clause", 5321 "4.4";
    /// A clause that stands twice.
    ClauseTwice: Warn, "flaw-clause-twice", 5321 "4.4";
    /// A hop before the one it follows.
    ClockBack: Note, "flaw-clock-back", 5321 "4.4";

    /// An encoded-word over 75 characters.
    LongEncodedWord: Warn, "flaw-long-encoded-word", 2047 "2";
    /// An encoded-word that does not decode.
    BadEncodedWord: Warn, "flaw-bad-encoded-word", 2047 "5";
    /// An encoded-word where none may stand.
    EncodedWordHere: Warn, "flaw-encoded-word-here", 2047 "5";
    /// A charset that is not decoded here.
    UnknownCharset: Note, "flaw-unknown-charset", 2047 "3";

    /// Not a parameter.
    BadParameter: Warn, "flaw-bad-parameter", 2045 "5.1";
    /// A value that needs quotes.
    UnquotedValue: Warn, "flaw-unquoted-value", 2045 "5.1";
    /// A parameter that stands twice.
    ParameterTwice: Warn, "flaw-parameter-twice", 6838 "4.3";
    /// A semicolon with nothing after it.
    LastSemicolon: Chat, "flaw-last-semicolon", 2045 "5.1";
    /// A piece of a parameter is missing.
    MissingPiece: Warn, "flaw-missing-piece", 2231 "3";
    /// An extended parameter without its two apostrophes.
    NoCharsetMarks: Warn, "flaw-no-charset-marks", 2231 "4";
    /// A percent sign without two hexadecimal digits.
    BadPercent: Warn, "flaw-bad-percent", 2231 "4";

    /// Not a media type.
    BadMediaType: Warn, "flaw-bad-media-type", 2045 "5.2";
    /// An encoding that nobody knows.
    UnknownEncoding: Warn, "flaw-unknown-encoding", 2045 "6.4";
    /// A multipart or message that is encoded.
    CompositeEncoded: Error, "flaw-composite-encoded", 2045 "6.4";
    /// A piece of a message, or a pointer to one, that is not 7bit.
    NeedsSevenBit: Warn, "flaw-needs-7bit", 2046 "5.2.2";
    /// A part may hold more than the whole around it says.
    WeakerOutside: Warn, "flaw-weaker-outside", 2045 "6.4";
    /// A multipart without boundary parameter.
    NoBoundary: Error, "flaw-no-boundary", 2046 "5.1.1";
    /// A boundary over 70 characters.
    LongBoundary: Warn, "flaw-long-boundary", 2046 "5.1.1";
    /// A boundary with letters it may not have.
    BadBoundary: Warn, "flaw-bad-boundary", 2046 "5.1.1";
    /// The boundary stands nowhere.
    BoundaryNotFound: Error, "flaw-boundary-not-found", 2046 "5.1.1";
    /// A line that begins with the boundary and goes on.
    BoundaryGoesOn: Note, "flaw-boundary-goes-on", 2046 "5.1.1";
    /// The last boundary is missing.
    NoLastBoundary: Warn, "flaw-no-last-boundary", 2046 "5.1.1";
    /// A part whose text begins without an empty line.
    PartNoBorder: Warn, "flaw-part-no-border", 2046 "5.1";
    /// More parts than this program takes apart.
    TooManyParts: Note, "flaw-too-many-parts", 2046 "5.1";
    /// Parts within parts, deeper than this program goes.
    TooDeep: Note, "flaw-too-deep", 2046 "5.1.2";
    /// Octets above 127 where 7bit is said.
    EightBitInSeven: Warn, "flaw-8bit-in-7bit", 2045 "2.7";
    /// A NUL.
    NulOctet: Warn, "flaw-nul", 2045 "2.7";
    /// A line too long for 7bit and 8bit.
    LongBodyLine: Warn, "flaw-long-body-line", 2045 "2.7";
    /// Octets that are no text in the charset.
    NotInCharset: Warn, "flaw-not-in-charset", 2046 "4.1.2";
    /// A file as uuencode wrote it.
    Uuencoded: Note, "flaw-uuencoded", 2045 "6.3";
    /// A letter that base64 has not.
    Base64Letter: Warn, "flaw-base64-letter", 2045 "6.8";
    /// Base64 that ends within a group.
    Base64Cut: Warn, "flaw-base64-cut", 2045 "6.8";
    /// Letters after the padding.
    Base64AfterPadding: Warn, "flaw-base64-after-padding", 2045 "6.8";
    /// A line of base64 over 76 characters.
    Base64LineTooLong: Note, "flaw-encoded-line-too-long", 2045 "6.8";
    /// A line of quoted-printable over 76 characters.
    EncodedLineTooLong: Note, "flaw-encoded-line-too-long", 2045 "6.7";
    /// An equals sign without two hexadecimal digits.
    BadEscape: Warn, "flaw-bad-escape", 2045 "6.7";
    /// An octet above 127 in quoted-printable.
    RawOctet: Warn, "flaw-raw-octet", 2045 "6.7";
    /// Hexadecimal digits in small letters.
    LowerCaseHex: Note, "flaw-lower-case-hex", 2045 "6.7";
}
