//! The networks: their hosts, and which of their addresses are profiles.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use super::{
    address::Address,
    profiles::{
        at_handle, below, discord, facebook, flickr, github, instagram, line, linkedin, medium, ok,
        pinterest, single, subdomain, telegram, tripadvisor, tumblr, twitter, vimeo, vk, weibo, whatsapp,
        xing, youtube,
    },
    reserved::{BEHANCE, DRIBBBLE, GITLAB, PATREON, SOUNDCLOUD, TWITCH},
};

/// A social network.
pub(super) struct Network {
    /// Its name in lower case.
    pub(super) name: &'static str,
    /// Its domains; subdomains belong to them, unless an entry says `=host`.
    pub(super) hosts: &'static [&'static str],
    /// What its profiles' canonical addresses start with.
    pub(super) base: &'static str,
    /// The canonical path of an address that is a profile.
    pub(super) profile: fn(&Address<'_>) -> Option<String>,
}

const fn network(
    name: &'static str,
    hosts: &'static [&'static str],
    base: &'static str,
    profile: fn(&Address<'_>) -> Option<String>,
) -> Network {
    Network { name, hosts, base, profile }
}

/// Every network, the most used first.
#[rustfmt::skip]
pub(super) static NETWORKS: [Network; 44] = [
    network("facebook", &["facebook.com", "fb.com", "facebook.de"], "https://www.facebook.com/", facebook),
    network("instagram", &["instagram.com", "instagr.am"], "https://www.instagram.com/", instagram),
    network("twitter", &["twitter.com", "x.com"], "https://x.com/", twitter),
    network("linkedin", &["linkedin.com"], "https://www.linkedin.com/", linkedin),
    network("youtube", &["youtube.com"], "https://www.youtube.com/", youtube),
    network("tiktok", &["tiktok.com"], "https://www.tiktok.com/", |a| at_handle(a, &["video", "photo"])),
    network("pinterest", &["pinterest.*"], "https://www.pinterest.com/", pinterest),
    network("whatsapp", &["wa.me", "whatsapp.com"], "https://wa.me/", whatsapp),
    network("telegram", &["=t.me", "=telegram.me", "=telegram.dog"], "https://t.me/", telegram),
    network("xing", &["xing.com"], "https://www.xing.com/", xing),
    network("vk", &["vk.com", "vkontakte.ru", "vk.ru"], "https://vk.com/", vk),
    network("threads", &["threads.net", "threads.com"], "https://www.threads.com/", |a| at_handle(a, &["post"])),
    network("bluesky", &["=bsky.app"], "https://bsky.app/", |a| below(a, &["profile"], &["post", "feed", "lists"])),
    network("github", &["=github.com", "=www.github.com"], "https://github.com/", github),
    network("gitlab", &["=gitlab.com", "=www.gitlab.com"], "https://gitlab.com/", |a| single(a, GITLAB)),
    network("snapchat", &["snapchat.com"], "https://www.snapchat.com/", |a| below(a, &["add"], &[]).or_else(|| at_handle(a, &[]))),
    network("vimeo", &["=vimeo.com", "=www.vimeo.com"], "https://vimeo.com/", vimeo),
    network("medium", &["medium.com"], "https://", medium),
    network("discord", &["discord.gg", "discord.com", "discordapp.com"], "https://discord.gg/", discord),
    network("twitch", &["=twitch.tv", "=www.twitch.tv", "=m.twitch.tv"], "https://www.twitch.tv/", |a| single(a, TWITCH)),
    network("reddit", &["reddit.com"], "https://www.reddit.com/", |a| below(a, &["r", "user", "u"], &["comments", "s", "submit"])),
    network("tumblr", &["tumblr.com"], "https://", tumblr),
    network("flickr", &["flickr.com"], "https://www.flickr.com/", flickr),
    network("soundcloud", &["=soundcloud.com", "=www.soundcloud.com", "=m.soundcloud.com"], "https://soundcloud.com/", |a| single(a, SOUNDCLOUD)),
    network("spotify", &["=open.spotify.com"], "https://open.spotify.com/", |a| below(a, &["artist", "user", "show"], &["playlist"])),
    network("bandcamp", &["bandcamp.com"], "https://", |a| subdomain(a, "bandcamp.com", &["daily", "f4", "bandcamp"])),
    network("behance", &["=behance.net", "=www.behance.net"], "https://www.behance.net/", |a| single(a, BEHANCE)),
    network("dribbble", &["=dribbble.com", "=www.dribbble.com"], "https://dribbble.com/", |a| single(a, DRIBBBLE)),
    network("yelp", &["yelp.*"], "https://www.yelp.com/", |a| below(a, &["biz"], &[])),
    network("tripadvisor", &["tripadvisor.*"], "https://www.tripadvisor.com/", tripadvisor),
    network("foursquare", &["foursquare.com"], "https://foursquare.com/", |a| below(a, &["v"], &[])),
    network("ok", &["ok.ru", "odnoklassniki.ru"], "https://ok.ru/", ok),
    network("weibo", &["=weibo.com", "=www.weibo.com", "=m.weibo.cn", "=weibo.cn"], "https://weibo.com/", weibo),
    network("line", &["line.me", "lin.ee"], "https://", line),
    network("kakao", &["=pf.kakao.com"], "https://pf.kakao.com/", |a| single(a, &[])),
    network("messenger", &["=m.me"], "https://m.me/", |a| single(a, &[])),
    network("patreon", &["patreon.com"], "https://www.patreon.com/", |a| single(a, PATREON)),
    network("linktree", &["linktr.ee"], "https://linktr.ee/", |a| single(a, &["s", "help", "login", "register"])),
    network("goodreads", &["goodreads.com"], "https://www.goodreads.com/", |a| below(a, &["author"], &[])),
    network("crunchbase", &["crunchbase.com"], "https://www.crunchbase.com/", |a| below(a, &["organization", "person"], &[])),
    network("stackoverflow", &["stackoverflow.com"], "https://stackoverflow.com/", |a| below(a, &["users", "company"], &[])),
    network("slideshare", &["slideshare.net"], "https://www.slideshare.net/", |a| single(a, &["login", "explore", "search", "share"])),
    network("issuu", &["=issuu.com", "=www.issuu.com"], "https://issuu.com/", |a| single(a, &["explore", "search", "signin", "embed"])),
    network("mixcloud", &["mixcloud.com"], "https://www.mixcloud.com/", |a| single(a, &["discover", "upload", "widget", "select"])),
];

/// The networks that an address may belong to, by the names in its first bytes: most links belong to none.
pub(super) fn candidates(text: &str) -> Vec<usize> {
    /// The host stands in the first bytes; an address within an address a little later.
    const REACH: usize = 160;
    static NAMES: LazyLock<Option<(AhoCorasick, Vec<usize>)>> = LazyLock::new(|| {
        let of = |(index, network): (usize, &Network)| {
            let domain = |entry: &'static str| entry.trim_start_matches('=').trim_end_matches('*');
            network.hosts.iter().map(move |entry| (domain(entry), index)).collect::<Vec<_>>()
        };
        let (names, indexes): (Vec<_>, Vec<_>) = NETWORKS.iter().enumerate().flat_map(of).unzip();
        let names = AhoCorasick::builder().ascii_case_insensitive(true).build(names).ok()?;
        Some((names, indexes))
    });
    let head = &text[..text.floor_char_boundary(REACH)];
    let Some((names, indexes)) = NAMES.as_ref() else { return Vec::new() };
    let mut found: Vec<usize> = names
        .find_overlapping_iter(head)
        .filter_map(|found| indexes.get(found.pattern().as_usize()).copied())
        .collect();
    found.sort_unstable();
    found.dedup();
    found
}
