//! Addresses in links: `mailto:` in all its spellings, and Cloudflare's protected links.

use std::borrow::Cow;

use super::text::scan_str;
use crate::cipher;

/// Bytes of a link that are read.
const MAX_HREF_BYTES: usize = 4_000;

/// The addresses of a link that is one to write to; nothing for every other link.
pub(super) fn mailto(href: &str) -> Vec<String> {
    let href = &href[..href.floor_char_boundary(MAX_HREF_BYTES)];
    // The scheme itself may be in percent codes, half a link in another.
    let decoded = if href.contains(':') { Cow::Borrowed(href) } else { cipher::percent_decode(href) };
    let turned = decoded.get(..7).filter(|scheme| scheme.eq_ignore_ascii_case("znvygb:"));
    let decoded = if turned.is_some() { cipher::rot13(&decoded).into() } else { decoded };
    let Some(rest) = strip_scheme(&decoded) else { return Vec::new() };
    if rest.contains("<script") {
        return Vec::new();
    }
    let (to, query) = rest.split_once('?').unwrap_or((rest, ""));
    let mut out = recipients(to);
    for field in query.split(['&', '?', ';']) {
        let Some((name, value)) = field.split_once('=') else { continue };
        if ["to", "cc", "bcc"].iter().any(|known| known.eq_ignore_ascii_case(name.trim_start_matches("amp;")))
        {
            out.extend(recipients(value));
        }
    }
    out
}

fn strip_scheme(href: &str) -> Option<&str> {
    let trimmed =
        href.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{200B}' || c == '/' || c == '%');
    // `http://mailto:info@acme.org`: an editor put its own scheme before it.
    let web = trimmed.split_once("://").filter(|(scheme, rest)| {
        matches!(*scheme, "http" | "https")
            && rest.get(..7).is_some_and(|rest| rest.eq_ignore_ascii_case("mailto:"))
    });
    let (scheme, rest) = web.map_or(trimmed, |(_, rest)| rest).split_once(':')?;
    // `mailto:` as it is often mistyped.
    let known = ["mailto", "malito", "mailo", "maito", "mailt", "email", "mail", "e-mail", "mailto "];
    let scheme = scheme.trim().trim_start_matches("http").trim_start_matches("20");
    known
        .iter()
        .any(|known| known.eq_ignore_ascii_case(scheme))
        .then(|| rest.trim_start_matches(['/', ' ', ':']))
}

/// Every address of a list of them in percent codes.
fn recipients(list: &str) -> Vec<String> {
    let decoded = cipher::percent_decode(list);
    let twice =
        if decoded.contains("%40") { cipher::percent_decode(&decoded).into_owned() } else { decoded.into() };
    let joined = twice.replace(['\n', '\r', '\t'], "").replace(" @", "@").replace("@ ", "@");
    let spaced = joined.replace([',', ';'], " , ");
    scan_str(&spaced).into_iter().map(|found| found.value).collect()
}

/// The address of a link that Cloudflare protects, when it is one.
pub(super) fn cloudflare(href: &str) -> Vec<String> {
    let Some((_, hex)) = href.split_once("/cdn-cgi/l/email-protection#") else { return Vec::new() };
    // `?subject=` alone is a link to share, a bare word a handle: neither has an address before its `?`.
    let plain = cipher::cloudflare(hex).unwrap_or_default();
    let mut out = mailto(&format!("mailto:{plain}"));
    if plain.starts_with('?') {
        out.clear();
    }
    out
}

/// An address in place of a link: somebody forgot the scheme.
pub(super) fn bare(href: &str) -> Option<String> {
    let plain =
        !href.is_empty() && href.len() < 260 && href.contains('@') && !href.contains(['/', ':', '?', '#']);
    let decoded = plain.then(|| cipher::percent_decode(href))?;
    let found = scan_str(decoded.trim());
    found.into_iter().next().filter(|found| found.start == 0 && !found.decoded).map(|found| found.value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_to_write_to_are_read_in_all_spellings() {
        let check = |href: &str, expected: &str| assert_eq!(mailto(href).join(" "), expected, "{href}");
        check("mailto:info@acme.org?subject=Hi&cc=boss@acme.org&body=x@y.com", "info@acme.org boss@acme.org");
        check("mailto:sales%40acme.org,%20help@acme.org", "sales@acme.org help@acme.org");
        check("mailto:%69%6e%66%6f%40%61%63%6d%65%2e%6f%72%67", "info@acme.org");
        check("MAILTO: Info@Acme.org. ", "info@acme.org");
        check("mailto://info@acme.org", "info@acme.org");
        check("http://mailto:info@acme.org", "info@acme.org");
        check("mailto:Acme <info@acme.org>", "info@acme.org");
        check("mailto:?to=info@acme.org", "info@acme.org");
        check("mailto:info@acme.org&subject=x", "info@acme.org");
        check("mailto:info(at)acme.org", "info@acme.org");
        check("mailto:o'neil+web@acme.org", "o'neil+web@acme.org");
        check("%20mailto:info@acme.org", "info@acme.org");
        check("mailto:%20info@acme.org", "info@acme.org");
        check("mailto:info@\nacme.org", "info@acme.org");
        check("mailto:info @acme.org", "info@acme.org");
        check("znvygb:vasb@npzr.bet", "info@acme.org");
        check("mailto:?subject=x&body=http://acme.org", "");
        check("mailto:boost@50Hz", "");
        check("mailto:<script language='JavaScript'>var a = 'info@acme.org'", "");
        check("http://biuro@rriuk.com", "");
        check("/contact", "");
    }

    #[test]
    fn protected_links_are_opened() {
        let hide = |plain: &str| {
            let hex: String = plain.bytes().map(|byte| format!("{:02x}", byte ^ 0x5A)).collect();
            cloudflare(&format!("/cdn-cgi/l/email-protection#5a{hex}")).join(" ")
        };
        assert_eq!(hide("info@acme.org"), "info@acme.org");
        assert_eq!(hide("info@acme.org?subject=Hi"), "info@acme.org");
        assert_eq!(hide("?subject=Hi&body=a@b.com"), "");
        assert_eq!(hide("acme"), "");
    }

    #[test]
    fn a_link_without_its_scheme_is_an_address() {
        assert_eq!(bare("info@acme.org").as_deref(), Some("info@acme.org"));
        assert_eq!(bare("/@acme.video"), None);
        assert_eq!(bare("http://biuro@rriuk.com"), None);
    }
}
