//! HTTP: accepts connections, checks Host and Origin, serves the page, the offer and what `mx` looks up, turns `/ws` into a
//! session. What a session does is in `session`.

mod mx;

use std::net::IpAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::{self, HeaderName};
use axum::http::{HeaderMap, HeaderValue, Method, Response, StatusCode, Version};
use axum::middleware::{self, Next};
use axum::routing::{get, post};
use axum::{Extension, Router};
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::time::{sleep, timeout};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::Role;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use wire::{Allowed, MAX_MX_QUESTION, MxQuestion, Offer, Practice, PracticeService, Trust};

use crate::limits::HTTP_HEAD;
use crate::metrics::{self, Refused};
use crate::page::{self, Asset};
use crate::policy::{AllowedTarget, Gate, OpenInternet, PRACTICE_HOST};
use crate::session::{self, Common};

/// What every answer tells the browser: load only from here, guess no types, leak no addresses, share no window.
const HEADERS: [(HeaderName, &str); 4] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; connect-src 'self'; \
         img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
];

/// The site: what its handlers share.
#[derive(Debug)]
pub struct Site {
    /// Whom we answer.
    pub gate: Gate,
    /// The files of the page.
    pub page: &'static [Asset],
    /// The body of `GET /offer`.
    pub offer: String,
    /// Reverse proxies whose `X-Forwarded-For` names the visitor.
    pub trusted_proxies: Vec<IpAddr>,
    /// For the sessions.
    pub common: Arc<Common>,
    /// The sessions that run.
    pub sessions: TaskTracker,
    /// Cancelled when even slow goodbyes are over.
    pub abandon: CancellationToken,
}

/// The body of `GET /offer`: `practice` as (standard port, loopback port).
pub fn offer(
    practice: &[(u16, u16)],
    allowed: &[AllowedTarget],
    open: Option<&OpenInternet>,
    common: &Common,
) -> String {
    let target = |target: &AllowedTarget| Allowed {
        host: target.written.clone(),
        port: target.port,
        exception: common.has_exception(&target.written, target.port),
    };
    let services: Vec<_> =
        practice.iter().map(|(port, listens_on)| PracticeService { port: *port, listens_on: *listens_on }).collect();
    let offer = Offer {
        version: wire::VERSION,
        practice: (!services.is_empty()).then(|| Practice { host: PRACTICE_HOST.to_owned(), services }),
        allowed: allowed.iter().map(target).collect(),
        open_ports: open.map(|open| open.ports.clone()).unwrap_or_default(),
        trust: std::iter::once(Trust::System).chain(common.verifiers.has_own().then_some(Trust::Own)).collect(),
    };
    // The types of `wire` have string keys only, so they cannot fail to serialise.
    serde_json::to_string(&offer).unwrap_or_default()
}

/// Accepts connections for one of the routers until the site is abandoned; each is a task of `tasks`.
pub async fn serve(listener: TcpListener, router: Router, site: Arc<Site>, tasks: TaskTracker) {
    let abandon = site.abandon.clone();
    let limits = site.common.limits.clone();
    let places = Arc::new(Semaphore::new(limits.http_connections));
    let accepting = async {
        loop {
            let Ok(place) = places.clone().acquire_owned().await else { return };
            match listener.accept().await {
                Ok((tcp, peer)) => {
                    let router = router.clone().layer(Extension(Peer(peer.ip())));
                    let connection = serve_connection(tcp, router, limits.head_wait, limits.http_life);
                    let abandon = abandon.clone();
                    tasks.spawn(async move {
                        abandon.run_until_cancelled(connection).await;
                        drop(place);
                    });
                }
                Err(error) => {
                    tracing::warn!("http: {error}");
                    sleep(Duration::from_millis(100)).await;
                }
            }
        }
    };
    abandon.run_until_cancelled(accepting).await;
}

/// Who connected to us.
#[derive(Clone, Copy, Debug)]
struct Peer(IpAddr);

async fn serve_connection(tcp: TcpStream, router: Router, head_wait: Duration, life: Duration) {
    // A chunk is a frame: do not wait for more.
    let _ = tcp.set_nodelay(true);
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(head_wait)
        .max_buf_size(HTTP_HEAD)
        .serve_connection(TokioIo::new(tcp), TowerToHyperService::new(router))
        .with_upgrades();
    let mut connection = pin!(connection);
    let mut ended = timeout(life, connection.as_mut()).await;
    if ended.is_err() {
        // What was asked may still be taken; hyper itself would wait for it without end.
        connection.as_mut().graceful_shutdown();
        ended = timeout(life, connection).await;
    }
    match ended {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::debug!("http: {error}"),
        Err(_) => tracing::debug!("http: an answer was not taken in time"),
    }
}

/// What the operator's Prometheus reads, on a listener of its own: what is counted is none of the visitors' business, and a
/// reverse proxy that passes on all there is cannot pass this on by mistake.
pub fn metrics_router(site: Arc<Site>) -> Router {
    Router::new().route("/metrics", get(give_metrics)).with_state(site)
}

/// What visitors are answered.
pub fn router(site: Arc<Site>) -> Router {
    Router::new()
        .route("/offer", get(give_offer))
        .route("/mx", post(look_up))
        .route("/healthz", get(tell_health))
        .route("/readyz", get(tell_readiness))
        .route("/ws", get(open_session))
        .fallback(give_page)
        .with_state(site.clone())
        .layer(middleware::from_fn_with_state(site, guard))
}

/// Refuses requests meant for another host, and puts our headers on every answer.
async fn guard(State(site): State<Arc<Site>>, request: Request, next: Next) -> Response<Body> {
    let host = text(request.headers(), &header::HOST);
    // A target in absolute form names a host too (RFC 9112 section 3.2.2).
    let named = request.uri().authority().map(|authority| authority.as_str());
    let mut response = match site.gate.knows_host(host) && site.gate.knows_host(named.or(host)) {
        true => next.run(request).await,
        false => {
            site.common.metrics.refused(Refused::Host);
            sentence(
                StatusCode::MISDIRECTED_REQUEST,
                "This proxy does not answer to that host name; the operator can add it with --origin.",
            )
        }
    };
    for (name, value) in HEADERS {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

async fn give_offer(State(site): State<Arc<Site>>) -> Response<Body> {
    json(site.offer.clone())
}

/// Who takes mail for a domain. Asked with POST, since browsers name the `Origin` of every POST but not of every GET.
async fn look_up(
    State(site): State<Arc<Site>>,
    Extension(Peer(peer)): Extension<Peer>,
    request: Request,
) -> Response<Body> {
    let headers = request.headers();
    let visitor = visitor(&site.trusted_proxies, peer, headers);
    if !site.gate.knows_origin(text(headers, &header::ORIGIN)) {
        return foreign(&site);
    }
    let body = timeout(site.common.limits.head_wait, to_bytes(request.into_body(), MAX_MX_QUESTION)).await;
    let question = body.ok().and_then(Result::ok).and_then(|body| serde_json::from_slice::<MxQuestion>(&body).ok());
    let Some(MxQuestion { domain }) = question else {
        return sentence(
            StatusCode::BAD_REQUEST,
            "This address wants the JSON of a question: {\"domain\":\"example.test\"}",
        );
    };
    let reply = mx::answer(&site.common, visitor, &domain).await;
    // As for the offer: it cannot fail to serialise.
    json(serde_json::to_string(&reply).unwrap_or_default())
}

fn json(body: String) -> Response<Body> {
    let mut response = Response::new(Body::from(body));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

async fn give_metrics(State(site): State<Arc<Site>>) -> Response<Body> {
    let (worlds, octets) = site.common.worlds.counts();
    let mut response = Response::new(Body::from(site.common.metrics.text(worlds, octets)));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(metrics::CONTENT_TYPE));
    response
}

async fn tell_health() -> Response<Body> {
    sentence(StatusCode::OK, "alive")
}

async fn tell_readiness(State(site): State<Arc<Site>>) -> Response<Body> {
    match site.common.stopping.is_cancelled() {
        false => sentence(StatusCode::OK, "ready"),
        true => sentence(StatusCode::SERVICE_UNAVAILABLE, "stopping"),
    }
}

async fn give_page(State(site): State<Arc<Site>>, request: Request) -> Response<Body> {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        let mut refusal = sentence(StatusCode::METHOD_NOT_ALLOWED, "Only GET and HEAD are served here.");
        refusal.headers_mut().insert(header::ALLOW, HeaderValue::from_static("GET, HEAD"));
        return refusal;
    }
    page::answer(site.page, request.uri().path(), request.headers())
        .unwrap_or_else(|| sentence(StatusCode::NOT_FOUND, "There is no such file."))
}

/// The WebSocket handshake (RFC 6455 section 4.2), Origin first.
async fn open_session(
    State(site): State<Arc<Site>>,
    Extension(Peer(peer)): Extension<Peer>,
    mut request: Request,
) -> Response<Body> {
    let headers = request.headers();
    let visitor = visitor(&site.trusted_proxies, peer, headers);
    if !site.gate.knows_origin(text(headers, &header::ORIGIN)) {
        return foreign(&site);
    }
    // A GET of HTTP/1.1 or later (RFC 6455 section 4.1); HEAD is routed here as well.
    let is_handshake = request.method() == Method::GET && request.version() >= Version::HTTP_11;
    let Some(accept) = accept_key(headers).filter(|_| is_handshake) else {
        let mut refusal = sentence(StatusCode::UPGRADE_REQUIRED, "This address speaks WebSocket, version 13.");
        refusal.headers_mut().insert(header::UPGRADE, HeaderValue::from_static("websocket"));
        refusal.headers_mut().insert(header::SEC_WEBSOCKET_VERSION, HeaderValue::from_static("13"));
        return refusal;
    };
    let upgrade = hyper::upgrade::on(&mut request);
    let (sessions, abandon) = (site.sessions.clone(), site.abandon.clone());
    let session = async move {
        let Ok(upgraded) = upgrade.await else { return };
        let Ok(parts) = upgraded.downcast::<TokioIo<TcpStream>>() else { return };
        let tcp = parts.io.into_inner();
        // Copied out, since it would keep the whole buffer of the HTTP connection alive.
        let already_read = parts.read_buf.to_vec();
        drop(parts.read_buf);
        let config = Some(session::websocket_config());
        let socket = WebSocketStream::from_partially_read(tcp, already_read, Role::Server, config).await;
        Box::pin(session::run(socket, site.common.clone(), visitor)).await;
    };
    sessions.spawn(async move { abandon.run_until_cancelled(session).await });

    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    let out = response.headers_mut();
    out.insert(header::CONNECTION, HeaderValue::from_static("upgrade"));
    out.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
    out.insert(header::SEC_WEBSOCKET_ACCEPT, accept);
    response
}

/// Who sits at the page. Behind a trusted reverse proxy it is the last address that one wrote down: what stands before
/// it may be made up.
fn visitor(trusted: &[IpAddr], peer: IpAddr, headers: &HeaderMap) -> IpAddr {
    let told = || {
        let last = headers.get_all("x-forwarded-for").iter().next_back()?.to_str().ok()?;
        last.rsplit(',').next()?.trim().parse().ok()
    };
    match trusted.contains(&peer.to_canonical()) {
        true => told().unwrap_or(peer),
        false => peer,
    }
}

/// The answer to the client's key, if this is a WebSocket handshake of version 13.
fn accept_key(headers: &HeaderMap) -> Option<HeaderValue> {
    let has = |name, token: &str| {
        text(headers, name).is_some_and(|list| list.split(',').any(|entry| entry.trim().eq_ignore_ascii_case(token)))
    };
    let asks = has(&header::CONNECTION, "upgrade")
        && has(&header::UPGRADE, "websocket")
        && has(&header::SEC_WEBSOCKET_VERSION, "13");
    let key = headers.get(header::SEC_WEBSOCKET_KEY).filter(|_| asks)?;
    HeaderValue::from_str(&derive_accept_key(key.as_bytes())).ok()
}

/// A header's value, when there is exactly one.
fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    let first = values.next()?;
    values.next().is_none().then(|| first.to_str().ok()).flatten()
}

fn foreign(site: &Site) -> Response<Body> {
    site.common.metrics.refused(Refused::Origin);
    sentence(
        StatusCode::FORBIDDEN,
        "Pages of this origin may not open sessions; the operator can add it with --origin.",
    )
}

fn sentence(status: StatusCode, words: &'static str) -> Response<Body> {
    let mut response = Response::new(Body::from(words));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
