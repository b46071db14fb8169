//! Profiles in social networks: from links, structured data, embedded boxes, meta elements and plain text.

mod address;
mod networks;
mod profiles;
mod reserved;

use std::collections::HashMap;

use address::Address;
use networks::NETWORKS;

use crate::{Document, Options, Social, Source, document::Value, site::Site};

/// Profiles that are kept of a page.
const MAX_SOCIALS: usize = 500;

/// Servers of Mastodon that many use; others are known by a link with `rel=me`.
#[rustfmt::skip]
const MASTODON: [&str; 14] = [
    "mastodon.social", "mastodon.online", "mastodon.world", "mastodon.cloud", "mstdn.social", "mas.to",
    "fosstodon.org", "chaos.social", "hachyderm.io", "infosec.exchange", "techhub.social", "norden.social",
    "social.tchncs.de", "troet.cafe",
];

/// Finds every profile, best first.
pub(crate) fn find(document: &Document<'_>, options: &Options) -> Vec<Social> {
    let site = Site::of(options);
    let mut socials = Socials { list: Vec::new(), places: HashMap::new(), own: site.domain().to_owned() };
    for item in &document.items {
        for property in
            item.properties.iter().filter(|property| matches!(property.name.as_ref(), "sameas" | "url"))
        {
            if let Value::Text(text) = &property.value {
                socials.add(text, item.source, false);
            }
        }
    }
    for link in &document.links {
        let me = link.rel.split_ascii_whitespace().any(|rel| rel.eq_ignore_ascii_case("me"));
        socials.add(&link.href, Source::Link, me);
    }
    for embed in document.embeds.iter().filter(|embed| embed.contains("facebook.com/plugins/")) {
        socials.add(embed, Source::Link, false);
    }
    for cloak in document.cloaks.iter().filter(|cloak| cloak.class.contains("fb-page")) {
        for (_, value) in cloak.attributes.iter().filter(|(name, _)| name == "data-href") {
            socials.add(value, Source::Link, false);
        }
    }
    let mut handle = None;
    for meta in &document.metas {
        match meta.name.as_str() {
            "twitter:site" => handle = Some(meta.content.trim()),
            "article:publisher" | "og:see_also" => socials.add(&meta.content, Source::Meta, false),
            _ => {}
        }
    }
    socials.text(&document.text);
    // Templates leave their maker's handle there: it counts where nothing else is said.
    if let Some(handle) =
        handle.filter(|_| !socials.list.iter().any(|(social, _)| social.network == "twitter"))
    {
        socials.add_handle(handle);
    }
    socials.sorted(&site)
}

struct Socials {
    list: Vec<(Social, u32)>,
    places: HashMap<String, usize>,
    /// The page's own domain: a network's pages are full of its own addresses.
    own: String,
}

impl Socials {
    /// Adds an address, when it is a profile.
    fn add(&mut self, text: &str, source: Source, me: bool) {
        let Some((network, url)) = profile(text, me) else { return };
        // Names differ in case by whim, except in YouTube's channel numbers, which do not clash either.
        let key = url.to_lowercase();
        if network != "mastodon"
            && !self.own.is_empty()
            && Address::parse(text).is_some_and(|address| address.is_of(&self.own))
        {
            return;
        }
        if let Some(known) = self.places.get(&key).and_then(|&index| self.list.get_mut(index)) {
            known.1 += 1;
            known.0.source = known.0.source.min(source);
        } else if self.list.len() < MAX_SOCIALS {
            self.places.insert(key, self.list.len());
            self.list.push((Social { network, url, source }, 1));
        }
    }

    /// Adds `@acme` of Twitter's own meta element.
    fn add_handle(&mut self, handle: &str) {
        if let Some(name) = handle.strip_prefix('@') {
            self.add(&format!("https://x.com/{name}"), Source::Meta, false);
        }
    }

    /// Adds the profiles that the text names: `facebook.com/acme`.
    fn text(&mut self, text: &str) {
        const LONGEST: usize = 200;
        let ends = |c: char| {
            c.is_whitespace() || matches!(c, '"' | '\'' | '(' | ')' | '<' | '>' | ',' | '|' | '[' | ']')
        };
        for slash in memchr::memchr_iter(b'/', text.as_bytes()) {
            let Some(host) = named_before(&text.as_bytes()[..slash]) else { continue };
            let from = slash - host.len();
            let before = &text[text.floor_char_boundary(from.saturating_sub(LONGEST))..from];
            let start =
                before.rfind(ends).map_or(0, |at| at + before[at..].chars().next().map_or(1, char::len_utf8));
            let after = &text[from..text.floor_char_boundary(slash + LONGEST)];
            let token = &after[..after.find(ends).unwrap_or(after.len())];
            // What is cut short names nobody.
            let prefix = before[start..].trim_start_matches(|c: char| !c.is_alphanumeric());
            if !token.ends_with("...") && !token.contains('…') && is_host_start(prefix) {
                self.add(token.trim_end_matches(['.', ':', ';', '!', '?', '*']), Source::Text, false);
            }
        }
    }

    fn sorted(mut self, site: &Site) -> Vec<Social> {
        let name = site.name().to_ascii_lowercase();
        let own = |social: &Social| {
            let folded: String = social.url.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect();
            let folded_name: String = name.chars().filter(|c| c.is_alphanumeric()).collect();
            !folded_name.is_empty() && folded.contains(&folded_name)
        };
        self.list.sort_by_cached_key(|(social, mentions)| {
            (!own(social), social.source == Source::Text, social.source, u32::MAX - mentions)
        });
        self.list.into_iter().map(|(social, _)| social).collect()
    }
}

/// The domain that ends a text, of those whose profiles people write out.
fn named_before(text: &[u8]) -> Option<&'static str> {
    #[rustfmt::skip]
    const DOMAINS: [&str; 11] = [
        "facebook.com", "instagram.com", "twitter.com", "linkedin.com", "youtube.com", "tiktok.com",
        "pinterest.com", "vk.com", "t.me", "x.com", "threads.net",
    ];
    let ends = |domain: &&str| {
        text.len()
            .checked_sub(domain.len())
            .is_some_and(|at| text[at..].eq_ignore_ascii_case(domain.as_bytes()))
    };
    matches!(text.last()?, b'm' | b'M' | b'e' | b'E' | b't' | b'T').then(|| DOMAINS.into_iter().find(ends))?
}

/// Whether what stands before a network's domain is nothing, or a scheme and a subdomain of few letters.
fn is_host_start(prefix: &str) -> bool {
    let host = prefix.rsplit('/').next().unwrap_or("");
    host.is_empty() || host.ends_with('.') && host.len() <= 8
}

/// The network and the canonical address of a profile.
fn profile(text: &str, me: bool) -> Option<(&'static str, String)> {
    let text = text.trim();
    // Relative links, the greater part of most pages, are told by their start.
    if text.starts_with(['#', '?', '.']) || text.starts_with('/') && !text.starts_with("//") {
        return None;
    }
    if let Some(chat) = text.strip_prefix("whatsapp://") {
        return profile(&format!("https://api.whatsapp.com/{}", chat.trim_start_matches('/')), false);
    }
    if let Some(name) = text.strip_prefix("tg://resolve?domain=") {
        return profile(&format!("https://t.me/{}", name.split('&').next().unwrap_or("")), false);
    }
    let candidates = networks::candidates(text);
    if candidates.is_empty() && !text.contains("/@") {
        return None;
    }
    let address = Address::parse(text)?;
    let known = candidates.iter().filter_map(|&index| NETWORKS.get(index));
    for network in known {
        if network.hosts.iter().any(|entry| address.is_of(entry)) {
            let path = (network.profile)(&address)?;
            return Some((network.name, format!("{}{path}", network.base)));
        }
    }
    mastodon(&address, me).map(|url| ("mastodon", url))
}

fn mastodon(address: &Address<'_>, me: bool) -> Option<String> {
    let name = address.segment(0).filter(|_| address.segments.len() == 1)?.strip_prefix('@')?;
    let known = me || MASTODON.contains(&address.host.as_str()) || address.host.starts_with("mastodon.");
    let plain =
        name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'@' | b'.' | b'-'));
    (known && plain && !name.is_empty()).then(|| format!("https://{}/@{name}", address.host))
}

#[cfg(test)]
mod tests;
