//! MAIL and RCPT: the envelope, its parameters, and the strict syntax of all commands. The message itself is in `data`.

use mailproto::{ProblemKind, Verb, Word, command::Command, path::Path, smtp::is_xtext};

use super::{
    Server,
    data::{SIZE, system_full},
    reply::{Reply, reply},
};
use crate::maildrop::{AccountId, PostOffice};

/// The most recipients of one message: the number every server must take (RFC 5321 section 4.5.3.1.8).
pub const RECIPIENTS: usize = 100;
/// The longest local part, in octets (RFC 5321 section 4.5.3.1.1).
const LOCAL_PART: usize = 64;
/// The longest path with its brackets, in octets (RFC 5321 section 4.5.3.1.3).
const PATH: usize = 256;
/// The longest value of AUTH=, in octets (RFC 4954 section 3).
const AUTH_VALUE: usize = 500;

/// What MAIL and RCPT said.
#[derive(Debug, Default)]
pub(super) struct Envelope {
    /// Where to report failures; empty for the null path.
    pub reverse_path: String,
    /// Who gets the message, each named once.
    pub recipients: Vec<Recipient>,
    /// How many RCPTs were accepted, repeated ones too.
    accepted: usize,
    /// The size announced with SIZE=, or 0.
    announced: usize,
}

/// An accepted RCPT.
#[derive(Debug)]
pub(super) struct Recipient {
    /// As the client wrote it.
    pub address: String,
    /// Whose maildrop takes it.
    pub account: AccountId,
}

impl Server {
    /// RFC 5321 section 4.1.1.2.
    pub(super) fn mail(&mut self, office: &PostOffice, path: &Path, parameters: &[String]) -> Reply {
        let address = path.address();
        if too_long(path) {
            return reply(501, "5.1.7", "That address is longer than an address may be");
        }
        let announced = match self.announced(parameters) {
            Ok(announced) => announced,
            Err(refusal) => return refusal,
        };
        // RFC 1870 section 6.1 (1); a message of which nothing is known has an octet at least.
        if office.room().left() < announced.max(1) as u64 {
            return system_full();
        }
        let text = format!("Sender <{address}> accepted");
        self.envelope = Envelope { reverse_path: address, announced, ..Envelope::default() };
        reply(250, "2.1.0", text)
    }

    /// RFC 5321 section 4.1.1.3.
    pub(super) fn rcpt(&mut self, office: &PostOffice, path: &Path, parameters: &[String]) -> Reply {
        if !parameters.is_empty() {
            return reply(555, "5.5.4", "RCPT has no parameters here");
        }
        if too_long(path) {
            return reply(501, "5.1.3", "That address is longer than an address may be");
        }
        let here = office.at(self.host);
        if path.domain.as_ref().is_some_and(|domain| !here.host.takes(domain)) {
            return self.elsewhere(&here.host.domains.join(", "));
        }
        let address = path.address();
        let Some(account) = here.recipient(&path.local) else {
            return reply(550, "5.1.1", format!("<{address}>: no such mailbox here"));
        };
        if self.envelope.accepted >= RECIPIENTS {
            return reply(452, "4.5.3", format!("Too many recipients: at most {RECIPIENTS}; send again to the others"));
        }
        if !office.maildrop(account).has_room(1, self.envelope.announced) {
            return reply(452, "4.2.2", format!("<{address}>: mailbox full, try later"));
        }
        let text = format!("Recipient <{address}> accepted");
        self.envelope.accepted += 1;
        let again = self.envelope.recipients.iter().any(|known| known.address.eq_ignore_ascii_case(&address));
        if !again {
            self.envelope.recipients.push(Recipient { address, account });
        }
        reply(250, "2.1.5", text)
    }

    /// A domain this server neither delivers to, as it does to `own`, nor relays to.
    fn elsewhere(&self, own: &str) -> Reply {
        match self.user {
            None => reply(550, "5.7.1", format!("Relaying denied: this server takes mail for {own} only")),
            Some(_) => reply(550, "5.7.1", format!("This practice server has no way out: it delivers to {own} only")),
        }
    }

    /// Checks the parameters of MAIL (RFC 5321 section 4.1.1.11) and gives the size announced.
    fn announced(&self, parameters: &[String]) -> Result<usize, Reply> {
        if !parameters.is_empty() && !self.hello.as_ref().is_some_and(|hello| hello.extended) {
            return Err(reply(555, "5.5.4", "Parameters are extensions: say EHLO instead of HELO"));
        }
        let mut announced = 0;
        let mut seen: Vec<String> = Vec::new();
        for parameter in parameters {
            let (keyword, value) = parameter.split_once('=').unwrap_or((parameter, ""));
            let keyword = keyword.to_ascii_uppercase();
            match keyword.as_str() {
                "SIZE" => announced = size(value)?,
                "BODY" if matches!(value.to_ascii_uppercase().as_str(), "7BIT" | "8BITMIME") => {}
                "BODY" => return Err(reply(501, "5.5.4", "BODY is 7BIT or 8BITMIME here")),
                "AUTH" if value == "<>" || is_xtext(value, AUTH_VALUE) => {}
                "AUTH" => return Err(reply(501, "5.5.4", "AUTH= is <> or an address as xtext (RFC 4954 section 5)")),
                _ => return Err(reply(555, "5.5.4", "Unknown parameter; here: SIZE BODY AUTH")),
            }
            if seen.contains(&keyword) {
                return Err(reply(501, "5.5.4", format!("{keyword} is there twice")));
            }
            seen.push(keyword);
        }
        Ok(announced)
    }
}

/// `size-value = 1*20DIGIT` (RFC 1870 section 3).
fn size(value: &str) -> Result<usize, Reply> {
    if !(1..=20).contains(&value.len()) || !value.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(reply(501, "5.5.4", "SIZE is a number of octets"));
    }
    match value.parse() {
        Ok(octets) if octets <= SIZE => Ok(octets),
        Ok(_) | Err(_) => Err(reply(552, "5.3.4", format!("Too large: at most {SIZE} octets"))),
    }
}

fn too_long(path: &Path) -> bool {
    path.local.len() > LOCAL_PART || path.address().len() + 2 > PATH
}

/// What is wrong with the arguments of a command, if anything is. The basic code is 501; of the enhanced ones 5.5.2 says that
/// a line cannot be read, 5.5.4 that an argument has no place, 5.1.x that an address is none (RFC 3463 section 3, RFC 5248).
#[expect(clippy::wildcard_enum_match_arm, reason = "of every other problem the syntax is the answer")]
pub(super) fn syntax(command: &Command, verb: &Verb) -> Option<Reply> {
    use ProblemKind as P;
    let kind = command.problems.iter().map(|problem| problem.kind).find(|kind| !tolerated(*kind))?;
    let usage = format!("{} {}", verb.name, verb.syntax);
    let usage = usage.trim_end();
    let address = match verb.word {
        Word::Mail => "5.1.7",
        _ => "5.1.3",
    };
    Some(match kind {
        // SMTPUTF8 is not offered (RFC 6531 section 3.5).
        P::NotAscii if matches!(verb.word, Word::Mail | Word::Rcpt) => {
            reply(553, "5.6.7", "Addresses are in ASCII here: SMTPUTF8 is not offered")
        }
        P::NotAscii => reply(501, "5.5.2", "Commands are in ASCII here"),
        P::MissingArgument | P::NoHelloName => reply(501, "5.5.2", format!("An argument is missing. Syntax: {usage}")),
        P::ExtraArgument => reply(501, "5.5.4", format!("Too many arguments. Syntax: {usage}")),
        P::MissingFrom | P::MissingTo => reply(501, "5.5.2", format!("Syntax: {usage}")),
        P::SpaceAfterColon => reply(501, "5.5.2", format!("No space beside the colon. Syntax: {usage}")),
        P::NoAngleBrackets => reply(
            501,
            "5.5.2",
            "An address needs its angle brackets: <ada@example.test>; other servers may forgive that",
        ),
        P::BadPath | P::TwoAddresses | P::LongDomain => {
            reply(501, address, "That is no address; one looks like <ada@example.test>")
        }
        P::NoDomain => reply(501, address, "The address needs its domain: <ada@example.test>"),
        P::NullRecipient => reply(501, address, "The null path <> cannot receive mail, only send it"),
        _ => reply(501, "5.5.2", format!("Syntax: {usage}")),
    })
}

/// Whether a problem is none for this server, or one it finds again where it looks at the argument.
#[expect(clippy::wildcard_enum_match_arm, reason = "every other problem is refused, unless it is of an answer")]
fn tolerated(kind: ProblemKind) -> bool {
    use ProblemKind as P;
    match kind {
        // Accepted and ignored (RFC 5321 appendix F.2).
        P::SourceRoute => true,
        // Tolerated for interoperability (RFC 5321 section 4.1.1), or no offence by the grammar.
        P::TrailingSpace | P::OddSpace | P::HeloLiteral | P::UntaggedAddress => true,
        // Refused where it is looked at.
        P::OddHelloName | P::LongSmtpLine => true,
        P::LongLocalPart | P::LongPath | P::BadParameter | P::ParameterTwice | P::ParameterElsewhere => true,
        _ => kind.is_of_answer(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn xtext() {
        for value in ["ada@example.test", "+2B", "a+3Db"] {
            assert!(is_xtext(value, AUTH_VALUE), "{value}");
        }
        for value in ["", "+", "+2", "+2b", "a=b", "a b", "\u{e9}"] {
            assert!(!is_xtext(value, AUTH_VALUE), "{value}");
        }
    }
}
