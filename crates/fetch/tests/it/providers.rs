//! Proxies and scraping APIs carry the requests they are configured for.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use fetch::{Config, HttpProxy, Provider, Routes, ScrapingApi, Secret, Socks5};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::site::*;

fn through(provider: Provider) -> Config {
    Config { routes: Routes::all(provider), ..config() }
}

fn auth() -> Option<(String, Secret)> {
    Some(("user".into(), Secret::new("pass")))
}

#[tokio::test]
async fn http_goes_through_an_http_proxy_in_absolute_form() {
    let proxy = Site::start(|seen| match seen.line.ends_with("/robots.txt") {
        true => not_found(),
        false => ok(format!("{} {}", seen.line, seen.header("proxy-authorization"))),
    })
    .await;
    let provider = Provider::Http(HttpProxy { address: proxy.address.to_string(), auth: auth() });
    let url = url::Url::parse("http://site.example/page?x").unwrap();
    let body = text(&with(through(provider)), url).await;
    assert_eq!(body, "GET http://site.example/page?x Basic dXNlcjpwYXNz");
}

#[tokio::test]
async fn a_proxy_that_refuses_the_tunnel_is_the_providers_error() {
    let proxy = Site::always(Reply::Keep(http("407 Proxy Authentication Required", &[], ""))).await;
    let provider = Provider::Http(HttpProxy { address: proxy.address.to_string(), auth: None });
    let url = url::Url::parse("https://site.example/").unwrap();
    let error = page(&with(through(provider)), url).await.unwrap_err();
    assert_eq!((error.code(), error.is_transient()), ("provider", false), "{error}");
    assert_eq!(proxy.lines(), ["CONNECT site.example:443"]);
    let url = url::Url::parse("http://site.example/").unwrap();
    let provider = Provider::Http(HttpProxy { address: proxy.address.to_string(), auth: None });
    let request = fetch::Request::page(url).ignoring_robots();
    assert_eq!(with(through(provider)).get(&request).await.unwrap_err().code(), "provider");
}

/// A SOCKS5 proxy that leads everywhere to one site, and notes what it was asked for.
async fn socks(to: SocketAddr, password: bool) -> (SocketAddr, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let asked: Arc<Mutex<Vec<String>>> = Arc::default();
    let notes = Arc::clone(&asked);
    tokio::spawn(async move {
        while let Ok((tcp, _)) = listener.accept().await {
            tokio::spawn(serve_socks(tcp, to, password, Arc::clone(&notes)));
        }
    });
    (address, asked)
}

#[expect(clippy::disallowed_methods, reason = "the proxy of a test")]
async fn serve_socks(
    mut tcp: TcpStream,
    to: SocketAddr,
    password: bool,
    notes: Arc<Mutex<Vec<String>>>,
) -> Option<()> {
    let read = async |tcp: &mut TcpStream, count: usize| {
        let mut bytes = vec![0; count];
        tcp.read_exact(&mut bytes).await.ok()?;
        Some(bytes)
    };
    let methods = read(&mut tcp, 2).await?;
    read(&mut tcp, methods[1].into()).await?;
    tcp.write_all(&[5, if password { 2 } else { 0 }]).await.ok()?;
    if password {
        let user = read(&mut tcp, 2).await?;
        let user = read(&mut tcp, user[1].into()).await?;
        let length = read(&mut tcp, 1).await?;
        let word = read(&mut tcp, length[0].into()).await?;
        notes.lock().unwrap().push(String::from_utf8([user, word].join(&b':')).unwrap());
        tcp.write_all(&[1, 0]).await.ok()?;
    }
    let ask = read(&mut tcp, 4).await?;
    let target = match ask[3] {
        1 => format!("{:?}", read(&mut tcp, 4).await?),
        _ => {
            let length = read(&mut tcp, 1).await?;
            String::from_utf8(read(&mut tcp, length[0].into()).await?).unwrap()
        }
    };
    read(&mut tcp, 2).await?;
    notes.lock().unwrap().push(target);
    tcp.write_all(&[5, 0, 0, 1, 0, 0, 0, 0, 0, 0]).await.ok()?;
    let mut site = TcpStream::connect(to).await.ok()?;
    tokio::io::copy_bidirectional(&mut tcp, &mut site).await.ok().map(drop)
}

#[tokio::test]
async fn socks5_carries_requests_by_address_or_by_name() {
    let site = Site::always(ok("through socks")).await;
    let url = url::Url::parse("http://site.example/").unwrap();
    let (address, asked) = socks(site.address, true).await;
    let by_address = Socks5 { address: address.to_string(), auth: auth(), remote_dns: false };
    assert_eq!(text(&with(through(Provider::Socks5(by_address))), url.clone()).await, "through socks");
    assert_eq!(*asked.lock().unwrap(), ["user:pass", "[127, 0, 0, 1]"]);
    let (address, asked) = socks(site.address, false).await;
    let by_name = Socks5 { address: address.to_string(), auth: None, remote_dns: true };
    assert_eq!(text(&with(through(Provider::Socks5(by_name))), url).await, "through socks");
    assert_eq!(*asked.lock().unwrap(), ["site.example"]);
}

#[tokio::test]
async fn a_scraping_api_fetches_for_credits_until_the_budget_is_spent() {
    let api = Site::start(|seen| ok(format!("fetched {}", seen.line))).await;
    let endpoint = format!("http://{}/v1?key={{key}}&url={{url}}", api.address);
    let provider = ScrapingApi::new("paid", &endpoint, Secret::new("k3y"), 5, Some(10)).unwrap();
    let site = Site::start(|_| not_found()).await;
    let routes = Routes { page: Provider::ScrapingApi(Arc::new(provider)), ..Routes::default() };
    let fetcher = with(Config { routes, ..config() });
    let body = text(&fetcher, site.url("/a")).await;
    assert!(body.starts_with("fetched GET /v1?key=k3y&url=http%3A%2F%2F127.0.0.1"), "{body}");
    assert_eq!(failure(&fetcher, site.url("/b")).await, "ok");
    assert_eq!(failure(&fetcher, site.url("/c")).await, "budget_spent");
    let credits = fetcher.credits();
    assert_eq!((credits.len(), credits[0].spent, credits[0].provider.as_str()), (1, 10, "paid"));
    assert_eq!(site.lines(), ["GET /robots.txt"], "robots.txt was asked for directly, the pages were not");
    assert!(!format!("{fetcher:?}").contains("k3y"));
}

#[tokio::test]
async fn an_api_that_cannot_be_reached_costs_nothing() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}/?url={{url}}", listener.local_addr().unwrap());
    drop(listener);
    let provider = ScrapingApi::new("down", &endpoint, Secret::new(""), 5, None).unwrap();
    let fetcher = with(through(Provider::ScrapingApi(Arc::new(provider))));
    let url = url::Url::parse("http://site.example/").unwrap();
    let error = fetcher.get(&fetch::Request::page(url).ignoring_robots()).await.unwrap_err();
    assert_eq!((error.code(), error.is_transient()), ("provider", true), "{error}");
    assert_eq!(fetcher.credits()[0].spent, 0);
}
