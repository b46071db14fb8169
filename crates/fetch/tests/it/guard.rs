//! Nothing that is not public is connected to, whatever names, redirects and changing answers say.

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use clock::SystemClock;
use fetch::pace::MemoryGate;
use fetch::{
    BoxFuture, Config, Error, Fetcher, HttpProxy, Provider, Refusal, Request, Resolve, ResolveError, Routes,
};
use fetch::{Secret, Socks5};
use url::Url;

use crate::site::{Reply, Site, fetcher, http, not_found, ok, page};

/// Answers with one list after the other, the last for ever.
#[derive(Debug)]
struct Changing {
    answers: Vec<Vec<IpAddr>>,
    asked: AtomicUsize,
}

impl Resolve for Changing {
    fn resolve<'a>(&'a self, _: &'a str) -> BoxFuture<'a, Result<Vec<IpAddr>, ResolveError>> {
        let at = self.asked.fetch_add(1, Ordering::SeqCst).min(self.answers.len() - 1);
        let answer = self.answers[at].clone();
        Box::pin(async move { Ok(answer) })
    }
}

fn guarded(mut config: Config, answers: &[&[&str]]) -> Fetcher {
    config.pace.min_delay = std::time::Duration::ZERO;
    let answers =
        answers.iter().map(|list| list.iter().map(|text| text.parse().unwrap()).collect()).collect();
    let clock = SystemClock::shared();
    let gate = Arc::new(MemoryGate::new(config.pace, Arc::clone(&clock)));
    let resolver = Changing { answers, asked: AtomicUsize::new(0) };
    Fetcher::with_parts(config, clock, Arc::new(resolver), gate).unwrap()
}

async fn refusal(fetcher: &Fetcher, url: &str) -> Option<Refusal> {
    let request = Request::page(Url::parse(url).unwrap()).ignoring_robots();
    match fetcher.get(&request).await {
        Err(Error::Refused { reason, .. }) => Some(reason),
        _ => None,
    }
}

#[tokio::test]
async fn a_public_name_with_a_private_address_is_refused() {
    let site = Site::always(ok("secret")).await;
    for private in
        ["127.0.0.1", "10.0.0.1", "169.254.169.254", "::1", "::ffff:127.0.0.1", "fd00::1", "0.0.0.0"]
    {
        let fetcher = guarded(Config::default(), &[&[private]]);
        let url = format!("http://innocent.example:{}/", site.address.port());
        assert!(matches!(refusal(&fetcher, &url).await, Some(Refusal::Address(_))), "{private}");
    }
    assert!(site.lines().is_empty(), "nothing was sent");
}

#[tokio::test]
async fn a_name_that_changes_its_answer_gains_nothing() {
    let site = Site::always(ok("secret")).await;
    // The first answer is public (nobody listens there), the second is loopback: every answer is judged.
    let mut config = Config::default();
    config.timeouts.connect = std::time::Duration::from_millis(1);
    let fetcher = guarded(config, &[&["192.0.1.1"], &["127.0.0.1"]]);
    let url = format!("http://rebinding.example:{}/", site.address.port());
    let request = Request::page(Url::parse(&url).unwrap()).ignoring_robots();
    let first = fetcher.get(&request).await.unwrap_err();
    assert!(!matches!(first, Error::Refused { .. }), "{first:?}");
    assert!(matches!(refusal(&fetcher, &url).await, Some(Refusal::Address(_))));
    assert!(site.lines().is_empty());
}

#[tokio::test]
async fn bad_addresses_among_good_ones_are_not_connected_to() {
    let site = Site::always(ok("secret")).await;
    let mut config = Config::default();
    config.timeouts.connect = std::time::Duration::from_millis(1);
    let fetcher = guarded(config, &[&["127.0.0.1", "192.0.1.1"]]);
    let request = Request::page(site.named("mixed.example", "/")).ignoring_robots();
    assert!(fetcher.get(&request).await.is_err());
    assert!(site.lines().is_empty());
}

#[tokio::test]
async fn a_host_override_is_judged_too() {
    let overrides = vec![("pinned.example".to_owned(), vec![IpAddr::from([127, 0, 0, 1])])];
    let fetcher = guarded(Config { host_overrides: overrides, ..Config::default() }, &[&["1.1.1.1"]]);
    assert!(matches!(refusal(&fetcher, "http://pinned.example/").await, Some(Refusal::Address(_))));
}

#[tokio::test]
async fn redirects_are_judged_hop_by_hop() {
    for target in ["file:///etc/passwd", "ftp://a.example/", "gopher://127.0.0.1:70/", "http://127.0.0.1:22/"]
    {
        let target = target.to_owned();
        let site = Site::always(Reply::Keep(http("302 Found", &[&format!("Location: {target}")], ""))).await;
        let error = page(&fetcher(), site.url("/")).await.unwrap_err();
        assert_eq!(error.code(), "refused", "{target}");
    }
}

/// A fetcher behind a proxy that would connect anywhere; sites are guarded, the proxy on loopback is trusted.
async fn behind(provider: impl Fn(String) -> Provider, answers: &[&[&str]]) -> (Fetcher, Site) {
    let proxy = Site::start(|_| not_found()).await;
    let routes = Routes::all(provider(proxy.address.to_string()));
    (guarded(Config { routes, ..Config::default() }, answers), proxy)
}

#[tokio::test]
async fn proxies_are_not_asked_for_private_targets() {
    let http = |address| Provider::Http(HttpProxy { address, auth: None });
    let socks = |address| Provider::Socks5(Socks5 { address, auth: None, remote_dns: false });
    let api = |address| {
        let endpoint = format!("http://{address}/?key={{key}}&url={{url}}");
        Provider::ScrapingApi(Arc::new(
            fetch::ScrapingApi::new("api", &endpoint, Secret::new("k"), 1, None).unwrap(),
        ))
    };
    let (fetcher, proxy) = behind(http, &[&["10.0.0.1"]]).await;
    for url in [
        "http://127.0.0.1/",
        "https://[::1]/",
        "http://2130706433/",
        "http://localhost/",
        "http://inner.example/",
    ] {
        assert!(refusal(&fetcher, url).await.is_some(), "{url}");
    }
    assert!(proxy.lines().is_empty());
    let (fetcher, proxy) = behind(socks, &[&["10.0.0.1"]]).await;
    assert!(refusal(&fetcher, "http://inner.example/").await.is_some());
    assert!(proxy.lines().is_empty());
    let (fetcher, proxy) = behind(api, &[&["1.1.1.1"]]).await;
    assert!(refusal(&fetcher, "http://169.254.169.254/latest/").await.is_some());
    assert!(proxy.lines().is_empty());
    assert_eq!(fetcher.credits()[0].spent, 0);
}
