//! Reads the few response headers that matter, forgiving what real servers write.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use clock::Timestamp;
use http::header::{CACHE_CONTROL, HeaderMap, HeaderValue};

/// `Content-Type` without its parameters, lower-case; none if it is not of the form `type/subtype`.
pub(crate) fn essence(value: &HeaderValue) -> Option<String> {
    let text = value.to_str().ok()?;
    let essence = text.split([';', ',']).next()?.trim();
    let (kind, subtype) = essence.split_once('/')?;
    (!kind.is_empty() && !subtype.is_empty()).then(|| essence.to_ascii_lowercase())
}

/// The `charset` parameter of a `Content-Type`, unquoted.
pub(crate) fn charset(value: &HeaderValue) -> Option<String> {
    let text = value.to_str().ok()?;
    text.split([';', ',']).skip(1).find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        let value = value.trim().trim_matches(['"', '\'']).trim();
        (name.trim().eq_ignore_ascii_case("charset") && !value.is_empty()).then(|| value.to_owned())
    })
}

/// `Retry-After` (RFC 9110 section 10.2.3): seconds, which some write with decimals, or a date, as a wait from `now`.
pub(crate) fn retry_after(value: &HeaderValue, now: Timestamp) -> Option<Duration> {
    let text = value.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse::<f64>() {
        // Absurd values become the largest wait that still fits; the pace caps it.
        return (seconds >= 0.0).then(|| Duration::from_secs_f64(seconds.min(1e9)));
    }
    let date = httpdate::parse_http_date(text).ok()?;
    Some(timestamp(date)?.since(now))
}

/// How long an answer may be kept, by `Cache-Control` (RFC 9111 section 5.2.2).
pub(crate) fn max_age(headers: &HeaderMap) -> Option<Duration> {
    let mut age = None;
    for value in headers.get_all(CACHE_CONTROL) {
        for directive in value.to_str().ok()?.split(',') {
            let (name, value) = directive.split_once('=').unwrap_or((directive, ""));
            match name.trim().to_ascii_lowercase().as_str() {
                "no-store" | "no-cache" => return Some(Duration::ZERO),
                "max-age" => age = value.trim().trim_matches('"').parse().ok().map(Duration::from_secs),
                _ => {}
            }
        }
    }
    age
}

fn timestamp(time: SystemTime) -> Option<Timestamp> {
    let since = time.duration_since(UNIX_EPOCH).ok()?;
    i64::try_from(since.as_millis()).ok().map(Timestamp)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(text: &str) -> HeaderValue {
        HeaderValue::from_str(text).unwrap()
    }

    #[test]
    fn a_content_type_is_read_without_its_parameters() {
        let check = |text, want: Option<&str>, set: Option<&str>| {
            assert_eq!(essence(&value(text)).as_deref(), want, "{text}");
            assert_eq!(charset(&value(text)).as_deref(), set, "{text}");
        };
        check("text/html", Some("text/html"), None);
        check("Text/HTML; Charset=UTF-8", Some("text/html"), Some("UTF-8"));
        check("application/xml;charset=\"iso-8859-1\"; x=y", Some("application/xml"), Some("iso-8859-1"));
        check("text/html, text/html; charset=utf-8", Some("text/html"), Some("utf-8"));
        check("html", None, None);
        check("text/html; charset=", Some("text/html"), None);
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let now = Timestamp(784_111_777_000); // Sun, 06 Nov 1994 08:49:37 GMT
        let check = |text, want: Option<u64>| {
            assert_eq!(retry_after(&value(text), now).map(|wait| wait.as_secs()), want, "{text}");
        };
        check("120", Some(120));
        check(" 1.5 ", Some(1));
        check("Sun, 06 Nov 1994 08:50:37 GMT", Some(60));
        check("Sunday, 06-Nov-94 08:50:37 GMT", Some(60));
        check("Sun, 06 Nov 1994 08:00:00 GMT", Some(0));
        check("99999999999999999999", Some(1_000_000_000));
        check("-5", None);
        check("NaN", None);
        check("soon", None);
    }

    #[test]
    fn max_age_is_found_among_other_directives() {
        let check = |text, want: Option<u64>| {
            let mut headers = HeaderMap::new();
            headers.insert(CACHE_CONTROL, value(text));
            assert_eq!(max_age(&headers).map(|age| age.as_secs()), want, "{text}");
        };
        check("public, max-age=600", Some(600));
        check("max-age=600, no-cache", Some(0));
        check("public", None);
        check("max-age=x", None);
    }
}
