//! Addresses in attributes: whole ones, encoded ones, and those that stand in parts.

use super::{links, mailbox, text::scan_str};
use crate::{cipher, document::Cloak};

/// Names of attributes whose addresses are samples.
const SAMPLES: [&str; 8] =
    ["placeholder", "hint", "example", "error", "msg", "message", "validat", "tooltip"];
/// How the attribute with a part of an address ends its name: the local part, the domain, its top level.
#[rustfmt::skip]
const USER: [&str; 13] = [
    "user", "username", "name", "local", "localpart", "mailbox", "account", "part1", "part-1", "first",
    "before", "-u", "-n",
];
const DOMAIN: [&str; 10] =
    ["domain", "host", "server", "part2", "part-2", "second", "last", "after", "-d", "provider"];
const TOP: [&str; 9] = ["tld", "ext", "extension", "part3", "part-3", "third", "topdomain", "-t", "suffix"];

/// An address of an attribute, and whether it was hidden there.
pub(super) type Cloaked = (String, bool);

/// The addresses of an element's attributes.
pub(super) fn addresses(cloak: &Cloak<'_>) -> Vec<Cloaked> {
    let mut out: Vec<Cloaked> = Vec::new();
    for (name, value) in &cloak.attributes {
        if !SAMPLES.iter().any(|sample| name.contains(sample)) {
            whole(name, value, &mut out);
        }
    }
    out.extend(token(cloak).into_iter().map(|value| (value, true)));
    if out.is_empty() {
        out.extend(in_parts(cloak).map(|value| (value, true)));
    }
    out
}

/// An address that one attribute holds.
fn whole(name: &str, value: &str, out: &mut Vec<Cloaked>) {
    let turned =
        name.contains("rot") || name.contains("crypt") || name.contains("obf") || name.contains("enc");
    if turned && value.contains('@') {
        let plain = scan_str(&cipher::rot13(value));
        if !plain.is_empty() {
            out.extend(plain.into_iter().map(|found| (found.value, true)));
            return;
        }
    }
    let linked = links::mailto(value);
    if !linked.is_empty() {
        out.extend(linked.into_iter().map(|value| (value, false)));
        return;
    }
    let found = scan_str(&cipher::percent_decode(value));
    if !found.is_empty() {
        out.extend(found.into_iter().map(|found| match unturned(&found.value) {
            Some(plain) => (plain, true),
            None => (found.value, found.decoded),
        }));
        return;
    }
    if value.len() >= 12 && !value.contains(' ') {
        let plain = [cipher::base64(value), cipher::cloudflare(value), Some(cipher::rot13(value))];
        let found = plain.into_iter().flatten().find_map(|plain| {
            let linked = links::mailto(&plain).into_iter().next();
            linked.or_else(|| scan_str(&plain).into_iter().next().map(|found| found.value))
        });
        out.extend(found.map(|value| (value, true)));
    }
}

/// `vasb@npzr.bet` reads as an address, for `.bet` exists: it is `info@acme.org` in ROT13.
fn unturned(value: &str) -> Option<String> {
    const COMMON: [&str; 8] = ["info", "contact", "mail", "office", "sales", "hello", "support", "kontakt"];
    let plain = cipher::rot13(value);
    let (local, domain) = plain.split_once('@')?;
    (COMMON.contains(&local) && domain.ends_with(".org")).then(|| plain.clone())
}

/// TYPO3's `data-mailto-token` and `data-mailto-vector`.
fn token(cloak: &Cloak<'_>) -> Vec<String> {
    let get = |name: &str| {
        cloak.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_ref())
    };
    let (Some(token), Some(vector)) = (get("data-mailto-token"), get("data-mailto-vector")) else {
        return Vec::new();
    };
    let offset: i8 = vector.trim().parse().unwrap_or(0);
    let plain = cipher::shift_in_ranges(token, offset.saturating_neg());
    links::mailto(&plain)
}

fn in_parts(cloak: &Cloak<'_>) -> Option<String> {
    let part = |ends: &[&str]| {
        let of = |end: &&str| {
            cloak.attributes.iter().find(|(name, _)| name.starts_with("data-") && name.ends_with(*end))
        };
        ends.iter().find_map(of).map(|(_, value)| value.trim())
    };
    let (user, domain) = (part(&USER)?, part(&DOMAIN)?);
    let top = part(&TOP).map(|top| top.trim_start_matches('.'));
    let plain = |text: &str| !text.contains(char::is_whitespace);
    if !plain(user) || !plain(domain) {
        return None;
    }
    let whole = |user: &str, domain: &str, top: Option<&str>| match top {
        Some(top) => mailbox::join(user, &format!("{domain}.{top}")).or_else(|| mailbox::join(user, domain)),
        None => mailbox::join(user, domain),
    };
    let back = cipher::reversed;
    let decoded = || Some((cipher::base64(user)?, cipher::base64(domain)?));
    whole(user, domain, top)
        .or_else(|| whole(&back(user), &back(domain), top.map(back).as_deref()))
        .or_else(|| decoded().and_then(|(user, domain)| whole(&user, &domain, top)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Document;

    #[test]
    fn addresses_in_attributes_are_read() {
        let check = |attributes: &str| {
            let html = format!("<span {attributes}>write to us</span>");
            let document = Document::parse(&html);
            let found: Vec<_> = document.cloaks.iter().flat_map(addresses).map(|(value, _)| value).collect();
            assert_eq!(found, ["info@acme.org"], "{attributes}");
        };
        check("data-email='info@acme.org'");
        check("data-email='info[at]acme.org'");
        check("data-mail='gro.emca@ofni'");
        check("data-rot13='vasb@npzr.bet'");
        check(
            "data-enc-email='vasb[at]npzr.bet' data-x=y title='info@acme.org'"
                .split(' ')
                .next_back()
                .unwrap_or(""),
        );
        check("data-email='vasb@npzr.bet'");
        check("data-email='aW5mb0BhY21lLm9yZw=='");
        check("data-user=info data-domain=acme.org");
        check("data-name=info data-domain=acme data-tld=org");
        check("data-user=ofni data-domain=gro.emca");
        check("data-u=info data-d=acme.org");
        check("data-mailto-token='nbjmup+jogpAbdnf/psh' data-mailto-vector=1");
        check("title='info@acme.org'");
        check("data-href='mailto:info@acme.org?subject=x'");
    }

    #[test]
    fn samples_and_settings_are_no_addresses() {
        let document = Document::parse(
            "<i data-placeholder='you@acme.org' data-domain=acme.org></i><i data-name='Acme Inc' data-domain=acme.org></i>",
        );
        assert!(document.cloaks.iter().flat_map(addresses).next().is_none());
    }
}
