//! robots.txt as it is fetched: which answers allow, which forbid, which are asked for again.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use clock::{TestClock, Timestamp};
use fetch::{Error, Request};

use crate::site::*;

async fn site_with(robots: Reply) -> Site {
    Site::start(move |seen| if seen.is("/robots.txt") { robots.clone() } else { ok("page") }).await
}

#[tokio::test]
async fn the_status_decides_what_a_missing_file_means() {
    let check = async |status: &str, want: &str| {
        let site = site_with(Reply::Keep(http(status, &[], "User-agent: *\nDisallow: /"))).await;
        assert_eq!(failure(&fetcher(), site.url("/x")).await, want, "{status}");
    };
    check("200 OK", "robots_disallowed").await;
    check("206 Partial Content", "robots_disallowed").await;
    for status in ["400 Bad Request", "401 Unauthorized", "403 Forbidden", "404 Not Found", "410 Gone"] {
        check(status, "ok").await;
    }
    for status in ["500 Oh", "502 Bad Gateway", "599 ?"] {
        check(status, "robots_unavailable").await;
    }
    for status in ["429 Too Many Requests", "503 Unavailable"] {
        check(status, "robots_unavailable").await;
    }
}

#[tokio::test]
async fn a_page_of_html_forbids_nothing() {
    let site = site_with(ok("<!DOCTYPE html><html><body>\nNot here\n</body></html>")).await;
    assert_eq!(failure(&fetcher(), site.url("/x")).await, "ok");
}

#[tokio::test]
async fn a_file_is_fetched_once_for_all_who_ask() {
    let site = site_with(ok("User-agent: sitelode\nDisallow: /no\nSitemap: /s.xml")).await;
    let fetcher = fetcher();
    let asks: Vec<_> = (0..8)
        .map(|number| {
            let (fetcher, url) = (fetcher.clone(), site.url(&format!("/{number}")));
            tokio::spawn(async move { text(&fetcher, url).await })
        })
        .collect();
    for ask in asks {
        assert_eq!(ask.await.unwrap(), "page");
    }
    let robots = fetcher.robots(&site.url("/deep/page")).await.unwrap();
    assert_eq!(robots.sitemaps(&site.url("/robots.txt")), [site.url("/s.xml")]);
    assert!(!robots.allows("/no").allowed);
    assert_eq!(site.lines().iter().filter(|line| line.contains("robots")).count(), 1);
}

#[tokio::test]
async fn who_was_told_to_ignore_it_does_not_ask() {
    let site = site_with(ok("User-agent: *\nDisallow: /")).await;
    let request = Request::sitemap(site.url("/s.xml")).ignoring_robots();
    assert_eq!(fetcher().get(&request).await.unwrap().status, 200);
    assert_eq!(site.lines(), ["GET /s.xml"]);
}

#[tokio::test]
async fn five_redirects_are_followed_a_sixth_counts_as_no_file() {
    let check = async |redirects: u32, want: &str| {
        let site = Site::start(move |seen| match seen.line.strip_prefix("GET /r") {
            Some("obots.txt") => redirect("/r1"),
            Some(number) if number.parse::<u32>().unwrap() < redirects => {
                redirect(&format!("/r{}", number.parse::<u32>().unwrap() + 1))
            }
            Some(_) => ok("User-agent: *\nDisallow: /"),
            None => ok("page"),
        })
        .await;
        assert_eq!(failure(&fetcher(), site.url("/x")).await, want, "{redirects}");
    };
    check(5, "robots_disallowed").await;
    check(6, "ok").await;
}

#[tokio::test]
async fn redirects_to_other_hosts_are_followed_for_the_first_ones_sake() {
    let other = Site::start(|_| ok("User-agent: *\nDisallow: /secret")).await;
    let target = other.named("other.example", "/its/rules.txt");
    let site = Site::start(move |seen| match seen.line.as_str() {
        "GET /robots.txt" => redirect(target.as_str()),
        _ => ok("page"),
    })
    .await;
    let fetcher = fetcher();
    assert_eq!(failure(&fetcher, site.url("/secret")).await, "robots_disallowed");
    assert_eq!(failure(&fetcher, site.url("/open")).await, "ok");
}

#[tokio::test]
async fn a_file_too_long_is_cut_not_refused() {
    let mut long = "User-agent: *\nDisallow: /first\n".to_owned();
    while long.len() < 600 * 1024 {
        long.push_str("Disallow: /0123456789012345678901234567890123456789\n");
    }
    long.push_str("Disallow: /last\n");
    let site = site_with(ok(long)).await;
    let fetcher = fetcher();
    assert_eq!(failure(&fetcher, site.url("/first")).await, "robots_disallowed");
    assert_eq!(failure(&fetcher, site.url("/last")).await, "ok");
}

#[tokio::test]
async fn why_nothing_can_be_reached_is_told() {
    let fetcher = fetcher();
    let url = url::Url::parse("http://nobody.missing/").unwrap();
    assert_eq!(failure(&fetcher, url.clone()).await, "dns");
    assert_eq!(fetcher.robots(&url).await.unwrap_err().code(), "dns");
}

#[tokio::test]
async fn a_failing_file_is_asked_for_again_later_and_the_last_good_copy_used_meanwhile() {
    let clock = TestClock::at(Timestamp(0));
    let broken = Arc::new(AtomicBool::new(true));
    let site = Site::start({
        let broken = Arc::clone(&broken);
        move |seen| match (seen.line.as_str(), broken.load(Ordering::SeqCst)) {
            ("GET /robots.txt", true) => Reply::Keep(http("500 Oh", &[], "")),
            ("GET /robots.txt", false) => ok("User-agent: *\nDisallow: /no"),
            _ => ok("page"),
        }
    })
    .await;
    let fetcher = with_clock(config(), Arc::<TestClock>::clone(&clock));
    let Error::RobotsUnavailable { retry_at, status, .. } = page(&fetcher, site.url("/x")).await.unwrap_err()
    else {
        panic!("unavailable")
    };
    assert_eq!((retry_at, status), (Timestamp(30_000), 500));
    broken.store(false, Ordering::SeqCst);
    assert_eq!(failure(&fetcher, site.url("/x")).await, "robots_unavailable", "not asked again yet");
    clock.advance(Duration::from_secs(30));
    assert_eq!(failure(&fetcher, site.url("/x")).await, "ok");
    broken.store(true, Ordering::SeqCst);
    clock.advance(Duration::from_secs(20 * 24 * 3600));
    assert_eq!(failure(&fetcher, site.url("/x")).await, "ok");
    assert_eq!(failure(&fetcher, site.url("/no")).await, "robots_disallowed");
}
