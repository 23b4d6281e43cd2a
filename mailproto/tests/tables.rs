//! The two transition tables: whole, consistent, and saying what the standards say.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::collections::BTreeSet;

use mailproto::{
    Class, On, Protocol, State, Word,
    machine::{Need, Standing},
};

#[test]
fn every_row_of_a_table_belongs_to_it() {
    for protocol in Protocol::ALL {
        let machine = protocol.machine();
        let states: BTreeSet<_> = machine.states.iter().copied().collect();
        assert_eq!(states.len(), machine.states.len(), "{protocol:?}: a state twice");
        let mut seen = BTreeSet::new();
        for edge in machine.edges {
            assert!(states.contains(&edge.from) && states.contains(&edge.to), "{edge:?}");
            assert!(seen.insert(format!("{:?} {:?}", edge.from, edge.on)), "two ways out: {edge:?}");
            if let On::Sent(word) | On::Reply(word, _) = edge.on {
                assert!(machine.verb(word).is_some(), "{edge:?}");
            }
            assert_ne!(edge.rfc.number, 0);
        }
        let mut words = BTreeSet::new();
        for verb in machine.verbs {
            assert!(words.insert(verb.word), "{} twice", verb.name);
            assert!(!verb.legal.is_empty() && verb.legal.iter().all(|state| states.contains(state)), "{}", verb.name);
            assert_eq!(verb.name, verb.name.to_ascii_uppercase());
            assert_eq!(machine.find(verb.name.to_ascii_lowercase().as_bytes()), Some(verb));
        }
    }
}

#[test]
fn every_state_is_reached_and_every_open_state_can_end() {
    for protocol in Protocol::ALL {
        let machine = protocol.machine();
        let mut reached = BTreeSet::from([State::NoConnection]);
        for _ in machine.states {
            for edge in machine.edges {
                if reached.contains(&edge.from) {
                    reached.insert(edge.to);
                }
            }
        }
        for &state in machine.states {
            assert!(reached.contains(&state), "{protocol:?}: {state:?} is never reached");
            if state.is_open() {
                let end = machine.step(state, On::End).unwrap();
                assert_eq!(end.to, State::Closed);
            }
        }
    }
}

#[test]
fn the_section_of_each_end() {
    /// Checks these states, and gives how many there were.
    fn check(protocol: Protocol, section: &str, states: &[State]) -> usize {
        for state in states {
            let end = protocol.machine().step(*state, On::End).unwrap();
            assert_eq!(end.rfc.to_string(), section, "{protocol:?} {state:?}");
        }
        states.len()
    }
    use Protocol::{Pop3, Smtp};
    use State::*;
    let checked = check(Pop3, "RFC 1939 \u{a7}3", &[Greeting, Authorization, UserGiven, Sasl])
        + check(Pop3, "RFC 8446 \u{a7}6.2", &[Tls])
        + check(Pop3, "RFC 1939 \u{a7}6", &[Transaction, Update])
        + check(Smtp, "RFC 5321 \u{a7}3.8", &[Greeting, Connected, Greeted, Sasl, Reversed])
        + check(Smtp, "RFC 8446 \u{a7}6.2", &[Tls])
        + check(Smtp, "RFC 5321 \u{a7}4.1.1.10", &[Sender, Recipients, Data]);
    let ends = Protocol::ALL.iter().flat_map(|protocol| protocol.machine().edges).filter(|edge| edge.on == On::End);
    assert_eq!(ends.count(), checked, "an end is not checked");
}

#[test]
fn what_the_standards_say() {
    fn check(protocol: Protocol, from: State, on: On, to: Option<State>) {
        assert_eq!(protocol.machine().step(from, on).map(|edge| edge.to), to, "{from:?} {on:?}");
    }
    use Class::{Intermediate, Permanent, Positive, Transient};
    use Protocol::{Pop3, Smtp};
    use State::*;
    check(Pop3, UserGiven, On::Reply(Word::Pass, Positive), Some(Transaction));
    check(Pop3, UserGiven, On::Reply(Word::Pass, Permanent), Some(Authorization));
    check(Pop3, Transaction, On::Sent(Word::Quit), Some(Update));
    check(Pop3, Authorization, On::Sent(Word::Quit), None);
    check(Pop3, Authorization, On::Reply(Word::Quit, Positive), Some(Closed));
    check(Pop3, Transaction, On::End, Some(Closed));
    check(Pop3, Transaction, On::Reply(Word::Dele, Positive), None);
    check(Pop3, Authorization, On::Reply(Word::Auth, Intermediate), Some(Sasl));
    check(Pop3, Tls, On::TlsUp, Some(Authorization));
    check(Smtp, Connected, On::Reply(Word::Ehlo, Positive), Some(Greeted));
    check(Smtp, Greeted, On::Reply(Word::Mail, Positive), Some(Sender));
    check(Smtp, Sender, On::Reply(Word::Rcpt, Permanent), None);
    check(Smtp, Recipients, On::Reply(Word::Data, Intermediate), Some(Data));
    check(Smtp, Recipients, On::Reply(Word::Data, Permanent), None);
    check(Smtp, Data, On::Reply(Word::Data, Transient), Some(Greeted));
    check(Smtp, Recipients, On::Reply(Word::Rset, Positive), Some(Greeted));
    check(Smtp, Greeted, On::Reply(Word::Starttls, Positive), Some(Tls));
    check(Smtp, Greeted, On::Reply(Word::Atrn, Positive), Some(Reversed));
    check(Smtp, Connected, On::Reply(Word::Turn, Positive), Some(Reversed));
    check(Smtp, Tls, On::TlsUp, Some(Connected));
}

#[test]
fn legal_now() {
    fn check(protocol: Protocol, state: State, expected: &str) {
        let names: Vec<_> = protocol.machine().legal(state).map(|verb| verb.name).collect();
        assert_eq!(names.join(" "), expected, "{state:?}");
    }
    check(Protocol::Pop3, State::Authorization, "CAPA STLS USER APOP AUTH UTF8 LANG QUIT");
    check(Protocol::Pop3, State::UserGiven, "CAPA PASS LANG QUIT");
    check(Protocol::Pop3, State::Transaction, "CAPA STAT LIST RETR DELE TOP UIDL NOOP RSET LANG QUIT");
    check(Protocol::Smtp, State::Connected, "EHLO HELO RSET VRFY EXPN HELP NOOP QUIT");
    check(Protocol::Smtp, State::Greeted, "EHLO HELO STARTTLS AUTH MAIL ETRN ATRN RSET VRFY EXPN HELP NOOP QUIT");
    check(Protocol::Smtp, State::Sender, "EHLO HELO RCPT RSET VRFY EXPN HELP NOOP QUIT");
    check(Protocol::Smtp, State::Recipients, "EHLO HELO RCPT DATA BDAT RSET VRFY EXPN HELP NOOP QUIT");
    for state in [State::NoConnection, State::Greeting, State::Sasl, State::Tls, State::Update, State::Closed] {
        check(Protocol::Pop3, state, "");
    }
}

/// An extension is announced by a keyword that is explained; the base standards' verbs need no announcement but for TOP and UIDL,
/// which CAPA lists all the same.
#[test]
fn extensions_are_announced() {
    for protocol in Protocol::ALL {
        let known: BTreeSet<_> = mailproto::explain::keywords(protocol).into_iter().map(|(name, _)| name).collect();
        for verb in protocol.machine().verbs {
            let announced = verb.announced_by.map(|announcement| announcement.keyword);
            assert!(announced.is_none_or(|keyword| known.contains(keyword)), "{} by {announced:?}", verb.name);
            // CAPA itself is what asks.
            let expected = verb.standing == Standing::Extension && verb.word != Word::Capa;
            let listed = matches!(verb.word, Word::Top | Word::Uidl);
            assert_eq!(announced.is_some(), expected || listed, "{}", verb.name);
        }
    }
}

#[test]
fn what_verbs_need() {
    fn check(protocol: Protocol, word: Word, needs: &[Need]) {
        assert_eq!(protocol.machine().verb(word).unwrap().needs, needs, "{protocol:?} {word:?}");
    }
    check(Protocol::Pop3, Word::Stls, &[Need::PlainText, Need::NoUtf8]);
    check(Protocol::Pop3, Word::Apop, &[Need::Timestamp]);
    check(Protocol::Pop3, Word::Auth, &[]);
    check(Protocol::Smtp, Word::Starttls, &[Need::PlainText]);
    check(Protocol::Smtp, Word::Auth, &[Need::NoLogin]);
    check(Protocol::Smtp, Word::Data, &[Need::NoChunks, Need::Lines]);
    check(Protocol::Smtp, Word::Bdat, &[Need::NoRefusedChunk]);
    check(Protocol::Smtp, Word::Atrn, &[Need::Login]);
    let needy = |protocol: Protocol| protocol.machine().verbs.iter().filter(|verb| !verb.needs.is_empty()).count();
    assert_eq!(Protocol::ALL.map(needy), [2, 5], "a need without its row here");
}

#[test]
fn every_verb_of_the_courses_is_here() {
    for (protocol, names) in [
        (
            Protocol::Pop3,
            "USER PASS APOP AUTH STAT LIST RETR DELE NOOP RSET TOP UIDL CAPA STLS UTF8 LANG LAST RPOP XTND QUIT",
        ),
        (
            Protocol::Smtp,
            "HELO EHLO MAIL RCPT DATA RSET VRFY EXPN NOOP HELP QUIT STARTTLS AUTH BDAT ETRN ATRN TURN SEND SOML SAML",
        ),
    ] {
        for name in names.split(' ') {
            assert!(protocol.machine().find(name.as_bytes()).is_some(), "{name}");
        }
    }
    let obsolete: Vec<_> = Protocol::Smtp
        .machine()
        .verbs
        .iter()
        .filter(|verb| verb.standing == Standing::Obsolete)
        .map(|verb| verb.name)
        .collect();
    assert_eq!(obsolete, ["TURN", "SEND", "SOML", "SAML"]);
}
