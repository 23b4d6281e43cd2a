//! All that can be wrong with a line or worth saying about it, one row each with everything that is known of it whatever the line:
//! how serious, whose side, which family, what a server refuses it with, the key, the section. The sentences are in `locales/`;
//! when each is said is `pop3`'s, `smtp`'s and `session`'s.

use super::{Severity, Side};
use crate::machine::{Protocol, Rfc, rfc};

/// What a problem is about. It decides who tells of it, and what a refusal of the line is put down to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Family {
    /// A command against the grammar, or against a rule that servers refuse in the same way.
    Grammar,
    /// A form of a command that most servers take, and a strict one need not.
    Loose,
    /// The place of a command: its state, or the order of a mail.
    Order,
    /// A command of sound form: what there is to say lies in what the server offers or holds, in haste, or in history.
    Circumstance,
    /// The form of a SASL answer: the server judges that as part of the login, not of the command.
    Answer,
    /// A SASL answer of sound form that hardly says what was meant.
    Meaning,
    /// The text of a message, and how it is sent.
    Message,
    /// An address typed to connect to.
    Address,
    /// What a reply says of its command. A sound server may well be lenient or strict, refuse, and close.
    Verdict,
    /// A line of the server's that no sound server sends.
    Unsound,
}

/// All that is known of a kind of problem.
struct Facts {
    severity: Severity,
    /// On whose side it shows.
    side: Side,
    /// Whose fault it is, as far as that is known.
    fault: Option<Side>,
    family: Family,
    /// The codes of the refusal that a correct server answers such a line with; of POP3 they stand for `-ERR`.
    refused_with: Option<&'static [u16]>,
    key: &'static str,
    rfc: Rfc,
    /// The section in POP3, where that is another.
    pop3: Option<Rfc>,
}

/// A row: its name, how serious, on whose side (`Nobody` when it may be either's fault), its family (with the codes that a
/// correct server refuses it with), its key, its section, and POP3's where that differs.
macro_rules! problems {
    (@fault $side:ident) => { Some(Side::$side) };
    (@fault $side:ident Nobody) => { None };
    (@option) => { None };
    (@option $some:expr) => { Some($some) };
    ($($(#[$doc:meta])* $name:ident: $severity:ident, $side:ident $(($fault:ident))?, $family:ident $([$($code:literal),+])?,
        $key:literal, $number:literal $section:literal $(| $pop3_number:literal $pop3_section:literal)?;)*) => {
        /// Everything that can be wrong with a line or worth saying about it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum ProblemKind { $($(#[$doc])* $name,)* }

        impl ProblemKind {
            /// All of them.
            pub const ALL: &'static [ProblemKind] = &[$(Self::$name),*];
        }

        /// In the order of the kinds.
        static FACTS: [Facts; ProblemKind::ALL.len()] = [$(Facts {
            severity: Severity::$severity,
            side: Side::$side,
            fault: problems!(@fault $side $($fault)?),
            family: Family::$family,
            refused_with: problems!(@option $(&[$($code),+])?),
            key: $key,
            rfc: rfc($number, $section),
            pop3: problems!(@option $(rfc($pop3_number, $pop3_section))?),
        }),*];
    };
}

problems! {
    /// A line with nothing in it where a command is due.
    EmptyLine: Warn, Client, Grammar [500], "problem-empty-line", 5321 "2.4" | 1939 "3";
    /// White space before the verb.
    LeadingSpace: Warn, Client, Grammar, "problem-leading-space", 5321 "2.4" | 1939 "3";
    /// No such command in this protocol.
    UnknownVerb: Error, Client, Grammar [500], "problem-unknown-verb", 5321 "4.2.4" | 1939 "3";
    /// A command of SMTP said to a POP3 server.
    SmtpVerbInPop3: Error, Client, Grammar [500], "problem-smtp-verb-in-pop3", 1939 "3";
    /// A command of POP3 said to an SMTP server.
    Pop3VerbInSmtp: Error, Client, Grammar [500], "problem-pop3-verb-in-smtp", 5321 "4.2.4";
    /// A POP3 command out of its state.
    Pop3WrongState: Error, Client, Order [503], "problem-pop3-wrong-state", 1939 "3";
    /// PASS without an accepted USER right before it.
    PassWithoutUser: Error, Client, Order [503], "problem-pass-without-user", 1939 "7";
    /// STLS after UTF8.
    StlsAfterUtf8: Error, Client, Order, "problem-stls-after-utf8", 6856 "2.1";
    /// A login begun anew after an accepted USER, where PASS or QUIT is due.
    AfterUser: Warn, Client, Order [503], "problem-after-user", 1939 "7";
    /// PASS, but something came between it and its USER.
    PassNotAtOnce: Warn, Client, Circumstance, "problem-pass-not-at-once", 1939 "7";
    /// An SMTP command out of order.
    SmtpWrongOrder: Error, Client, Order [503], "problem-smtp-wrong-order", 5321 "4.1.4";
    /// MAIL before EHLO or HELO.
    MailBeforeHello: Error, Client, Order [503], "problem-mail-before-hello", 5321 "4.1.4";
    /// AUTH after a login succeeded.
    AuthAlready: Error, Client, Order [503], "problem-auth-already", 4954 "4";
    /// AUTH or STARTTLS before EHLO.
    ExtensionBeforeHello: Error, Client, Order [503], "problem-extension-before-hello", 5321 "3.2";
    /// A line that may be a password without its command.
    PerhapsPassword: Warn, Client, Grammar [500], "problem-perhaps-password", 4954 "4" | 1939 "7";
    /// STLS or STARTTLS although TLS is already on.
    TlsAlready: Error, Client, Order [503], "problem-tls-already", 3207 "4.2" | 2595 "4";
    /// An argument is missing.
    MissingArgument: Warn, Client, Grammar [501], "problem-missing-argument", 5321 "4.1.1" | 1939 "3";
    /// More arguments than the syntax has.
    ExtraArgument: Warn, Client, Grammar, "problem-extra-argument", 5321 "4.1.1" | 1939 "3";
    /// Not a number where one is due.
    NotANumber: Warn, Client, Grammar [501], "problem-not-a-number", 3030 "2" | 1939 "4";
    /// Message numbers begin at 1.
    ZeroMessage: Warn, Client, Grammar [550], "problem-zero-message", 1939 "4";
    /// A number larger than the maildrop has messages.
    NoSuchMessage: Warn, Client, Circumstance [550], "problem-no-such-message", 1939 "5";
    /// A message this session has marked as deleted.
    MessageDeleted: Warn, Client, Circumstance [550], "problem-message-deleted", 1939 "5";
    /// APOP's digest is not 32 lower-case hex digits.
    BadDigest: Warn, Client, Grammar, "problem-bad-digest", 1939 "7";
    /// APOP where the greeting had no timestamp.
    NoTimestamp: Warn, Client, Grammar, "problem-no-timestamp", 1939 "7";
    /// A POP3 argument longer than 40 characters.
    LongPop3Argument: Note, Client, Loose, "problem-long-pop3-argument", 1939 "3";
    /// A POP3 command line over 255 octets.
    LongPop3Line: Warn, Client, Grammar, "problem-long-pop3-line", 2449 "4";
    /// An SMTP command line over 512 octets.
    LongSmtpLine: Warn, Client, Grammar, "problem-long-smtp-line", 5321 "4.5.3.1.4";
    /// A message line over 998 octets.
    LongTextLine: Warn, Client, Message, "problem-long-text-line", 5321 "4.5.3.1.6";
    /// Letters outside ASCII where the standard has none.
    NotAscii: Warn, Client, Grammar, "problem-not-ascii", 5321 "2.4" | 1939 "3";
    /// The path lacks its angle brackets.
    NoAngleBrackets: Warn, Client, Grammar, "problem-no-angle-brackets", 5321 "4.1.2";
    /// A space between the colon and the path.
    SpaceAfterColon: Warn, Client, Grammar, "problem-space-after-colon", 5321 "3.3";
    /// No space between the path and its parameters.
    MissingSpace: Warn, Client, Grammar, "problem-missing-space", 5321 "3.3";
    /// MAIL without FROM:.
    MissingFrom: Error, Client, Grammar [501], "problem-missing-from", 5321 "4.1.1.2";
    /// RCPT without TO:.
    MissingTo: Error, Client, Grammar [501], "problem-missing-to", 5321 "4.1.1.3";
    /// The null path belongs to MAIL only.
    NullRecipient: Error, Client, Grammar, "problem-null-recipient", 5321 "4.1.1.3";
    /// Not an address.
    BadPath: Warn, Client, Grammar, "problem-bad-path", 5321 "4.1.2";
    /// A local name without domain.
    NoDomain: Warn, Client, Grammar, "problem-no-domain", 5321 "2.3.5";
    /// A source route; accepted and ignored.
    SourceRoute: Note, Client, Loose, "problem-source-route", 5321 "4.1.2";
    /// White space at the end of the line.
    TrailingSpace: Note, Client, Loose, "problem-trailing-space", 5321 "4.1.1" | 1939 "3";
    /// A tab, or more than one space, between two words.
    OddSpace: Warn, Client, Loose, "problem-odd-space", 5321 "4.1.1" | 1939 "3";
    /// A command that begins with X: private, by agreement.
    PrivateVerb: Note, Client, Circumstance [500], "problem-private-verb", 5321 "4.1.5";
    /// A local part over 64 octets.
    LongLocalPart: Warn, Client, Grammar, "problem-long-local-part", 5321 "4.5.3.1.1";
    /// A domain over 255 octets.
    LongDomain: Warn, Client, Grammar, "problem-long-domain", 5321 "4.5.3.1.2";
    /// A path over 256 octets, its brackets counted.
    LongPath: Warn, Client, Grammar, "problem-long-path", 5321 "4.5.3.1.3";
    /// An IP address without brackets, or an IPv6 address without its tag.
    UntaggedAddress: Warn, Client, Loose, "problem-untagged-address", 5321 "4.1.3";
    /// Two addresses where one belongs.
    TwoAddresses: Warn, Client, Grammar [501], "problem-two-addresses", 5321 "3.3";
    /// A name before the address, as in a header.
    NameInPath: Warn, Client, Grammar [501], "problem-name-in-path", 5321 "4.1.2";
    /// A parameter that is not of its form.
    BadParameter: Warn, Client, Grammar [501], "problem-bad-parameter", 5321 "4.1.2";
    /// A parameter given twice, or two that exclude each other.
    ParameterTwice: Warn, Client, Grammar [501], "problem-parameter-twice", 5321 "4.1.2";
    /// A parameter of RCPT with MAIL, or the other way round.
    ParameterElsewhere: Warn, Client, Grammar [555], "problem-parameter-elsewhere", 5321 "4.1.1.11";
    /// HELO with an address literal, which only EHLO has.
    HeloLiteral: Warn, Client, Loose, "problem-helo-literal", 5321 "4.1.1.1";
    /// BDAT's second word is not LAST.
    NotLast: Error, Client, Grammar [501], "problem-not-last", 3030 "2";
    /// ETRN's name is no full domain name.
    OddNodeName: Warn, Client, Loose, "problem-odd-node-name", 1985 "5";
    /// HELO or EHLO without a name.
    NoHelloName: Warn, Client, Grammar [501], "problem-no-hello-name", 5321 "4.1.1.1";
    /// A name that is no domain and no address literal.
    OddHelloName: Warn, Client, Loose, "problem-odd-hello-name", 5321 "4.1.4";
    /// Parameters after HELO: extensions need EHLO.
    ParametersWithoutEhlo: Warn, Client, Grammar [555], "problem-parameters-without-ehlo", 5321 "4.1.1.3";
    /// AUTH or STARTTLS after HELO: an extension needs EHLO.
    ExtensionAfterHelo: Warn, Client, Order, "problem-extension-after-helo", 5321 "3.2";
    /// The server listed its extensions, and this verb's is not among them.
    NotAnnounced: Note, Client, Circumstance [500, 502], "problem-not-announced", 5321 "4.1.1.1" | 2449 "5";
    /// An obsolete command.
    Obsolete: Note, Client, Circumstance, "problem-obsolete", 5321 "F" | 1939 "9";
    /// A password in clear text.
    ClearPassword: Warn, Client, Circumstance, "problem-clear-password", 8314 "5.2";
    /// A SASL answer that is not base64.
    NotBase64: Warn, Client, Answer, "problem-not-base64", 4954 "4" | 5034 "4";
    /// Base64 whose padding is missing or wrong.
    Base64Padding: Warn, Client, Answer, "problem-base64-padding", 4648 "3.2";
    /// White space inside base64.
    Base64Space: Warn, Client, Answer, "problem-base64-space", 4954 "4" | 5034 "4";
    /// The alphabet that URLs use instead of base64's.
    Base64Url: Warn, Client, Answer, "problem-base64-url", 4648 "5";
    /// Base64 whose last letter carries bits that nobody reads.
    Base64Bits: Warn, Client, Answer, "problem-base64-bits", 4648 "3.5";
    /// What was encoded ends in a line feed.
    Base64Newline: Warn, Client, Meaning, "problem-base64-newline", 4648 "4";
    /// `=` as an answer: it stands for an empty initial response alone.
    EmptyMark: Warn, Client, Answer, "problem-empty-mark", 4954 "4" | 5034 "4";
    /// An initial response to a mechanism in which the server speaks first.
    ServerFirst: Warn, Client, Answer, "problem-server-first", 4954 "4" | 5034 "4";
    /// PLAIN's answer without its two NULs, its name or its password.
    PlainForm: Warn, Client, Answer, "problem-plain-form", 4616 "2";
    /// CRAM-MD5's answer is not a name, a space and a digest.
    CramForm: Warn, Client, Answer, "problem-cram-form", 2195 "2";
    /// LOGIN's answer decodes to no text: it was hardly encoded.
    NotEncoded: Warn, Client, Meaning, "problem-not-encoded", 4954 "4" | 5034 "4";
    /// The name once more where the password is asked for.
    NameAgain: Warn, Client, Meaning, "problem-name-again", 4422 "3.4";
    /// A line sent before the answer to DATA or AUTH came.
    TooEarly: Warn, Client, Grammar, "problem-too-early", 2920 "3.1" | 5034 "4";
    /// A command sent after STLS or STARTTLS without waiting.
    PipelinedTls: Error, Client, Grammar, "problem-pipelined-tls", 3207 "4" | 2595 "4";
    /// The learner chose to send a bare LF or CR.
    ClientBareEnding: Error, Client, Grammar, "problem-client-bare-ending", 5321 "2.3.8" | 1939 "3";
    /// A header line that is none.
    NoColon: Warn, Client, Message, "problem-no-colon", 5322 "2.2";
    /// The lone dot came while still in the headers.
    NoEmptyLine: Note, Client, Message, "problem-no-empty-line", 5322 "2.1";
    /// The message has no Date.
    NoDate: Warn, Client, Message, "problem-no-date", 5322 "3.6";
    /// The message has no From.
    NoFrom: Warn, Client, Message, "problem-no-from", 5322 "3.6";
    /// From holds no address.
    FromNoAddress: Warn, Client, Message, "problem-from-no-address", 5322 "3.6.2";
    /// A field that may stand once comes again.
    FieldTwice: Warn, Client, Message, "problem-field-twice", 5322 "3.6";
    /// Letters beyond ASCII in a header.
    HeaderNotAscii: Warn, Client, Message, "problem-header-not-ascii", 5322 "2.2";
    /// Bcc in a message that is being sent.
    BccSent: Note, Client, Message, "problem-bcc-sent", 5322 "3.6.3";
    /// Return-Path in a message that is being sent.
    ReturnPathSent: Note, Client, Message, "problem-return-path-sent", 5321 "4.4";
    /// A dot at the start of a line that was not doubled.
    UnstuffedDot: Warn, Client, Message, "problem-unstuffed-dot", 5321 "4.5.2";

    // What the state, the server's offers and the mail under way say of a line: the observer's.
    /// A command before the greeting.
    BeforeGreeting: Warn, Client, Circumstance, "problem-before-greeting", 5321 "4.3.1" | 1939 "4";
    /// A command after QUIT.
    AfterQuit: Error, Client, Order [503], "problem-after-quit", 5321 "4.1.1.10" | 1939 "6";
    /// RCPT without an accepted MAIL.
    RcptBeforeMail: Error, Client, Order [503], "problem-rcpt-before-mail", 5321 "3.3";
    /// DATA or BDAT without an accepted MAIL.
    DataBeforeMail: Error, Client, Order [503], "problem-data-before-mail", 5321 "3.3";
    /// DATA or BDAT without an accepted RCPT.
    NoRecipients: Error, Client, Order [503, 554], "problem-no-recipients", 5321 "3.3";
    /// MAIL while a mail transaction is open.
    MailTwice: Error, Client, Order [503], "problem-mail-twice", 5321 "4.1.4";
    /// ATRN before a login.
    LoginDue: Error, Client, Order [530], "problem-login-due", 2645 "5.2.1";
    /// AUTH while a mail transaction is open.
    AuthInMail: Error, Client, Order [503], "problem-auth-in-mail", 4954 "4";
    /// DATA after BDAT in one mail transaction.
    DataAfterBdat: Error, Client, Order [503], "problem-data-after-bdat", 3030 "2";
    /// DATA although MAIL said BODY=BINARYMIME.
    DataForBinary: Error, Client, Order [503], "problem-data-for-binary", 3030 "3";
    /// BDAT after a chunk was refused, before RSET.
    BdatAfterFailure: Error, Client, Order [503], "problem-bdat-after-failure", 3030 "2";
    /// A command sent before the reply to the one before it, to a server that did not announce PIPELINING.
    NotWaited: Warn, Client, Circumstance, "problem-not-waited", 5321 "4.3.1" | 2449 "6.6";
    /// A command sent right behind one that must end its group.
    LastInGroup: Warn, Client, Circumstance, "problem-last-in-group", 2920 "3.1";
    /// A parameter of MAIL or RCPT whose extension was not announced.
    ParameterNotAnnounced: Warn, Client, Circumstance [555], "problem-parameter-not-announced", 5321 "4.1.1.3";
    /// A login mechanism that the server did not announce.
    MechanismNotAnnounced: Note, Client, Circumstance [504], "problem-mechanism-not-announced", 4954 "4" | 5034 "4";
    /// A message larger than the server takes.
    OverSize: Warn, Client, Circumstance [552], "problem-over-size", 1870 "6.1";
    /// A message larger than MAIL said.
    OverDeclared: Note, Client, Message, "problem-over-declared", 1870 "6.3";
    /// A message line beyond ASCII, though MAIL did not say 8BITMIME.
    EightBit: Warn, Client, Message, "problem-eight-bit", 6152 "3";
    /// Octets beyond the end of a chunk: the server reads them as a command.
    ChunkOverrun: Warn, Client, Message, "problem-chunk-overrun", 3030 "2";
    /// A line that looks like a command while octets of a chunk are due.
    ChunkUnfilled: Warn, Client, Message, "problem-chunk-unfilled", 3030 "2";
    /// DATA was accepted although no recipient was.
    NobodyToSendTo: Note, Server, Verdict, "problem-nobody-to-send-to", 2920 "3.1";
    /// The server does not offer what every server has to.
    Strict: Warn, Server, Verdict, "problem-strict", 5321 "4.5.1" | 1939 "5";
    /// The server sees a wrong order where the standard has none.
    StrictOrder: Note, Server, Verdict, "problem-strict-order", 5321 "4.1.4";
    /// The maildrop was closed, but not all that was marked was removed.
    NotRemoved: Error, Server, Verdict, "problem-not-removed", 1939 "6";
    /// A count that contradicts what the server said before.
    CountDiffers: Warn, Server, Unsound, "problem-count-differs", 1939 "5";
    /// A listing names a message that is marked as deleted.
    ListsDeleted: Warn, Server, Unsound, "problem-lists-deleted", 1939 "5";

    /// A password in an address; it is dropped.
    UrlPassword: Warn, Client, Address, "problem-url-password", 2384 "3";
    /// A scheme that no standard gives to a mail session.
    UrlScheme: Note, Client, Address, "problem-url-scheme", 2384 "3";
    /// No scheme of a mail session.
    UrlUnknown: Error, Client, Address, "problem-url-unknown", 2384 "3";
    /// The address of a person, not of a server.
    UrlMailto: Error, Client, Address, "problem-url-mailto", 6068 "1";
    /// An address without a host.
    UrlHost: Error, Client, Address, "problem-url-host", 2384 "3";
    /// A port that is none.
    UrlPort: Warn, Client, Address, "problem-url-port", 2384 "3";
    /// A user or mechanism that cannot be read.
    UrlUser: Warn, Client, Address, "problem-url-user", 2384 "4";
    /// Something after the host.
    UrlPath: Note, Client, Address, "problem-url-path", 2384 "8";
    /// APOP without the plus sign: it would be a SASL mechanism of that name.
    UrlApop: Note, Client, Address, "problem-url-apop", 2384 "4";
    /// The server's challenge is not base64.
    ChallengeNotBase64: Warn, Server, Unsound, "problem-challenge-not-base64", 4954 "4" | 5034 "4";
    /// An empty challenge without the space that belongs to it.
    BareChallenge: Warn, Server, Unsound, "problem-bare-challenge", 4954 "4" | 5034 "4";
    /// The server ended a line with LF alone.
    ServerBareLf: Warn, Server, Unsound, "problem-server-bare-lf", 5321 "2.3.8" | 1939 "3";
    /// The server sent a bare CR.
    ServerBareCr: Warn, Server, Unsound, "problem-server-bare-cr", 5321 "2.3.8" | 1939 "3";
    /// The connection ended in mid-line.
    CutLine: Warn, Server (Nobody), Unsound, "problem-cut-line", 5321 "2.3.8" | 1939 "3";
    /// A line without end, shown in pieces.
    EndlessLine: Warn, Server, Unsound, "problem-endless-line", 5321 "4.5.3.1.5" | 1939 "3";
    /// A reply line over 512 octets.
    LongReply: Note, Server, Unsound, "problem-long-reply", 5321 "4.5.3.1.5" | 1939 "3";
    /// Not a POP3 reply.
    NotPop3Reply: Error, Server, Unsound, "problem-not-pop3-reply", 1939 "3";
    /// Not an SMTP reply.
    NotSmtpReply: Error, Server, Unsound, "problem-not-smtp-reply", 5321 "4.2";
    /// A status indicator not in capitals.
    StatusCase: Warn, Server, Unsound, "problem-status-case", 1939 "3";
    /// Bytes that are not text.
    NotText: Warn, Server, Unsound, "problem-not-text", 5321 "4.2" | 2449 "3";
    /// A NUL byte.
    NulByte: Warn, Server, Unsound, "problem-nul-byte", 5321 "4.2" | 2449 "3";
    /// The lines of one reply bear different codes.
    MixedCodes: Warn, Server, Unsound, "problem-mixed-codes", 5321 "4.2.1";
    /// An enhanced code of another class than the reply code.
    EnhancedDiffers: Warn, Server, Unsound, "problem-enhanced-differs", 2034 "4";
    /// A line of STAT, LIST, UIDL or LANG that is not what the standard prescribes.
    BadListing: Warn, Server, Unsound, "problem-bad-listing", 1939 "5";
    /// A unique identifier over 70 octets, or with other than visible ASCII.
    LongUid: Warn, Server, Unsound, "problem-long-uid", 1939 "7";
    /// A first digit outside 2 to 5, or a second beyond 5.
    CodeOutOfRange: Warn, Server, Unsound, "problem-code-out-of-range", 5321 "4.2";
    /// A reply nobody asked for.
    Unexpected: Warn, Server, Unsound, "problem-unexpected-reply", 5321 "4.2" | 1939 "5";
    /// 421: the server closes.
    ServiceClosing: Note, Server, Verdict, "problem-service-closing", 5321 "3.8";
    /// The server took what the standard has refused.
    Lenient: Note, Server, Verdict, "problem-lenient", 5321 "4.1.4" | 1939 "3";
    /// The server refused: what the standard says of it.
    RefusedOrder: Error, Client, Verdict, "problem-refused-order", 5321 "4.1.4";
    /// The server refused a POP3 command that was out of its state.
    RefusedState: Error, Client, Verdict, "problem-refused-state", 1939 "3";
    /// The server refused because the message is marked as deleted.
    RefusedDeleted: Error, Client, Verdict, "problem-refused-deleted", 1939 "5";
    /// The server refused because there is no such message.
    RefusedNoMessage: Error, Client, Verdict, "problem-refused-no-message", 1939 "5";
    /// The server does not know the word.
    RefusedUnknown: Error, Client, Verdict, "problem-refused-unknown", 5321 "4.2.4" | 1939 "3";
    /// 530: a login or TLS has to come first.
    LoginFirst: Error, Client, Verdict, "problem-login-first", 4954 "6";
    /// 5.1.x: the address is not good.
    RefusedAddress: Error, Client, Verdict, "problem-refused-address", 3463 "3.2";
    /// This server speaks SMTP, and the session was opened for POP3.
    SpeaksSmtp: Error, Client, Verdict, "problem-speaks-smtp", 1939 "3";
    /// This server speaks POP3, and the session was opened for SMTP.
    SpeaksPop3: Error, Client, Verdict, "problem-speaks-pop3", 5321 "4.2";
    /// The first bytes are TLS: this port is encrypted from the first byte.
    SpeaksTls: Error, Client, Verdict, "problem-speaks-tls", 8314 "3.3" | 8314 "3.1";
    /// The server knows the command and does not offer it.
    NotOffered: Error, Server, Verdict, "problem-not-offered", 5321 "4.2.4";
    /// 504 or 555: the command is known, what is asked of it is not.
    NotWithThis: Error, Server, Verdict, "problem-not-with-this", 5321 "4.2.3";
    /// 5.3.4 or 5.2.3: the message is too big.
    RefusedSize: Error, Client, Verdict, "problem-refused-size", 3463 "3.4";
    /// 5.7.x: a rule of the server's, or a right that is missing.
    RefusedPolicy: Error, Client, Verdict, "problem-refused-policy", 3463 "3.8";
    /// The server refused for another reason: its words say which.
    Refused: Error, Server (Nobody), Verdict, "problem-refused", 5321 "4.2.1" | 1939 "3";
    /// The server refused a line that breaks the grammar: the fault is in the line.
    RefusedSyntax: Error, Client, Verdict, "problem-refused-syntax", 5321 "4.2.2" | 1939 "3";
    /// The first verb of the session that is not in capitals: any case will do.
    VerbCase: Chat, Client, Circumstance, "problem-verb-case", 5321 "2.4" | 1939 "3";
    /// 235 with another enhanced code than the one registered for it.
    LoginCode: Chat, Server, Unsound, "problem-login-code", 4954 "6";
    /// The learner cancelled a login.
    Cancelled: Chat, Client, Verdict, "problem-cancelled", 4954 "4" | 5034 "4";
    /// The server greeted with a refusal.
    GreetingRefused: Error, Server, Verdict, "problem-greeting-refused", 5321 "3.1" | 1939 "4";
    /// The login failed.
    LoginRefused: Error, Client, Verdict, "problem-login-refused", 4954 "6" | 1939 "7";
    /// The maildrop is locked by another session.
    InUse: Error, Server (Nobody), Verdict, "problem-in-use", 2449 "8.1.2";
    /// The login came sooner after the one before than the server wants.
    LoginDelay: Warn, Client, Verdict, "problem-login-delay", 2449 "8.1.1";
    /// The third refusal in a row: some servers count them, and hang up.
    RefusedAgain: Note, Client, Verdict, "problem-refused-again", 5321 "7.8" | 1939 "4";
    /// Something is broken on the server's side.
    SystemTrouble: Error, Server, Verdict, "problem-system-trouble", 3206 "4";
    /// The server does not take this login mechanism.
    RefusedMechanism: Error, Client, Verdict, "problem-refused-mechanism", 4954 "4" | 5034 "4";
    /// The server said no for now.
    NotNow: Warn, Server, Verdict, "problem-not-now", 5321 "4.2.1" | 3206 "4";
    /// A message in the maildrop has no Date.
    ReceivedNoDate: Note, Server (Nobody), Message, "problem-received-no-date", 5322 "3.6";
    /// A message in the maildrop has no From.
    ReceivedNoFrom: Note, Server (Nobody), Message, "problem-received-no-from", 5322 "3.6";
    /// A line of a message that begins with a single dot: the server forgot to double it.
    ReceivedLostDot: Warn, Server, Unsound, "problem-received-lost-dot", 1939 "3";
    /// The size announced and the size sent differ.
    SizeDiffers: Note, Server, Message, "problem-size-differs", 1939 "11";
    /// Plain text arrived after the go-ahead for TLS.
    PlainAfterGoAhead: Error, Server, Unsound, "problem-plain-after-go-ahead", 3207 "4" | 2595 "4";
}

impl ProblemKind {
    fn facts(self) -> &'static Facts {
        &FACTS[self as usize]
    }

    /// How serious it is.
    pub fn severity(self) -> Severity {
        self.facts().severity
    }

    /// On whose side it shows.
    pub fn side(self) -> Side {
        self.facts().side
    }

    /// Whose fault it is, as far as that is here and known: nobody in the session left a field out of a message that was fetched
    /// or holds its maildrop; a cut line, or a refusal without a code that tells more, may be either side's matter.
    pub fn fault(self) -> Option<Side> {
        self.facts().fault
    }

    /// What it is about.
    pub fn family(self) -> Family {
        self.facts().family
    }

    /// The key of its sentence.
    pub fn key(self) -> &'static str {
        self.facts().key
    }

    /// The section that decides it in this protocol.
    pub fn rfc(self, protocol: Protocol) -> Rfc {
        let facts = self.facts();
        match protocol {
            Protocol::Pop3 => facts.pop3.unwrap_or(facts.rfc),
            Protocol::Smtp => facts.rfc,
        }
    }

    /// The codes of the refusal that a correct server answers such a line with; of POP3 they stand for `-ERR`. `None` when it may
    /// well take the line.
    pub(crate) fn refused_with(self) -> Option<&'static [u16]> {
        self.facts().refused_with
    }

    /// Whether it is about the place of a command: its state, or the order of a mail.
    pub fn is_order(self) -> bool {
        self.family() == Family::Order
    }

    /// Whether it is about the content of a SASL answer: the server judges that as part of the login, not of the command.
    pub fn is_of_answer(self) -> bool {
        matches!(self.family(), Family::Answer | Family::Meaning)
    }

    /// Whether a command with it breaks a rule of form, so that a refusal is put down to its syntax.
    pub(crate) fn is_of_form(self) -> bool {
        matches!(self.family(), Family::Grammar | Family::Answer)
    }
}
