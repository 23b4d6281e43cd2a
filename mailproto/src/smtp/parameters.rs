//! The parameters of MAIL and RCPT: to which of the two each belongs, and the form of its value. What each means is told in
//! `explain`; whether the server offers it is the session's to know.

use crate::machine::{
    Rfc,
    Word::{self, Mail, Rcpt},
    rfc,
};

/// A row of the parameter table.
#[derive(Clone, Copy, Debug)]
pub struct Parameter {
    /// Its keyword, in capitals.
    pub name: &'static str,
    /// The command it belongs to.
    pub word: Word,
    /// An example of its form.
    pub form: &'static str,
    /// How many octets it adds to what a command line may have, its space included.
    pub adds: usize,
    /// Whether a value has the right form; `None` when there is no equals sign.
    fits: fn(Option<&str>) -> bool,
    /// The key of its meaning.
    pub key: &'static str,
    /// Where it is defined.
    pub rfc: Rfc,
}

impl Parameter {
    /// The row of a parameter as typed, `KEYWORD` or `KEYWORD=value`.
    pub fn named(typed: &str) -> Option<&'static Parameter> {
        let name = typed.split('=').next().unwrap_or_default();
        PARAMETERS.iter().find(|row| row.name.eq_ignore_ascii_case(name))
    }

    /// Whether what is typed has the form of this row.
    pub fn fits(&self, typed: &str) -> bool {
        (self.fits)(typed.split_once('=').map(|(_, value)| value))
    }
}

type Fits = fn(Option<&str>) -> bool;

const fn row(name: &'static str, word: Word, form: &'static str, adds: usize, fits: Fits, rfc: Rfc) -> Parameter {
    Parameter { name, word, form, adds, fits, key: "", rfc }
}

const fn told(key: &'static str, row: Parameter) -> Parameter {
    Parameter { key, ..row }
}

/// The parameters of the extensions in our list of EHLO keywords.
pub static PARAMETERS: &[Parameter] = &[
    told("parameter-size", row("SIZE", Mail, "SIZE=1024", 26, |value| digits(value, 1, 20), rfc(1870, "3"))),
    told("parameter-body", row("BODY", Mail, "BODY=8BITMIME", 16, body, rfc(6152, "2"))),
    told("parameter-auth", row("AUTH", Mail, "AUTH=<>", 500, auth, rfc(4954, "5"))),
    told("parameter-smtputf8", row("SMTPUTF8", Mail, "SMTPUTF8", 10, nothing, rfc(6531, "3.4"))),
    told("parameter-ret", row("RET", Mail, "RET=HDRS", 9, |value| one_of(value, &["FULL", "HDRS"]), rfc(3461, "4.3"))),
    told("parameter-envid", row("ENVID", Mail, "ENVID=QQ314159", 101, |value| xtext(value, 100), rfc(3461, "4.4"))),
    told("parameter-by", row("BY", Mail, "BY=3600;R", 17, by, rfc(2852, "4"))),
    told("parameter-mt-priority", row("MT-PRIORITY", Mail, "MT-PRIORITY=3", 15, priority, rfc(6710, "3"))),
    told("parameter-holdfor", row("HOLDFOR", Mail, "HOLDFOR=3600", 34, hold_for, rfc(4865, "3"))),
    told(
        "parameter-holduntil",
        row("HOLDUNTIL", Mail, "HOLDUNTIL=2030-01-31T12:00:00Z", 34, date_time, rfc(4865, "3")),
    ),
    told("parameter-requiretls", row("REQUIRETLS", Mail, "REQUIRETLS", 11, nothing, rfc(8689, "2"))),
    told("parameter-notify", row("NOTIFY", Rcpt, "NOTIFY=SUCCESS,FAILURE", 29, notify, rfc(3461, "4.1"))),
    told("parameter-orcpt", row("ORCPT", Rcpt, "ORCPT=rfc822;ada@example.test", 501, orcpt, rfc(3461, "4.2"))),
    told("parameter-rrvs", row("RRVS", Rcpt, "RRVS=2030-01-31T12:00:00Z", 33, rrvs, rfc(7293, "3.1"))),
];

/// `esmtp-keyword ["=" esmtp-value]` (RFC 5321 section 4.1.2; values beyond ASCII by RFC 6531 section 3.3).
pub(super) fn well_formed(typed: &str) -> bool {
    let (name, value) = typed.split_once('=').map_or((typed, None), |(name, value)| (name, Some(value)));
    let starts = name.starts_with(|c: char| c.is_ascii_alphanumeric());
    starts
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        && value.is_none_or(|value| !value.is_empty() && !value.contains(|c: char| c == '=' || c.is_control()))
}

fn nothing(value: Option<&str>) -> bool {
    value.is_none()
}

fn digits(value: Option<&str>, least: usize, most: usize) -> bool {
    value.is_some_and(|value| (least..=most).contains(&value.len()) && value.bytes().all(|byte| byte.is_ascii_digit()))
}

fn one_of(value: Option<&str>, words: &[&str]) -> bool {
    value.is_some_and(|value| words.iter().any(|word| word.eq_ignore_ascii_case(value)))
}

/// BINARYMIME is RFC 3030's, section 3.
fn body(value: Option<&str>) -> bool {
    one_of(value, &["7BIT", "8BITMIME", "BINARYMIME"])
}

/// `xtext = *( xchar / hexchar )`: printable, `+` and `=` written as `+2B` and `+3D` (RFC 3461 section 4).
fn xtext(value: Option<&str>, most: usize) -> bool {
    let hex = |byte: Option<u8>| byte.is_some_and(|byte| matches!(byte, b'0'..=b'9' | b'A'..=b'F'));
    let Some(value) = value.filter(|value| (1..=most).contains(&value.len())) else { return false };
    let mut bytes = value.bytes();
    while let Some(byte) = bytes.next() {
        let fine = match byte {
            b'+' => hex(bytes.next()) && hex(bytes.next()),
            byte => (33..=126).contains(&byte) && byte != b'=',
        };
        if !fine {
            return false;
        }
    }
    true
}

fn auth(value: Option<&str>) -> bool {
    value == Some("<>") || xtext(value, 500)
}

/// NEVER stands alone; the others in any number, parted by commas.
fn notify(value: Option<&str>) -> bool {
    one_of(value, &["NEVER"])
        || value.is_some_and(|list| list.split(',').all(|one| one_of(Some(one), &["SUCCESS", "FAILURE", "DELAY"])))
}

/// `addr-type ";" xtext`, 500 octets in all. An address beyond ASCII is of the type `utf-8` (RFC 6533 section 3).
fn orcpt(value: Option<&str>) -> bool {
    let Some((kind, address)) = value.and_then(|value| value.split_once(';')) else { return false };
    let unicode = kind.eq_ignore_ascii_case("utf-8");
    let atom = !kind.is_empty() && kind.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    atom && (xtext(Some(address), 500) || (unicode && !address.is_empty()))
}

/// `["-" / "+"] 1*9digit ";" ("N" / "R") ["T"]`; R takes no time that is over already.
fn by(value: Option<&str>) -> bool {
    let Some((time, mode)) = value.and_then(|value| value.split_once(';')) else { return false };
    let number = time.strip_prefix(['-', '+']).unwrap_or(time);
    let over = time.starts_with('-') || number.bytes().all(|byte| byte == b'0');
    digits(Some(number), 1, 9) && one_of(Some(mode), if over { &["N", "NT"] } else { &["N", "NT", "R", "RT"] })
}

/// From -9 to 9.
fn priority(value: Option<&str>) -> bool {
    let number = value.map(|value| value.strip_prefix('-').unwrap_or(value));
    digits(number, 1, 1) && value != Some("-0")
}

/// Seconds, from 1 to 999999999.
fn hold_for(value: Option<&str>) -> bool {
    digits(value, 1, 9) && value.is_some_and(|value| !value.starts_with('0'))
}

/// The shape of `2030-01-31T12:00:00Z`.
fn date_time(value: Option<&str>) -> bool {
    let shape = |value: &str| {
        value
            .bytes()
            .map(|byte| if byte.is_ascii_digit() { b'0' } else { byte.to_ascii_uppercase() })
            .collect::<Vec<_>>()
    };
    value.is_some_and(|value| shape(value) == b"0000-00-00T00:00:00Z")
}

/// A date and time, then perhaps what to do where the extension is missing: `C` go on, `R` refuse.
fn rrvs(value: Option<&str>) -> bool {
    let (time, action) =
        value.and_then(|value| value.split_once(';')).map_or((value, None), |(time, what)| (Some(time), Some(what)));
    let zoned = time.and_then(|time| time.get(..19)).map(|time| format!("{time}Z"));
    date_time(zoned.as_deref()) && action.is_none_or(|action| one_of(Some(action), &["C", "R"]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(typed: &str, fits: bool) {
        assert_eq!(Parameter::named(typed).is_some_and(|row| row.fits(typed)), fits, "{typed}");
    }

    #[test]
    fn every_example_fits() {
        for row in PARAMETERS {
            check(row.form, true);
        }
    }

    #[test]
    fn values() {
        check("size=0", true);
        check("SIZE", false);
        check("SIZE=", false);
        check("SIZE=1k", false);
        check("SIZE=100000000000000000000", false);
        check("BODY=binarymime", true);
        check("BODY=16BIT", false);
        check("AUTH=e+3Dmc2@example.com", true);
        check("AUTH=e+3dmc2@example.com", false);
        check("SMTPUTF8=yes", false);
        check("RET=FULL", true);
        check("RET=ALL", false);
        check("ENVID=a+2", false);
        check("NOTIFY=NEVER", true);
        check("NOTIFY=delay", true);
        check("NOTIFY=NEVER,DELAY", false);
        check("NOTIFY=SUCCESS,", false);
        check("ORCPT=ada@example.test", false);
        check("ORCPT=utf-8;\u{e4}da@example.test", true);
        check("BY=-5;N", true);
        check("BY=-5;R", false);
        check("BY=0;R", false);
        check("BY=12;RT", true);
        check("MT-PRIORITY=-9", true);
        check("MT-PRIORITY=10", false);
        check("HOLDFOR=0", false);
        check("HOLDUNTIL=tomorrow", false);
        check("REQUIRETLS", true);
        check("RRVS=2030-01-31T12:00:00+01:00;C", true);
        check("RRVS=2030-01-31", false);
        check("XSOMETHING=1", false);
    }

    #[test]
    fn forms() {
        for (typed, fine) in
            [("X-Y=1", true), ("8BIT", true), ("A=", false), ("A=b=c", false), ("<b@c>", false), ("-A", false)]
        {
            assert_eq!(well_formed(typed), fine, "{typed}");
        }
    }
}
