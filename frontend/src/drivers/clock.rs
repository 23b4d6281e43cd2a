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

/// Seconds since 1970, for the practice server inside the page.
pub fn seconds_since_1970() -> i64 {
    #[allow(clippy::cast_possible_truncation, reason = "seconds fit i64 by far")]
    let seconds = (js_sys::Date::now() / 1000.0) as i64;
    seconds
}

/// A number that differs from session to session: for timestamps and ids, not for secrets.
pub fn seed() -> u64 {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "any 52 bits will do")]
    let seed = (js_sys::Math::random() * 4_503_599_627_370_496.0) as u64;
    seed
}

fn milliseconds() -> f64 {
    web_sys::window().and_then(|window| window.performance()).map_or_else(js_sys::Date::now, |clock| clock.now())
}
