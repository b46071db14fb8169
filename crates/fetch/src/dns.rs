//! Turns names into addresses; what the addresses may be is the guard's to judge.
//!
//! hickory-resolver, not the system's `getaddrinfo`: it is asynchronous (a thousand slow names cost no thousand threads),
//! can be cut off by a time-out, and caches by TTL. Where the system's resolver configuration cannot be read,
//! `getaddrinfo` on the blocking pool is the fallback.

use std::collections::HashMap;
use std::fmt;
use std::future::Future;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::pin::Pin;
use std::sync::{Arc, OnceLock};

use hickory_resolver::TokioResolver;
use hickory_resolver::config::LookupIpStrategy;
use hickory_resolver::net::{DnsError, NetError};
use hickory_resolver::proto::op::ResponseCode;

/// A boxed future, for traits that are used as objects.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Answers kept by the resolver's own cache.
const CACHED_ANSWERS: u64 = 16_384;

/// Where names are turned into addresses: a seam for tests and for other resolvers.
pub trait Resolve: Send + Sync + fmt::Debug {
    /// The addresses of `host`, a name in lower-case ASCII without a final dot.
    fn resolve<'a>(&'a self, host: &'a str) -> BoxFuture<'a, Result<Vec<IpAddr>, ResolveError>>;
}

/// Why a name has no addresses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResolveError {
    /// True if the name does not exist or has no address; false if the resolver gave no answer.
    pub missing: bool,
    /// The resolver's words.
    pub detail: String,
}

/// The names that need no DNS, in front of a resolver that asks it.
#[derive(Debug)]
pub(crate) struct Names {
    overrides: HashMap<String, Vec<IpAddr>>,
    resolver: Arc<dyn Resolve>,
}

impl Names {
    pub(crate) fn new(overrides: &[(String, Vec<IpAddr>)], resolver: Arc<dyn Resolve>) -> Self {
        let overrides =
            overrides.iter().map(|(name, addresses)| (canonical(name), addresses.clone())).collect();
        Self { overrides, resolver }
    }

    /// The addresses of a host as a URL names it: a literal, an overridden name, `localhost`, or what DNS says.
    pub(crate) async fn addresses(&self, host: &str) -> Result<Vec<IpAddr>, ResolveError> {
        let host = canonical(host.trim_start_matches('[').trim_end_matches(']'));
        if let Some(addresses) = self.overrides.get(&host) {
            return Ok(addresses.clone());
        }
        if let Ok(address) = host.parse::<IpAddr>() {
            return Ok(vec![address]);
        }
        if is_localhost(&host) {
            return Ok(vec![Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()]);
        }
        let addresses = self.resolver.resolve(&host).await?;
        if addresses.is_empty() {
            return Err(ResolveError { missing: true, detail: "the name has no address".into() });
        }
        Ok(addresses)
    }
}

/// Names that mean this machine whatever DNS says (RFC 6761 section 6.3).
pub(crate) fn is_localhost(host: &str) -> bool {
    host == "localhost" || host.ends_with(".localhost")
}

/// Lower-case, without the final dot of a fully qualified name.
pub(crate) fn canonical(host: &str) -> String {
    let host = host.strip_suffix('.').unwrap_or(host);
    host.to_ascii_lowercase()
}

/// The resolver the system is configured for. Its configuration is read at the first use.
#[derive(Debug, Default)]
pub struct SystemResolver {
    dns: OnceLock<Option<TokioResolver>>,
}

impl Resolve for SystemResolver {
    fn resolve<'a>(&'a self, host: &'a str) -> BoxFuture<'a, Result<Vec<IpAddr>, ResolveError>> {
        Box::pin(async move {
            match self.dns.get_or_init(open_dns) {
                Some(dns) => ask_dns(dns, host).await,
                None => ask_system(host).await,
            }
        })
    }
}

fn open_dns() -> Option<TokioResolver> {
    let mut builder = TokioResolver::builder_tokio()
        .inspect_err(|error| tracing::info!(%error, "no resolver configuration; using getaddrinfo"))
        .ok()?;
    let options = builder.options_mut();
    options.cache_size = CACHED_ANSWERS;
    options.ip_strategy = LookupIpStrategy::Ipv4AndIpv6;
    builder.build().ok()
}

async fn ask_dns(dns: &TokioResolver, host: &str) -> Result<Vec<IpAddr>, ResolveError> {
    // The final dot keeps the system's search domains out: `intranet` must not become `intranet.corp.example`.
    match dns.lookup_ip(format!("{host}.")).await {
        Ok(found) => Ok(found.iter().collect()),
        Err(error) => Err(explained(&error)),
    }
}

/// A server that refuses or fails is told from a name that does not exist: only the former is worth another try.
fn explained(error: &NetError) -> ResolveError {
    let code = match error {
        NetError::Dns(DnsError::NoRecordsFound(none)) => Some(none.response_code),
        _ => None,
    };
    let (missing, detail) = match code {
        Some(ResponseCode::NXDomain) => (true, "the name does not exist".to_owned()),
        Some(ResponseCode::NoError) => (true, "the name has no address".to_owned()),
        Some(code) => (false, format!("the name server answered {code}")),
        None => (false, error.to_string()),
    };
    ResolveError { missing, detail }
}

#[expect(
    clippy::disallowed_methods,
    reason = "fetch is where names are resolved; the guard judges the answer"
)]
async fn ask_system(host: &str) -> Result<Vec<IpAddr>, ResolveError> {
    match tokio::net::lookup_host((host, 0)).await {
        Ok(found) => Ok(found.map(|address| address.ip()).collect()),
        Err(error) => Err(ResolveError { missing: false, detail: error.to_string() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug)]
    struct NoDns;

    impl Resolve for NoDns {
        fn resolve<'a>(&'a self, _: &'a str) -> BoxFuture<'a, Result<Vec<IpAddr>, ResolveError>> {
            Box::pin(async { Err(ResolveError { missing: true, detail: "asked DNS".into() }) })
        }
    }

    async fn addresses(host: &str) -> Result<Vec<IpAddr>, ResolveError> {
        let overrides = [("Shop.Example.".to_owned(), vec![IpAddr::from([192, 0, 2, 1])])];
        Names::new(&overrides, Arc::new(NoDns)).addresses(host).await
    }

    #[tokio::test]
    async fn localhost_names_never_reach_dns() {
        for host in ["localhost", "LOCALHOST.", "a.b.localhost"] {
            assert_eq!(addresses(host).await.unwrap().len(), 2, "{host}");
        }
        assert!(addresses("notlocalhost").await.is_err());
    }

    #[tokio::test]
    async fn overrides_and_literals_never_reach_dns() {
        assert_eq!(addresses("shop.example").await.unwrap(), [IpAddr::from([192, 0, 2, 1])]);
        assert_eq!(addresses("[::1]").await.unwrap(), [IpAddr::from(Ipv6Addr::LOCALHOST)]);
    }
}
