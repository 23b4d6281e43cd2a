//! The one component that owns the state: messages in, `update` decides, drivers perform, the page is drawn anew.

use std::{cell::Cell, rc::Rc};

use workbench::{
    BenchMsg, Desk, Msg,
    desk::{Bench, Page},
    sitting::{Sitting, SittingId},
    tape::Fact,
};
use yew::prelude::*;

use crate::{
    components,
    drivers::{Drivers, clock, language, page},
};

/// The whole page.
pub struct App {
    desk: Desk,
    drivers: Drivers,
    /// The same callback for all: children compare it by address.
    emit: Callback<Msg>,
    /// The page that was drawn last, and the place of the reference.
    shown: (Page, String),
    /// The session that was in front then.
    front: Option<SittingId>,
    /// A session would end if the page were left now.
    open: Rc<Cell<bool>>,
    /// What arrived is drawn with the next frame.
    due: bool,
}

/// What reaches the app.
pub enum Act {
    /// Something happened: `update` decides.
    Happened(Msg),
    /// The system switched between light and dark, another language is shown, or a frame is due.
    Redraw,
}

impl Component for App {
    type Message = Act;
    type Properties = ();

    fn create(ctx: &Context<Self>) -> Self {
        let emit = ctx.link().callback(Act::Happened);
        Self {
            desk: Desk::of_first_part(),
            drivers: Drivers::new(emit.clone()),
            emit,
            shown: (Page::Start, String::new()),
            front: None,
            open: Rc::default(),
            due: false,
        }
    }

    fn update(&mut self, ctx: &Context<Self>, act: Act) -> bool {
        let Act::Happened(msg) = act else {
            self.due = false;
            return true;
        };
        // A server may say a thousand lines a second; nobody sees more than the frames of the screen.
        let flows = matches!(msg, Msg::Bench(BenchMsg::Happened(_, Fact::Heard(_) | Fact::Crossed { .. })));
        // The one place where what happens gets its time.
        for effect in workbench::update(&mut self.desk, clock::now(), msg) {
            self.drivers.perform(effect);
        }
        if flows && !std::mem::replace(&mut self.due, true) {
            let redraw = ctx.link().callback(|()| Act::Redraw);
            page::with_next_frame(move || redraw.emit(()));
        }
        !flows
    }

    fn view(&self, _: &Context<Self>) -> Html {
        components::page(&self.desk, &self.emit)
    }

    fn rendered(&mut self, ctx: &Context<Self>, first: bool) {
        let preferences = self.desk.preferences;
        let panel = components::panel_name(&self.desk);
        page::set_root(preferences.theme, preferences.projector, panel, &components::title(&self.desk));
        self.open.set(self.desk.bench().is_some_and(Bench::is_live));
        let front = self.desk.front().map(Sitting::id);
        if std::mem::replace(&mut self.front, front) != front {
            page::bring_into_sight(".sitting--on");
        }
        let (page, wanted) = (self.desk.page, &self.desk.reference.wanted);
        if self.shown.0 != page || (page == Page::Reference && self.shown.1 != *wanted) {
            page::enter_history(self.shown.0, page, wanted);
            self.shown = (page, wanted.clone());
        }
        if first {
            let redraw = ctx.link().callback(|()| Act::Redraw);
            let speaks = redraw.clone();
            page::watch_color_scheme(move || redraw.emit(()));
            language::follow(move || speaks.emit(()));
            let went = self.emit.clone();
            page::watch_history(move |msg| went.emit(msg));
            page::ask_before_leaving(self.open.clone());
            self.drivers.start();
        }
    }
}
