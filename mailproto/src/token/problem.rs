//! All that can be wrong with a line or worth saying about it: how serious, whose side, which section. The sentences are in
//! `locales/`; when each is said is `pop3`'s, `smtp`'s and `session`'s.

use super::{Severity, Side, Span};
use crate::{
    machine::{Protocol, Rfc, rfc},
    smtp::Parameter,
};

/// Something wrong with a line, or worth saying about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where in the line.
    pub span: Span,
    /// What.
    pub kind: ProblemKind,
    /// The detail its sentence names: a verb, a number, a state. Never a secret.
    pub detail: String,
    /// The problem of the command that this verdict is about, whose section then rules.
    pub because: Option<ProblemKind>,
}

impl Problem {
    /// A problem at `span`.
    pub fn new(span: Span, kind: ProblemKind, detail: impl Into<String>) -> Self {
        Self { span, kind, detail: detail.into(), because: None }
    }

    /// The section that decides it.
    pub fn rfc(&self, protocol: Protocol) -> Rfc {
        match (self.kind, self.because) {
            (ProblemKind::BadParameter | ProblemKind::ParameterTwice | ProblemKind::ParameterElsewhere, _) => {
                Parameter::named(&self.detail).map_or(self.kind.rfc(protocol), |row| row.rfc)
            }
            (ProblemKind::Obsolete, _) if self.detail == "TURN" => rfc(5321, "F.1"),
            (ProblemKind::Obsolete, _) => match self.detail.as_str() {
                "SEND" | "SOML" | "SAML" => rfc(5321, "F.6"),
                // The revision that dropped it says so before its first section.
                "LAST" => rfc(1725, ""),
                "RPOP" => rfc(1460, ""),
                _ => self.kind.rfc(protocol),
            },
            // Of AUTH alone it is said what a client has to do where it is not announced.
            (ProblemKind::NotAnnounced, _) if protocol == Protocol::Pop3 && self.detail == "AUTH" => rfc(5034, "3"),
            (ProblemKind::BadListing, _)
                if [crate::pop3::LANGUAGE_LISTING, crate::pop3::LANGUAGE_CHOSEN].contains(&self.detail.as_str()) =>
            {
                rfc(6856, "3.2")
            }
            // UIDL is described apart from STAT and LIST.
            (ProblemKind::BadListing, _) if self.detail == crate::pop3::UNIQUE_ID_LISTING => rfc(1939, "7"),
            (ProblemKind::LoginRefused, _) if protocol == Protocol::Pop3 && self.detail == "AUTH" => rfc(5034, "4"),
            (ProblemKind::TooEarly, _) if protocol == Protocol::Smtp && self.detail == "AUTH" => rfc(4954, "4"),
            (_, Some(kind)) => kind.rfc(protocol),
            (kind, None) => kind.rfc(protocol),
        }
    }
}

macro_rules! problems {
    ($($(#[$doc:meta])* $name:ident: $severity:ident, $side:ident, $key:literal,
        $number:literal $section:literal $(| $pop3_number:literal $pop3_section:literal)?;)*) => {
        /// Everything that can be wrong with a line or worth saying about it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum ProblemKind { $($(#[$doc])* $name,)* }

        impl ProblemKind {
            /// All of them.
            pub const ALL: &'static [ProblemKind] = &[$(Self::$name),*];

            /// How serious it is.
            pub const fn severity(self) -> Severity { match self { $(Self::$name => Severity::$severity,)* } }

            /// On whose side it shows.
            pub const fn side(self) -> Side { match self { $(Self::$name => Side::$side,)* } }

            /// The key of its sentence.
            pub const fn key(self) -> &'static str { match self { $(Self::$name => $key,)* } }

            /// The section that decides it in this protocol.
            pub fn rfc(self, protocol: Protocol) -> Rfc {
                match (self, protocol) {
                    $($((Self::$name, Protocol::Pop3) => rfc($pop3_number, $pop3_section),)?
                    (Self::$name, _) => rfc($number, $section),)*
                }
            }
        }
    };
}

problems! {
    /// A line with nothing in it where a command is due.
    EmptyLine: Warn, Client, "problem-empty-line", 5321 "2.4" | 1939 "3";
    /// White space before the verb.
    LeadingSpace: Warn, Client, "problem-leading-space", 5321 "2.4" | 1939 "3";
    /// No such command in this protocol.
    UnknownVerb: Error, Client, "problem-unknown-verb", 5321 "4.2.4" | 1939 "3";
    /// A command of SMTP said to a POP3 server.
    SmtpVerbInPop3: Error, Client, "problem-smtp-verb-in-pop3", 1939 "3";
    /// A command of POP3 said to an SMTP server.
    Pop3VerbInSmtp: Error, Client, "problem-pop3-verb-in-smtp", 5321 "4.2.4";
    /// A POP3 command out of its state.
    Pop3WrongState: Error, Client, "problem-pop3-wrong-state", 1939 "3";
    /// PASS without an accepted USER right before it.
    PassWithoutUser: Error, Client, "problem-pass-without-user", 1939 "7";
    /// STLS after UTF8.
    StlsAfterUtf8: Error, Client, "problem-stls-after-utf8", 6856 "2.1";
    /// A login begun anew after an accepted USER, where PASS or QUIT is due.
    AfterUser: Warn, Client, "problem-after-user", 1939 "7";
    /// PASS, but something came between it and its USER.
    PassNotAtOnce: Warn, Client, "problem-pass-not-at-once", 1939 "7";
    /// An SMTP command out of order.
    SmtpWrongOrder: Error, Client, "problem-smtp-wrong-order", 5321 "4.1.4";
    /// MAIL before EHLO or HELO.
    MailBeforeHello: Error, Client, "problem-mail-before-hello", 5321 "4.1.4";
    /// AUTH after a login succeeded.
    AuthAlready: Error, Client, "problem-auth-already", 4954 "4";
    /// AUTH or STARTTLS before EHLO.
    ExtensionBeforeHello: Error, Client, "problem-extension-before-hello", 5321 "3.2";
    /// A line that may be a password without its command.
    PerhapsPassword: Warn, Client, "problem-perhaps-password", 4954 "4" | 1939 "7";
    /// STLS or STARTTLS although TLS is already on.
    TlsAlready: Error, Client, "problem-tls-already", 3207 "4.2" | 2595 "4";
    /// An argument is missing.
    MissingArgument: Warn, Client, "problem-missing-argument", 5321 "4.1.1" | 1939 "3";
    /// More arguments than the syntax has.
    ExtraArgument: Warn, Client, "problem-extra-argument", 5321 "4.1.1" | 1939 "3";
    /// Not a number where one is due.
    NotANumber: Warn, Client, "problem-not-a-number", 3030 "2" | 1939 "4";
    /// Message numbers begin at 1.
    ZeroMessage: Warn, Client, "problem-zero-message", 1939 "4";
    /// A number larger than the maildrop has messages.
    NoSuchMessage: Warn, Client, "problem-no-such-message", 1939 "5";
    /// A message this session has marked as deleted.
    MessageDeleted: Warn, Client, "problem-message-deleted", 1939 "5";
    /// APOP's digest is not 32 lower-case hex digits.
    BadDigest: Warn, Client, "problem-bad-digest", 1939 "7";
    /// APOP where the greeting had no timestamp.
    NoTimestamp: Warn, Client, "problem-no-timestamp", 1939 "7";
    /// A POP3 argument longer than 40 characters.
    LongPop3Argument: Note, Client, "problem-long-pop3-argument", 1939 "3";
    /// A POP3 command line over 255 octets.
    LongPop3Line: Warn, Client, "problem-long-pop3-line", 2449 "4";
    /// An SMTP command line over 512 octets.
    LongSmtpLine: Warn, Client, "problem-long-smtp-line", 5321 "4.5.3.1.4";
    /// A message line over 998 octets.
    LongTextLine: Warn, Client, "problem-long-text-line", 5321 "4.5.3.1.6";
    /// Letters outside ASCII where the standard has none.
    NotAscii: Warn, Client, "problem-not-ascii", 5321 "2.4" | 1939 "3";
    /// The path lacks its angle brackets.
    NoAngleBrackets: Warn, Client, "problem-no-angle-brackets", 5321 "4.1.2";
    /// A space between the colon and the path.
    SpaceAfterColon: Warn, Client, "problem-space-after-colon", 5321 "3.3";
    /// No space between the path and its parameters.
    MissingSpace: Warn, Client, "problem-missing-space", 5321 "3.3";
    /// MAIL without FROM:.
    MissingFrom: Error, Client, "problem-missing-from", 5321 "4.1.1.2";
    /// RCPT without TO:.
    MissingTo: Error, Client, "problem-missing-to", 5321 "4.1.1.3";
    /// The null path belongs to MAIL only.
    NullRecipient: Error, Client, "problem-null-recipient", 5321 "4.1.1.3";
    /// Not an address.
    BadPath: Warn, Client, "problem-bad-path", 5321 "4.1.2";
    /// A local name without domain.
    NoDomain: Warn, Client, "problem-no-domain", 5321 "2.3.5";
    /// A source route; accepted and ignored.
    SourceRoute: Note, Client, "problem-source-route", 5321 "4.1.2";
    /// White space at the end of the line.
    TrailingSpace: Note, Client, "problem-trailing-space", 5321 "4.1.1" | 1939 "3";
    /// A tab, or more than one space, between two words.
    OddSpace: Warn, Client, "problem-odd-space", 5321 "4.1.1" | 1939 "3";
    /// A command that begins with X: private, by agreement.
    PrivateVerb: Note, Client, "problem-private-verb", 5321 "4.1.5";
    /// A local part over 64 octets.
    LongLocalPart: Warn, Client, "problem-long-local-part", 5321 "4.5.3.1.1";
    /// A domain over 255 octets.
    LongDomain: Warn, Client, "problem-long-domain", 5321 "4.5.3.1.2";
    /// A path over 256 octets, its brackets counted.
    LongPath: Warn, Client, "problem-long-path", 5321 "4.5.3.1.3";
    /// An IP address without brackets, or an IPv6 address without its tag.
    UntaggedAddress: Warn, Client, "problem-untagged-address", 5321 "4.1.3";
    /// Two addresses where one belongs.
    TwoAddresses: Warn, Client, "problem-two-addresses", 5321 "3.3";
    /// A name before the address, as in a header.
    NameInPath: Warn, Client, "problem-name-in-path", 5321 "4.1.2";
    /// A parameter that is not of its form.
    BadParameter: Warn, Client, "problem-bad-parameter", 5321 "4.1.2";
    /// A parameter given twice, or two that exclude each other.
    ParameterTwice: Warn, Client, "problem-parameter-twice", 5321 "4.1.2";
    /// A parameter of RCPT with MAIL, or the other way round.
    ParameterElsewhere: Warn, Client, "problem-parameter-elsewhere", 5321 "4.1.1.11";
    /// HELO with an address literal, which only EHLO has.
    HeloLiteral: Warn, Client, "problem-helo-literal", 5321 "4.1.1.1";
    /// BDAT's second word is not LAST.
    NotLast: Error, Client, "problem-not-last", 3030 "2";
    /// ETRN's name is no full domain name.
    OddNodeName: Warn, Client, "problem-odd-node-name", 1985 "5";
    /// HELO or EHLO without a name.
    NoHelloName: Warn, Client, "problem-no-hello-name", 5321 "4.1.1.1";
    /// A name that is no domain and no address literal.
    OddHelloName: Warn, Client, "problem-odd-hello-name", 5321 "4.1.4";
    /// Parameters after HELO: extensions need EHLO.
    ParametersWithoutEhlo: Warn, Client, "problem-parameters-without-ehlo", 5321 "4.1.1.3";
    /// AUTH or STARTTLS after HELO: an extension needs EHLO.
    ExtensionAfterHelo: Warn, Client, "problem-extension-after-helo", 5321 "3.2";
    /// The server listed its extensions, and this verb's is not among them.
    NotAnnounced: Note, Client, "problem-not-announced", 5321 "4.1.1.1" | 2449 "5";
    /// An obsolete command.
    Obsolete: Note, Client, "problem-obsolete", 5321 "F" | 1939 "9";
    /// A password in clear text.
    ClearPassword: Warn, Client, "problem-clear-password", 8314 "5.2";
    /// A SASL answer that is not base64.
    NotBase64: Warn, Client, "problem-not-base64", 4954 "4" | 5034 "4";
    /// Base64 whose padding is missing or wrong.
    Base64Padding: Warn, Client, "problem-base64-padding", 4648 "3.2";
    /// White space inside base64.
    Base64Space: Warn, Client, "problem-base64-space", 4954 "4" | 5034 "4";
    /// The alphabet that URLs use instead of base64's.
    Base64Url: Warn, Client, "problem-base64-url", 4648 "5";
    /// Base64 whose last letter carries bits that nobody reads.
    Base64Bits: Warn, Client, "problem-base64-bits", 4648 "3.5";
    /// What was encoded ends in a line feed.
    Base64Newline: Warn, Client, "problem-base64-newline", 4648 "4";
    /// `=` as an answer: it stands for an empty initial response alone.
    EmptyMark: Warn, Client, "problem-empty-mark", 4954 "4" | 5034 "4";
    /// An initial response to a mechanism in which the server speaks first.
    ServerFirst: Warn, Client, "problem-server-first", 4954 "4" | 5034 "4";
    /// PLAIN's answer without its two NULs, its name or its password.
    PlainForm: Warn, Client, "problem-plain-form", 4616 "2";
    /// CRAM-MD5's answer is not a name, a space and a digest.
    CramForm: Warn, Client, "problem-cram-form", 2195 "2";
    /// LOGIN's answer decodes to no text: it was hardly encoded.
    NotEncoded: Warn, Client, "problem-not-encoded", 4954 "4" | 5034 "4";
    /// The name once more where the password is asked for.
    NameAgain: Warn, Client, "problem-name-again", 4422 "3.4";
    /// A line sent before the answer to DATA or AUTH came.
    TooEarly: Warn, Client, "problem-too-early", 2920 "3.1" | 5034 "4";
    /// A command sent after STLS or STARTTLS without waiting.
    PipelinedTls: Error, Client, "problem-pipelined-tls", 3207 "4" | 2595 "4";
    /// The learner chose to send a bare LF or CR.
    ClientBareEnding: Error, Client, "problem-client-bare-ending", 5321 "2.3.8" | 1939 "3";
    /// A header line that is none.
    NoColon: Warn, Client, "problem-no-colon", 5322 "2.2";
    /// The lone dot came while still in the headers.
    NoEmptyLine: Note, Client, "problem-no-empty-line", 5322 "2.1";
    /// The message has no Date.
    NoDate: Warn, Client, "problem-no-date", 5322 "3.6";
    /// The message has no From.
    NoFrom: Warn, Client, "problem-no-from", 5322 "3.6";
    /// From holds no address.
    FromNoAddress: Warn, Client, "problem-from-no-address", 5322 "3.6.2";
    /// A field that may stand once comes again.
    FieldTwice: Warn, Client, "problem-field-twice", 5322 "3.6";
    /// Letters beyond ASCII in a header.
    HeaderNotAscii: Warn, Client, "problem-header-not-ascii", 5322 "2.2";
    /// Bcc in a message that is being sent.
    BccSent: Note, Client, "problem-bcc-sent", 5322 "3.6.3";
    /// Return-Path in a message that is being sent.
    ReturnPathSent: Note, Client, "problem-return-path-sent", 5321 "4.4";
    /// A dot at the start of a line that was not doubled.
    UnstuffedDot: Warn, Client, "problem-unstuffed-dot", 5321 "4.5.2";

    // What the state, the server's offers and the mail under way say of a line: the observer's.
    /// A command before the greeting.
    BeforeGreeting: Warn, Client, "problem-before-greeting", 5321 "4.3.1" | 1939 "4";
    /// A command after QUIT.
    AfterQuit: Error, Client, "problem-after-quit", 5321 "4.1.1.10" | 1939 "6";
    /// RCPT without an accepted MAIL.
    RcptBeforeMail: Error, Client, "problem-rcpt-before-mail", 5321 "3.3";
    /// DATA or BDAT without an accepted MAIL.
    DataBeforeMail: Error, Client, "problem-data-before-mail", 5321 "3.3";
    /// DATA or BDAT without an accepted RCPT.
    NoRecipients: Error, Client, "problem-no-recipients", 5321 "3.3";
    /// MAIL while a mail transaction is open.
    MailTwice: Error, Client, "problem-mail-twice", 5321 "4.1.4";
    /// ATRN before a login.
    LoginDue: Error, Client, "problem-login-due", 2645 "5.2.1";
    /// AUTH while a mail transaction is open.
    AuthInMail: Error, Client, "problem-auth-in-mail", 4954 "4";
    /// DATA after BDAT in one mail transaction.
    DataAfterBdat: Error, Client, "problem-data-after-bdat", 3030 "2";
    /// DATA although MAIL said BODY=BINARYMIME.
    DataForBinary: Error, Client, "problem-data-for-binary", 3030 "3";
    /// BDAT after a chunk was refused, before RSET.
    BdatAfterFailure: Error, Client, "problem-bdat-after-failure", 3030 "2";
    /// A command sent before the reply to the one before it, to a server that did not announce PIPELINING.
    NotWaited: Warn, Client, "problem-not-waited", 5321 "4.3.1" | 2449 "6.6";
    /// A command sent right behind one that must end its group.
    LastInGroup: Warn, Client, "problem-last-in-group", 2920 "3.1";
    /// A parameter of MAIL or RCPT whose extension was not announced.
    ParameterNotAnnounced: Warn, Client, "problem-parameter-not-announced", 5321 "4.1.1.3";
    /// A login mechanism that the server did not announce.
    MechanismNotAnnounced: Note, Client, "problem-mechanism-not-announced", 4954 "4" | 5034 "4";
    /// A message larger than the server takes.
    OverSize: Warn, Client, "problem-over-size", 1870 "6.1";
    /// A message larger than MAIL said.
    OverDeclared: Note, Client, "problem-over-declared", 1870 "6.3";
    /// A message line beyond ASCII, though MAIL did not say 8BITMIME.
    EightBit: Warn, Client, "problem-eight-bit", 6152 "3";
    /// Octets beyond the end of a chunk: the server reads them as a command.
    ChunkOverrun: Warn, Client, "problem-chunk-overrun", 3030 "2";
    /// A line that looks like a command while octets of a chunk are due.
    ChunkUnfilled: Warn, Client, "problem-chunk-unfilled", 3030 "2";
    /// DATA was accepted although no recipient was.
    NobodyToSendTo: Note, Server, "problem-nobody-to-send-to", 2920 "3.1";
    /// The server does not offer what every server has to.
    Strict: Warn, Server, "problem-strict", 5321 "4.5.1" | 1939 "5";
    /// The server sees a wrong order where the standard has none.
    StrictOrder: Note, Server, "problem-strict-order", 5321 "4.1.4";
    /// The maildrop was closed, but not all that was marked was removed.
    NotRemoved: Error, Server, "problem-not-removed", 1939 "6";
    /// A count that contradicts what the server said before.
    CountDiffers: Warn, Server, "problem-count-differs", 1939 "5";
    /// A listing names a message that is marked as deleted.
    ListsDeleted: Warn, Server, "problem-lists-deleted", 1939 "5";

    /// A password in an address; it is dropped.
    UrlPassword: Warn, Client, "problem-url-password", 2384 "3";
    /// A scheme that no standard gives to a mail session.
    UrlScheme: Note, Client, "problem-url-scheme", 2384 "3";
    /// No scheme of a mail session.
    UrlUnknown: Error, Client, "problem-url-unknown", 2384 "3";
    /// The address of a person, not of a server.
    UrlMailto: Error, Client, "problem-url-mailto", 6068 "1";
    /// An address without a host.
    UrlHost: Error, Client, "problem-url-host", 2384 "3";
    /// A port that is none.
    UrlPort: Warn, Client, "problem-url-port", 2384 "3";
    /// A user or mechanism that cannot be read.
    UrlUser: Warn, Client, "problem-url-user", 2384 "4";
    /// Something after the host.
    UrlPath: Note, Client, "problem-url-path", 2384 "8";
    /// APOP without the plus sign: it would be a SASL mechanism of that name.
    UrlApop: Note, Client, "problem-url-apop", 2384 "4";
    /// The server's challenge is not base64.
    ChallengeNotBase64: Warn, Server, "problem-challenge-not-base64", 4954 "4" | 5034 "4";
    /// An empty challenge without the space that belongs to it.
    BareChallenge: Warn, Server, "problem-bare-challenge", 4954 "4" | 5034 "4";
    /// The server ended a line with LF alone.
    ServerBareLf: Warn, Server, "problem-server-bare-lf", 5321 "2.3.8" | 1939 "3";
    /// The server sent a bare CR.
    ServerBareCr: Warn, Server, "problem-server-bare-cr", 5321 "2.3.8" | 1939 "3";
    /// The connection ended in mid-line.
    CutLine: Warn, Server, "problem-cut-line", 5321 "2.3.8" | 1939 "3";
    /// A line without end, shown in pieces.
    EndlessLine: Warn, Server, "problem-endless-line", 5321 "4.5.3.1.5" | 1939 "3";
    /// A reply line over 512 octets.
    LongReply: Note, Server, "problem-long-reply", 5321 "4.5.3.1.5" | 1939 "3";
    /// Not a POP3 reply.
    NotPop3Reply: Error, Server, "problem-not-pop3-reply", 1939 "3";
    /// Not an SMTP reply.
    NotSmtpReply: Error, Server, "problem-not-smtp-reply", 5321 "4.2";
    /// A status indicator not in capitals.
    StatusCase: Warn, Server, "problem-status-case", 1939 "3";
    /// Bytes that are not text.
    NotText: Warn, Server, "problem-not-text", 5321 "4.2" | 2449 "3";
    /// A NUL byte.
    NulByte: Warn, Server, "problem-nul-byte", 5321 "4.2" | 2449 "3";
    /// The lines of one reply bear different codes.
    MixedCodes: Warn, Server, "problem-mixed-codes", 5321 "4.2.1";
    /// An enhanced code of another class than the reply code.
    EnhancedDiffers: Warn, Server, "problem-enhanced-differs", 2034 "4";
    /// A line of STAT, LIST, UIDL or LANG that is not what the standard prescribes.
    BadListing: Warn, Server, "problem-bad-listing", 1939 "5";
    /// A unique identifier over 70 octets, or with other than visible ASCII.
    LongUid: Warn, Server, "problem-long-uid", 1939 "7";
    /// A first digit outside 2 to 5, or a second beyond 5.
    CodeOutOfRange: Warn, Server, "problem-code-out-of-range", 5321 "4.2";
    /// A reply nobody asked for.
    Unexpected: Warn, Server, "problem-unexpected-reply", 5321 "4.2" | 1939 "5";
    /// 421: the server closes.
    ServiceClosing: Note, Server, "problem-service-closing", 5321 "3.8";
    /// The server took what the standard has refused.
    Lenient: Note, Server, "problem-lenient", 5321 "4.1.4" | 1939 "3";
    /// The server refused: what the standard says of it.
    RefusedOrder: Error, Client, "problem-refused-order", 5321 "4.1.4";
    /// The server refused a POP3 command that was out of its state.
    RefusedState: Error, Client, "problem-refused-state", 1939 "3";
    /// The server refused because the message is marked as deleted.
    RefusedDeleted: Error, Client, "problem-refused-deleted", 1939 "5";
    /// The server refused because there is no such message.
    RefusedNoMessage: Error, Client, "problem-refused-no-message", 1939 "5";
    /// The server does not know the word.
    RefusedUnknown: Error, Client, "problem-refused-unknown", 5321 "4.2.4" | 1939 "3";
    /// 530: a login or TLS has to come first.
    LoginFirst: Error, Client, "problem-login-first", 4954 "6";
    /// 5.1.x: the address is not good.
    RefusedAddress: Error, Client, "problem-refused-address", 3463 "3.2";
    /// This server speaks SMTP, and the session was opened for POP3.
    SpeaksSmtp: Error, Client, "problem-speaks-smtp", 1939 "3";
    /// This server speaks POP3, and the session was opened for SMTP.
    SpeaksPop3: Error, Client, "problem-speaks-pop3", 5321 "4.2";
    /// The first bytes are TLS: this port is encrypted from the first byte.
    SpeaksTls: Error, Client, "problem-speaks-tls", 8314 "3.3" | 8314 "3.1";
    /// The server knows the command and does not offer it.
    NotOffered: Error, Server, "problem-not-offered", 5321 "4.2.4";
    /// 504 or 555: the command is known, what is asked of it is not.
    NotWithThis: Error, Server, "problem-not-with-this", 5321 "4.2.3";
    /// 5.3.4 or 5.2.3: the message is too big.
    RefusedSize: Error, Client, "problem-refused-size", 3463 "3.4";
    /// 5.7.x: a rule of the server's, or a right that is missing.
    RefusedPolicy: Error, Client, "problem-refused-policy", 3463 "3.8";
    /// The server refused for another reason: its words say which.
    Refused: Error, Server, "problem-refused", 5321 "4.2.1" | 1939 "3";
    /// The server refused a line that breaks the grammar: the fault is in the line.
    RefusedSyntax: Error, Client, "problem-refused-syntax", 5321 "4.2.2" | 1939 "3";
    /// The first verb of the session that is not in capitals: any case will do.
    VerbCase: Chat, Client, "problem-verb-case", 5321 "2.4" | 1939 "3";
    /// 235 with another enhanced code than the one registered for it.
    LoginCode: Chat, Server, "problem-login-code", 4954 "6";
    /// The learner cancelled a login.
    Cancelled: Chat, Client, "problem-cancelled", 4954 "4" | 5034 "4";
    /// The server greeted with a refusal.
    GreetingRefused: Error, Server, "problem-greeting-refused", 5321 "3.1" | 1939 "4";
    /// The login failed.
    LoginRefused: Error, Client, "problem-login-refused", 4954 "6" | 1939 "7";
    /// The maildrop is locked by another session.
    InUse: Error, Server, "problem-in-use", 2449 "8.1.2";
    /// The login came sooner after the one before than the server wants.
    LoginDelay: Warn, Client, "problem-login-delay", 2449 "8.1.1";
    /// The third refusal in a row: some servers count them, and hang up.
    RefusedAgain: Note, Client, "problem-refused-again", 5321 "7.8" | 1939 "4";
    /// Something is broken on the server's side.
    SystemTrouble: Error, Server, "problem-system-trouble", 3206 "4";
    /// The server does not take this login mechanism.
    RefusedMechanism: Error, Client, "problem-refused-mechanism", 4954 "4" | 5034 "4";
    /// The server said no for now.
    NotNow: Warn, Server, "problem-not-now", 5321 "4.2.1" | 3206 "4";
    /// A message in the maildrop has no Date.
    ReceivedNoDate: Note, Server, "problem-received-no-date", 5322 "3.6";
    /// A message in the maildrop has no From.
    ReceivedNoFrom: Note, Server, "problem-received-no-from", 5322 "3.6";
    /// A line of a message that begins with a single dot: the server forgot to double it.
    ReceivedLostDot: Warn, Server, "problem-received-lost-dot", 1939 "3";
    /// The size announced and the size sent differ.
    SizeDiffers: Note, Server, "problem-size-differs", 1939 "11";
    /// Plain text arrived after the go-ahead for TLS.
    PlainAfterGoAhead: Error, Server, "problem-plain-after-go-ahead", 3207 "4" | 2595 "4";
}

impl ProblemKind {
    /// Whether it is about the place of a command: its state, or the order of a mail.
    pub const fn is_order(self) -> bool {
        matches!(
            self,
            Self::Pop3WrongState
                | Self::PassWithoutUser
                | Self::AfterUser
                | Self::StlsAfterUtf8
                | Self::SmtpWrongOrder
                | Self::MailBeforeHello
                | Self::AuthAlready
                | Self::ExtensionBeforeHello
                | Self::ExtensionAfterHelo
                | Self::TlsAlready
                | Self::AfterQuit
                | Self::RcptBeforeMail
                | Self::DataBeforeMail
                | Self::NoRecipients
                | Self::MailTwice
                | Self::LoginDue
                | Self::AuthInMail
                | Self::DataAfterBdat
                | Self::DataForBinary
                | Self::BdatAfterFailure
        )
    }

    /// Whether a sound server gives no cause for it. It may well be lenient or strict, refuse, close, and keep an odd message.
    pub const fn is_odd(self) -> bool {
        let sound = matches!(
            self,
            Self::GreetingRefused
                | Self::InUse
                | Self::Lenient
                | Self::NobodyToSendTo
                | Self::NotNow
                | Self::NotOffered
                | Self::NotRemoved
                | Self::ReceivedNoDate
                | Self::ReceivedNoFrom
                | Self::Refused
                | Self::ServiceClosing
                | Self::SizeDiffers
                | Self::Strict
                | Self::StrictOrder
                | Self::SystemTrouble
        );
        matches!(self.side(), Side::Server) && !sound
    }

    /// Whose fault it is, as far as that is here and known: nobody in the session left a field out of a message that was fetched
    /// or holds its maildrop; a cut line, or a refusal without a code that tells more, may be either side's matter.
    pub const fn fault(self) -> Option<Side> {
        match self {
            Self::ReceivedNoDate | Self::ReceivedNoFrom | Self::InUse | Self::CutLine | Self::Refused => None,
            kind => Some(kind.side()),
        }
    }

    /// Whether its detail is two numbers: what was said, and what is.
    pub const fn compares(self) -> bool {
        matches!(self, Self::SizeDiffers | Self::CountDiffers | Self::OverSize | Self::OverDeclared)
    }

    /// Whether it is about the content of a SASL answer: the server judges that as part of the login, not of the command.
    pub const fn is_of_answer(self) -> bool {
        matches!(
            self,
            Self::NotBase64
                | Self::Base64Padding
                | Self::Base64Space
                | Self::Base64Url
                | Self::Base64Bits
                | Self::Base64Newline
                | Self::EmptyMark
                | Self::ServerFirst
                | Self::PlainForm
                | Self::CramForm
                | Self::NotEncoded
                | Self::NameAgain
        )
    }

    /// Whether a line with it has a sound form, and what logs in is in danger or likely wrong.
    pub(crate) const fn is_of_login(self) -> bool {
        matches!(self, Self::ClearPassword | Self::Base64Newline | Self::NotEncoded | Self::NameAgain)
    }
}
