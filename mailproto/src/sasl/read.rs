//! Reading an exchange: what a challenge asks, what an answer says, what comes next. Secrets stay typed as such.

use super::{
    Mechanism, Run, Step, asks_password,
    digest::cram_md5_parts,
    scram,
    steps::{APOP, BASE64, CRAM, PLAIN, exchange},
};
use crate::{
    base64,
    machine::{Protocol, rfc},
    secret::Verbatim,
    token::{ProblemKind, Span},
};

/// What an answer turned out to be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// Whether it may be shown.
    pub shown: bool,
    /// What it says, as far as it can be decoded.
    pub plain: Verbatim,
    /// What it consists of, and what comes next.
    pub steps: Vec<Step>,
    /// What is wrong with it.
    pub problems: Vec<ProblemKind>,
}

/// What follows an AUTH without initial response.
pub fn begun(protocol: Protocol, mechanism: &Mechanism) -> Vec<Step> {
    let key = match mechanism {
        Mechanism::Plain => "sasl-begin-plain",
        Mechanism::Login => "sasl-begin-login",
        Mechanism::CramMd5 => "sasl-begin-cram-md5",
        Mechanism::Other(_) => "sasl-begin-other",
    };
    vec![Step::new(key, Some(exchange(protocol)))]
}

/// What a challenge says and asks for. `text` is as it came, in base64.
pub fn challenge(protocol: Protocol, run: &Run, text: &[u8]) -> Vec<Step> {
    let rule = Some(exchange(protocol));
    let plain = base64::decode(text).unwrap_or_default();
    let mut steps = Vec::new();
    if text.is_empty() {
        steps.push(Step::new("sasl-challenge-empty", rule));
    } else if !plain.is_empty() {
        steps.push(Step::new("sasl-challenge-decoded", BASE64).shows(plain.as_slice()));
    }
    match &run.mechanism {
        Mechanism::Plain => steps.push(Step::new("sasl-next-plain", PLAIN)),
        Mechanism::Login if asks_password(&plain) => steps.push(Step::new("sasl-login-asks-password", None)),
        Mechanism::Login if run.step == 0 => steps.push(Step::new("sasl-login-asks-name", None)),
        Mechanism::Login => steps.push(Step::new("sasl-login-asks-something", None)),
        Mechanism::CramMd5 => steps.push(Step::new("sasl-next-cram-md5", CRAM)),
        Mechanism::Other(name) if name == "OAUTHBEARER" && !text.is_empty() => {
            steps.push(Step::new("sasl-next-oauthbearer", Some(rfc(7628, "3.2.3"))));
        }
        Mechanism::Other(name) if name == "XOAUTH2" && !text.is_empty() => {
            steps.push(Step::new("sasl-next-xoauth2", None));
        }
        Mechanism::Other(name) => {
            if scram::is_scram(name) {
                steps.extend(scram::server_steps(&plain));
            }
            steps.push(Step::new("sasl-next-other", rule));
        }
    }
    steps
}

/// What the client's next answer says. `initial`: it came with AUTH itself, where `=` stands for an empty one.
pub fn answer(protocol: Protocol, run: &Run, text: &[u8], initial: bool) -> Answer {
    let mut answer = Answer { shown: run.mechanism.shows(run.step, &run.challenge, text), ..Answer::default() };
    if initial && super::mechanisms::find(run.mechanism.name()).is_some_and(|row| row.server_first) {
        answer.problems.push(ProblemKind::ServerFirst);
    }
    if text.is_empty() || text == b"=" {
        if !initial && !text.is_empty() {
            answer.problems.push(ProblemKind::EmptyMark);
        }
        answer.steps.push(Step::new("sasl-empty-answer", Some(exchange(protocol))));
        return answer;
    }
    answer.problems.extend(base64::diagnose(text));
    if answer.problems.contains(&ProblemKind::NotBase64) {
        return answer;
    }
    let plain = base64::lenient(text).unwrap_or_default();
    said(run, &plain, &mut answer);
    let hidden = if answer.shown { Vec::new() } else { vec![Span::new(0, plain.len())] };
    answer.plain = Verbatim::new(plain, hidden);
    let next = match run.mechanism {
        Mechanism::Login if run.step == 0 && answer.shown => "sasl-next-password",
        Mechanism::Plain | Mechanism::Login | Mechanism::CramMd5 => "sasl-next-verdict",
        Mechanism::Other(_) => "sasl-next-other",
    };
    answer.steps.push(Step::new(next, Some(exchange(protocol))));
    answer
}

/// The steps of an answer's content, by mechanism.
fn said(run: &Run, plain: &[u8], answer: &mut Answer) {
    let Answer { shown, steps, problems, .. } = answer;
    let text = std::str::from_utf8(plain).is_ok();
    match &run.mechanism {
        Mechanism::Plain => match plain_parts(plain) {
            Some(parts) if text => steps.extend(plain_steps(&parts)),
            _ => {
                problems.push(ProblemKind::PlainForm);
                steps.push(Step::new("sasl-decoded", BASE64).hides(plain));
            }
        },
        Mechanism::Login => {
            // Letters and digits decode to something even when nobody encoded them: then it is hardly text.
            if !text {
                problems.clear();
                problems.push(ProblemKind::NotEncoded);
            }
            let repeated = !*shown && !run.name.is_empty() && plain == run.name;
            problems.extend(repeated.then_some(ProblemKind::NameAgain));
            steps.push(if *shown {
                Step::new("sasl-login-name", BASE64).shows(plain)
            } else {
                Step::new("sasl-login-password", BASE64).hides(plain)
            });
        }
        Mechanism::CramMd5 => match cram_md5_parts(plain) {
            Some((name, digest)) => {
                steps.push(Step::new("sasl-decoded", BASE64).shows(plain));
                steps.push(Step::new("sasl-cram-name", CRAM).shows(name));
                steps.push(Step::new("sasl-cram-digest", CRAM).shows(digest));
            }
            None => {
                problems.push(ProblemKind::CramForm);
                steps.push(Step::new("sasl-decoded", BASE64).hides(plain));
            }
        },
        Mechanism::Other(_) if *shown => {
            steps.push(Step::new("sasl-decoded", BASE64).shows(plain));
            steps.extend(scram::client_steps(plain));
        }
        Mechanism::Other(_) => steps.push(Step::new("sasl-hidden-answer", BASE64).hides(plain)),
    }
}

/// `[authzid] NUL authcid NUL passwd` (RFC 4616 section 2): exactly two NULs, and neither name nor password is empty.
fn plain_parts(plain: &[u8]) -> Option<[&[u8]; 3]> {
    let mut parts = plain.split(|byte| *byte == 0);
    let found = [parts.next()?, parts.next()?, parts.next()?];
    (parts.next().is_none() && !found[1].is_empty() && !found[2].is_empty()).then_some(found)
}

fn plain_steps(&[other, name, password]: &[&[u8]; 3]) -> [Step; 3] {
    [
        if other.is_empty() {
            Step::new("sasl-plain-no-other", PLAIN)
        } else {
            Step::new("sasl-plain-other", PLAIN).shows(other)
        },
        Step::new("sasl-plain-name", PLAIN).shows(name),
        Step::new("sasl-plain-password", PLAIN).hides(password),
    ]
}

/// What the server does with APOP's digest.
pub fn apop(timestamp: &[u8]) -> Vec<Step> {
    vec![Step::new("sasl-apop-checked", APOP).shows(timestamp)]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(steps: &[Step]) -> String {
        let short: Vec<_> = steps.iter().map(|step| step.note.key.trim_start_matches("sasl-")).collect();
        short.join(" ")
    }

    fn shown(steps: &[Step]) -> String {
        let values: Vec<_> = steps.iter().filter_map(|step| Some(step.value.as_ref()?.shown())).collect();
        values.join(" | ")
    }

    #[test]
    fn challenges() {
        fn check(mechanism: &str, step: usize, text: &str, expected: &str, values: &str) {
            let run = Run::new(Mechanism::named(mechanism), step);
            let steps = challenge(Protocol::Smtp, &run, text.as_bytes());
            assert_eq!((keys(&steps).as_str(), shown(&steps).as_str()), (expected, values), "{mechanism} {text}");
        }
        check("PLAIN", 0, "", "challenge-empty next-plain", "");
        check("LOGIN", 0, "VXNlcm5hbWU6", "challenge-decoded login-asks-name", "Username:");
        check("LOGIN", 0, "VXNlciBOYW1lAA==", "challenge-decoded login-asks-name", "User Name\\x00");
        check("LOGIN", 1, "UGFzc3dvcmQ6", "challenge-decoded login-asks-password", "Password:");
        check("LOGIN", 1, "T1RQOg==", "challenge-decoded login-asks-something", "OTP:");
        check("CRAM-MD5", 0, "PDFAeD4=", "challenge-decoded next-cram-md5", "<1@x>");
        check("CRAM-MD5", 0, "no base64", "next-cram-md5", "");
        check(
            "SCRAM-SHA-1",
            1,
            "cj1mLHM9UVNYLGk9NDA5Ng==",
            "challenge-decoded scram-r scram-s scram-i next-other",
            "r=f,s=QSX,i=4096 | r=f | s=QSX | i=4096",
        );
        check("OAUTHBEARER", 1, "e30=", "challenge-decoded next-oauthbearer", "{}");
        check("XOAUTH2", 1, "e30=", "challenge-decoded next-xoauth2", "{}");
        // RFC 1734's example: bytes, not text.
        check("KERBEROS_V4", 0, "AmFYig==", "challenge-decoded next-other", "\\x02aX\\x8a");
    }

    #[test]
    fn answers() {
        use ProblemKind as P;
        fn check(mechanism: &str, text: &str, expected: &str, values: &str, problems: &[ProblemKind]) {
            let run = Run::new(Mechanism::named(mechanism), 0);
            let answer = answer(Protocol::Pop3, &run, text.as_bytes(), false);
            assert_eq!((keys(&answer.steps).as_str(), shown(&answer.steps).as_str()), (expected, values), "{text}");
            assert_eq!(answer.problems, problems, "{text}");
        }
        let mask = crate::secret::MASK;
        let parts = "plain-no-other plain-name plain-password next-verdict";
        check("PLAIN", "AGFkYQBsb3ZlbGFjZQ==", parts, &format!("ada | {mask}"), &[]);
        // RFC 4616 section 4: somebody acts for somebody else.
        let other = "plain-other plain-name plain-password next-verdict";
        check("PLAIN", "VXJzZWwAS3VydAB4aXBqMzBwbE1kTQ==", other, &format!("Ursel | Kurt | {mask}"), &[]);
        check("PLAIN", "bG92ZWxhY2U=", "decoded next-verdict", mask, &[P::PlainForm]);
        check("PLAIN", "YWRhAGxvdmVsYWNl", "decoded next-verdict", mask, &[P::PlainForm]);
        check("PLAIN", "AGFkYQA=", "decoded next-verdict", mask, &[P::PlainForm]);
        check("PLAIN", "AGFkYQBsb3ZlbGFjZQo=", parts, &format!("ada | {mask}"), &[P::Base64Newline]);
        check("PLAIN", "=", "empty-answer", "", &[P::EmptyMark]);
        check("PLAIN", "", "empty-answer", "", &[]);
        check("PLAIN", "lovelace!", "", "", &[P::NotBase64]);
        check("LOGIN", "YWRh", "login-name next-password", "ada", &[]);
        check("LOGIN", "YWRhCg==", "login-name next-password", "ada\\x0a", &[P::Base64Newline]);
        check("LOGIN", "lovelace", "login-name next-password", "\\x96\\x8b\u{795}\\xa7\\x1e", &[P::NotEncoded]);
        let cram = "dGltIGI5MTNhNjAyYzdlZGE3YTQ5NWI0ZTZlNzMzNGQzODkw";
        let digest = "b913a602c7eda7a495b4e6e7334d3890";
        let values = format!("tim {digest} | tim | {digest}");
        check("CRAM-MD5", cram, "decoded cram-name cram-digest next-verdict", &values, &[]);
        check("LOGIN", "ada", "login-name next-password", "i\\xd6", &[P::NotEncoded]);
        check("CRAM-MD5", "bG92ZWxhY2U=", "decoded next-verdict", mask, &[P::CramForm]);
        check("XOAUTH2", "dXNlcj1h", "hidden-answer next-other", mask, &[]);
        let first = "biwsbj11c2VyLHI9ZnlrbytkMmxiYkZnT05Sdjlxa3hkYXdM";
        let values = "n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL | n=user | r=fyko+d2lbbFgONRv9qkxdawL";
        check("SCRAM-SHA-1", first, "decoded scram-n scram-r next-other", values, &[]);
    }

    #[test]
    fn the_name_given_again() {
        let run =
            Run { step: 1, challenge: b"Password:".to_vec(), name: b"ada".to_vec(), ..Run::new(Mechanism::Login, 0) };
        let check = |text: &[u8]| answer(Protocol::Smtp, &run, text, false).problems;
        assert_eq!(check(b"YWRh"), [ProblemKind::NameAgain]);
        assert_eq!(check(b"bG92ZWxhY2U="), []);
    }

    #[test]
    fn initial_responses() {
        let run = |name| Run::new(Mechanism::named(name), 0);
        let check = |name, text: &[u8]| answer(Protocol::Smtp, &run(name), text, true).problems;
        assert_eq!(check("PLAIN", b"="), []);
        assert_eq!(check("EXTERNAL", b"="), []);
        assert_eq!(check("CRAM-MD5", b"="), [ProblemKind::ServerFirst]);
    }
}
