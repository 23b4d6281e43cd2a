//! The clock of a session. Cores take times as arguments; they come from here.

use std::cell::Cell;

use workbench::net::Micros;

thread_local! {
    static START: Cell<f64> = const { Cell::new(0.0) };
}

/// Microseconds since [`start_session`].
pub fn now() -> Micros {
    let passed = milliseconds() - START.with(Cell::get);
    // Whole microseconds of a span far below 2^53; a clock that steps back counts as no time passed.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "never negative, never near 2^53")]
    Micros((passed.max(0.0) * 1000.0) as u64)
}

/// A session begins now.
pub fn start_session() {
    START.with(|start| start.set(milliseconds()));
}

fn milliseconds() -> f64 {
    web_sys::window().and_then(|window| window.performance()).map_or_else(js_sys::Date::now, |clock| clock.now())
}
