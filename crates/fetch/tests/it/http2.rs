//! A hostile HTTP/2 server, spoken byte by byte: streams reset, connections sent away, heads without end.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use fetch::{Config, Fetcher, Request};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use url::Url;

use crate::site::{config, text, with};
use crate::tls;

const DATA: u8 = 0;
const HEADERS: u8 = 1;
const RST_STREAM: u8 = 3;
const SETTINGS: u8 = 4;
const PING: u8 = 6;
const GOAWAY: u8 = 7;
const CONTINUATION: u8 = 9;
const END_STREAM: u8 = 1;
const END_HEADERS: u8 = 4;
/// `:status: 200` of the static table (RFC 7541, appendix A).
const STATUS_200: u8 = 0x88;

/// One frame (RFC 9113 section 4.1).
fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    [&length[1..], &[kind, flags], &stream.to_be_bytes(), payload].concat()
}

/// What the server sends in answer to the first request of a connection; the second part again and again.
type Attack = (Vec<u8>, Vec<u8>);

/// A server that greets in HTTP/2 and attacks with the request; a fetcher that trusts it, its address, its connections.
async fn attacked(attack: Attack, headers: Duration) -> (Fetcher, Url, Arc<AtomicUsize>) {
    let (acceptor, certificate) = tls::acceptor(&["secure.example"]);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let connections = Arc::new(AtomicUsize::new(0));
    tokio::spawn({
        let connections = Arc::clone(&connections);
        async move {
            while let Ok((tcp, _)) = listener.accept().await {
                connections.fetch_add(1, Ordering::SeqCst);
                let (acceptor, (once, again)) = (acceptor.clone(), attack.clone());
                tokio::spawn(async move {
                    let mut tls = acceptor.accept(tcp).await.ok()?;
                    tls.write_all(&frame(SETTINGS, 0, 0, &[])).await.ok()?;
                    read_request(&mut tls).await?;
                    tls.write_all(&once).await.ok()?;
                    while !again.is_empty() {
                        tls.write_all(&again).await.ok()?;
                    }
                    std::future::pending::<Option<()>>().await
                });
            }
        }
    });
    let mut config = Config { extra_roots: vec![certificate], ..config() };
    config.timeouts.headers = headers;
    let url = Url::parse(&format!("https://secure.example:{port}/")).unwrap();
    (with(config), url, connections)
}

/// Reads up to the first request.
async fn read_request(tls: &mut (impl AsyncReadExt + Unpin)) -> Option<()> {
    tls.read_exact(&mut [0; 24]).await.ok()?;
    loop {
        let mut head = [0; 9];
        tls.read_exact(&mut head).await.ok()?;
        let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
        tls.read_exact(&mut vec![0; length as usize]).await.ok()?;
        if head[3] == HEADERS {
            return Some(());
        }
    }
}

async fn ask(fetcher: &Fetcher, url: Url) -> Result<bytes::Bytes, fetch::Error> {
    fetcher.get(&Request::page(url).ignoring_robots()).await?.body.bytes().await
}

async fn check(what: &str, attack: Attack, want: &[&str]) -> usize {
    // What only a time-out can end is waited for briefly; what must end by itself has all the time.
    let headers =
        if want.contains(&"timeout") { Duration::from_millis(500) } else { Duration::from_secs(30) };
    let (fetcher, url, connections) = attacked(attack, headers).await;
    let ended = match ask(&fetcher, url).await {
        Ok(_) => "ok",
        Err(error) => error.code(),
    };
    assert!(want.contains(&ended), "{what}: {ended}");
    connections.load(Ordering::SeqCst)
}

#[tokio::test]
async fn an_honest_answer_is_read() {
    let answer =
        [frame(HEADERS, END_HEADERS, 1, &[STATUS_200]), frame(DATA, END_STREAM, 1, b"fine")].concat();
    let (fetcher, url, _) = attacked((answer, vec![]), Duration::from_secs(30)).await;
    assert_eq!(ask(&fetcher, url).await.unwrap(), "fine");
}

#[tokio::test]
async fn reset_streams_and_sent_away_connections_end_the_fetch() {
    let reset = |code: u32| frame(RST_STREAM, 0, 1, &code.to_be_bytes());
    let away = |last: u32, code: u32| frame(GOAWAY, 0, 0, &[last.to_be_bytes(), code.to_be_bytes()].concat());
    for code in [0, 1, 2, 7, 8, 11] {
        let connections = check("reset", (reset(code), vec![]), &["protocol"]).await;
        assert!(connections <= 2, "{connections} connections for a stream that is reset with {code}");
        let connections = check("sent away", (away(0, code), vec![]), &["protocol", "timeout"]).await;
        assert!(connections <= 2, "{connections} connections for one that is sent away with {code}");
    }
    let begun = frame(HEADERS, END_HEADERS, 1, &[STATUS_200]);
    check("reset in the body", ([begun, reset(8)].concat(), vec![]), &["protocol"]).await;
}

#[tokio::test]
async fn floods_of_frames_end_too() {
    let endless_head = frame(CONTINUATION, 0, 1, &[0; 1_000]);
    check(
        "a head without end",
        (frame(HEADERS, 0, 1, &[STATUS_200]), endless_head),
        &["protocol", "too_large"],
    )
    .await;
    check("pings", (vec![], frame(PING, 0, 0, &[0; 8]).repeat(100)), &["protocol", "timeout"]).await;
    check("settings", (vec![], frame(SETTINGS, 0, 0, &[]).repeat(100)), &["protocol", "timeout"]).await;
    check("a frame too large", (frame(DATA, 0, 1, &vec![0; 100_000]), vec![]), &["protocol"]).await;
    check("garbage", (b"HTTP/1.1 200 OK\r\n\r\n".repeat(10), vec![]), &["protocol", "timeout"]).await;
    let empty = frame(DATA, 0, 1, &[]).repeat(100);
    let begun = frame(HEADERS, END_HEADERS, 1, &[STATUS_200]);
    check("empty data", (begun, empty), &["protocol", "timeout", "too_large"]).await;
}

#[tokio::test]
async fn a_connection_for_one_name_is_not_used_for_another() {
    let (address, certificate) = tls::serve_names(&["one.example", "two.example"]).await;
    let fetcher = with(Config { extra_roots: vec![certificate], ..config() });
    let ports: Vec<String> = [
        text(&fetcher, url(address.port(), "one.example")).await,
        text(&fetcher, url(address.port(), "two.example")).await,
        text(&fetcher, url(address.port(), "one.example")).await,
    ]
    .to_vec();
    assert_ne!(ports[0], ports[1], "each name has a connection of its own");
    assert_eq!(ports[0], ports[2], "which is used again");
}

fn url(port: u16, name: &str) -> Url {
    Url::parse(&format!("https://{name}:{port}/peer")).unwrap()
}
