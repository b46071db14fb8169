//! Any bytes as a robots.txt, asked for any path: no panic, and answers that do not contradict each other.

#![no_main]

use fetch::guard;
use fetch::robots::{MAX_SITEMAPS, Robots};
use url::Url;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let (path, file) = match data.iter().position(|byte| *byte == b'\n') {
        Some(end) => data.split_at(end),
        None => (data, &b""[..]),
    };
    let robots = Robots::parse(file, "FooBot/1.2");
    rules_hold(&robots, &String::from_utf8_lossy(path));
    let named = [b"User-agent: FooBot\n", file].concat();
    rules_hold(&Robots::parse(&named, "foobot"), &String::from_utf8_lossy(path));
    addresses_hold(data);
});

fn rules_hold(robots: &Robots, path: &str) {
    let verdict = robots.allows(path);
    // What is forbidden is forbidden by a rule of the file.
    assert!(verdict.allowed || verdict.rule.is_some());
    assert!(verdict.rule.is_none() || robots.rule_count() > 0);
    assert!(robots.allows("/robots.txt").allowed);
    let Ok(base) = Url::parse("https://a.example/robots.txt") else { return };
    let sitemaps = robots.sitemaps(&base);
    assert!(sitemaps.len() <= MAX_SITEMAPS);
    assert!(sitemaps.iter().all(|url| matches!(url.scheme(), "http" | "https")));
    if let Ok(url) = base.join(path) {
        let _ = robots.allows_url(&url);
    }
}

fn addresses_hold(data: &[u8]) {
    let Some(Ok(octets)) = data.get(..16).map(<[u8; 16]>::try_from) else { return };
    let v6 = std::net::Ipv6Addr::from(octets);
    let public = guard::is_public(v6.into());
    assert!(!(public && (v6.is_loopback() || v6.is_multicast() || v6.is_unique_local())));
    if let Some(v4) = v6.to_ipv4() {
        assert_eq!(public, guard::is_public(v4.into()));
    }
}
