//! Opens connections: resolve, judge, connect, judge the peer, tunnel, TLS; each phase with its own time-out and error.

use std::future::Future;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use http::Uri;
use hyper_util::rt::TokioIo;
use rustls::pki_types::ServerName;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use crate::config::Timeouts;
use crate::dns::{BoxFuture, Names};
use crate::error::{Error, Phase, Refusal};
use crate::guard::Guard;
use crate::provider::{HttpProxy, Provider, Socks5};
use crate::stream::Stream;
use crate::tunnel::{self, Target, TunnelError};

/// Addresses of one name that are tried.
const MAX_ADDRESSES: usize = 8;
/// How long one address is waited for before the next is tried beside it (RFC 8305 section 5).
const NEXT_ADDRESS_AFTER: Duration = Duration::from_millis(250);

/// Makes the connections of one route.
#[derive(Clone)]
pub(crate) struct Connector {
    inner: Arc<Inner>,
}

struct Inner {
    route: Provider,
    guard: Guard,
    names: Arc<Names>,
    tls: TlsConnector,
    timeouts: Timeouts,
}

impl Connector {
    pub(crate) fn new(
        route: Provider,
        guard: Guard,
        names: Arc<Names>,
        tls: TlsConnector,
        timeouts: Timeouts,
    ) -> Self {
        Self { inner: Arc::new(Inner { route, guard, names, tls, timeouts }) }
    }
}

impl tower_service::Service<Uri> for Connector {
    type Response = TokioIo<Stream>;
    type Error = Error;
    type Future = BoxFuture<'static, Result<Self::Response, Error>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let inner = Arc::clone(&self.inner);
        Box::pin(async move { inner.connect(&uri).await.map(TokioIo::new) })
    }
}

/// Whether addresses are judged: those of sites are, those of the operator's own proxies and APIs are not.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Trust {
    Site,
    Operator,
}

impl Inner {
    async fn connect(&self, uri: &Uri) -> Result<Stream, Error> {
        let secure = uri.scheme_str() == Some("https");
        let host = uri.host().unwrap_or_default();
        let port = uri.port_u16().unwrap_or(if secure { 443 } else { 80 });
        let tcp = match &self.route {
            Provider::Direct => self.open(host, port, Trust::Site).await?,
            Provider::ScrapingApi(_) => self.open(host, port, Trust::Operator).await?,
            Provider::Http(proxy) => {
                let tcp = self.through_http(proxy, host, port, secure).await?;
                if !secure {
                    return Ok(Stream::Plain { tcp, to_proxy: true });
                }
                tcp
            }
            Provider::Socks5(proxy) => self.through_socks(proxy, host, port).await?,
        };
        if secure { self.secure(tcp, host).await } else { Ok(Stream::Plain { tcp, to_proxy: false }) }
    }

    /// Resolves, judges, connects, and judges whom the socket is really connected to.
    async fn open(&self, host: &str, port: u16, trust: Trust) -> Result<TcpStream, Error> {
        let addresses = self.resolve(host, trust).await?;
        let racing = race(&addresses, port);
        let opened = timed(self.timeouts.connect, host, Phase::Connect, racing).await?;
        let unreachable = |error: std::io::Error| Error::Connect {
            host: format!("{host}:{port}"),
            detail: error.to_string(),
        };
        let tcp = opened.map_err(unreachable)?;
        let peer = tcp.peer_addr().map_err(unreachable)?;
        if trust == Trust::Site {
            self.guard.check_address(peer.ip()).map_err(|reason| refused(host, reason))?;
        }
        let _ = tcp.set_nodelay(true);
        Ok(tcp)
    }

    /// The addresses of `host` that may be connected to. A name with good and bad addresses keeps the good ones:
    /// misconfigured sites do that, and nobody is connected to a bad one.
    async fn resolve(&self, host: &str, trust: Trust) -> Result<Vec<IpAddr>, Error> {
        let resolving = self.names.addresses(host);
        let resolved = timed(self.timeouts.dns, host, Phase::Dns, resolving).await?;
        let mut addresses = resolved.map_err(|error| Error::Dns {
            host: host.to_owned(),
            missing: error.missing,
            detail: error.detail,
        })?;
        if trust == Trust::Site {
            let mut refusal = None;
            addresses.retain(|address| {
                self.guard.check_address(*address).map_err(|reason| refusal = Some(reason)).is_ok()
            });
            if let (true, Some(reason)) = (addresses.is_empty(), refusal) {
                return Err(refused(host, reason));
            }
        }
        Ok(addresses)
    }

    async fn through_http(
        &self,
        proxy: &HttpProxy,
        host: &str,
        port: u16,
        secure: bool,
    ) -> Result<TcpStream, Error> {
        // The proxy resolves the name again; what can be known here is judged all the same.
        if let Err(refusal @ Error::Refused { .. }) = self.resolve(host, Trust::Site).await {
            return Err(refusal);
        }
        let mut tcp = self.open_proxy("http", &proxy.address).await?;
        if secure {
            let authority = format!("{host}:{port}");
            let asking = tunnel::connect(&mut tcp, &authority, &proxy.auth);
            let asked = timed(self.timeouts.tunnel, host, Phase::Tunnel, asking).await?;
            asked.map_err(|error| tunnel_failed("http", &error))?;
        }
        Ok(tcp)
    }

    async fn through_socks(&self, proxy: &Socks5, host: &str, port: u16) -> Result<TcpStream, Error> {
        let literal = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>().ok();
        let target = match literal {
            Some(address) => Target::Address(address),
            None if proxy.remote_dns => Target::Name(host),
            None => {
                let addresses = self.resolve(host, Trust::Site).await?;
                addresses.first().map_or(Target::Name(host), |address| Target::Address(*address))
            }
        };
        if let Target::Address(address) = target {
            self.guard.check_address(address).map_err(|reason| refused(host, reason))?;
        }
        let mut tcp = self.open_proxy("socks5", &proxy.address).await?;
        let asking = tunnel::socks5(&mut tcp, target, port, &proxy.auth);
        let asked = timed(self.timeouts.tunnel, host, Phase::Tunnel, asking).await?;
        asked.map_err(|error| tunnel_failed("socks5", &error))?;
        Ok(tcp)
    }

    async fn open_proxy(&self, provider: &'static str, address: &str) -> Result<TcpStream, Error> {
        let (host, port) = split_authority(address)?;
        self.open(host, port, Trust::Operator).await.map_err(|error| Error::Provider {
            provider,
            transient: true,
            detail: error.to_string(),
        })
    }

    async fn secure(&self, tcp: TcpStream, host: &str) -> Result<Stream, Error> {
        let failed = |detail: String| Error::Tls { host: host.to_owned(), detail };
        let name = host.trim_start_matches('[').trim_end_matches(']').trim_end_matches('.');
        let name = ServerName::try_from(name.to_owned()).map_err(|error| failed(error.to_string()))?;
        let greeting = self.tls.connect(name, tcp);
        let greeted = timed(self.timeouts.tls, host, Phase::Tls, greeting).await?;
        greeted.map(|tls| Stream::Tls(Box::new(tls))).map_err(|error| failed(error.to_string()))
    }
}

/// `host:port` of a proxy in the configuration.
pub(crate) fn split_authority(address: &str) -> Result<(&str, u16), Error> {
    let split = address.rsplit_once(':').and_then(|(host, port)| Some((host, port.parse().ok()?)));
    split.filter(|(host, _)| !host.is_empty() && !host.contains(['@', '/'])).ok_or_else(|| Error::Config {
        // Not the address itself: someone may have put a password into it.
        detail: "a proxy's address must be host:port".into(),
    })
}

async fn timed<T>(
    limit: Duration,
    host: &str,
    phase: Phase,
    work: impl Future<Output = T>,
) -> Result<T, Error> {
    let work = tokio::time::timeout(limit, work).await;
    work.map_err(|_| Error::Timeout { host: host.to_owned(), phase })
}

/// Tries the addresses one after the other, the next as soon as one fails or is slow; the first connection wins.
async fn race(addresses: &[IpAddr], port: u16) -> std::io::Result<TcpStream> {
    let mut waiting = alternate(addresses).into_iter().take(MAX_ADDRESSES);
    let mut trying = FuturesUnordered::new();
    let mut failure = std::io::Error::new(std::io::ErrorKind::AddrNotAvailable, "no address");
    loop {
        let more = waiting.next().map(|address| trying.push(dial(SocketAddr::new(address, port)))).is_some();
        tokio::select! {
            biased;
            done = trying.next() => match done {
                Some(Ok(tcp)) => return Ok(tcp),
                Some(Err(error)) => failure = error,
                None => return Err(failure),
            },
            () = tokio::time::sleep(NEXT_ADDRESS_AFTER), if more => {}
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the one place where outbound sockets are opened, between the guard's checks"
)]
fn dial(address: SocketAddr) -> Pin<Box<dyn Future<Output = std::io::Result<TcpStream>> + Send>> {
    Box::pin(TcpStream::connect(address))
}

/// IPv4 and IPv6 by turns, so that a broken one of them costs one step.
fn alternate(addresses: &[IpAddr]) -> Vec<IpAddr> {
    let (v4, v6): (Vec<IpAddr>, Vec<IpAddr>) = addresses.iter().partition(|address| address.is_ipv4());
    let longest = v4.len().max(v6.len());
    (0..longest).flat_map(|index| [v4.get(index), v6.get(index)]).flatten().copied().collect()
}

fn refused(host: &str, reason: Refusal) -> Error {
    Error::Refused { url: host.to_owned(), reason }
}

fn tunnel_failed(provider: &'static str, error: &TunnelError) -> Error {
    Error::Provider { provider, transient: !error.is_refusal(), detail: error.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn address_families_take_turns() {
        let addresses: Vec<IpAddr> =
            ["1.1.1.1", "1.1.1.2", "1.1.1.3", "2000::1"].iter().map(|text| text.parse().unwrap()).collect();
        let order: Vec<String> = alternate(&addresses).iter().map(ToString::to_string).collect();
        assert_eq!(order, ["1.1.1.1", "2000::1", "1.1.1.2", "1.1.1.3"]);
    }

    #[test]
    fn a_proxy_address_needs_host_and_port() {
        assert_eq!(split_authority("proxy.example:3128").unwrap(), ("proxy.example", 3128));
        assert_eq!(split_authority("[::1]:1080").unwrap(), ("[::1]", 1080));
        for bad in ["proxy.example", ":80", "proxy:x", "http://proxy:80", "user:password@proxy:80"] {
            assert!(split_authority(bad).is_err(), "{bad}");
        }
    }
}
