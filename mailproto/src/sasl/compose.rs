//! Making the next line of a login from a name and a password, with every step on the way. Nothing is sent here.

use super::{
    Mechanism, Run, Step, asks_password,
    digest::{BLOCK, apop_digest, hex, hmac},
    steps::{APOP, BASE64, CRAM, HMAC, PLAIN, exchange},
};
use crate::{
    base64::encode,
    machine::{Protocol, State, rfc},
    secret::Verbatim,
    token::Span,
};

/// A way to log in that can be made here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// POP3's `USER` and `PASS` (RFC 1939 section 7).
    UserPass,
    /// POP3's `APOP` (RFC 1939 section 7).
    Apop,
    /// `AUTH PLAIN`.
    Plain,
    /// `AUTH LOGIN`.
    Login,
    /// `AUTH CRAM-MD5`.
    CramMd5,
}

impl Way {
    /// The ways of a protocol, in the order they are offered.
    pub const fn all(protocol: Protocol) -> &'static [Way] {
        match protocol {
            Protocol::Pop3 => &[Self::UserPass, Self::Apop, Self::Plain, Self::Login, Self::CramMd5],
            Protocol::Smtp => &[Self::Plain, Self::Login, Self::CramMd5],
        }
    }

    /// Its name, in the wire's words.
    pub const fn name(self) -> &'static str {
        match self {
            Self::UserPass => "USER + PASS",
            Self::Apop => "APOP",
            Self::Plain => "PLAIN",
            Self::Login => "LOGIN",
            Self::CramMd5 => "CRAM-MD5",
        }
    }

    /// What it is, in a sentence.
    pub fn key(self) -> &'static str {
        match self {
            Self::UserPass => "sasl-way-user-pass",
            Self::Apop => "sasl-way-apop",
            Self::Plain => "mechanism-plain",
            Self::Login => "mechanism-login",
            Self::CramMd5 => "mechanism-cram-md5",
        }
    }

    /// The way that answers this mechanism; `None` when it is only told here, not done.
    pub fn of(mechanism: &Mechanism) -> Option<Self> {
        match mechanism {
            Mechanism::Plain => Some(Self::Plain),
            Mechanism::Login => Some(Self::Login),
            Mechanism::CramMd5 => Some(Self::CramMd5),
            Mechanism::Other(_) => None,
        }
    }
}

/// Where in a session the line is wanted.
#[derive(Clone, Copy, Debug)]
pub struct Situation<'a> {
    /// What is spoken.
    pub protocol: Protocol,
    /// Where the session stands.
    pub state: State,
    /// Whether a reply is due that decides what comes next.
    pub waiting: bool,
    /// The greeting's timestamp, for APOP.
    pub timestamp: Option<&'a [u8]>,
    /// The exchange whose answer is due.
    pub run: Option<&'a Run>,
}

/// A line made, and how.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Composition {
    /// How it comes about.
    pub steps: Vec<Step>,
    /// What to send now, without its ending; `None` while something is missing.
    pub line: Option<Verbatim>,
    /// The key of what is missing, or of what comes after the line.
    pub key: &'static str,
}

/// Makes the line that comes next at this place. An exchange under way decides the mechanism, whatever `way` says.
pub fn compose(place: Situation<'_>, way: Way, user: &str, password: &str) -> Composition {
    let lacks = |key| Composition { key, ..Composition::default() };
    if place.waiting {
        return lacks("sasl-lacks-reply");
    }
    let Some(way) = place.run.map_or(Some(way), |run| Way::of(&run.mechanism)) else {
        return lacks("sasl-lacks-recipe");
    };
    match place.state {
        State::Connected => return lacks("sasl-lacks-hello"),
        State::Authorization | State::UserGiven | State::Greeted | State::Sasl => {}
        State::NoConnection
        | State::Greeting
        | State::Transaction
        | State::Update
        | State::Sender
        | State::Recipients
        | State::Data
        | State::Reversed
        | State::Tls
        | State::Closed => return lacks("sasl-lacks-place"),
    }
    if user.is_empty() || password.is_empty() {
        return lacks(if user.is_empty() { "sasl-lacks-name" } else { "sasl-lacks-password" });
    }
    if user.contains(char::is_control) || password.contains(char::is_control) {
        return lacks("sasl-lacks-text");
    }
    match (way, place.run) {
        (Way::UserPass, _) => user_pass(place.state, user, password),
        (Way::Apop, _) => match place.timestamp {
            Some(timestamp) => apop(timestamp, user, password),
            None => lacks("sasl-lacks-timestamp"),
        },
        (Way::Plain, run) => plain(place.protocol, run.is_some(), user, password),
        (Way::Login, None) => named(place.protocol, way, "sasl-then-name"),
        (Way::Login, Some(run)) => login(run, user, password),
        (Way::CramMd5, None) => named(place.protocol, way, "sasl-then-challenge"),
        (Way::CramMd5, Some(run)) => cram_md5(run, user, password),
    }
}

/// A line that is ready.
fn done(steps: Vec<Step>, line: String, secret_from: Option<usize>, key: &'static str) -> Composition {
    let hidden = secret_from.map(|start| Span::new(start, line.len())).into_iter().collect();
    Composition { steps, line: Some(Verbatim::new(line.into_bytes(), hidden)), key }
}

/// `AUTH mechanism` alone: the server asks first.
fn named(protocol: Protocol, way: Way, key: &'static str) -> Composition {
    let line = format!("AUTH {}", way.name());
    let step = Step::new("sasl-make-auth", Some(exchange(protocol))).shows(line.clone());
    done(vec![step], line, None, key)
}

fn user_pass(state: State, user: &str, password: &str) -> Composition {
    if state != State::UserGiven {
        let line = format!("USER {user}");
        return done(vec![Step::new("sasl-make-user", APOP).shows(line.clone())], line, None, "sasl-then-pass");
    }
    let line = format!("PASS {password}");
    done(vec![Step::new("sasl-make-pass", APOP).hides_from(line.clone(), 5)], line, Some(5), "sasl-then-verdict")
}

fn apop(timestamp: &[u8], user: &str, password: &str) -> Composition {
    let joined = [timestamp, password.as_bytes()].concat();
    let digest = apop_digest(timestamp, password.as_bytes());
    let line = format!("APOP {user} {digest}");
    let steps = vec![
        Step::new("sasl-make-timestamp", APOP).shows(timestamp),
        Step::new("sasl-make-joined", APOP).hides_from(joined, timestamp.len()),
        Step::new("sasl-make-md5", Some(rfc(1321, "3"))).shows(digest),
        Step::new("sasl-make-apop", APOP).shows(line.clone()),
    ];
    done(steps, line, None, "sasl-then-verdict")
}

fn plain(protocol: Protocol, asked: bool, user: &str, password: &str) -> Composition {
    let joined = format!("\0{user}\0{password}");
    let coded = encode(joined.as_bytes());
    let mut steps = vec![
        Step::new("sasl-make-plain", PLAIN).hides_from(joined, user.len() + 2),
        Step::new("sasl-make-base64", BASE64).hides(coded.clone()),
    ];
    if asked {
        return done(steps, coded, Some(0), "sasl-then-verdict");
    }
    const HEAD: &str = "AUTH PLAIN";
    // With its CRLF; longer answers wait for the empty challenge (RFC 5034 section 4, RFC 4954 section 4).
    let most = match protocol {
        Protocol::Pop3 => 255,
        Protocol::Smtp => 512,
    };
    let line = format!("{HEAD} {coded}");
    if line.len() + 2 > most {
        steps.push(Step::new("sasl-make-too-long", Some(exchange(protocol))).shows(HEAD));
        return done(steps, HEAD.into(), None, "sasl-then-plain");
    }
    steps.push(Step::new("sasl-make-initial", Some(exchange(protocol))).hides_from(line.clone(), HEAD.len() + 1));
    done(steps, line, Some(HEAD.len() + 1), "sasl-then-verdict")
}

fn login(run: &Run, user: &str, password: &str) -> Composition {
    if run.step == 0 && !asks_password(&run.challenge) {
        let coded = encode(user.as_bytes());
        let step = Step::new("sasl-make-login-name", BASE64).shows(coded.clone());
        return done(vec![step], coded, None, "sasl-then-password");
    }
    let coded = encode(password.as_bytes());
    let step = Step::new("sasl-make-login-password", BASE64).hides(coded.clone());
    done(vec![step], coded, Some(0), "sasl-then-verdict")
}

fn cram_md5(run: &Run, user: &str, password: &str) -> Composition {
    let mac = hmac(password.as_bytes(), &run.challenge);
    let answer = format!("{user} {}", hex(&mac.outer));
    let coded = encode(answer.as_bytes());
    let key = if password.len() > BLOCK { "sasl-make-long-key" } else { "sasl-make-key" };
    let steps = vec![
        Step::new("sasl-make-challenge", BASE64).shows(run.challenge.clone()),
        Step::new(key, HMAC).hides(hex(&mac.key)),
        Step::new("sasl-make-inner-key", HMAC).hides(hex(&mac.inner_key)),
        Step::new("sasl-make-inner", HMAC).shows(hex(&mac.inner)),
        Step::new("sasl-make-outer-key", HMAC).hides(hex(&mac.outer_key)),
        Step::new("sasl-make-outer", HMAC).shows(hex(&mac.outer)),
        Step::new("sasl-make-cram-md5", CRAM).shows(answer),
        Step::new("sasl-make-base64", BASE64).shows(coded.clone()),
    ];
    done(steps, coded, None, "sasl-then-verdict")
}

/// The keys of this file.
pub(super) const KEYS: &[&str] = &[
    "sasl-lacks-hello",
    "sasl-lacks-name",
    "sasl-lacks-password",
    "sasl-lacks-place",
    "sasl-lacks-recipe",
    "sasl-lacks-reply",
    "sasl-lacks-text",
    "sasl-lacks-timestamp",
    "sasl-make-apop",
    "sasl-make-auth",
    "sasl-make-base64",
    "sasl-make-challenge",
    "sasl-make-cram-md5",
    "sasl-make-initial",
    "sasl-make-inner",
    "sasl-make-inner-key",
    "sasl-make-joined",
    "sasl-make-key",
    "sasl-make-login-name",
    "sasl-make-login-password",
    "sasl-make-long-key",
    "sasl-make-md5",
    "sasl-make-outer",
    "sasl-make-outer-key",
    "sasl-make-pass",
    "sasl-make-plain",
    "sasl-make-timestamp",
    "sasl-make-too-long",
    "sasl-make-user",
    "sasl-then-challenge",
    "sasl-then-name",
    "sasl-then-pass",
    "sasl-then-password",
    "sasl-then-plain",
    "sasl-then-verdict",
    "sasl-way-apop",
    "sasl-way-user-pass",
];

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use crate::{sasl::read, secret::MASK};

    const STAMP: &[u8] = b"<1896.697170952@dbc.mtview.ca.us>";

    fn place(protocol: Protocol, state: State, run: Option<&Run>) -> Situation<'_> {
        Situation { protocol, state, waiting: false, timestamp: Some(STAMP), run }
    }

    fn line(composition: &Composition) -> String {
        composition.line.as_ref().map(|line| String::from_utf8_lossy(line.expose()).into_owned()).unwrap_or_default()
    }

    fn run(mechanism: Mechanism, step: usize, challenge: &str) -> Run {
        Run { challenge: challenge.as_bytes().to_vec(), ..Run::new(mechanism, step) }
    }

    #[test]
    fn lines_by_way_and_place() {
        fn check(way: Way, state: State, run: Option<Run>, expected: &str, shown: &str) {
            let made = compose(place(Protocol::Pop3, state, run.as_ref()), way, "mrose", "tanstaaf");
            assert_eq!(line(&made), expected);
            assert_eq!(made.line.unwrap().shown(), shown);
        }
        let here = State::Authorization;
        check(Way::UserPass, here, None, "USER mrose", "USER mrose");
        check(Way::UserPass, State::UserGiven, None, "PASS tanstaaf", &format!("PASS {MASK}"));
        let apop = "APOP mrose c4c9334bac560ecc979e58001b3e22fb";
        check(Way::Apop, here, None, apop, apop);
        check(Way::Login, here, None, "AUTH LOGIN", "AUTH LOGIN");
        check(Way::CramMd5, here, None, "AUTH CRAM-MD5", "AUTH CRAM-MD5");
        check(Way::Plain, here, None, "AUTH PLAIN AG1yb3NlAHRhbnN0YWFm", &format!("AUTH PLAIN {MASK}"));
        let plain = run(Mechanism::Plain, 0, "");
        check(Way::Plain, State::Sasl, Some(plain), "AG1yb3NlAHRhbnN0YWFm", MASK);
        // The exchange decides, not the way that was chosen before.
        check(Way::Apop, State::Sasl, Some(run(Mechanism::Login, 0, "Username:")), "bXJvc2U=", "bXJvc2U=");
        check(Way::Login, State::Sasl, Some(run(Mechanism::Login, 1, "Password:")), "dGFuc3RhYWY=", MASK);
    }

    #[test]
    fn the_steps_of_a_digest() {
        let made = compose(place(Protocol::Pop3, State::Authorization, None), Way::Apop, "mrose", "tanstaaf");
        let shown: Vec<_> = made.steps.iter().map(|step| step.value.as_ref().unwrap().shown()).collect();
        let digest = "c4c9334bac560ecc979e58001b3e22fb";
        let stamp = String::from_utf8_lossy(STAMP);
        assert_eq!(
            shown,
            [stamp.clone().into_owned(), format!("{stamp}{MASK}"), digest.into(), format!("APOP mrose {digest}")]
        );

        // RFC 2195 section 2.
        let run = run(Mechanism::CramMd5, 0, "<1896.697170952@postoffice.reston.mci.net>");
        let made = compose(place(Protocol::Smtp, State::Sasl, Some(&run)), Way::CramMd5, "tim", "tanstaaftanstaaf");
        assert_eq!(line(&made), "dGltIGI5MTNhNjAyYzdlZGE3YTQ5NWI0ZTZlNzMzNGQzODkw");
        let exposed: Vec<_> =
            made.steps.iter().map(|step| String::from_utf8_lossy(step.value.as_ref().unwrap().expose())).collect();
        let key = "74616e737461616674616e7374616166";
        assert_eq!(exposed[1], format!("{key}{}", "00".repeat(48)));
        assert!(exposed[2].starts_with("42") && exposed[2].ends_with("3636"));
        assert!(exposed[4].starts_with("28") && exposed[4].ends_with("5c5c"));
        assert_eq!(exposed[5], "b913a602c7eda7a495b4e6e7334d3890");
        let hidden: Vec<_> = made.steps.iter().map(|step| step.value.as_ref().unwrap().has_secret()).collect();
        assert_eq!(hidden, [false, true, true, false, true, false, false, false]);
    }

    #[test]
    fn what_is_missing() {
        fn check(place: Situation<'_>, user: &str, password: &str, way: Way, expected: &str) {
            let made = compose(place, way, user, password);
            assert_eq!((made.key, made.line), (expected, None));
        }
        let here = place(Protocol::Pop3, State::Authorization, None);
        check(here, "", "x", Way::Apop, "sasl-lacks-name");
        check(here, "ada", "", Way::Apop, "sasl-lacks-password");
        check(here, "ada\r\nDELE 1", "x", Way::UserPass, "sasl-lacks-text");
        check(Situation { timestamp: None, ..here }, "ada", "x", Way::Apop, "sasl-lacks-timestamp");
        check(Situation { waiting: true, ..here }, "ada", "x", Way::Login, "sasl-lacks-reply");
        check(Situation { state: State::Transaction, ..here }, "ada", "x", Way::Login, "sasl-lacks-place");
        // The greeting was a refusal.
        check(Situation { state: State::Greeting, ..here }, "ada", "x", Way::Login, "sasl-lacks-place");
        check(place(Protocol::Smtp, State::Connected, None), "ada", "x", Way::Plain, "sasl-lacks-hello");
        let other = run(Mechanism::named("GSSAPI"), 0, "");
        check(place(Protocol::Smtp, State::Sasl, Some(&other)), "ada", "x", Way::Plain, "sasl-lacks-recipe");
    }

    #[test]
    fn a_long_plain_waits_for_the_challenge() {
        let long = "x".repeat(200);
        let made = compose(place(Protocol::Pop3, State::Authorization, None), Way::Plain, "ada", &long);
        assert_eq!(line(&made), "AUTH PLAIN");
        let made = compose(place(Protocol::Smtp, State::Greeted, None), Way::Plain, "ada", &long);
        assert!(line(&made).len() > 200);
    }

    proptest::proptest! {
        /// What is composed reads back as the same, without a problem; and no step or line shows the password.
        #[test]
        fn composing_and_reading_agree(user in "[a-z0-9.@é-]{1,20}", password in "[!-~é]{12,90}") {
            for mechanism in [Mechanism::Plain, Mechanism::Login, Mechanism::CramMd5] {
                let way = Way::of(&mechanism).unwrap();
                for step in [0, 1] {
                    let challenge = if step == 0 { "<1.2@mail.example.test>" } else { "Password:" };
                    let run = run(mechanism.clone(), step, challenge);
                    let made = compose(place(Protocol::Smtp, State::Sasl, Some(&run)), way, &user, &password);
                    let text = made.line.clone().unwrap();
                    let answer = read::answer(Protocol::Smtp, &run, text.expose(), false);
                    proptest::prop_assert_eq!(&answer.problems, &[]);
                    proptest::prop_assert_eq!(answer.shown, !text.has_secret());
                    let values: Vec<_> = answer.steps.iter().filter_map(|step| Some(step.value.as_ref()?.expose())).collect();
                    let holds = |what: &str| values.contains(&what.as_bytes());
                    match way {
                        Way::Plain => proptest::prop_assert!(holds(&user) && holds(&password)),
                        Way::Login => proptest::prop_assert!(holds([&user, &password][step])),
                        Way::CramMd5 => {
                            let digest = hex(&hmac(password.as_bytes(), challenge.as_bytes()).outer);
                            proptest::prop_assert!(holds(&user) && holds(&digest));
                        }
                        Way::UserPass | Way::Apop => {}
                    }
                    for text in [format!("{made:?}"), format!("{answer:?}")] {
                        proptest::prop_assert!(!text.replace(&user, "").contains(&password) || user.contains(&password));
                    }
                }
            }
        }
    }
}
