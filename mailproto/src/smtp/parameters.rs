//! The parameters of MAIL and RCPT: to which of the two each belongs, which EHLO keyword offers it, and the form of its value.
//! What each means is told in `explain`; whether the server offers it is the session's to know.

use crate::{
    base64,
    machine::{
        Rfc,
        Word::{self, Mail, Rcpt},
        rfc,
    },
};

/// A row of the parameter table.
#[derive(Clone, Copy, Debug)]
pub struct Parameter {
    /// Its keyword, in capitals.
    pub name: &'static str,
    /// The command it belongs to.
    pub word: Word,
    /// The keyword of EHLO that offers it.
    keyword: &'static str,
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

    /// The keyword that EHLO must list for what is typed: one value of BODY has a keyword of its own (RFC 3030 section 3).
    pub fn keyword(&self, typed: &str) -> &'static str {
        if typed.eq_ignore_ascii_case("BODY=BINARYMIME") { "BINARYMIME" } else { self.keyword }
    }

    /// Whether what is typed has the form of this row.
    pub fn fits(&self, typed: &str) -> bool {
        (self.fits)(typed.split_once('=').map(|(_, value)| value))
    }
}

type Fits = fn(Option<&str>) -> bool;

/// A row without its limits: of which extension, to which command, in which form.
const fn row(name: &'static str, keyword: &'static str, word: Word, form: &'static str, fits: Fits) -> Parameter {
    Parameter { name, word, keyword, form, adds: 0, fits, key: "", rfc: rfc(5321, "4.1.1.11") }
}

const fn told(key: &'static str, adds: usize, rfc: Rfc, row: Parameter) -> Parameter {
    Parameter { key, adds, rfc, ..row }
}

/// The parameters of the extensions in our list of EHLO keywords.
pub static PARAMETERS: &[Parameter] = &[
    told("parameter-size", 26, rfc(1870, "3"), row("SIZE", "SIZE", Mail, "SIZE=1024", |value| digits(value, 1, 20))),
    told("parameter-body", 16, rfc(6152, "2"), row("BODY", "8BITMIME", Mail, "BODY=8BITMIME", body)),
    told("parameter-auth", 500, rfc(4954, "5"), row("AUTH", "AUTH", Mail, "AUTH=<>", auth)),
    told("parameter-smtputf8", 10, rfc(6531, "3.4"), row("SMTPUTF8", "SMTPUTF8", Mail, "SMTPUTF8", nothing)),
    told("parameter-ret", 9, rfc(3461, "4.3"), row("RET", "DSN", Mail, "RET=HDRS", ret)),
    // With the word and its space (RFC 3885 section 2 counts so).
    told("parameter-envid", 107, rfc(3461, "4.4"), row("ENVID", "DSN", Mail, "ENVID=QQ314159", envid)),
    told("parameter-by", 17, rfc(2852, "4"), row("BY", "DELIVERBY", Mail, "BY=3600;R", by)),
    told(
        "parameter-mt-priority",
        15,
        rfc(6710, "3"),
        row("MT-PRIORITY", "MT-PRIORITY", Mail, "MT-PRIORITY=3", priority),
    ),
    told("parameter-holdfor", 34, rfc(4865, "3"), row("HOLDFOR", "FUTURERELEASE", Mail, "HOLDFOR=3600", hold_for)),
    told(
        "parameter-holduntil",
        34,
        rfc(4865, "3"),
        row("HOLDUNTIL", "FUTURERELEASE", Mail, "HOLDUNTIL=2030-01-31T12:00:00Z", date_time),
    ),
    told("parameter-requiretls", 11, rfc(8689, "2"), row("REQUIRETLS", "REQUIRETLS", Mail, "REQUIRETLS", nothing)),
    told(
        "parameter-solicit",
        1007,
        rfc(3865, "2.3"),
        row("SOLICIT", "NO-SOLICITING", Mail, "SOLICIT=net.example:ADV", solicit),
    ),
    told("parameter-mtrk", 40, rfc(3885, "3.1"), row("MTRK", "MTRK", Mail, "MTRK=AQIDBAUGBwgJCgsMDQ4PEBESExQ=", mtrk)),
    // RFC 4141 names no number: the word and its space.
    told("parameter-conperm", 8, rfc(4141, "4.2"), row("CONPERM", "CONPERM", Mail, "CONPERM", nothing)),
    told("parameter-conneg", 7, rfc(4141, "5.2"), row("CONNEG", "CONNEG", Rcpt, "CONNEG", nothing)),
    told("parameter-notify", 29, rfc(3461, "4.1"), row("NOTIFY", "DSN", Rcpt, "NOTIFY=SUCCESS,FAILURE", notify)),
    told("parameter-orcpt", 507, rfc(3461, "4.2"), row("ORCPT", "DSN", Rcpt, "ORCPT=rfc822;ada@example.test", orcpt)),
    told("parameter-rrvs", 33, rfc(7293, "3.1"), row("RRVS", "RRVS", Rcpt, "RRVS=2030-01-31T12:00:00Z", rrvs)),
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

fn xtext(value: Option<&str>, most: usize) -> bool {
    value.is_some_and(|value| is_xtext(value, most))
}

/// `xtext = *( xchar / hexchar )`: printable, `+` and `=` written as `+2B` and `+3D` (RFC 3461 section 4); here not empty
/// and of at most so many octets.
pub fn is_xtext(value: &str, most: usize) -> bool {
    let hex = |byte: Option<u8>| byte.is_some_and(|byte| matches!(byte, b'0'..=b'9' | b'A'..=b'F'));
    if !(1..=most).contains(&value.len()) {
        return false;
    }
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

fn ret(value: Option<&str>) -> bool {
    one_of(value, &["FULL", "HDRS"])
}

fn envid(value: Option<&str>) -> bool {
    xtext(value, 100)
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
    let Some((kind, address)) = value.filter(|value| value.len() <= 500).and_then(|value| value.split_once(';')) else {
        return false;
    };
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

/// Words of letters, digits, `.`, `-`, `_` and `:`, each begun by a letter, with commas between them: 1000 characters at most.
fn solicit(value: Option<&str>) -> bool {
    let word = |word: &str| {
        word.starts_with(|c: char| c.is_ascii_alphabetic())
            && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_:".contains(&byte))
    };
    value.is_some_and(|list| list.len() <= 1000 && list.split(',').all(word))
}

/// `base64 [":" 1*9DIGIT]`: a hash, and for how many seconds to keep track. Base64's own equals signs make it no
/// `esmtp-value`, yet so RFC 3885 has it.
fn mtrk(value: Option<&str>) -> bool {
    let Some(value) = value else { return false };
    let (hash, seconds) = value.split_once(':').map_or((value, None), |(hash, seconds)| (hash, Some(seconds)));
    !hash.is_empty() && base64::decode(hash.as_bytes()).is_some() && seconds.is_none_or(|some| digits(Some(some), 1, 9))
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
        check(&format!("ORCPT=rfc822;{}", "x".repeat(494)), false);
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
        check("SOLICIT=net.example:ADV,org.example:ADV:ADLT", true);
        check("SOLICIT=", false);
        check("SOLICIT=net.example:ADV,", false);
        check("MTRK=AQIDBAUGBwgJCgsMDQ4PEBESExQ=:86400", true);
        check("MTRK=AQI", false);
        check("CONPERM=yes", false);
        check("CONNEG", true);
        check("XSOMETHING=1", false);
    }

    #[test]
    fn keywords() {
        let check = |typed: &str, keyword| {
            assert_eq!(Parameter::named(typed).map(|row| row.keyword(typed)), Some(keyword), "{typed}");
        };
        check("BODY=8BITMIME", "8BITMIME");
        check("body=binarymime", "BINARYMIME");
        check("ENVID=1", "DSN");
        check("HOLDFOR=1", "FUTURERELEASE");
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
