//! Dates of header fields (RFC 5322 section 3.3, obsolete forms of section 4.3), turned into seconds without asking a clock.

use crate::token::Span;

/// A date and time as a field states it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Date {
    /// Where in the octets of the message.
    pub span: Span,
    /// The year, in full.
    pub year: i64,
    /// 1 to 12.
    pub month: u8,
    /// 1 to 31.
    pub day: u8,
    /// 0 to 23.
    pub hour: u8,
    /// 0 to 59.
    pub minute: u8,
    /// 0 to 60: a leap second is allowed. 0 when left out.
    pub second: u8,
    /// Minutes east of UTC; `None` for `-0000` and the military zones, which tell nothing about the place.
    pub offset: Option<i32>,
    /// Seconds since the first of January 1970, 00:00 UTC.
    pub epoch: i64,
}
