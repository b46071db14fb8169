//! Addresses that scripts put together or write: joined strings, character codes, base64, ROT13 and the like.

mod eval;
mod lex;

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use super::{links, mailbox, text::scan_str};
use crate::{Document, cipher, document::entity};

/// Bytes of scripts that are evaluated of one page.
pub(super) const MAX_CODE_BYTES: usize = 256 << 10;
/// Longer code does more than to call a function.
pub(super) const MAX_CALL_BYTES: usize = 200;
/// Code that code makes is run so often.
const MAX_ROUNDS: usize = 3;

/// Strings of one script that are turned and moved on trial.
const MAX_CIPHERS: usize = 200;

/// What a script that deals with an address has in it.
#[rustfmt::skip]
const MARKS: [&str; 14] = [
    "@", "&#64;", "&#x40;", "%40", "\\u0040", "\\x40", "mailto", "znvygb", "fromCharCode", "atob(",
    "unescape(", "charCodeAt", "mail(", "Mail(",
];

/// Whether a script may deal with an address.
pub(super) fn is_of_interest(code: &str) -> bool {
    static SIGNS: LazyLock<Option<AhoCorasick>> =
        LazyLock::new(|| AhoCorasick::builder().ascii_case_insensitive(true).build(MARKS).ok());
    SIGNS.as_ref().is_some_and(|signs| signs.is_match(code))
}

/// An address of a script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Scripted {
    pub(super) value: String,
    /// Whether the script makes or writes it, rather than just holding it.
    pub(super) made: bool,
}

/// The addresses of a script; `mails` says that the page has a function that makes links to write to.
pub(super) fn addresses(code: &str, mails: bool) -> Vec<Scripted> {
    let mails = mails || code.contains("mailto:");
    let mut out = Vec::new();
    let mut codes = vec![code.to_owned()];
    for _ in 0..MAX_ROUNDS {
        let mut next = Vec::new();
        for code in &codes {
            for outcome in eval::run(code, mails) {
                if outcome.code {
                    next.push(outcome.text);
                } else {
                    read(&outcome.text, outcome.made, &mut out);
                }
            }
            ciphers(code, &mut out);
        }
        codes = next;
    }
    out
}

/// Adds the addresses of a string: HTML, an address, or anything with one in it.
fn read(text: &str, made: bool, out: &mut Vec<Scripted>) {
    if !(text.contains('@') || text.contains('&') || text.contains('%') || text.contains("at")) {
        return;
    }
    let decoded = entity::decode_text(text);
    let decoded = if decoded.contains("%40") { cipher::percent_decode(&decoded) } else { decoded };
    if !decoded.contains('@') {
        return;
    }
    let mut linked = Vec::new();
    if decoded.contains('<') {
        let document = Document::parse(&decoded);
        linked.extend(document.links.iter().flat_map(|link| links::mailto(&link.href)));
        let visible = scan_str(&document.text).into_iter().filter(|found| !found.decoded);
        out.extend(visible.map(|found| Scripted { value: found.value, made }));
    } else {
        let start = decoded.find("mailto:");
        linked.extend(start.into_iter().flat_map(|start| links::mailto(&decoded[start..])));
        let plain = scan_str(&decoded).into_iter().filter(|found| !found.decoded);
        out.extend(plain.map(|found| Scripted { value: found.value, made }));
    }
    out.extend(linked.into_iter().map(|value| Scripted { value, made: true }));
}

/// Adds what the literals of a script that decodes characters one by one mean.
fn ciphers(code: &str, out: &mut Vec<Scripted>) {
    let rotates = code.contains("rot13")
        || code.contains("ROT13")
        || code.contains("13") && code.contains("charCodeAt");
    let shifts = code.contains("charCodeAt") && code.contains("fromCharCode");
    if !(rotates || shifts || code.contains("fromCharCode")) {
        return;
    }
    let likely = |text: &String| text.len() < MAX_CALL_BYTES * 4 && text.len() > 7;
    for text in eval::literals(code).into_iter().filter(likely).take(MAX_CIPHERS) {
        if rotates && (text.contains('@') || text.contains("znvygb")) {
            // What reads as an address before it is turned is none.
            out.retain(|scripted| !text.contains(&scripted.value));
            read(&cipher::rot13(&text), true, out);
        }
        if shifts && !text.contains(' ') {
            let plain = eval::uncrypted(&text).or_else(|| shifted(&text));
            read(plain.as_deref().unwrap_or(""), true, out);
        }
    }
    if code.contains("fromCharCode") {
        for list in eval::number_lists(code).into_iter().take(MAX_CIPHERS) {
            read(&characters(&list).unwrap_or_default(), true, out);
        }
    }
}

/// A whole address, moved by a few places.
fn shifted(text: &str) -> Option<String> {
    const FARTHEST: i8 = 5;
    let offsets = (1..=FARTHEST).flat_map(|offset| [-offset, offset]);
    offsets.filter_map(|offset| cipher::shift(text, offset)).find(|plain| is_address(plain))
}

fn is_address(plain: &str) -> bool {
    plain.split_once('@').is_some_and(|(local, domain)| {
        domain.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-'))
            && mailbox::join(local, domain).is_some()
    })
}

/// Character codes, perhaps moved, that make an address.
fn characters(codes: &[u32]) -> Option<String> {
    const FARTHEST: i64 = 30;
    (0..=FARTHEST).flat_map(|offset| [offset, -offset]).find_map(|offset| {
        let character = |code: &u32| {
            let moved = u8::try_from(i64::from(*code) + offset).ok()?;
            (0x20..0x7F).contains(&moved).then_some(char::from(moved))
        };
        let plain: String = codes.iter().map(character).collect::<Option<_>>()?;
        let address = plain.strip_prefix("mailto:").unwrap_or(&plain);
        (is_address(address) || plain.contains("mailto:") && plain.contains('@')).then_some(plain)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(code: &str) {
        assert!(is_of_interest(code), "{code}");
        let made: Vec<_> =
            addresses(code, false).into_iter().filter(|found| found.made).map(|found| found.value).collect();
        assert!(!made.is_empty() && made.iter().all(|value| value == "info@acme.org"), "{code}: {made:?}");
    }

    #[test]
    fn scripts_that_write_addresses_are_read() {
        check(
            "<!--\nvar prefix='&#109;a'+'i&#108;'+'&#116;o';var path='hr'+'ef'+'=';var addy1='&#105;nf&#111;'+'&#64;';\n\
               addy1=addy1+'acme'+'&#46;'+'org';\ndocument.write('<a '+path+'\\''+prefix+':'+addy1+'\\'>');document.write(addy1);\n//-->",
        );
        check("document.write('<a href=\"mai'+'lto:info'+'@'+'acme.org\">write</a>')");
        check(
            "document.write(\"<n uers=\\\"znvygb:vasb@npzr.bet\\\">k</n>\".replace(/[a-zA-Z]/g,function(c){return String.fromCharCode((c<='Z'?90:122)>=(c=c.charCodeAt(0)+13)?c:c-26);}));",
        );
        check("eval(unescape('%64%6f%63%75%6d%65%6e%74%2e%77%72%69%74%65%28%27info%40acme.org%27%29'))");
        check(
            "var a=[105,110,102,111,64,97,99,109,101,46,111,114,103];for(i in a)s+=String.fromCharCode(a[i])",
        );
        check(
            "var a=[106,111,103,112,65,98,100,110,102,47,112,115,104];for(i in a)s+=String.fromCharCode(a[i]-1)",
        );
        check("linkTo_UnCryptMailto('nbjmup+jogpAbdnf/psh');");
        check("UnCryptMailto('nbjmup;jogpAbdnf/psh')");
        check("el.href='mailto:'+'info'+String.fromCharCode(64)+'acme.org'");
        check("document.getElementById('x').innerHTML = 'info@acme.org'");
        check("function m(u,d){location='mailto:'+u+'@'+d} m('info','acme.org')");
        check(
            "var s='=b!isfg>#nbjmup;jogpAbdnf/psh#?',r='';for(i in s)r+=String.fromCharCode(s.charCodeAt(i)-1)",
        );
        check("el.innerHTML = rot13('vasb@npzr.bet')");
    }

    #[test]
    fn an_address_that_a_script_only_holds_is_marked_so() {
        let held = addresses("var config = {\"support\": \"help@vendor.com\"}", false);
        assert_eq!(held, [Scripted { value: "help@vendor.com".into(), made: false }]);
    }
}
