//! Why a line in order was refused, as far as the reply tells: a table of what it says, what else holds, and the verdict. Everything
//! else that a reply says of its command is `verdict`'s.

use super::{Exchange, Kind, Session, client::has_initial};
use crate::{
    command::Args,
    machine::{Protocol, Standing, State, Word},
    token::{Family, ProblemKind},
};

/// What a reply says.
enum Says {
    /// Whatever it says.
    Anything,
    /// One of these, anywhere, in any case: a response code of POP3 (RFC 2449 section 8).
    Words(&'static [&'static str]),
    /// SMTP: an enhanced code that begins so (RFC 3463).
    Enhanced(&'static [&'static str]),
    /// SMTP: one of these reply codes (RFC 5321 section 4.2).
    Code(&'static [&'static str]),
}

/// What holds beside the words of the reply: of the protocol, and of the command that was refused.
#[derive(Clone, Debug)]
struct Refused {
    protocol: Protocol,
    /// The verb is known, and nothing is wrong with the form of the command.
    sound: bool,
    /// Its form is one that most servers take; of an answer to a challenge nobody knows.
    loose: bool,
    /// The login itself was refused: a name or password had been given.
    login: bool,
    /// It is AUTH with a mechanism, not an answer within its exchange.
    names_mechanism: bool,
    /// Its mechanism is not among those that the server announced.
    unlisted: bool,
    /// The message was larger than the server announced to take.
    over_size: bool,
    /// POP3: it is QUIT, and the marked messages are to be removed.
    removes: bool,
    /// POP3: its only possible response is `+OK`. Of LIST alone none but that is named either, of an empty maildrop too (RFC 1939
    /// section 5).
    promised: bool,
    /// SMTP: every server has to know it. EHLO may be too new for an old server, and VRFY switched off (RFC 5321 section 4.3.2).
    required: bool,
    /// SMTP: the standard has no refusal for it.
    unrefusable: bool,
    /// SMTP: it is RCPT for the postmaster, whom every server has (RFC 5321 section 4.5.1).
    postmaster: bool,
}

impl Refused {
    fn pop3(&self) -> bool {
        self.protocol == Protocol::Pop3
    }

    /// Whether the reply says it.
    fn hears(&self, line: &[u8], says: &Says) -> bool {
        let smtp = self.protocol == Protocol::Smtp;
        let holds = |name: &&str| line.windows(name.len()).any(|part| part.eq_ignore_ascii_case(name.as_bytes()));
        match says {
            Says::Anything => true,
            Says::Words(words) => words.iter().any(holds),
            Says::Enhanced(codes) => smtp && codes.iter().any(holds),
            Says::Code(codes) => smtp && codes.iter().any(|code| line.starts_with(code.as_bytes())),
        }
    }
}

type Row = (Says, fn(&Refused) -> bool, ProblemKind);

/// In any case.
const ALWAYS: fn(&Refused) -> bool = |_| true;

/// The first row that fits gives the reason.
const REFUSALS: &[Row] = &[
    (Says::Words(&["[IN-USE]"]), ALWAYS, ProblemKind::InUse),
    (Says::Words(&["[AUTH]"]), ALWAYS, ProblemKind::LoginRefused),
    (Says::Code(&["530"]), ALWAYS, ProblemKind::LoginFirst),
    (Says::Enhanced(&[" 5.1."]), ALWAYS, ProblemKind::RefusedAddress),
    (Says::Code(&["556"]), ALWAYS, ProblemKind::RefusedAddress),
    (Says::Words(&["[LOGIN-DELAY]"]), ALWAYS, ProblemKind::LoginDelay),
    (Says::Words(&["[SYS/TEMP"]), ALWAYS, ProblemKind::NotNow),
    (Says::Words(&["[SYS/", "[SYS]"]), ALWAYS, ProblemKind::SystemTrouble),
    (Says::Anything, |it| it.removes, ProblemKind::NotRemoved),
    // What every server owes a yes to.
    (Says::Anything, |it| it.sound && it.promised, ProblemKind::Strict),
    (Says::Code(&["500", "502"]), |it| it.sound && it.required, ProblemKind::Strict),
    (Says::Anything, |it| it.sound && it.unrefusable, ProblemKind::Strict),
    (Says::Code(&["550", "551", "553"]), |it| it.sound && it.postmaster, ProblemKind::Strict),
    // 504, or a POP3 server's no before any answer was given, is about the mechanism (RFC 4954 and RFC 5034, section 4).
    (Says::Code(&["504"]), |it| it.sound && it.names_mechanism, ProblemKind::RefusedMechanism),
    (
        Says::Anything,
        |it| it.pop3() && it.sound && it.names_mechanism && (it.unlisted || !it.login),
        ProblemKind::RefusedMechanism,
    ),
    // Commands that break the grammar are the client's fault. 501 says so too, and is believed where something is odd.
    (Says::Anything, |it| !it.sound, ProblemKind::RefusedSyntax),
    (Says::Code(&["500", "501"]), |it| it.loose, ProblemKind::RefusedSyntax),
    (Says::Code(&["500"]), ALWAYS, ProblemKind::RefusedUnknown),
    (Says::Code(&["504", "555"]), ALWAYS, ProblemKind::NotWithThis),
    (Says::Code(&["535"]), |it| it.login, ProblemKind::LoginRefused),
    (Says::Anything, |it| it.pop3() && it.login, ProblemKind::LoginRefused),
    (Says::Code(&["502"]), ALWAYS, ProblemKind::NotOffered),
    // The size was over what EHLO announced, so a plain 552 has its reason (RFC 1870 section 6.1).
    (Says::Code(&["552"]), |it| it.over_size, ProblemKind::RefusedSize),
    (Says::Enhanced(&[" 5.3.4", " 5.2.3"]), ALWAYS, ProblemKind::RefusedSize),
    (Says::Enhanced(&[" 5.7."]), ALWAYS, ProblemKind::RefusedPolicy),
    (Says::Code(&["534", "538"]), ALWAYS, ProblemKind::RefusedPolicy),
];

/// The row that fits, if one does.
fn row(refused: &Refused, line: &[u8]) -> Option<usize> {
    REFUSALS.iter().position(|(says, when, _)| when(refused) && refused.hears(line, says))
}

impl Session {
    /// Why a line in order was refused, as far as the codes tell.
    pub(super) fn refusal(&self, exchange: &Exchange, line: &[u8]) -> ProblemKind {
        let reason = row(&self.refused(exchange), line).and_then(|at| REFUSALS.get(at));
        reason.map_or(ProblemKind::Refused, |(_, _, kind)| *kind)
    }

    fn refused(&self, exchange: &Exchange) -> Refused {
        let (word, protocol) = (exchange.word, self.protocol);
        let has = |kind| exchange.problems.contains(&kind);
        let is_command = exchange.kind == Kind::Command;
        let is_answer = exchange.kind == Kind::SaslAnswer;
        let command = |words: &[Word]| is_command && word.is_some_and(|word| words.contains(&word));
        let verb = word.and_then(|word| protocol.machine().verb(word));
        let required = verb.is_some_and(|verb| verb.standing == Standing::Required);
        let postmaster = match &exchange.args {
            Args::Path { path, .. } => path.domain.is_none() && path.local.eq_ignore_ascii_case("postmaster"),
            _ => false,
        };
        let smtp = protocol == Protocol::Smtp;
        Refused {
            protocol,
            sound: word.is_some() && !exchange.problems.iter().any(|kind| kind.is_of_form()),
            loose: is_answer || exchange.problems.iter().any(|kind| kind.family() == Family::Loose),
            login: match word {
                Some(Word::Pass | Word::Apop) => true,
                Some(Word::Auth) => is_answer || has_initial(&exchange.args),
                _ => false,
            },
            names_mechanism: command(&[Word::Auth]),
            unlisted: has(ProblemKind::MechanismNotAnnounced),
            over_size: has(ProblemKind::OverSize),
            removes: word == Some(Word::Quit) && self.state == State::Update,
            promised: !smtp
                && (command(&[Word::Stat, Word::Noop, Word::Rset])
                    || command(&[Word::List]) && exchange.args == Args::None),
            required: smtp && is_command && required && !command(&[Word::Ehlo, Word::Vrfy]),
            unrefusable: smtp && command(&[Word::Rset, Word::Noop, Word::Quit]),
            postmaster: smtp && command(&[Word::Rcpt]) && postmaster,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A sound command of which nothing special is known.
    fn plain(protocol: Protocol) -> Refused {
        Refused {
            protocol,
            sound: true,
            loose: false,
            login: false,
            names_mechanism: false,
            unlisted: false,
            over_size: false,
            removes: false,
            promised: false,
            required: false,
            unrefusable: false,
            postmaster: false,
        }
    }

    /// One case a row, in the order of the rows; in brackets what would be said without the condition.
    #[test]
    fn every_row_has_its_case() {
        use ProblemKind as P;
        let mut rows = 0;
        let mut check = |refused: Refused, line: &str, kind: ProblemKind, otherwise: Option<ProblemKind>| {
            let found = |refused: &Refused| row(refused, line.as_bytes());
            assert_eq!(found(&refused), Some(rows), "{line}: another row fits");
            assert_eq!(REFUSALS[rows].2, kind, "{line}");
            let plain = found(&plain(refused.protocol)).map(|at| REFUSALS[at].2);
            assert_eq!(plain, otherwise, "{line}: of a command of which nothing is known");
            rows += 1;
        };
        let (pop3, smtp) = (plain(Protocol::Pop3), plain(Protocol::Smtp));
        check(pop3.clone(), "-ERR [in-use] no", P::InUse, Some(P::InUse));
        check(pop3.clone(), "-ERR [AUTH] no", P::LoginRefused, Some(P::LoginRefused));
        check(smtp.clone(), "530 5.7.0 no", P::LoginFirst, Some(P::LoginFirst));
        check(smtp.clone(), "550 5.1.1 no", P::RefusedAddress, Some(P::RefusedAddress));
        check(smtp.clone(), "556 no", P::RefusedAddress, Some(P::RefusedAddress));
        check(pop3.clone(), "-ERR [LOGIN-DELAY] no", P::LoginDelay, Some(P::LoginDelay));
        check(pop3.clone(), "-ERR [SYS/TEMP] no", P::NotNow, Some(P::NotNow));
        check(pop3.clone(), "-ERR [SYS/PERM] no", P::SystemTrouble, Some(P::SystemTrouble));
        check(Refused { removes: true, ..pop3.clone() }, "-ERR no", P::NotRemoved, None);
        check(Refused { promised: true, ..pop3.clone() }, "-ERR no", P::Strict, None);
        check(Refused { required: true, ..smtp.clone() }, "502 no", P::Strict, Some(P::NotOffered));
        check(Refused { unrefusable: true, ..smtp.clone() }, "550 no", P::Strict, None);
        check(Refused { postmaster: true, ..smtp.clone() }, "553 no", P::Strict, None);
        check(Refused { names_mechanism: true, ..smtp.clone() }, "504 no", P::RefusedMechanism, Some(P::NotWithThis));
        check(Refused { names_mechanism: true, ..pop3.clone() }, "-ERR no", P::RefusedMechanism, None);
        check(Refused { sound: false, ..pop3.clone() }, "-ERR no", P::RefusedSyntax, None);
        check(Refused { loose: true, ..smtp.clone() }, "501 no", P::RefusedSyntax, None);
        check(smtp.clone(), "500 no", P::RefusedUnknown, Some(P::RefusedUnknown));
        check(smtp.clone(), "555 no", P::NotWithThis, Some(P::NotWithThis));
        check(Refused { login: true, ..smtp.clone() }, "535 no", P::LoginRefused, None);
        check(Refused { login: true, ..pop3.clone() }, "-ERR no", P::LoginRefused, None);
        check(smtp.clone(), "502 no", P::NotOffered, Some(P::NotOffered));
        check(Refused { over_size: true, ..smtp.clone() }, "552 no", P::RefusedSize, None);
        check(smtp.clone(), "552 5.3.4 no", P::RefusedSize, Some(P::RefusedSize));
        check(smtp.clone(), "550 5.7.1 no", P::RefusedPolicy, Some(P::RefusedPolicy));
        check(smtp.clone(), "538 no", P::RefusedPolicy, Some(P::RefusedPolicy));
        assert_eq!(rows, REFUSALS.len(), "a row without a case");
        assert_eq!((row(&smtp, b"550 no"), row(&pop3, b"-ERR no")), (None, None));
    }

    /// What one protocol says means nothing in the other, and a known mechanism was refused for the password.
    #[test]
    fn rows_keep_to_their_protocol() {
        let (pop3, smtp) = (plain(Protocol::Pop3), plain(Protocol::Smtp));
        assert_eq!(row(&pop3, b"-ERR 5.1.1 no"), None);
        assert_eq!(row(&Refused { login: true, ..smtp }, b"550 no"), None);
        let login = Refused { names_mechanism: true, login: true, ..pop3 };
        let kind = |refused: &Refused| row(refused, b"-ERR no").map(|at| REFUSALS[at].2);
        assert_eq!(kind(&login), Some(ProblemKind::LoginRefused));
        assert_eq!(kind(&Refused { unlisted: true, ..login }), Some(ProblemKind::RefusedMechanism));
    }
}
