//! Everything a server can make too long, too slow or too short has its limit.

use std::time::Duration;

use fetch::{Error, Phase, Request};

use crate::site::*;

#[tokio::test]
async fn a_body_longer_than_allowed_is_refused() {
    let site = Site::always(ok(vec![b'x'; 5_000])).await;
    let fetcher = fetcher();
    let get = async |limit| {
        let response = fetcher.get(&Request::page(site.url("/")).with_max_body_bytes(limit)).await.unwrap();
        response.body.bytes().await.map(|bytes| bytes.len())
    };
    assert_eq!(get(5_000).await.unwrap(), 5_000);
    assert_eq!(get(4_999).await.unwrap_err().code(), "too_large");
}

#[tokio::test]
async fn an_endless_body_is_cut_off() {
    let head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec();
    let site = Site::always(Reply::Endless(head, b"4\r\nabcd\r\n".repeat(1_000))).await;
    let request = Request::page(site.url("/")).with_max_body_bytes(100_000);
    let response = fetcher().get(&request).await.unwrap();
    assert_eq!(response.body.bytes().await.unwrap_err().code(), "too_large");
}

#[tokio::test]
async fn an_endless_head_is_cut_off() {
    let site = Site::always(Reply::Endless(b"HTTP/1.1 200 OK\r\n".to_vec(), b"X-Y: 1\r\n".repeat(100))).await;
    assert_eq!(failure(&fetcher(), site.url("/")).await, "too_large");
    let site = Site::always(Reply::Endless(b"HTTP/1.1 200 OK\r\nX-Y: ".to_vec(), vec![b'y'; 1_000])).await;
    assert_eq!(failure(&fetcher(), site.url("/")).await, "too_large");
}

#[tokio::test]
async fn many_headers_are_fine_up_to_the_limit() {
    let many: Vec<String> = (0..100).map(|number| format!("X-{number}: y")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let site = Site::always(Reply::Keep(http("200 OK", &many, "x"))).await;
    assert_eq!(failure(&fetcher(), site.url("/")).await, "ok");
}

#[tokio::test]
async fn a_body_shorter_than_declared_is_an_error() {
    let short = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort".to_vec();
    let site = Site::always(Reply::Close(short)).await;
    let response = page(&fetcher(), site.url("/")).await.unwrap();
    let error = response.body.bytes().await.unwrap_err();
    assert!(matches!(error, Error::Protocol { cut: true, .. }) && error.is_transient(), "{error:?}");
}

#[tokio::test]
async fn what_is_not_http_is_a_protocol_error() {
    let site = Site::always(Reply::Close(b"SSH-2.0-OpenSSH_9.2\r\n".to_vec())).await;
    let error = page(&fetcher(), site.url("/")).await.unwrap_err();
    assert!(matches!(error, Error::Protocol { cut: false, .. }) && !error.is_transient(), "{error:?}");
    let site = Site::always(Reply::Close(vec![])).await;
    let error = page(&fetcher(), site.url("/")).await.unwrap_err();
    assert!(matches!(error, Error::Protocol { cut: true, .. }), "{error:?}");
}

#[tokio::test]
async fn servers_of_old_are_understood() {
    let check = async |raw: &str, want: &str| {
        let site = Site::always(Reply::Close(raw.as_bytes().to_vec())).await;
        assert_eq!(text(&fetcher(), site.url("/")).await, want, "{raw}");
    };
    check("HTTP/1.0 200 OK\r\n\r\nuntil the end", "until the end").await;
    check("HTTP/1.1 200\r\nContent-Length: 2\r\n\r\nok", "ok").await;
    check("HTTP/1.1 200 OK\r\nBad Header Line\r\nContent-Length: 2\r\n\r\nok", "ok").await;
}

#[tokio::test]
async fn a_name_that_does_not_exist_and_a_port_nobody_listens_on_are_told_apart() {
    let fetcher = fetcher();
    let missing = page(&fetcher, url::Url::parse("http://nobody.missing/").unwrap()).await.unwrap_err();
    assert!(matches!(missing, Error::Dns { missing: true, .. }) && !missing.is_transient(), "{missing:?}");
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let closed = page(&fetcher, url::Url::parse(&format!("http://{address}/")).unwrap()).await.unwrap_err();
    assert!(matches!(closed, Error::Connect { .. }) && closed.is_transient(), "{closed:?}");
}

/// Gets a page of a site while the paused clock is moved on by `each` until the get ends.
async fn slow_failure(reply: Reply, each: Duration) -> (Error, Duration) {
    let clock = PausedClock::start();
    let _still = stand_still();
    let site = Site::always(reply).await;
    let fetcher = with_clock(config(), std::sync::Arc::clone(&clock));
    let work = tokio::spawn(async move {
        let response = fetcher.get(&Request::page(site.url("/")).ignoring_robots()).await?;
        response.body.bytes().await
    });
    while !work.is_finished() {
        settle().await;
        tokio::time::advance(each).await;
    }
    (work.await.unwrap().unwrap_err(), clock.elapsed())
}

#[tokio::test]
async fn headers_that_do_not_come_time_out() {
    let (error, after) =
        slow_failure(Reply::Hang(b"HTTP/1.1 200 OK\r\n".to_vec()), Duration::from_secs(5)).await;
    assert!(matches!(error, Error::Timeout { phase: Phase::Headers, .. }), "{error:?}");
    assert!((30..=45).contains(&after.as_secs()), "{after:?}");
}

#[tokio::test]
async fn a_body_that_stops_times_out() {
    let half = b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf".to_vec();
    let (error, after) = slow_failure(Reply::Hang(half), Duration::from_secs(5)).await;
    assert!(matches!(error, Error::Timeout { phase: Phase::Idle, .. }), "{error:?}");
    assert!((15..=30).contains(&after.as_secs()), "{after:?}");
}

#[tokio::test]
async fn a_body_that_trickles_for_ever_times_out() {
    let clock = PausedClock::start();
    let _still = stand_still();
    let (send, mut receive) = tokio::sync::mpsc::channel::<()>(1);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        use tokio::io::AsyncWriteExt;
        let (mut tcp, _) = listener.accept().await.unwrap();
        tcp.set_nodelay(true).unwrap();
        tcp.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.unwrap();
        while receive.recv().await.is_some() && tcp.write_all(b"x").await.is_ok() {}
    });
    let fetcher = with_clock(config(), std::sync::Arc::clone(&clock));
    let url = url::Url::parse(&format!("http://{address}/")).unwrap();
    let work =
        tokio::spawn(
            async move { fetcher.get(&Request::page(url).ignoring_robots()).await?.body.bytes().await },
        );
    while !work.is_finished() {
        let _ = send.try_send(());
        settle().await;
        tokio::time::advance(Duration::from_secs(5)).await;
    }
    let error = work.await.unwrap().unwrap_err();
    assert!(matches!(error, Error::Timeout { phase: Phase::Total, .. }), "{error:?}");
    assert!((120..=140).contains(&clock.elapsed().as_secs()), "{:?}", clock.elapsed());
}
