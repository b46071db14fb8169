//! Whether a request that came with a session's cookie was sent by a page of ours, and not by another site's.

use super::{SentFrom, secret};

/// Derives a session's token from its secret: nothing more has to be kept, and nobody else can make it.
pub(super) fn token(session_secret: &str) -> String {
    let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, session_secret.as_bytes());
    secret::hex(ring::hmac::sign(&key, b"sitelode csrf 1").as_ref())
}

/// True if the request may act for the session. Requests that change nothing may; others when the browser says that a
/// page of this very origin sent them (Fetch metadata, or `Origin` in browsers without it), or, where no browser says
/// anything, with the session's token. What contradicts is refused.
pub(super) fn is_own(from: &SentFrom<'_>, session_secret: &str) -> bool {
    if from.is_safe {
        return true;
    }
    let token_holds =
        from.csrf_token.map(|given| secret::is_same(given.as_bytes(), token(session_secret).as_bytes()));
    let site_holds = from.sec_fetch_site.map(|site| site == "same-origin");
    let origin_holds = from.origin.map(|origin| is_origin_of(origin, from.host));
    let says = [token_holds, site_holds, origin_holds];
    !says.contains(&Some(false)) && says.contains(&Some(true))
}

/// True if an origin is the one of this host.
fn is_origin_of(origin: &str, host: Option<&str>) -> bool {
    let Some(host) = host.filter(|host| !host.is_empty()) else { return false };
    let Ok(origin) = url::Url::parse(origin) else { return false };
    ["http", "https"].contains(&origin.scheme())
        && url::Url::parse(&format!("{}://{host}", origin.scheme()))
            .is_ok_and(|own| own.origin() == origin.origin())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "s3cret";

    fn check(from: SentFrom<'_>, expected: bool) {
        let from = SentFrom { host: Some("sitelode.acme.org"), ..from };
        assert_eq!(is_own(&from, SECRET), expected, "{from:?}");
    }

    #[test]
    fn what_changes_nothing_may_come_from_anywhere() {
        check(SentFrom { is_safe: true, sec_fetch_site: Some("cross-site"), ..SentFrom::default() }, true);
    }

    #[test]
    fn what_changes_something_must_come_from_our_own_pages() {
        let none = SentFrom::default();
        let token = token(SECRET);
        check(none, false);
        check(SentFrom { sec_fetch_site: Some("same-origin"), ..none }, true);
        for site in ["cross-site", "same-site", "none", ""] {
            check(SentFrom { sec_fetch_site: Some(site), ..none }, false);
            check(SentFrom { sec_fetch_site: Some(site), csrf_token: Some(&token), ..none }, false);
        }
        check(SentFrom { origin: Some("https://sitelode.acme.org"), ..none }, true);
        check(SentFrom { origin: Some("http://sitelode.acme.org:80"), ..none }, true);
        for origin in [
            "https://evil.org",
            "https://sitelode.acme.org.evil.org",
            "https://sitelode.acme.org:444",
            "null",
            "",
            "file://",
        ] {
            check(SentFrom { origin: Some(origin), ..none }, false);
        }
        check(SentFrom { csrf_token: Some(&token), ..none }, true);
        for wrong in ["", "x", &token[1..]] {
            check(SentFrom { csrf_token: Some(wrong), ..none }, false);
            check(SentFrom { csrf_token: Some(wrong), sec_fetch_site: Some("same-origin"), ..none }, false);
        }
        let contradiction =
            SentFrom { origin: Some("https://evil.org"), sec_fetch_site: Some("same-origin"), ..none };
        check(contradiction, false);
    }
}
