//! Media types: what each is for (RFC 2046 and those after it). Which one a part has is found in `mime`.

use crate::{
    machine::{Rfc, rfc},
    note::Note,
};

/// What an entity is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Text for people.
    Text,
    /// A picture.
    Image,
    /// Sound.
    Audio,
    /// Moving pictures.
    Video,
    /// Data for a program.
    Application,
    /// Several parts.
    Multipart,
    /// Another message, or a piece of one, or where to find one.
    Message,
    /// A top-level type that we do not know.
    Other,
}

impl Kind {
    /// The kind of this media type, in lower case.
    pub(super) fn named(media: &str) -> Self {
        match media {
            "text" => Self::Text,
            "image" => Self::Image,
            "audio" => Self::Audio,
            "video" => Self::Video,
            "application" => Self::Application,
            "multipart" => Self::Multipart,
            "message" => Self::Message,
            _ => Self::Other,
        }
    }

    /// What to say of a subtype that is not in the table.
    const fn row(self) -> (&'static str, Rfc) {
        match self {
            Self::Text => ("media-text", rfc(2046, "4.1.4")),
            Self::Image => ("media-image", rfc(2046, "4.2")),
            Self::Audio => ("media-audio", rfc(2046, "4.3")),
            Self::Video => ("media-video", rfc(2046, "4.4")),
            Self::Application => ("media-application", rfc(2046, "4.5")),
            // Unknown multiparts are to be read as mixed.
            Self::Multipart => ("media-multipart", rfc(2046, "5.1.7")),
            Self::Message => ("media-message", rfc(2046, "5.2.4")),
            Self::Other => ("media-other", rfc(2049, "2")),
        }
    }
}

const TYPES: &[(&str, &str, &str, Rfc)] = &[
    ("text", "plain", "media-text-plain", rfc(2046, "4.1.3")),
    ("text", "html", "media-text-html", rfc(2854, "2")),
    ("text", "rfc822-headers", "media-text-rfc822-headers", rfc(6522, "4")),
    ("application", "octet-stream", "media-octet-stream", rfc(2046, "4.5.1")),
    ("application", "postscript", "media-postscript", rfc(2046, "4.5.2")),
    ("multipart", "mixed", "media-mixed", rfc(2046, "5.1.3")),
    ("multipart", "alternative", "media-alternative", rfc(2046, "5.1.4")),
    ("multipart", "digest", "media-digest", rfc(2046, "5.1.5")),
    ("multipart", "parallel", "media-parallel", rfc(2046, "5.1.6")),
    ("multipart", "related", "media-related", rfc(2387, "3")),
    ("multipart", "signed", "media-signed", rfc(1847, "2.1")),
    ("multipart", "encrypted", "media-encrypted", rfc(1847, "2.2")),
    ("multipart", "report", "media-report", rfc(6522, "3")),
    ("message", "rfc822", "media-rfc822", rfc(2046, "5.2.1")),
    ("message", "global", "media-rfc822", rfc(6532, "3.7")),
    ("message", "partial", "media-partial", rfc(2046, "5.2.2")),
    ("message", "external-body", "media-external-body", rfc(2046, "5.2.3")),
    ("message", "delivery-status", "media-delivery-status", rfc(3464, "2.1")),
    ("message", "disposition-notification", "media-disposition-notification", rfc(8098, "3.1")),
];

/// What to say of a media type in lower case, stated or the default.
pub(super) fn note(media: &str, subtype: &str, stated: bool) -> Note {
    let row = TYPES.iter().find(|row| row.0 == media && row.1 == subtype);
    let (key, rfc) = match row {
        Some((_, _, "media-text-plain", _)) if !stated => ("media-default", rfc(2045, "5.2")),
        Some((_, _, key, rfc)) => (*key, *rfc),
        None => Kind::named(media).row(),
    };
    Note::new(key).arg("type", format!("{media}/{subtype}")).by(rfc)
}

pub(super) fn keys() -> impl Iterator<Item = &'static str> {
    let kinds = ["text", "image", "audio", "video", "application", "multipart", "message", ""];
    let of_kinds = kinds.into_iter().map(|kind| Kind::named(kind).row().0);
    TYPES.iter().map(|row| row.2).chain(of_kinds).chain(["media-default"])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn media_types_by_name() {
        fn check(media: &str, subtype: &str, key: &str) {
            assert_eq!(note(media, subtype, true).key, key, "{media}/{subtype}");
        }
        // The rows of curriculum C3.
        check("text", "plain", "media-text-plain");
        check("multipart", "mixed", "media-mixed");
        check("multipart", "parallel", "media-parallel");
        check("multipart", "digest", "media-digest");
        check("multipart", "alternative", "media-alternative");
        check("message", "rfc822", "media-rfc822");
        check("message", "partial", "media-partial");
        check("message", "external-body", "media-external-body");
        check("image", "png", "media-image");
        check("video", "mpeg", "media-video");
        check("audio", "basic", "media-audio");
        check("application", "octet-stream", "media-octet-stream");
        check("application", "zip", "media-application");
        check("multipart", "other", "media-multipart");
        check("model", "mesh", "media-other");
        assert_eq!(note("text", "plain", false).key, "media-default");
    }
}
