//! The only place where state changes: a message and its time in, effects out. It decides; drivers perform.

use mailproto::Protocol;

use crate::{
    capture,
    conversation::Phase,
    desk::{Bench, Desk, Opening, Page, Panel, Preferences, Rest},
    export,
    guide::Example,
    history::History,
    link::Link,
    look::{Aside, Look},
    msg::{BenchEffect, BenchMsg, Effect, Msg},
    mx,
    net::Micros,
    place::Place,
    reader::Reader,
    recording,
    reference::Query,
    sitting::{Sitting, SittingId},
    tape::Fact,
    target::{Account, Target, Via},
};

/// Takes one message, which happened at `at` by the page's clock.
#[must_use = "what is decided is still to be done"]
pub fn update(desk: &mut Desk, at: Micros, msg: Msg) -> Vec<Effect> {
    match msg {
        Msg::Open(opening) => {
            match &mut desk.rest {
                Rest::Here(_) => return open(desk, at, opening),
                Rest::Loading(wanted) | Rest::Missing(wanted) => *wanted = Some(opening),
            }
            desk.page = Page::Bench;
            Vec::new()
        }
        Msg::Bench(msg) => match desk.rest {
            Rest::Here(_) => in_bench(desk, at, msg),
            Rest::Loading(_) | Rest::Missing(_) => Vec::new(),
        },
        Msg::Account(account) => {
            desk.account = account;
            Vec::new()
        }
        Msg::Home => {
            desk.page = Page::Start;
            forget_wish(desk);
            Vec::new()
        }
        Msg::Back => back(desk),
        Msg::Reference(fragment) => look_up(desk, &fragment),
        Msg::Search(words) => {
            desk.reference.search = words;
            Vec::new()
        }
        Msg::LookUpMail(typed) => look_up_mail(desk, &typed),
        Msg::MailHosts { domain, answer } => {
            // Another question may have been asked meanwhile.
            if desk.mx == mx::Lookup::Asking(domain) {
                desk.mx = answer.map_or_else(mx::Lookup::Refused, mx::Lookup::Told);
            }
            Vec::new()
        }
        Msg::Theme(theme) => prefer(desk, |preferences| preferences.theme = theme),
        Msg::Projector(on) => prefer(desk, |preferences| preferences.projector = on),
        Msg::Preferences(preferences) => {
            desk.preferences = preferences;
            Vec::new()
        }
        Msg::Offer(offer) => {
            desk.offer = Some(offer.unwrap_or_default());
            match desk.rest {
                Rest::Here(_) => carry(desk, at),
                Rest::Loading(_) | Rest::Missing(_) => Vec::new(),
            }
        }
        Msg::AskRest => {
            desk.rest = match std::mem::take(&mut desk.rest) {
                Rest::Loading(wanted) | Rest::Missing(wanted) => Rest::Loading(wanted),
                here @ Rest::Here(_) => here,
            };
            vec![Effect::FetchRest]
        }
        Msg::Rest { here } => rest(desk, at, here),
    }
}

fn prefer(desk: &mut Desk, change: impl FnOnce(&mut Preferences)) -> Vec<Effect> {
    change(&mut desk.preferences);
    vec![Effect::Remember(desk.preferences)]
}

/// What was asked for before the sessions were loaded is not wanted any more.
fn forget_wish(desk: &mut Desk) {
    match &mut desk.rest {
        Rest::Loading(wanted) | Rest::Missing(wanted) => *wanted = None,
        Rest::Here(_) => {}
    }
}

/// The second module was loaded, or failed to load. What waited for it begins now: the session that was asked for, the question about a
/// domain; and a place of the reference that was wanted comes into sight.
fn rest(desk: &mut Desk, at: Micros, here: bool) -> Vec<Effect> {
    let wanted = match std::mem::take(&mut desk.rest) {
        Rest::Loading(wanted) | Rest::Missing(wanted) => wanted,
        loaded @ Rest::Here(_) => {
            desk.rest = loaded;
            return Vec::new();
        }
    };
    if !here {
        desk.rest = Rest::Missing(wanted);
        return Vec::new();
    }
    let mut effects = wanted.map_or_else(Vec::new, |opening| open(desk, at, opening));
    effects.extend(ask_mail_hosts(desk));
    if desk.page == Page::Reference {
        effects.push(Effect::Show(desk.reference.wanted.clone()));
    }
    effects
}

/// To the session in front, if there is one.
fn back(desk: &mut Desk) -> Vec<Effect> {
    if desk.front().is_none() {
        return Vec::new();
    }
    match std::mem::replace(&mut desk.page, Page::Bench) {
        Page::Reference => vec![Effect::Show("prompt".into())],
        Page::Start | Page::Bench => Vec::new(),
    }
}

/// To a row or a heading of the reference. A fragment that is none leads to the start page.
fn look_up(desk: &mut Desk, fragment: &str) -> Vec<Effect> {
    let Some(look) = Query::at(fragment) else {
        desk.page = Page::Start;
        return Vec::new();
    };
    desk.page = Page::Reference;
    forget_wish(desk);
    // The other protocol is searched for the same words; a row must be in sight.
    let search = if look.is_top() { std::mem::take(&mut desk.reference.search) } else { String::new() };
    desk.reference = Query { search, ..look };
    vec![Effect::Show(fragment.into())]
}

fn look_up_mail(desk: &mut Desk, typed: &str) -> Vec<Effect> {
    let domain = mx::domain(typed).to_owned();
    if domain.is_empty() {
        desk.mx = mx::Lookup::None;
        return Vec::new();
    }
    desk.mx = mx::Lookup::Asking(domain);
    ask_mail_hosts(desk).into_iter().collect()
}

/// Asks who takes mail for the domain that was typed, as soon as the answer can be explained.
fn ask_mail_hosts(desk: &Desk) -> Option<Effect> {
    match (&desk.mx, &desk.rest) {
        (mx::Lookup::Asking(domain), Rest::Here(_)) => {
            let (domain, in_page) = (domain.clone(), desk.practice_via() == Via::Page);
            Some(Effect::Bench(BenchEffect::LookUpMail { domain, in_page }))
        }
        (mx::Lookup::Asking(_), Rest::Loading(_) | Rest::Missing(_))
        | (mx::Lookup::None | mx::Lookup::Told(_) | mx::Lookup::Refused(_), _) => None,
    }
}

/// Begins a session. A split point of the page's module (`SPLIT_POINTS` in `xtask/src/page.rs`).
#[inline(never)]
fn open(desk: &mut Desk, at: Micros, opening: Opening) -> Vec<Effect> {
    let (example, target) = match opening {
        Opening::Example(example) => {
            desk.account = Account::default();
            (Some(example), practice(example, desk.practice_via()))
        }
        Opening::Target(target) => (None, target),
    };
    let page = std::mem::replace(&mut desk.page, Page::Bench);
    let Some((target, bench)) = aim(desk, target) else { return Vec::new() };
    // What happened before a cut stays in sight where the same is asked for once more beside it.
    let again = |front: &Sitting| {
        front.conversation().phase() == Phase::Closed && page == Page::Bench && *front.conversation().target() == target
    };
    if let Some(id) = bench.front().filter(|front| again(front)).map(Sitting::id) {
        return ask(bench, at, id, Some(example), target);
    }
    // Who begins an example begins it anew: a second session of one would find the maildrop locked by the first.
    let same = |sitting: &&Sitting| {
        let conversation = sitting.conversation();
        example.is_some() && sitting.is_live() && conversation.guide().is_some() && *conversation.target() == target
    };
    let mut gone: Vec<_> = bench.sittings().iter().filter(same).map(Sitting::id).collect();
    gone.iter().for_each(|id| bench.end(*id));
    let (id, others) = bench.begin(at, target.clone());
    gone.extend(others);
    let mut effects: Vec<_> = gone.into_iter().map(|gone| Effect::link(gone, Link::Close)).collect();
    effects.extend(ask(bench, at, id, Some(example), target));
    effects
}

/// The target of an example.
fn practice(example: Example, via: Via) -> Target {
    let protocol = match example {
        Example::Read | Example::Break => Protocol::Pop3,
        Example::Send => Protocol::Smtp,
    };
    Target::practice(protocol, via)
}

/// The target with the carrier that is known by now, and the sessions.
fn aim(desk: &mut Desk, mut target: Target) -> Option<(Target, &mut Bench)> {
    if target.via == Via::Undecided {
        // The offer may have come since the learner asked.
        target.via = desk.practice_via();
    }
    desk.last = Some(target.clone());
    match &mut desk.rest {
        Rest::Here(bench) => Some((target, bench)),
        Rest::Loading(_) | Rest::Missing(_) => None,
    }
}

/// Asks for the connection of a session; `guided` begins or leaves an example.
fn ask(bench: &mut Bench, at: Micros, id: SittingId, guided: Option<Option<Example>>, target: Target) -> Vec<Effect> {
    let Some((sitting, history)) = bench.at(id) else { return Vec::new() };
    sitting.look.selected = None;
    let mut links = Vec::new();
    if let Some(example) = guided {
        links.extend(sitting.happened(history, at, Fact::Guided(example)));
    }
    links.extend(sitting.happened(history, at, Fact::Asked(target.clone())));
    if target.via != Via::Undecided {
        links.push(Link::Open(target));
    }
    links.into_iter().map(|link| Effect::link(id, link)).collect()
}

/// The offer is known: connections that waited for it are opened. Another split point.
#[inline(never)]
fn carry(desk: &mut Desk, at: Micros) -> Vec<Effect> {
    let via = desk.practice_via();
    if let Some(last) = desk.last.as_mut().filter(|last| last.via == Via::Undecided) {
        last.via = via;
    }
    let Rest::Here(bench) = &mut desk.rest else { return Vec::new() };
    let undecided = |sitting: &&Sitting| sitting.conversation().via() == Via::Undecided;
    let waiting: Vec<_> = bench.sittings().iter().filter(undecided).map(Sitting::id).collect();
    let mut effects = Vec::new();
    for id in waiting {
        let Some((sitting, history)) = bench.at(id) else { continue };
        let mut links = sitting.happened(history, at, Fact::Carried(via));
        if sitting.conversation().phase() == Phase::Connecting {
            links.push(Link::Open(sitting.conversation().target().clone()));
        }
        effects.extend(links.into_iter().map(|link| Effect::link(id, link)));
    }
    effects
}

/// What only the sessions understand; and what the Message view wants to know after it. Another split point.
#[inline(never)]
fn in_bench(desk: &mut Desk, at: Micros, msg: BenchMsg) -> Vec<Effect> {
    let mut effects = in_session(desk, at, msg);
    if let Rest::Here(bench) = &mut desk.rest {
        effects.extend(bench.read().map(|asked| Effect::Bench(BenchEffect::TakeApart(asked))));
    }
    effects
}

fn in_session(desk: &mut Desk, at: Micros, msg: BenchMsg) -> Vec<Effect> {
    match msg {
        BenchMsg::Happened(id, fact) => with(desk, id, |sitting, history| sitting.happened(history, at, fact)),
        BenchMsg::Ended(id, cause) => with(desk, id, |sitting, history| sitting.ended(history, at, cause)),
        BenchMsg::Front(id) => bring_to_front(desk, id),
        BenchMsg::Dismiss(id) => dismiss(desk, id),
        BenchMsg::StartOver(example) => open(desk, at, Opening::Example(example)),
        BenchMsg::Reconnect => reconnect(desk, at),
        BenchMsg::Disconnect => with_front(desk, |sitting, history| sitting.cut(history, at)),
        BenchMsg::Submit { line, ending } => {
            with_front(desk, |sitting, history| sitting.submit(history, at, line, ending))
        }
        BenchMsg::InTurn(lines) => with_front(desk, |sitting, history| sitting.in_turn(history, at, lines)),
        BenchMsg::ForgetTurns => with_front(desk, |sitting, _| sitting.forget_turns()),
        BenchMsg::Select(place) => look(desk, |look| look.selected = place),
        BenchMsg::Fold { exchange, folded } => look(desk, |look| {
            look.folds.retain(|(other, _)| *other != exchange);
            look.folds.push((exchange, folded));
        }),
        BenchMsg::ShowEndings(show) => prefer(desk, |preferences| preferences.show_endings = show),
        BenchMsg::Panel(panel) => {
            desk.preferences.panel = panel;
            Vec::new()
        }
        BenchMsg::Aside(aside) => look(desk, |look| look.aside = aside),
        BenchMsg::ShowMessage(index) => {
            desk.preferences.panel = Panel::Diagram;
            look(desk, |look| (look.selected, look.aside) = (Some(Place::entry(index)), Aside::Message))
        }
        BenchMsg::Side(side) => read(desk, |reader| reader.turn(side)),
        BenchMsg::Sheet(act) => read(desk, |reader| reader.act(&act)),
        BenchMsg::ReadAgain => read(desk, Reader::again),
        BenchMsg::Read(sheet) => read(desk, |reader| reader.answered(sheet.as_deref())),
        BenchMsg::Reveal(reveal) => look(desk, |look| look.reveal = reveal),
        BenchMsg::SaveTranscript => save(desk, "txt", |sitting| export::text(sitting.conversation()).into_bytes()),
        BenchMsg::SaveTape => {
            let front = desk.front().map(|front| BenchEffect::SaveTape {
                name: export::file_name(front.conversation(), recording::EXTENSION),
                tape: recording::masked(front.tape()),
            });
            front.map(Effect::Bench).into_iter().collect()
        }
        BenchMsg::SaveCapture { comment } => {
            save(desk, "pcapng", |sitting| capture::pcapng(sitting.conversation(), sitting.look.reveal, &comment))
        }
        BenchMsg::SaveKeys => save(desk, "keys.txt", |sitting| {
            let lines = sitting.conversation().network().keys().iter().map(|line| format!("{line}\n"));
            lines.collect::<String>().into_bytes()
        }),
    }
}

/// Does something with a session and the history that its lines join, and asks what follows of its connection.
fn with(desk: &mut Desk, id: SittingId, act: impl FnOnce(&mut Sitting, &mut History) -> Vec<Link>) -> Vec<Effect> {
    let Rest::Here(bench) = &mut desk.rest else { return Vec::new() };
    let links = bench.at(id).map_or_else(Vec::new, |(sitting, history)| act(sitting, history));
    links.into_iter().map(|link| Effect::link(id, link)).collect()
}

/// The same with the session in front.
fn with_front(desk: &mut Desk, act: impl FnOnce(&mut Sitting, &mut History) -> Vec<Link>) -> Vec<Effect> {
    match desk.front().map(Sitting::id) {
        Some(id) => with(desk, id, act),
        None => Vec::new(),
    }
}

/// Changes how the session in front is looked at.
fn look(desk: &mut Desk, change: impl FnOnce(&mut Look)) -> Vec<Effect> {
    with_front(desk, |sitting, _| {
        change(&mut sitting.look);
        Vec::new()
    })
}

/// Does something with the Message view.
fn read(desk: &mut Desk, act: impl FnOnce(&mut Reader)) -> Vec<Effect> {
    if let Rest::Here(bench) = &mut desk.rest {
        act(bench.reader_mut());
    }
    Vec::new()
}

/// Offers a file of the session in front, named after it.
fn save(desk: &Desk, extension: &str, octets: impl FnOnce(&Sitting) -> Vec<u8>) -> Vec<Effect> {
    let file = desk.front().map(|front| {
        let name = export::file_name(front.conversation(), extension);
        Effect::Bench(BenchEffect::Save { name, octets: octets(front) })
    });
    file.into_iter().collect()
}

fn dismiss(desk: &mut Desk, id: SittingId) -> Vec<Effect> {
    let Rest::Here(bench) = &mut desk.rest else { return Vec::new() };
    if bench.get(id).is_none_or(Sitting::is_live) {
        return Vec::new();
    }
    bench.end(id);
    if bench.front().is_none() {
        match bench.sittings().last().map(Sitting::id) {
            Some(newest) => bench.bring_to_front(newest),
            None => desk.page = Page::Start,
        }
    }
    vec![Effect::link(id, Link::Close)]
}

fn bring_to_front(desk: &mut Desk, id: SittingId) -> Vec<Effect> {
    if let Rest::Here(bench) = &mut desk.rest {
        bench.bring_to_front(id);
        desk.page = Page::Bench;
    }
    Vec::new()
}

/// The same target once more.
fn reconnect(desk: &mut Desk, at: Micros) -> Vec<Effect> {
    let front = desk.front().filter(|front| !front.is_live());
    let Some((id, target)) = front.map(|front| (front.id(), front.conversation().target().clone())) else {
        return Vec::new();
    };
    desk.page = Page::Bench;
    let Some((target, bench)) = aim(desk, target) else { return Vec::new() };
    ask(bench, at, id, None, target)
}
