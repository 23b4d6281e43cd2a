//! The only place where state changes: a message in, effects out. It decides; drivers perform.

use std::rc::Rc;

use mailproto::{
    Event as Happened, Session, TokenKind,
    line::Ending,
    message::Part,
    session::{Role, WireLine},
    token::Side,
};

use crate::{
    capture, export,
    guide::Guide,
    model::{Account, Aside, Model, Page, Panel, Path, Phase, Rest, Security, Target, Via},
    msg::{Door, Effect, Msg},
    mx,
    net::{Cause, Micros, TlsFacts},
    network::{Network, Piece},
    reference::Look,
    tally::Tally,
    transcript::{Event, Kind, Transcript},
};

/// How many lines the prompt remembers.
const HISTORY: usize = 200;

/// Takes one message.
pub fn update(model: &mut Model, msg: Msg) -> Vec<Effect> {
    match msg {
        Msg::OpenDoor(_) | Msg::Connect(_) if model.rest != Rest::Here => {
            model.page = Page::Bench;
            model.awaited = Some(msg);
            Vec::new()
        }
        Msg::Account(account) => {
            model.account = account;
            Vec::new()
        }
        Msg::Home => {
            (model.page, model.awaited) = (Page::Start, None);
            Vec::new()
        }
        Msg::Back => back(model),
        Msg::Reference(fragment) => look_up(model, &fragment),
        Msg::LookUpMail(typed) => look_up_mail(model, &typed),
        Msg::MailHosts { domain, answer } => {
            // Another question may have been asked meanwhile.
            if model.mx == mx::Look::Asking(domain) {
                model.mx = answer.map_or_else(mx::Look::Refused, mx::Look::Told);
            }
            Vec::new()
        }
        Msg::Theme(theme) => prefer(model, |preferences| preferences.theme = theme),
        Msg::Projector(on) => prefer(model, |preferences| preferences.projector = on),
        Msg::AskRest => {
            model.rest = Rest::Awaited;
            vec![Effect::FetchRest]
        }
        Msg::Rest { here } => rest(model, here),
        Msg::Preferences(preferences) => {
            model.preferences = preferences;
            Vec::new()
        }
        Msg::Offer(offer) => {
            model.offer = Some(offer.unwrap_or_default());
            decide_via(model)
        }
        msg if model.rest == Rest::Here => in_session(model, msg),
        // Nothing that was drawn until now says anything else.
        _ => Vec::new(),
    }
}

/// What happens only when the rest is here. A split point of the page's module (`SPLIT_POINTS` in `xtask/src/page.rs`).
#[inline(never)]
fn in_session(model: &mut Model, msg: Msg) -> Vec<Effect> {
    match msg {
        Msg::OpenDoor(door) => open_door(model, door),
        Msg::Connect(target) => {
            model.guide = None;
            connect(model, target)
        }
        Msg::Reconnect => connect(model, model.target.clone()),
        Msg::Disconnect { at } => disconnect(model, at),
        Msg::Search(words) => {
            model.reference.search = words;
            Vec::new()
        }
        Msg::Submit { line, ending, at } => submit(model, line, ending, at),
        Msg::Select(index) => {
            model.selected = index;
            Vec::new()
        }
        Msg::Fold { exchange, folded } => {
            model.folds.retain(|(other, _)| *other != exchange);
            model.folds.push((exchange, folded));
            Vec::new()
        }
        Msg::ShowEndings(show) => prefer(model, |preferences| preferences.show_endings = show),
        Msg::Panel(panel) => {
            model.preferences.panel = panel;
            Vec::new()
        }
        Msg::Aside(aside) => {
            model.aside = aside;
            Vec::new()
        }
        Msg::ShowMessage(index) => {
            model.selected = Some(index);
            model.aside = Aside::Message;
            model.preferences.panel = Panel::Diagram;
            Vec::new()
        }
        Msg::SaveTranscript => save(model, "txt", export::text(model).into_bytes()),
        Msg::Connected { address, at } => connected(model, address, at),
        Msg::Received { bytes, at } => received(model, &bytes, at),
        Msg::TlsUp { facts, at } => tls_up(model, *facts, at),
        Msg::TlsFailed { failure, facts, at } => tell(model, at, Event::TlsFailed { failure, facts: *facts }),
        Msg::Network { side, octets, at } => {
            model.network.see(Piece { at, side, after: model.transcript.len(), octets });
            Vec::new()
        }
        Msg::Keys(lines) => {
            model.network.learn(lines);
            Vec::new()
        }
        Msg::Reveal(reveal) => {
            model.reveal = reveal;
            Vec::new()
        }
        Msg::SaveCapture { comment } => save(model, "pcapng", capture::pcapng(model, model.reveal, &comment)),
        Msg::SaveKeys => {
            let lines = model.network.keys().iter().map(|line| format!("{line}\n"));
            save(model, "keys.txt", lines.collect::<String>().into_bytes())
        }
        Msg::Injection { bytes, at } => tell(model, at, Event::Injection { bytes }),
        Msg::IdleWarning { seconds, at } => tell(model, at, Event::IdleWarning { seconds }),
        Msg::Stopping { seconds, at } => tell(model, at, Event::Stopping { seconds }),
        Msg::Closed { cause, at } => closed(model, cause, at),
        // `update` saw to these.
        Msg::Account(_)
        | Msg::Home
        | Msg::Back
        | Msg::Reference(_)
        | Msg::LookUpMail(_)
        | Msg::MailHosts { .. }
        | Msg::Theme(_)
        | Msg::Projector(_)
        | Msg::AskRest
        | Msg::Rest { .. }
        | Msg::Preferences(_)
        | Msg::Offer(_) => Vec::new(),
    }
}

fn prefer(model: &mut Model, change: impl FnOnce(&mut crate::model::Preferences)) -> Vec<Effect> {
    change(&mut model.preferences);
    vec![Effect::Remember(model.preferences)]
}

/// Offers a file named after the session.
fn save(model: &Model, extension: &str, octets: Vec<u8>) -> Vec<Effect> {
    vec![Effect::Save { name: export::file_name(model, extension), octets }]
}

fn tell(model: &mut Model, at: Micros, event: Event) -> Vec<Effect> {
    model.transcript.push(at, Kind::Event(event));
    Vec::new()
}

fn open_door(model: &mut Model, door: Door) -> Vec<Effect> {
    let protocol = match door {
        Door::Read | Door::Break => mailproto::Protocol::Pop3,
        Door::Send => mailproto::Protocol::Smtp,
    };
    model.guide = Some(Guide::new(door));
    model.account = Account::default();
    connect(model, Target::practice(protocol, model.practice_via()))
}

/// What waited for the rest begins now: the session that was asked for, the question about a domain; and a place of the reference that
/// was wanted comes into sight.
fn rest(model: &mut Model, here: bool) -> Vec<Effect> {
    model.rest = if here { Rest::Here } else { Rest::Missing };
    if !here {
        return Vec::new();
    }
    let mut effects = model.awaited.take().map_or_else(Vec::new, |msg| in_session(model, msg));
    effects.extend(ask_mail_hosts(model));
    if model.page == Page::Reference {
        effects.push(Effect::Reveal(model.reference.wanted.clone()));
    }
    effects
}

/// To the session, if there is one.
fn back(model: &mut Model) -> Vec<Effect> {
    if model.phase == Phase::Idle {
        return Vec::new();
    }
    match std::mem::replace(&mut model.page, Page::Bench) {
        Page::Reference => vec![Effect::Reveal("prompt".into())],
        Page::Start | Page::Bench => Vec::new(),
    }
}

/// To a row or a heading of the reference. A fragment that is none leads to the start page.
fn look_up(model: &mut Model, fragment: &str) -> Vec<Effect> {
    let Some(look) = Look::at(fragment) else {
        model.page = Page::Start;
        return Vec::new();
    };
    (model.page, model.awaited) = (Page::Reference, None);
    // The other protocol is searched for the same words; a row must be in sight.
    let search = if look.is_top() { std::mem::take(&mut model.reference.search) } else { String::new() };
    model.reference = Look { search, ..look };
    vec![Effect::Reveal(fragment.into())]
}

/// Begins a session. A record of the same target goes on, so that what happened before a cut stays in sight.
fn connect(model: &mut Model, mut target: Target) -> Vec<Effect> {
    let mut effects = Vec::new();
    if target.via == Via::Undecided {
        // The offer may have come since the learner asked.
        target.via = model.practice_via();
    }
    if matches!(model.phase, Phase::Connecting | Phase::Open) {
        effects.push(Effect::Close);
    }
    let again = model.phase == Phase::Closed && model.page == Page::Bench && model.target == target;
    if !again {
        model.transcript = Transcript::default();
        model.network = Network::default();
        model.reveal = false;
        model.path = Path::default();
        model.folds.clear();
    }
    model.continuation.clear();
    model.folds.clear();
    model.sent_at.clear();
    model.waiting.clear();
    model.selected = None;
    model.session = Rc::new(Session::new(target.protocol));
    model.page = Page::Bench;
    model.phase = Phase::Connecting;
    once(&mut model.path.visited, mailproto::State::NoConnection);
    model.transcript.push(Micros::default(), Kind::Event(Event::Connecting { target: target.address() }));
    model.target = target.clone();
    if target.via != Via::Undecided {
        effects.push(Effect::Open(target));
    }
    effects
}

fn look_up_mail(model: &mut Model, typed: &str) -> Vec<Effect> {
    let domain = mx::domain(typed).to_owned();
    if domain.is_empty() {
        model.mx = mx::Look::None;
        return Vec::new();
    }
    model.mx = mx::Look::Asking(domain);
    ask_mail_hosts(model).into_iter().collect()
}

/// Asks who takes mail for the domain that was typed, as soon as the answer can be explained.
fn ask_mail_hosts(model: &Model) -> Option<Effect> {
    match &model.mx {
        mx::Look::Asking(domain) if model.rest == Rest::Here => {
            Some(Effect::LookUpMail { domain: domain.clone(), in_page: model.practice_via() == Via::Page })
        }
        _ => None,
    }
}

/// The offer is known: a connection that waited for it is opened.
fn decide_via(model: &mut Model) -> Vec<Effect> {
    if model.target.via != Via::Undecided {
        return Vec::new();
    }
    model.target.via = model.practice_via();
    match model.phase {
        Phase::Connecting => vec![Effect::Open(model.target.clone())],
        Phase::Idle | Phase::Open | Phase::Closed => Vec::new(),
    }
}

fn disconnect(model: &mut Model, at: Micros) -> Vec<Effect> {
    match model.phase {
        Phase::Idle | Phase::Closed => Vec::new(),
        Phase::Connecting | Phase::Open => {
            let mut effects = vec![Effect::Close];
            effects.extend(closed(model, Cause::Client, at));
            effects
        }
    }
}

fn submit(model: &mut Model, line: String, ending: Ending, at: Micros) -> Vec<Effect> {
    if model.phase != Phase::Open {
        return Vec::new();
    }
    model.selected = None;
    let bytes = line.into_bytes();
    if model.session.state() == mailproto::State::Tls {
        model.waiting.push_back((bytes, ending));
        return Vec::new();
    }
    send(model, &bytes, ending, at)
}

fn send(model: &mut Model, line: &[u8], ending: Ending, at: Micros) -> Vec<Effect> {
    let events = Rc::make_mut(&mut model.session).sent(line, ending);
    let mut wire = line.to_vec();
    wire.extend_from_slice(ending.bytes());
    let mut effects = vec![Effect::Send(wire)];
    effects.extend(absorb(model, events, at));
    effects
}

fn send_waiting(model: &mut Model, at: Micros) -> Vec<Effect> {
    let mut effects = Vec::new();
    while model.session.state() != mailproto::State::Tls
        && let Some((line, ending)) = model.waiting.pop_front()
    {
        effects.extend(send(model, &line, ending, at));
    }
    effects
}

fn connected(model: &mut Model, address: String, at: Micros) -> Vec<Effect> {
    let target = model.target.address();
    let tls = model.target.security == Security::Tls;
    model.transcript.push(at, Kind::Event(Event::Connected { target, address, tls }));
    match model.target.security {
        Security::None => {
            model.phase = Phase::Open;
            let events = Rc::make_mut(&mut model.session).connected(false);
            absorb(model, events, at)
        }
        // The session begins when the handshake is done.
        Security::Tls => Vec::new(),
    }
}

fn tls_up(model: &mut Model, facts: TlsFacts, at: Micros) -> Vec<Effect> {
    let from_start = model.phase == Phase::Connecting;
    model.transcript.push(at, Kind::Encrypted { facts, from_start });
    let session = Rc::make_mut(&mut model.session);
    if from_start {
        model.phase = Phase::Open;
        let events = session.connected(true);
        return absorb(model, events, at);
    }
    let events = session.tls_established();
    let mut effects = absorb(model, events, at);
    effects.extend(send_waiting(model, at));
    effects
}

fn received(model: &mut Model, bytes: &[u8], at: Micros) -> Vec<Effect> {
    if model.phase != Phase::Open {
        return Vec::new();
    }
    let events = Rc::make_mut(&mut model.session).received(bytes);
    let mut effects = absorb(model, events, at);
    effects.push(Effect::Credit(u32::try_from(bytes.len()).unwrap_or(u32::MAX)));
    effects
}

fn closed(model: &mut Model, cause: Cause, at: Micros) -> Vec<Effect> {
    if matches!(model.phase, Phase::Idle | Phase::Closed) {
        return Vec::new();
    }
    let kept = if model.session.state() == mailproto::State::Transaction { model.session.deleted().len() } else { 0 };
    let events = Rc::make_mut(&mut model.session).closed();
    let unanswered = model.session.unanswered();
    let effects = absorb(model, events, at);
    model.phase = Phase::Closed;
    let unsent = std::mem::take(&mut model.waiting).len();
    let done = Tally::of(&model.transcript);
    model.transcript.push(at, Kind::Event(Event::Closed { cause, kept, unanswered, unsent, done }));
    effects
}

/// Takes the observer's events into the record, the diagram's path and the guide.
fn absorb(model: &mut Model, events: Vec<Happened>, at: Micros) -> Vec<Effect> {
    let mut effects = Vec::new();
    for event in events {
        match event {
            Happened::Line(wire) => line(model, *wire, at),
            Happened::Moved(edge) => {
                once(&mut model.path.visited, edge.to);
                model.path.taken.push(*edge);
                model.transcript.push(at, Kind::Moved(edge));
                if let Some(guide) = &mut model.guide {
                    guide.moved(edge);
                }
            }
            Happened::GoAhead { after } => effects.push(Effect::StartTls { after }),
        }
    }
    effects
}

/// Adds what is not there yet.
fn once<T: PartialEq>(to: &mut Vec<T>, one: T) {
    if !to.contains(&one) {
        to.push(one);
    }
}

fn line(model: &mut Model, wire: WireLine, at: Micros) {
    let mut took = None;
    match wire.role {
        Role::Command(word) => {
            model.path.last = word;
            remember(model, &wire);
        }
        Role::Reply { to: Some(word), class, last: true, .. } => {
            if class.is_some_and(|class| class <= mailproto::Class::Intermediate) {
                once(&mut model.path.used, word);
                model.path.refused = model.path.refused.filter(|refused| *refused != word);
            } else {
                model.path.refused = Some(word);
            }
            if let Some(guide) = &mut model.guide {
                guide.answered(wire.role);
            }
        }
        _ => {}
    }
    match (wire.side, wire.exchange) {
        (Side::Client, Some(exchange)) => model.sent_at.push_back((exchange, at)),
        (Side::Server, Some(exchange)) => {
            while model.sent_at.front().is_some_and(|(id, _)| *id < exchange) {
                model.sent_at.pop_front();
            }
            if model.sent_at.front().is_some_and(|(id, _)| *id == exchange) {
                took = model.sent_at.pop_front().map(|(_, sent)| Micros(at.0.saturating_sub(sent.0)));
            } else if let Some((id, lines)) = model.continuation.last_mut()
                && *id == exchange
            {
                *lines += 1;
            } else {
                model.continuation.push((exchange, 1));
            }
        }
        (Side::Client | Side::Server, None) => {}
    }
    let side = wire.side;
    let border = matches!(wire.role, Role::Message(Part::Border) | Role::Payload(Part::Border));
    model.transcript.push_line(at, took, wire);
    if border {
        model.transcript.push(at, Kind::HeadersEnd(side));
    }
}

/// Keeps a command for Up and Down, without its secrets.
fn remember(model: &mut Model, wire: &WireLine) {
    let secret = wire.tokens.iter().find(|token| token.kind == TokenKind::Secret);
    let end = secret.map_or(wire.text.expose().len(), |token| token.span.start);
    let text = String::from_utf8_lossy(&wire.text.expose()[..end]).into_owned();
    if !text.trim().is_empty() && model.history.last() != Some(&text) {
        model.history.push(text);
        if model.history.len() > HISTORY {
            model.history.remove(0);
        }
    }
}
