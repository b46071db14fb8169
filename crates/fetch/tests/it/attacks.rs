//! What a hostile server may try beyond size and slowness: floods, lies about lengths, cookies, broken versions.

use std::time::Duration;

use fetch::{Error, LimitKind, Phase};

use crate::site::*;

fn raw(text: &str) -> Reply {
    Reply::Close(text.as_bytes().to_vec())
}

#[tokio::test]
async fn a_flood_of_interim_answers_ends_at_the_time_for_headers() {
    let interim = b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n".to_vec();
    let site = Site::always(Reply::Endless(interim.clone(), interim.repeat(50))).await;
    let mut config = config();
    config.timeouts.headers = Duration::from_millis(50);
    let error = page(&with(config), site.url("/")).await.unwrap_err();
    assert!(matches!(error, Error::Timeout { phase: Phase::Headers, .. }), "{error:?}");
}

#[tokio::test]
async fn interim_answers_before_the_real_one_are_passed_over() {
    let answer = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n\
        HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    let site = Site::always(raw(answer)).await;
    assert_eq!(text(&fetcher(), site.url("/")).await, "ok");
}

#[tokio::test]
async fn too_many_headers_are_too_many_however_small() {
    let many: Vec<String> = (0..500).map(|number| format!("X-{number}: y")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let site = Site::always(Reply::Keep(http("200 OK", &many, "x"))).await;
    let error = page(&fetcher(), site.url("/")).await.unwrap_err();
    assert_eq!(error, Error::TooLarge { limit: 128, kind: LimitKind::Headers });
}

#[tokio::test]
async fn lies_about_lengths_harm_nobody() {
    let check = async |answer: &str, want: &str| {
        let site = Site::always(raw(answer)).await;
        assert_eq!(failure(&fetcher(), site.url("/")).await, want, "{answer}");
    };
    check("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok and more than was said", "ok").await;
    check("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 9\r\n\r\nhello", "protocol").await;
    check("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nx", "protocol").await;
    check("HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999999\r\n\r\nx", "protocol").await;
    check("HTTP/1.1 200 OK\r\nContent-Length: 18446744073709551000\r\n\r\nx", "protocol").await;
    check("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\nx\r\n0\r\n\r\n", "protocol").await;
    check("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\nx", "protocol").await;
    check("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\ncut", "protocol").await;
    check(
        "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
        "ok",
    )
    .await;
}

#[tokio::test]
async fn what_comes_behind_an_answer_is_no_answer_to_the_next_request() {
    let site = Site::start(|seen| match seen.line.as_str() {
        "GET /first" => {
            let more = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nforged";
            Reply::Keep([http("200 OK", &[], "first"), more.as_bytes().to_vec()].concat())
        }
        "GET /second" => ok("second"),
        _ => not_found(),
    })
    .await;
    let fetcher = fetcher();
    assert_eq!(text(&fetcher, site.url("/first")).await, "first");
    assert_eq!(text(&fetcher, site.url("/second")).await, "second");
}

#[tokio::test]
async fn garbage_for_a_status_line_is_a_protocol_error() {
    for answer in [
        "HTTP/9.9 200 OK\r\n\r\n",
        "HTTP/1.1 abc OK\r\n\r\n",
        "HTTP/1.1 20 OK\r\n\r\n",
        "HTTP/1.1 99999 OK\r\n\r\n",
        "ICY 200 OK\r\n\r\n",
        "<html>no head at all</html>",
        "\0\0\0\0\0\0\0\0\0\0\0\0\0\0",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ] {
        let site = Site::always(raw(answer)).await;
        assert_eq!(failure(&fetcher(), site.url("/")).await, "protocol", "{answer:?}");
    }
}

#[tokio::test]
async fn cookies_are_never_kept() {
    let site = Site::always(Reply::Keep(http("200 OK", &["Set-Cookie: id=1; Path=/"], "x"))).await;
    let fetcher = fetcher();
    for path in ["/a", "/b"] {
        text(&fetcher, site.url(path)).await;
    }
    assert!(site.seen().iter().all(|seen| seen.header("cookie").is_empty()));
}

#[tokio::test]
async fn a_redirect_never_carries_its_password_or_its_page_on() {
    let there = Site::always(ok("there")).await;
    let to = format!("http://user:secret@there.example:{}/x#part", there.address.port());
    let here = Site::always(redirect(&to)).await;
    text(&fetcher(), here.url("/private?token=1")).await;
    let seen = there.seen();
    let last = seen.last().unwrap();
    assert_eq!(last.line, "GET /x");
    assert_eq!((last.header("authorization"), last.header("referer")), ("", ""));
}

#[tokio::test]
async fn redirects_that_swing_between_hosts_are_a_loop() {
    let site = Site::start(|seen| match (seen.line.as_str(), seen.header("host")) {
        ("GET /robots.txt", _) => not_found(),
        (_, host) if host.starts_with("www.") => {
            redirect(&format!("http://{}/", host.trim_start_matches("www.")))
        }
        (_, host) => redirect(&format!("http://www.{host}/")),
    })
    .await;
    assert_eq!(failure(&fetcher(), site.named("swing.example", "/")).await, "redirect_loop");
}

#[tokio::test]
async fn a_wait_without_end_is_not_waited_for() {
    for asked in ["99999999999999999999", "inf", "Fri, 31 Dec 9999 23:59:59 GMT", "1e300"] {
        let header = format!("Retry-After: {asked}");
        let reply = Reply::Keep(http("429 Too Many Requests", &[&header], ""));
        let site = Site::always(reply).await;
        let fetcher = fetcher();
        let response = page(&fetcher, site.url("/")).await.unwrap();
        assert!(response.retry_after().is_some(), "{asked}");
        drop(response);
        let Error::Busy { retry_at, .. } = page(&fetcher, site.url("/")).await.unwrap_err() else {
            panic!("{asked}: the host was asked again at once")
        };
        let wait = retry_at.since(clock::Clock::now(&clock::SystemClock::default()));
        assert!(wait <= fetcher.config().pace.max_retry_after * 2, "{asked}: {wait:?}");
    }
}
