//! A TCP proxy on loopback that stands between a program and its server and can be told to fail as networks do: cut,
//! freeze, slow down, close one way, turn newcomers away.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{ReadHalf, WriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{oneshot, watch};
use tokio::task::JoinSet;

use crate::Error;

/// Connections that are passed on at a time; more wait in the system's queue.
const CONNECTIONS_MAX: usize = 1_000;
/// How much is carried at a time.
const PIECE_BYTES: usize = 16 * 1024;

/// How bytes and newcomers are treated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Link {
    /// All goes through at once.
    #[default]
    Open,
    /// Connections are taken, but nothing moves either way until the link is another.
    Frozen,
    /// Each piece waits so long, each way.
    Slow(Duration),
    /// New connections are reset; those that are open go on.
    Refusing,
}

/// A proxy that is up. Dropping it closes its listener and resets its connections.
pub struct Proxy {
    addr: SocketAddr,
    shared: Arc<Shared>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

struct Shared {
    target: watch::Sender<SocketAddr>,
    link: watch::Sender<Link>,
    /// Counts the cuts.
    cuts: watch::Sender<u64>,
    /// Counts the times when the way to the clients was closed.
    half_closes: watch::Sender<u64>,
    taken: AtomicU64,
    open: AtomicUsize,
}

impl Proxy {
    /// A proxy in front of `target`, on a free port and a thread of its own.
    ///
    /// # Errors
    /// [`Error::Listen`] when a port or the thread cannot be had.
    pub fn to(target: SocketAddr) -> Result<Self, Error> {
        let refused = |cause| Error::Listen { port: 0, cause };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(refused)?;
        let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(refused)?;
        listener.set_nonblocking(true).map_err(refused)?;
        let addr = listener.local_addr().map_err(refused)?;
        let shared = Arc::new(Shared {
            target: watch::Sender::new(target),
            link: watch::Sender::default(),
            cuts: watch::Sender::default(),
            half_closes: watch::Sender::default(),
            taken: AtomicU64::new(0),
            open: AtomicUsize::new(0),
        });
        let (stop, stopped) = oneshot::channel::<()>();
        let serving = shared.clone();
        let run = move || {
            runtime.block_on(async move {
                let Ok(listener) = TcpListener::from_std(listener) else { return };
                tokio::select! {
                    () = serving.accept(listener) => {}
                    _ = stopped => {}
                }
            });
        };
        let thread = std::thread::Builder::new().name("proxy".into()).spawn(run).map_err(refused)?;
        Ok(Self { addr, shared, stop: Some(stop), thread: Some(thread) })
    }

    /// Where it listens.
    pub const fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Treats bytes and newcomers so from now on.
    pub fn set(&self, link: Link) {
        self.shared.link.send_replace(link);
    }

    /// Leads newcomers to another server from now on.
    pub fn lead_to(&self, target: SocketAddr) {
        self.shared.target.send_replace(target);
    }

    /// Resets every open connection, on both sides; how many there were. Newcomers are treated as before.
    pub fn cut(&self) -> usize {
        let open = self.open();
        self.shared.cuts.send_modify(|cuts| *cuts += 1);
        open
    }

    /// Ends the way from the server to the client of every open connection, as a server that has said its last word
    /// would; the other way stays open. How many connections there were.
    pub fn half_close(&self) -> usize {
        let open = self.open();
        self.shared.half_closes.send_modify(|times| *times += 1);
        open
    }

    /// How many connections are open.
    pub fn open(&self) -> usize {
        self.shared.open.load(Ordering::SeqCst)
    }

    /// How many connections were ever taken, those turned away included.
    pub fn taken(&self) -> u64 {
        self.shared.taken.load(Ordering::SeqCst)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        drop(self.stop.take());
        let _ = self.thread.take().map(JoinHandle::join);
    }
}

impl Shared {
    async fn accept(self: Arc<Self>, listener: TcpListener) {
        let mut connections = JoinSet::new();
        loop {
            if connections.len() >= CONNECTIONS_MAX {
                connections.join_next().await;
            }
            while connections.try_join_next().is_some() {}
            // A client that left before it was taken, or no file handle: both pass.
            let Ok((client, _)) = listener.accept().await else {
                tokio::task::yield_now().await;
                continue;
            };
            self.taken.fetch_add(1, Ordering::SeqCst);
            if *self.link.borrow() == Link::Refusing {
                let _ = client.set_zero_linger();
                continue;
            }
            self.open.fetch_add(1, Ordering::SeqCst);
            let shared = self.clone();
            connections.spawn(async move {
                // However it ended, both sides have seen it by now.
                let _ = shared.carry(client).await;
                shared.open.fetch_sub(1, Ordering::SeqCst);
            });
        }
    }

    /// Carries bytes both ways until both have ended, or until a cut.
    async fn carry(&self, mut client: TcpStream) -> io::Result<()> {
        let mut cut = self.cuts.subscribe();
        let cuts = cut.clone();
        let target = *self.target.borrow();
        #[expect(clippy::disallowed_methods, reason = "from one process of this machine to another")]
        let mut server = TcpStream::connect(target).await.inspect_err(|_| drop(client.set_zero_linger()))?;
        client.set_nodelay(true)?;
        server.set_nodelay(true)?;
        let carried = {
            let (from_client, to_client) = client.split();
            let (from_server, to_server) = server.split();
            let both = async {
                let closing = self.half_closes.subscribe();
                tokio::try_join!(
                    self.pump(from_client, to_server, cuts.clone(), None),
                    self.pump(from_server, to_client, cuts.clone(), Some(closing)),
                )
            };
            tokio::select! {
                ended = both => ended.map(drop),
                _ = cut.changed() => Err(io::ErrorKind::ConnectionReset.into()),
            }
        };
        if carried.is_err() {
            client.set_zero_linger()?;
            server.set_zero_linger()?;
        }
        carried
    }

    /// Carries bytes one way to their end, then closes that way. `closing` tells when to close it earlier.
    async fn pump(
        &self,
        mut from: ReadHalf<'_>,
        mut to: WriteHalf<'_>,
        cuts: watch::Receiver<u64>,
        mut closing: Option<watch::Receiver<u64>>,
    ) -> io::Result<()> {
        let closed = async {
            match &mut closing {
                Some(closing) => drop(closing.changed().await),
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            () = closed => {}
            carried = self.pass_on(&mut from, &mut to, &cuts) => carried?,
        }
        to.shutdown().await
    }

    async fn pass_on(
        &self,
        from: &mut ReadHalf<'_>,
        to: &mut WriteHalf<'_>,
        cuts: &watch::Receiver<u64>,
    ) -> io::Result<()> {
        let mut link = self.link.subscribe();
        let mut piece = vec![0; PIECE_BYTES];
        loop {
            let read = from.read(&mut piece).await?;
            if read == 0 {
                return Ok(());
            }
            let now = *link.wait_for(|link| *link != Link::Frozen).await.map_err(io::Error::other)?;
            if let Link::Slow(pause) = now {
                tokio::time::sleep(pause).await;
            }
            // Once a cut was asked for not a byte goes through, whoever is woken first.
            if cuts.has_changed().map_err(io::Error::other)? {
                return Err(io::ErrorKind::ConnectionReset.into());
            }
            to.write_all(&piece[..read]).await?;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site::{Site, Web};

    const SOON: Duration = Duration::from_secs(20);

    async fn shop() -> (Web, Proxy) {
        let web = Web::builder().site(Site::new("shop.localhost").page("/", "open")).start().await.unwrap();
        let proxy = Proxy::to(web.addr()).unwrap();
        (web, proxy)
    }

    #[expect(clippy::disallowed_methods, reason = "a test's own client on loopback")]
    async fn try_to_connect(proxy: &Proxy) -> io::Result<TcpStream> {
        TcpStream::connect(proxy.addr()).await
    }

    async fn connect(proxy: &Proxy) -> TcpStream {
        try_to_connect(proxy).await.unwrap()
    }

    /// Whether a newcomer gets no answer: the reset may come before its connection is made, or after.
    async fn is_turned_away(proxy: &Proxy) -> bool {
        let Ok(mut stream) = try_to_connect(proxy).await else { return true };
        ask(&mut stream).await.map_or(true, |answer| answer.is_empty())
    }

    /// Asks for the page; what came until the page was whole or the connection ended.
    async fn ask(stream: &mut TcpStream) -> io::Result<String> {
        stream.write_all(b"GET / HTTP/1.1\r\nHost: shop.localhost\r\n\r\n").await?;
        let mut answer = Vec::new();
        while !answer.ends_with(b"open") {
            if stream.read_buf(&mut answer).await? == 0 {
                break;
            }
        }
        Ok(String::from_utf8_lossy(&answer).into_owned())
    }

    #[tokio::test]
    async fn an_open_link_carries_both_ways() {
        let (_web, proxy) = shop().await;
        let mut stream = connect(&proxy).await;
        for _ in 0..2 {
            assert!(ask(&mut stream).await.unwrap().starts_with("HTTP/1.1 200"));
        }
        assert_eq!((proxy.taken(), proxy.open()), (1, 1));
    }

    #[tokio::test]
    async fn a_cut_resets_what_is_open_and_lets_newcomers_in() {
        let (_web, proxy) = shop().await;
        let mut stream = connect(&proxy).await;
        ask(&mut stream).await.unwrap();
        assert_eq!(proxy.cut(), 1);
        assert!(ask(&mut stream).await.map_or(true, |answer| answer.is_empty()));
        assert!(ask(&mut connect(&proxy).await).await.unwrap().ends_with("open"));
    }

    #[tokio::test]
    async fn nothing_moves_on_a_frozen_link_until_it_thaws() {
        let (web, proxy) = shop().await;
        proxy.set(Link::Frozen);
        let mut stream = connect(&proxy).await;
        let asking = tokio::spawn(async move { ask(&mut stream).await });
        while proxy.open() == 0 {
            tokio::task::yield_now().await;
        }
        assert_eq!(web.total("shop.localhost"), 0);
        proxy.set(Link::Open);
        let answer = tokio::time::timeout(SOON, asking).await.unwrap().unwrap().unwrap();
        assert!(answer.ends_with("open"), "{answer}");
    }

    #[tokio::test]
    async fn a_half_closed_connection_brings_nothing_more_but_still_takes() {
        let (_web, proxy) = shop().await;
        let mut stream = connect(&proxy).await;
        ask(&mut stream).await.unwrap();
        proxy.half_close();
        let mut rest = Vec::new();
        assert_eq!(stream.read_to_end(&mut rest).await.unwrap(), 0);
        stream.write_all(b"GET / HTTP/1.1\r\n").await.unwrap();
    }

    #[tokio::test]
    async fn newcomers_are_turned_away_while_those_inside_go_on() {
        let (_web, proxy) = shop().await;
        let mut inside = connect(&proxy).await;
        ask(&mut inside).await.unwrap();
        proxy.set(Link::Refusing);
        assert!(is_turned_away(&proxy).await);
        assert!(ask(&mut inside).await.unwrap().ends_with("open"));
    }

    #[tokio::test]
    async fn a_server_that_is_away_resets_the_client() {
        let (web, proxy) = shop().await;
        web.stop().await;
        assert!(is_turned_away(&proxy).await);
    }
}
