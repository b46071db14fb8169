//! The client keeps the pace that its gate and the sites' answers set.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use clock::{TestClock, Timestamp};
use fetch::Error;
use fetch::pace::BusyReason;

use crate::site::*;

#[tokio::test]
async fn a_429_puts_the_host_off_for_as_long_as_it_asks() {
    let clock = TestClock::at(Timestamp(1_000_000));
    let asked = Arc::new(AtomicU32::new(0));
    let site = Site::start({
        let asked = Arc::clone(&asked);
        move |seen| match asked.fetch_add(u32::from(seen.is("/x")), Ordering::SeqCst) {
            0 if seen.is("/x") => Reply::Keep(http("429 Too Many Requests", &["Retry-After: 60"], "slow")),
            _ if seen.is("/x") => ok("fine"),
            _ => not_found(),
        }
    })
    .await;
    let fetcher = with_clock(config(), Arc::<TestClock>::clone(&clock));
    let first = page(&fetcher, site.url("/x")).await.unwrap();
    assert_eq!((first.status, first.retry_after()), (429, Some(Duration::from_secs(60))));
    drop(first);
    let Error::Busy { retry_at, reason, .. } = page(&fetcher, site.url("/x")).await.unwrap_err() else {
        panic!("busy")
    };
    assert_eq!(reason, BusyReason::BackOff);
    assert!((Timestamp(1_060_000)..Timestamp(1_070_000)).contains(&retry_at), "{retry_at:?}");
    assert_eq!(asked.load(Ordering::SeqCst), 1, "the host was not asked again");
    clock.advance(Duration::from_secs(67));
    assert_eq!(text(&fetcher, site.url("/x")).await, "fine");
    assert!(fetcher.pace(&site.url("/")).unwrap().slow_down > Duration::ZERO);
}

#[tokio::test]
async fn a_crawl_delay_is_kept_and_shown() {
    let site = Site::start(|seen| match seen.line.as_str() {
        "GET /robots.txt" => ok("User-agent: *\nCrawl-delay: 20\nDisallow:"),
        _ => ok("x"),
    })
    .await;
    let fetcher = with_clock(config(), TestClock::at(Timestamp(0)));
    // The file came first and its own turn had no delay yet; the page is the second request.
    let _ = text(&fetcher, site.url("/")).await;
    let error = page(&fetcher, site.url("/")).await.unwrap_err();
    assert!(matches!(error, Error::Busy { reason: BusyReason::Queue, .. }), "{error:?}");
    assert_eq!(fetcher.pace(&site.url("/")).unwrap().delay, Duration::from_secs(20));
}

#[tokio::test]
async fn a_body_still_being_read_holds_its_place() {
    let site = Site::always(ok("x")).await;
    let mut config = config();
    config.pace.max_concurrent = 1;
    config.pace.max_wait = Duration::ZERO;
    let fetcher = with(config);
    let unread = page(&fetcher, site.url("/1")).await.unwrap();
    assert_eq!(failure(&fetcher, site.url("/2")).await, "busy");
    assert_eq!(unread.body.bytes().await.unwrap(), "x");
    assert_eq!(failure(&fetcher, site.url("/2")).await, "ok");
}

#[tokio::test]
async fn a_dead_host_is_left_alone() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = url::Url::parse(&format!("http://{}/", listener.local_addr().unwrap())).unwrap();
    drop(listener);
    let fetcher = with_clock(config(), TestClock::at(Timestamp(0)));
    let request = fetch::Request::page(url).ignoring_robots();
    let mut codes = Vec::new();
    for _ in 0..6 {
        codes.push(fetcher.get(&request).await.unwrap_err().code());
    }
    assert_eq!(codes, ["connect", "connect", "connect", "connect", "connect", "busy"]);
}

#[tokio::test]
async fn connections_are_used_again() {
    let site = Site::always(ok("x")).await;
    let fetcher = fetcher();
    for number in 0..20 {
        assert_eq!(text(&fetcher, site.url(&format!("/{number}"))).await, "x");
    }
    assert_eq!(site.lines().len(), 21);
    assert_eq!(site.connections(), 1);
}

#[tokio::test]
async fn a_kept_connection_that_the_server_closed_costs_nothing() {
    let asked = AtomicU32::new(0);
    let site = Site::start(move |seen| match asked.fetch_add(1, Ordering::SeqCst) {
        0 => not_found(),
        1 => ok("first"),
        // The request arrives on the kept connection, and nothing comes back.
        2 if seen.is("/2") => Reply::Close(vec![]),
        _ => ok("second"),
    })
    .await;
    let fetcher = fetcher();
    assert_eq!(text(&fetcher, site.url("/1")).await, "first");
    assert_eq!(text(&fetcher, site.url("/2")).await, "second");
    assert_eq!(site.connections(), 2);
}

#[test]
fn a_get_can_be_spawned() {
    fn is_send<T: Send>(_: &T) {}
    let fetcher = fetch::Fetcher::new(config(), clock::SystemClock::shared()).unwrap();
    let request = fetch::Request::page(url::Url::parse("http://a.example/").unwrap());
    is_send(&fetcher.get(&request));
    is_send(&fetcher.robots(&request.url));
}
