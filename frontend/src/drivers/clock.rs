//! The clock of the page. Cores take times as arguments; they come from here.

use workbench::net::Micros;

/// Microseconds since the page was opened.
pub fn now() -> Micros {
    // Whole microseconds of a span far below 2^53; a clock that steps back counts as no time passed.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "never negative, never near 2^53")]
    Micros((milliseconds().max(0.0) * 1000.0) as u64)
}

fn milliseconds() -> f64 {
    web_sys::window().and_then(|window| window.performance()).map_or_else(js_sys::Date::now, |clock| clock.now())
}
