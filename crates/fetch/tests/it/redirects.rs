//! Redirects are followed hop by hop, each hop judged anew.

use fetch::{Error, Request};

use crate::site::*;

#[tokio::test]
async fn redirects_are_followed_and_told() {
    let site = Site::start(|seen| match seen.line.as_str() {
        "GET /a" => redirect("/b#part"),
        "GET /b" => Reply::Keep(http("301 Moved", &["Location: ?c"], "")),
        "GET /b?c" => ok("here"),
        _ => not_found(),
    })
    .await;
    let response = page(&fetcher(), site.url("/a")).await.unwrap();
    assert_eq!(response.url, site.url("/b?c"));
    let told: Vec<_> = response.redirects.iter().map(|hop| (hop.status, hop.cross_host)).collect();
    assert_eq!(told, [(302, false), (301, false)]);
    assert!(response.redirects[1].is_permanent() && !response.crossed_hosts());
    assert_eq!(response.body.bytes().await.unwrap(), "here");
    assert_eq!(site.lines(), ["GET /robots.txt", "GET /a", "GET /b", "GET /b?c"]);
}

#[tokio::test]
async fn redirects_that_never_end_are_ended() {
    let site = Site::start(|seen| match seen.line.strip_prefix("GET /n") {
        Some(number) => redirect(&format!("/n{}", number.parse::<u32>().unwrap() + 1)),
        None if seen.is("/loop") => redirect("/pool"),
        None if seen.is("/pool") => redirect("/loop"),
        None if seen.is("/lost") => Reply::Keep(http("302 Found", &[], "")),
        None => not_found(),
    })
    .await;
    let fetcher = fetcher();
    assert_eq!(failure(&fetcher, site.url("/loop")).await, "redirect_loop");
    assert_eq!(failure(&fetcher, site.url("/n0")).await, "too_many_redirects");
    assert_eq!(failure(&fetcher, site.url("/lost")).await, "bad_redirect");
    assert_eq!(site.lines().iter().filter(|line| line.contains("/n")).count(), 11);
}

#[tokio::test]
async fn a_hop_to_another_host_is_noted_and_asks_its_robots() {
    let there = Site::start(|seen| match seen.line.as_str() {
        "GET /robots.txt" => ok("User-agent: *\nDisallow: /closed"),
        _ => ok("there"),
    })
    .await;
    let (open, closed) = (there.named("there.example", "/open"), there.named("there.example", "/closed"));
    let here = Site::start(move |seen| match seen.line.as_str() {
        "GET /open" => redirect(open.as_str()),
        "GET /closed" => redirect(closed.as_str()),
        _ => not_found(),
    })
    .await;
    let fetcher = fetcher();
    let response = page(&fetcher, here.url("/open")).await.unwrap();
    assert!(response.crossed_hosts());
    assert_eq!(response.url.host_str(), Some("there.example"));
    let refused = page(&fetcher, here.url("/closed")).await.unwrap_err();
    assert!(matches!(&refused, Error::RobotsDisallowed { rule, .. } if rule == "/closed"), "{refused}");
    assert_eq!(there.lines(), ["GET /robots.txt", "GET /open"]);
}

#[tokio::test]
async fn userinfo_and_fragments_are_not_sent() {
    let site = Site::always(ok("x")).await;
    let mut url = site.url("/a?b#c");
    url.set_username("user").unwrap();
    url.set_password(Some("secret")).unwrap();
    let response = page(&fetcher(), url).await.unwrap();
    assert_eq!(response.url, site.url("/a?b"));
    let seen = site.seen();
    assert_eq!((seen[1].line.as_str(), seen[1].header("authorization")), ("GET /a?b", ""));
}

#[tokio::test]
async fn a_condition_is_sent_and_its_answer_understood() {
    let site = Site::start(|seen| match (seen.line.as_str(), seen.header("if-none-match")) {
        ("GET /x", "\"v1\"") => Reply::Keep(http("304 Not Modified", &["ETag: \"v1\""], "")),
        ("GET /x", _) => {
            let headers = ["ETag: \"v1\"", "Last-Modified: Sun, 06 Nov 1994 08:49:37 GMT"];
            Reply::Keep(http("200 OK", &headers, "first"))
        }
        _ => not_found(),
    })
    .await;
    let fetcher = fetcher();
    let first = page(&fetcher, site.url("/x")).await.unwrap();
    assert!(!first.not_modified);
    let validators = first.validators().unwrap();
    drop(first);
    let again = fetcher.get(&Request::page(site.url("/x")).with_validators(validators)).await.unwrap();
    assert!(again.not_modified && again.status == 304);
    assert_eq!(again.body.bytes().await.unwrap(), "");
    let seen = site.seen();
    assert_eq!(seen.last().unwrap().header("if-modified-since"), "Sun, 06 Nov 1994 08:49:37 GMT");
}

#[tokio::test]
async fn the_request_says_who_asks_and_what_is_understood() {
    let site = Site::always(ok("x")).await;
    text(&fetcher(), site.url("/x")).await;
    let seen = site.seen();
    let page = seen.last().unwrap();
    assert!(page.header("user-agent").starts_with("sitelode/"));
    assert_eq!(page.header("accept-encoding"), "gzip, deflate, br, zstd");
    assert!(page.header("accept").starts_with("text/html"));
    assert_eq!(page.header("host"), site.address.to_string());
    assert_eq!(page.header("cookie"), "");
}

#[tokio::test]
async fn odd_characters_in_a_url_can_be_sent() {
    let site = Site::always(ok("x")).await;
    text(&fetcher(), site.url("/a|b{c}?q=\"x\"^`&'")).await;
    let line = site.lines().pop().unwrap();
    assert!(line.starts_with("GET /a"), "{line}");
}
