//! The page's files: which encoding, which headers. They come with the configuration; who may ask is decided in `server`.

use axum::body::{Body, Bytes};
use axum::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, ETAG, IF_NONE_MATCH, VARY,
};
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode};

/// One file of the page.
#[derive(Clone, Copy, Debug)]
pub struct Asset {
    /// Its URL path without the first slash.
    pub path: &'static str,
    /// The file as it is.
    pub identity: &'static [u8],
    /// Compressed with Brotli.
    pub br: Option<&'static [u8]>,
    /// Compressed with gzip.
    pub gzip: Option<&'static [u8]>,
    /// A hash of the file.
    pub hash: &'static str,
}

/// What is served without a page: one that says so.
pub static NO_PAGE: &[Asset] = &[Asset {
    path: "index.html",
    identity: include_bytes!("../no-page/index.html"),
    br: None,
    gzip: None,
    hash: "no-page",
}];

/// The file at `path` (with its first slash), as the request's headers want it. `None` when there is none.
pub fn answer(assets: &[Asset], path: &str, headers: &HeaderMap) -> Option<Response<Body>> {
    let path = match path.strip_prefix('/')? {
        "" => "index.html",
        named => named,
    };
    let asset = assets.iter().find(|asset| asset.path == path)?;
    let accepted = headers.get(ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let (encoding, bytes) = choose(asset, accepted);
    let etag = format!("\"{}{}\"", asset.hash, encoding.map(|name| format!("-{name}")).unwrap_or_default());
    let unchanged = headers.get(IF_NONE_MATCH).is_some_and(|known| matches(known, &etag));

    let mut response = Response::new(Body::empty());
    let out = response.headers_mut();
    out.insert(VARY, HeaderValue::from_static("accept-encoding"));
    out.insert(CACHE_CONTROL, HeaderValue::from_static(cache_control(path)));
    if let Ok(etag) = HeaderValue::from_str(&etag) {
        out.insert(ETAG, etag);
    }
    if unchanged {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        return Some(response);
    }
    out.insert(CONTENT_TYPE, HeaderValue::from_static(content_type(path)));
    out.insert(CONTENT_LENGTH, HeaderValue::from(bytes.len()));
    if let Some(name) = encoding {
        out.insert(CONTENT_ENCODING, HeaderValue::from_static(name));
    }
    *response.body_mut() = Body::from(Bytes::from_static(bytes));
    Some(response)
}

/// Brotli before gzip before the plain file, among those the client takes.
fn choose(asset: &Asset, accepted: &str) -> (Option<&'static str>, &'static [u8]) {
    let offers = [("br", asset.br), ("gzip", asset.gzip)];
    let chosen = offers
        .into_iter()
        .find_map(|(name, bytes)| bytes.filter(|_| accepts(accepted, name)).map(|bytes| (Some(name), bytes)));
    chosen.unwrap_or((None, asset.identity))
}

/// Whether an `Accept-Encoding` takes a coding: named, or by `*`, and not with `q=0` (RFC 9110 section 12.5.3).
fn accepts(accepted: &str, coding: &str) -> bool {
    let weight = |wanted: &str| {
        accepted.split(',').find_map(|entry| {
            let (name, parameters) = entry.split_once(';').unwrap_or((entry, ""));
            let weight = parameters.trim().trim_start_matches(['q', 'Q']).trim_start_matches('=');
            name.trim().eq_ignore_ascii_case(wanted).then(|| weight.trim().parse().unwrap_or(1.0_f32))
        })
    };
    weight(coding).or_else(|| weight("*")).is_some_and(|weight| weight > 0.0)
}

/// Whether an `If-None-Match` names this tag (RFC 9110 section 13.1.2; weak comparison).
fn matches(known: &HeaderValue, etag: &str) -> bool {
    let Ok(known) = known.to_str() else { return false };
    known.split(',').map(str::trim).any(|tag| tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == etag)
}

/// The index names the others by hash, so only it can go stale.
fn cache_control(path: &str) -> &'static str {
    match path {
        "index.html" => "no-cache",
        _ => "public, max-age=31536000, immutable",
    }
}

fn content_type(path: &str) -> &'static str {
    let extension = path.rsplit_once('.').map_or("", |(_, extension)| extension);
    match extension {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "wasm" => "application/wasm",
        "svg" => "image/svg+xml",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "txt" | "ftl" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    const ASSET: Asset = Asset { path: "app-1.js", identity: b"plain", br: Some(b"br"), gzip: Some(b"gz"), hash: "1" };

    #[test]
    fn encodings_are_negotiated() {
        #[track_caller]
        fn check(accepted: &str, expected: Option<&str>) {
            assert_eq!(choose(&ASSET, accepted).0, expected, "{accepted:?}");
        }
        check("", None);
        check("gzip, deflate, br, zstd", Some("br"));
        check("gzip;q=1.0, br;q=0.5", Some("br"));
        check("gzip", Some("gzip"));
        check("GZIP", Some("gzip"));
        check("br;q=0, gzip", Some("gzip"));
        check("br; q=0, gzip ; q=0.000", None);
        check("*", Some("br"));
        check("br;q=0, *", Some("gzip"));
        check("identity", None);
        check("brotli", None);
    }

    #[test]
    fn a_missing_encoding_is_not_offered() {
        let bare = Asset { br: None, gzip: None, ..ASSET };
        assert_eq!(choose(&bare, "br, gzip"), (None, b"plain".as_slice()));
    }

    #[test]
    fn each_kind_of_file_has_its_headers() {
        #[track_caller]
        fn check(path: &'static str, kind: &str, cache: &str) {
            let assets = [Asset { path, ..ASSET }];
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("gzip, br"));
            let response = answer(&assets, &format!("/{path}"), &headers).unwrap();
            let header = |name| response.headers().get(name).unwrap().to_str().unwrap();
            assert_eq!(header(CONTENT_TYPE), kind);
            assert_eq!(header(CACHE_CONTROL), cache);
            assert_eq!(header(CONTENT_ENCODING), "br");
            assert_eq!(header(CONTENT_LENGTH), "2");
            assert_eq!(header(VARY), "accept-encoding");
            headers.insert(IF_NONE_MATCH, HeaderValue::from_str(header(ETAG)).unwrap());
            let again = answer(&assets, &format!("/{path}"), &headers).unwrap();
            assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
            assert!(!again.headers().contains_key(CONTENT_TYPE));
            headers.remove(ACCEPT_ENCODING);
            let plain = answer(&assets, &format!("/{path}"), &headers).unwrap();
            assert_eq!(plain.status(), StatusCode::OK, "the tag of another encoding is another tag");
        }
        let forever = "public, max-age=31536000, immutable";
        check("index.html", "text/html; charset=utf-8", "no-cache");
        check("app-1.js", "text/javascript; charset=utf-8", forever);
        check("app-1.css", "text/css; charset=utf-8", forever);
        check("app-1_bg.wasm", "application/wasm", forever);
        check("snippets/a/icon.svg", "image/svg+xml", forever);
    }

    #[test]
    fn the_root_is_the_index() {
        let assets = [Asset { path: "index.html", ..ASSET }];
        assert!(answer(&assets, "/", &HeaderMap::new()).is_some());
        assert!(answer(&assets, "/none.js", &HeaderMap::new()).is_none());
        assert!(answer(&assets, "*", &HeaderMap::new()).is_none());
    }

    #[test]
    fn tags_are_compared() {
        #[track_caller]
        fn check(known: &str, expected: bool) {
            assert_eq!(matches(&HeaderValue::from_str(known).unwrap(), "\"a-br\""), expected, "{known}");
        }
        check("\"a-br\"", true);
        check("W/\"a-br\"", true);
        check("\"b\", \"a-br\"", true);
        check("*", true);
        check("\"a\"", false);
        check("a-br", false);
    }
}
