//! The form of SMTP replies (RFC 5321 section 4.2, RFC 2034 section 4). What they say is the caller's.

use mailproto::Class;

/// A reply of one line or more.
#[must_use = "the client waits for it"]
#[derive(Debug)]
pub(super) struct Reply {
    code: u16,
    /// The enhanced status code, or nothing where RFC 2034 has none: greeting, HELO, EHLO, 3yz.
    status: &'static str,
    lines: Vec<String>,
}

/// A reply of one line with an enhanced status code.
pub(super) fn reply(code: u16, status: &'static str, text: impl Into<String>) -> Reply {
    lines(code, status, vec![text.into()])
}

/// A reply of one line without.
pub(super) fn plain(code: u16, text: impl Into<String>) -> Reply {
    lines(code, "", vec![text.into()])
}

/// A reply of several lines.
pub(super) fn lines(code: u16, status: &'static str, lines: Vec<String>) -> Reply {
    Reply { code, status, lines }
}

impl Reply {
    /// What the first digit says (RFC 5321 section 4.2.1).
    pub fn class(&self) -> Class {
        match self.code / 100 {
            2 => Class::Positive,
            3 => Class::Intermediate,
            4 => Class::Transient,
            _ => Class::Permanent,
        }
    }

    /// Puts it on the wire: a hyphen after the code in all lines but the last.
    pub fn write(&self, out: &mut Vec<u8>) {
        for (at, line) in self.lines.iter().enumerate() {
            let more = if at + 1 < self.lines.len() { '-' } else { ' ' };
            let gap = if self.status.is_empty() { "" } else { " " };
            out.extend_from_slice(format!("{}{more}{}{gap}{line}\r\n", self.code, self.status).as_bytes());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(reply: &Reply, wire: &str, class: Class) {
        let mut out = Vec::new();
        reply.write(&mut out);
        assert_eq!((String::from_utf8(out).unwrap().as_str(), reply.class()), (wire, class));
    }

    #[test]
    fn replies_on_the_wire() {
        check(&reply(250, "2.0.0", "Fine"), "250 2.0.0 Fine\r\n", Class::Positive);
        check(&plain(334, ""), "334 \r\n", Class::Intermediate);
        check(&reply(452, "4.2.2", "Full"), "452 4.2.2 Full\r\n", Class::Transient);
        check(&reply(550, "5.1.1", "Nobody"), "550 5.1.1 Nobody\r\n", Class::Permanent);
        let two = lines(250, "2.1.5", vec!["Ada".into(), "Grace".into()]);
        check(&two, "250-2.1.5 Ada\r\n250 2.1.5 Grace\r\n", Class::Positive);
        check(&lines(250, "", vec!["host".into(), "SIZE 1".into()]), "250-host\r\n250 SIZE 1\r\n", Class::Positive);
    }
}
