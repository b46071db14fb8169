//! A tiny scripted web server, and fetchers that may reach it.

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use clock::{Clock, SharedClock, SystemClock, Timestamp};
use fetch::{BoxFuture, Config, Fetcher, Request, Resolve, ResolveError, Response};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use url::Url;

/// What the server does with one request.
#[derive(Clone)]
pub(crate) enum Reply {
    /// These bytes; the connection stays open.
    Keep(Vec<u8>),
    /// These bytes, then the end of the connection.
    Close(Vec<u8>),
    /// These bytes, then nothing more, ever.
    Hang(Vec<u8>),
    /// These bytes, then these again and again.
    Endless(Vec<u8>, Vec<u8>),
}

/// A request as it came.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    /// Method and target: `GET /x`.
    pub(crate) line: String,
    pub(crate) headers: HashMap<String, String>,
}

type Script = dyn Fn(&Seen) -> Reply + Send + Sync;

/// A server on a free port of loopback, for as long as the test's runtime lives.
#[derive(Clone)]
pub(crate) struct Site {
    pub(crate) address: SocketAddr,
    seen: Arc<Mutex<Vec<Seen>>>,
    connections: Arc<AtomicUsize>,
}

impl Site {
    /// A site with this script.
    pub(crate) async fn start(script: impl Fn(&Seen) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let site = Self {
            address: listener.local_addr().unwrap(),
            seen: Arc::default(),
            connections: Arc::default(),
        };
        let script: Arc<Script> = Arc::new(script);
        tokio::spawn({
            let site = site.clone();
            async move {
                while let Ok((tcp, _)) = listener.accept().await {
                    site.connections.fetch_add(1, Ordering::SeqCst);
                    tokio::spawn(site.clone().serve(tcp, Arc::clone(&script)));
                }
            }
        });
        site
    }

    /// A site that gives `reply` to everything but robots.txt, which it has not.
    pub(crate) async fn always(reply: Reply) -> Self {
        Self::start(move |seen| if seen.is("/robots.txt") { not_found() } else { reply.clone() }).await
    }

    pub(crate) fn url(&self, path: &str) -> Url {
        Url::parse(&format!("http://{}{path}", self.address)).unwrap()
    }

    /// The same site under a name of its own.
    pub(crate) fn named(&self, name: &str, path: &str) -> Url {
        Url::parse(&format!("http://{name}:{}{path}", self.address.port())).unwrap()
    }

    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    /// The request lines so far.
    pub(crate) fn lines(&self) -> Vec<String> {
        self.seen().into_iter().map(|seen| seen.line).collect()
    }

    /// The connections so far.
    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    async fn serve(self, mut tcp: TcpStream, script: Arc<Script>) -> Option<()> {
        loop {
            let seen = read_request(&mut tcp).await?;
            self.seen.lock().unwrap().push(seen.clone());
            match script(&seen) {
                Reply::Keep(bytes) => tcp.write_all(&bytes).await.ok()?,
                Reply::Close(bytes) => {
                    tcp.write_all(&bytes).await.ok()?;
                    return tcp.shutdown().await.ok();
                }
                Reply::Hang(bytes) => {
                    tcp.write_all(&bytes).await.ok()?;
                    std::future::pending::<()>().await;
                }
                Reply::Endless(bytes, again) => {
                    tcp.write_all(&bytes).await.ok()?;
                    loop {
                        tcp.write_all(&again).await.ok()?;
                    }
                }
            }
        }
    }
}

async fn read_request(tcp: &mut TcpStream) -> Option<Seen> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(tcp.read_u8().await.ok()?);
    }
    let text = String::from_utf8(head).unwrap();
    let mut lines = text.lines();
    let line = lines.next()?.trim_end_matches(" HTTP/1.1").to_owned();
    let headers = lines.filter_map(|line| line.split_once(": "));
    let headers = headers.map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned())).collect();
    Some(Seen { line, headers })
}

impl Seen {
    pub(crate) fn is(&self, path: &str) -> bool {
        self.line == format!("GET {path}")
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }
}

/// A whole response with this status, these header lines and this body.
pub(crate) fn http(status: &str, headers: &[&str], body: impl AsRef<[u8]>) -> Vec<u8> {
    let body = body.as_ref();
    let mut head = format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\n", body.len());
    for line in headers {
        head.push_str(line);
        head.push_str("\r\n");
    }
    head.push_str("\r\n");
    [head.as_bytes(), body].concat()
}

pub(crate) fn ok(body: impl AsRef<[u8]>) -> Reply {
    Reply::Keep(http("200 OK", &[], body))
}

pub(crate) fn not_found() -> Reply {
    Reply::Keep(http("404 Not Found", &[], "no"))
}

pub(crate) fn redirect(to: &str) -> Reply {
    Reply::Keep(http("302 Found", &[&format!("Location: {to}")], "moved"))
}

/// A configuration for loopback, without any delay.
pub(crate) fn config() -> Config {
    let mut config = Config { allow_private_networks: true, ..Config::default() };
    config.pace.min_delay = Duration::ZERO;
    config.pace.max_concurrent = 8;
    config
}

pub(crate) fn fetcher() -> Fetcher {
    with(config())
}

pub(crate) fn with(config: Config) -> Fetcher {
    with_clock(config, SystemClock::shared())
}

pub(crate) fn with_clock(config: Config, clock: SharedClock) -> Fetcher {
    let gate = Arc::new(fetch::pace::MemoryGate::new(config.pace, Arc::clone(&clock)));
    Fetcher::with_parts(config, clock, Arc::new(Loopback), gate).unwrap()
}

/// Every name is this machine.
#[derive(Debug)]
struct Loopback;

impl Resolve for Loopback {
    fn resolve<'a>(&'a self, host: &'a str) -> BoxFuture<'a, Result<Vec<IpAddr>, ResolveError>> {
        Box::pin(async move {
            match host.ends_with(".missing") {
                true => Err(ResolveError { missing: true, detail: "no such name".into() }),
                false => Ok(vec![IpAddr::from([127, 0, 0, 1])]),
            }
        })
    }
}

/// Gets a page's body as text.
pub(crate) async fn text(fetcher: &Fetcher, url: Url) -> String {
    String::from_utf8(page(fetcher, url).await.unwrap().body.bytes().await.unwrap().to_vec()).unwrap()
}

pub(crate) async fn page(fetcher: &Fetcher, url: Url) -> Result<Response, fetch::Error> {
    fetcher.get(&Request::page(url)).await
}

/// The stable name of the error that getting a page and its body ends with.
pub(crate) async fn failure(fetcher: &Fetcher, url: Url) -> &'static str {
    match page(fetcher, url).await {
        Ok(response) => response.body.bytes().await.map_or_else(|error| error.code(), |_| "ok"),
        Err(error) => error.code(),
    }
}

/// A clock that follows tokio's, which tests pause.
#[derive(Debug)]
pub(crate) struct PausedClock(tokio::time::Instant);

impl PausedClock {
    #[expect(clippy::disallowed_methods, reason = "the paused clock of a test")]
    pub(crate) fn start() -> SharedClock {
        tokio::time::pause();
        Arc::new(Self(tokio::time::Instant::now()))
    }
}

impl Clock for PausedClock {
    fn now(&self) -> Timestamp {
        Timestamp(1_700_000_000_000).after(self.elapsed())
    }

    fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }

    fn random(&self) -> u64 {
        0
    }
}

/// While this lives, tokio's paused clock moves only by [`tokio::time::advance`]: sockets get their time.
pub(crate) struct StandStill(#[expect(dead_code, reason = "dropped to let go")] std::sync::mpsc::Sender<()>);

pub(crate) fn stand_still() -> StandStill {
    let (sender, receiver) = std::sync::mpsc::channel::<()>();
    tokio::task::spawn_blocking(move || receiver.recv());
    StandStill(sender)
}

/// Lets everything that can go on go on.
pub(crate) async fn settle() {
    for _ in 0..2_000 {
        tokio::task::yield_now().await;
    }
}
