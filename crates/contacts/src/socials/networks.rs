//! The networks: their hosts, and which of their addresses are profiles.

use super::address::Address;

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

const FACEBOOK: &[&str] = &[
    "about",
    "ads",
    "advertising",
    "ajax",
    "apps",
    "badges",
    "bookmarks",
    "business",
    "careers",
    "checkpoint",
    "connect",
    "cookie",
    "cookies",
    "developers",
    "dialog",
    "directory",
    "donate",
    "events",
    "facebook",
    "feed",
    "feeds",
    "findfriends",
    "fundraisers",
    "games",
    "gaming",
    "groups",
    "hashtag",
    "help",
    "home",
    "jobs",
    "l",
    "legal",
    "lite",
    "login",
    "marketplace",
    "media",
    "messages",
    "mobile",
    "note",
    "notes",
    "permalink",
    "photo",
    "photos",
    "places",
    "platform",
    "plugins",
    "policies",
    "policy",
    "posts",
    "privacy",
    "recover",
    "reel",
    "reg",
    "rsrc",
    "search",
    "security",
    "settings",
    "share",
    "sharer",
    "signup",
    "stories",
    "story",
    "story_fbid",
    "terms",
    "tr",
    "translations",
    "v",
    "video",
    "videos",
    "watch",
    "widgets",
    "full_data_use_policy",
    "posted",
    "share_channel",
];
const TWITTER: &[&str] = &[
    "about",
    "account",
    "compose",
    "download",
    "en",
    "explore",
    "followers",
    "following",
    "goodies",
    "hashtag",
    "home",
    "i",
    "intent",
    "javascripts",
    "jobs",
    "login",
    "logout",
    "messages",
    "notifications",
    "oauth",
    "privacy",
    "search",
    "search-home",
    "settings",
    "share",
    "signup",
    "statuses",
    "status",
    "tos",
    "twitter",
    "who_to_follow",
    "widgets",
];
const INSTAGRAM: &[&str] = &[
    "about",
    "accounts",
    "api",
    "blog",
    "developer",
    "direct",
    "directory",
    "embed",
    "explore",
    "instagram",
    "legal",
    "oauth",
    "p",
    "press",
    "reel",
    "reels",
    "share",
    "static",
    "stories",
    "tags",
    "tv",
    "web",
    "challenge",
    "privacy",
];
const YOUTUBE: &[&str] = &[
    "about",
    "account",
    "ads",
    "api",
    "attribution_link",
    "channel",
    "c",
    "creators",
    "embed",
    "feed",
    "gaming",
    "hashtag",
    "howyoutubeworks",
    "iframe_api",
    "intl",
    "kids",
    "live",
    "music",
    "oembed",
    "player_api",
    "playlist",
    "premium",
    "profile",
    "redirect",
    "results",
    "s",
    "shorts",
    "signin",
    "signup",
    "subscription_center",
    "t",
    "trends",
    "upload",
    "user",
    "v",
    "watch",
    "watch_popup",
    "yt",
    "youtube",
    "clip",
    "post",
    "watch_videos",
    "view_play_list",
    "source",
    "download",
    "browse",
];
const PINTEREST: &[&str] = &[
    "_",
    "about",
    "business",
    "categories",
    "discover",
    "en",
    "explore",
    "ideas",
    "join",
    "js",
    "login",
    "oauth",
    "password",
    "pin",
    "pin-builder",
    "pinterest",
    "resource",
    "search",
    "settings",
    "source",
    "today",
    "topics",
    "v3",
    "email",
];
const GITHUB: &[&str] = &[
    "about",
    "apps",
    "blog",
    "codespaces",
    "collections",
    "contact",
    "customer-stories",
    "enterprise",
    "events",
    "explore",
    "features",
    "github",
    "issues",
    "join",
    "login",
    "marketplace",
    "new",
    "notifications",
    "organizations",
    "orgs",
    "pricing",
    "pulls",
    "readme",
    "resources",
    "search",
    "security",
    "settings",
    "signup",
    "site",
    "solutions",
    "sponsors",
    "stars",
    "team",
    "topics",
    "trending",
];
const GITLAB: &[&str] =
    &["explore", "users", "help", "search", "dashboard", "groups", "projects", "public", "gitlab-org"];
const VIMEO: &[&str] = &[
    "about",
    "album",
    "api",
    "blog",
    "business",
    "categories",
    "channels",
    "cookie_policy",
    "event",
    "everywhere",
    "features",
    "groups",
    "help",
    "jobs",
    "join",
    "log_in",
    "login",
    "manage",
    "moogaloop",
    "ondemand",
    "privacy",
    "showcase",
    "site_map",
    "staff",
    "stock",
    "terms",
    "tools",
    "upgrade",
    "upload",
    "watch",
    "search",
    "vimeo",
    "share",
];
const MEDIUM: &[&str] = &[
    "m",
    "p",
    "about",
    "tag",
    "topic",
    "search",
    "me",
    "new-story",
    "membership",
    "plans",
    "policy",
    "jobs-at-medium",
    "s",
];
const TWITCH: &[&str] = &[
    "directory",
    "videos",
    "p",
    "downloads",
    "jobs",
    "turbo",
    "settings",
    "embed",
    "search",
    "login",
    "signup",
];
const SOUNDCLOUD: &[&str] = &[
    "discover",
    "stream",
    "search",
    "upload",
    "you",
    "tags",
    "charts",
    "pages",
    "player",
    "oembed",
    "jobs",
    "signin",
    "terms-of-use",
];
const BEHANCE: &[&str] = &[
    "gallery",
    "search",
    "joblist",
    "live",
    "blog",
    "collection",
    "assets",
    "galleries",
    "about",
    "signup",
    "hire",
    "for_you",
];
const DRIBBBLE: &[&str] = &[
    "shots",
    "tags",
    "designers",
    "jobs",
    "session",
    "search",
    "hiring",
    "pro",
    "about",
    "stories",
    "learn",
    "signup",
    "colors",
];
const PATREON: &[&str] = &[
    "posts", "login", "signup", "join", "explore", "about", "policy", "pricing", "bepatron", "home",
    "search", "user", "oauth2",
];
const VK: &[&str] = &[
    "about",
    "album",
    "app",
    "apps",
    "audio",
    "away",
    "blog",
    "dev",
    "doc",
    "docs",
    "feed",
    "im",
    "jobs",
    "join",
    "js",
    "login",
    "market",
    "photo",
    "photos",
    "restore",
    "search",
    "settings",
    "share",
    "support",
    "terms",
    "topic",
    "video",
    "videos",
    "wall",
    "widget",
    "write",
    "widget_community",
    "images",
    "stickers",
    "clips",
];
const WEIBO: &[&str] = &[
    "share",
    "service",
    "login",
    "signup",
    "ttarticle",
    "p",
    "tv",
    "hot",
    "search",
    "newlogin",
    "n",
    "register",
];
const TUMBLR: &[&str] = &[
    "about",
    "api",
    "apps",
    "assets",
    "blog",
    "dashboard",
    "embed",
    "explore",
    "explorer",
    "help",
    "login",
    "media",
    "platform",
    "policy",
    "privacy",
    "register",
    "search",
    "share",
    "static",
    "staff",
    "support",
    "tagged",
    "themes",
    "widgets",
    "www",
    "follow",
    "docs",
    "secure",
];

/// `/acme`, whatever follows it in `tabs`; other paths below it are contents.
fn handle(address: &Address<'_>, reserved: &[&str], contents: &[&str]) -> Option<String> {
    let name = address.segment(0)?.trim_start_matches('@');
    let within = address
        .segment(1)
        .is_some_and(|second| contents.iter().any(|word| word.eq_ignore_ascii_case(second)));
    let own = !within && !is_reserved(name, reserved) && is_name(name);
    own.then(|| name.to_owned())
}

/// `/acme` and nothing below it.
fn single(address: &Address<'_>, reserved: &[&str]) -> Option<String> {
    let tabs = [
        "about",
        "followers",
        "following",
        "tracks",
        "albums",
        "sets",
        "videos",
        "shots",
        "projects",
        "home",
        "posts",
        "friend",
    ];
    let below = address.segment(1).is_some_and(|second| !tabs.contains(&second));
    if below { None } else { handle(address, reserved, &[]) }
}

/// `/@acme`, unless a content follows.
fn at_handle(address: &Address<'_>, contents: &[&str]) -> Option<String> {
    let name = address.segment(0)?;
    name.starts_with('@').then(|| handle(address, &[], contents)).flatten().map(|name| format!("@{name}"))
}

/// `/kind/acme`, unless a content follows.
fn below(address: &Address<'_>, kinds: &[&str], contents: &[&str]) -> Option<String> {
    let kind = address.segment(0)?.to_ascii_lowercase();
    let name = address.segment(1)?;
    let within = address.segment(2).is_some_and(|third| contents.contains(&third));
    (kinds.contains(&kind.as_str()) && !within && is_name(name)).then(|| format!("{kind}/{name}"))
}

/// `acme.network.com`.
fn subdomain(address: &Address<'_>, domain: &str, reserved: &[&str]) -> Option<String> {
    let name = address.host.strip_suffix(domain)?.strip_suffix('.')?;
    let own = !name.contains('.') && !is_reserved(name, reserved) && name != "www" && name != "m";
    own.then(|| address.host.clone())
}

/// Whether a name is one of the network's own; `sharer.php` is `sharer`.
fn is_reserved(name: &str, reserved: &[&str]) -> bool {
    let stem = name.split('.').next().unwrap_or(name);
    let script = name.len() > stem.len() && name[stem.len()..].starts_with(".php");
    let sample =
        ["yourpage", "yourusername", "username", "yourprofile", "your-page", "your_username", "yourname"];
    script
        || reserved.iter().any(|word| word.eq_ignore_ascii_case(name))
        || sample.iter().any(|word| word.eq_ignore_ascii_case(name))
        || name.ends_with(".html")
        || name.ends_with(".aspx")
        || name.ends_with(".js")
}

/// Letters, digits, and the signs that names have; percent codes stand for letters of other scripts.
fn is_name(name: &str) -> bool {
    const LONGEST: usize = 200;
    let fits = |c: char| {
        c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '%' | '@' | '~' | '+' | '\'' | '&' | ',')
    };
    (1..=LONGEST).contains(&name.len()) && name.chars().all(fits) && name.chars().any(char::is_alphanumeric)
}

fn facebook(address: &Address<'_>) -> Option<String> {
    let first = address.segment(0)?.to_ascii_lowercase();
    match first.as_str() {
        "profile.php" => {
            let id = address.query("id")?;
            id.bytes().all(|byte| byte.is_ascii_digit()).then(|| format!("profile.php?id={id}"))
        }
        "pages" | "people" | "p" => {
            let name = address.segment(1).filter(|name| is_name(name))?;
            match address
                .segments
                .iter()
                .skip(2)
                .find(|id| id.len() > 4 && id.bytes().all(|b| b.is_ascii_digit()))
            {
                Some(id) => Some(format!("{first}/{name}/{id}")),
                // `pages/create`, `pages/category/...` are Facebook's own.
                None if matches!(name, "create" | "category" | "create.php" | "browser.php") => None,
                None => Some(format!("{first}/{name}")),
            }
        }
        "pg" => address.segment(1).filter(|name| is_name(name)).map(str::to_owned),
        "plugins" | "connect" => {
            let page = matches!(address.segment(1)?, "page.php" | "likebox.php" | "fan.php");
            let inner = page.then(|| address.query("href")).flatten()?;
            let inner = Address::parse(&inner)?;
            (inner.host.ends_with("facebook.com") && inner.segment(0) != Some("plugins"))
                .then(|| facebook(&inner))
                .flatten()
        }
        _ => {
            let contents =
                ["posts", "photos", "videos", "events", "notes", "permalink", "media_set", "reels"];
            let deep = address.segment(1).is_some_and(|second| contents.contains(&second))
                && address.segment(2).is_some();
            if deep { None } else { handle(address, FACEBOOK, &[]).filter(|name| name.len() > 1) }
        }
    }
}

fn instagram(address: &Address<'_>) -> Option<String> {
    if matches!(address.segment(0), Some("_u" | "_n")) {
        return address.segment(1).filter(|name| is_name(name)).map(str::to_owned);
    }
    handle(address, INSTAGRAM, &["p", "reel", "tv"])
}

fn twitter(address: &Address<'_>) -> Option<String> {
    const LONGEST: usize = 20;
    let fits = |name: &str| {
        name.len() <= LONGEST && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    };
    if address.segment(0) == Some("intent") && matches!(address.segment(1), Some("user" | "follow")) {
        return address
            .query("screen_name")
            .map(|name| name.trim_start_matches('@').to_owned())
            .filter(|name| fits(name));
    }
    let contents = ["status", "statuses", "lists", "moments", "timelines", "events", "communities"];
    handle(address, TWITTER, &contents).filter(|name| fits(name))
}

fn linkedin(address: &Address<'_>) -> Option<String> {
    let skip = usize::from(address.segment(0) == Some("mwlite"));
    let kind = address.segment(skip)?.to_ascii_lowercase();
    let name = address.segment(skip + 1)?;
    match kind.as_str() {
        "in" | "company" | "school" | "showcase" | "companies" | "company-beta" if is_name(name) => {
            Some(format!("{kind}/{name}"))
        }
        "pub" if is_name(name) && name != "dir" => Some(address.segments[skip..].join("/")),
        "profile" if name == "view" => address.query("id").map(|id| format!("profile/view?id={id}")),
        _ => None,
    }
}

fn youtube(address: &Address<'_>) -> Option<String> {
    let first = address.segment(0)?;
    let kind = first.to_ascii_lowercase();
    if matches!(kind.as_str(), "channel" | "user" | "c") {
        return address.segment(1).filter(|name| is_name(name)).map(|name| format!("{kind}/{name}"));
    }
    if kind == "subscription_center" {
        return address.query("add_user").filter(|name| is_name(name)).map(|name| format!("user/{name}"));
    }
    if address.host.starts_with("music.") || address.host.starts_with("studio.") {
        return None;
    }
    let name = handle(address, YOUTUBE, &[])?;
    Some(if first.starts_with('@') { format!("@{name}") } else { name })
}

fn pinterest(address: &Address<'_>) -> Option<String> {
    let known = matches!(address.host.split('.').nth_back(1), Some("pinterest" | "co" | "com"));
    if known { handle(address, PINTEREST, &[]) } else { None }
}

fn xing(address: &Address<'_>) -> Option<String> {
    below(address, &["profile", "companies", "pages", "company"], &[])
}

fn whatsapp(address: &Address<'_>) -> Option<String> {
    let said = match address.segment(0) {
        Some("send") | None => address.query("phone")?,
        Some(first) if address.host.ends_with("wa.me") => first.to_owned(),
        Some(_) => return None,
    };
    let digits: String = said.chars().filter(char::is_ascii_digit).collect();
    let others = said.chars().any(char::is_alphabetic);
    (!others && (7..=15).contains(&digits.len())).then_some(digits)
}

fn telegram(address: &Address<'_>) -> Option<String> {
    let skip = usize::from(address.segment(0) == Some("s"));
    let name = address.segment(skip)?;
    let reserved = [
        "share",
        "joinchat",
        "addstickers",
        "addemoji",
        "proxy",
        "socks",
        "iv",
        "msg",
        "login",
        "setlanguage",
        "addtheme",
        "bg",
        "c",
        "confirmphone",
        "addlist",
        "boost",
    ];
    let word = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let post = address.segment(skip + 1).is_some_and(|id| id.bytes().all(|byte| byte.is_ascii_digit()));
    (word && !post && name.len() > 2 && !is_reserved(name, &reserved)).then(|| name.to_owned())
}

fn vk(address: &Address<'_>) -> Option<String> {
    let name = handle(address, VK, &[])?;
    // `wall-1_2`, `photo1_2`, `topic-1_2`: a word of the network and a number.
    let stem = name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '_' || c == '-');
    let content = stem.len() < name.len() && VK.contains(&stem);
    (!content && address.segment(1).is_none()).then_some(name)
}

fn github(address: &Address<'_>) -> Option<String> {
    match address.segment(0)? {
        "orgs" | "sponsors" => address.segment(1).filter(|name| is_name(name)).map(str::to_owned),
        _ => single(address, GITHUB),
    }
}

fn vimeo(address: &Address<'_>) -> Option<String> {
    single(address, VIMEO).filter(|name| !name.bytes().all(|byte| byte.is_ascii_digit()))
}

fn medium(address: &Address<'_>) -> Option<String> {
    let own = ["help", "api", "cdn-images-1", "miro", "blog", "policy", "link"];
    if let Some(host) = subdomain(address, "medium.com", &own) {
        return address.segments.is_empty().then_some(host);
    }
    let name = address.segment(0)?;
    let profile = if name.starts_with('@') { at_handle(address, &[]) } else { single(address, MEDIUM) };
    profile.filter(|_| address.segments.len() == 1).map(|name| format!("medium.com/{name}"))
}

fn discord(address: &Address<'_>) -> Option<String> {
    let invite = if address.host.ends_with("discord.gg") { 0 } else { 1 };
    let known = invite == 0 || matches!(address.segment(0), Some("invite"));
    known.then(|| address.segment(invite)).flatten().filter(|name| is_name(name)).map(str::to_owned)
}

fn tumblr(address: &Address<'_>) -> Option<String> {
    if let Some(host) = subdomain(address, "tumblr.com", TUMBLR) {
        return (address.segment(0) != Some("post")).then_some(host);
    }
    let name = single(address, TUMBLR)?;
    (address.host == "www.tumblr.com" || address.host == "tumblr.com")
        .then(|| format!("www.tumblr.com/{name}"))
}

fn flickr(address: &Address<'_>) -> Option<String> {
    let number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let photo = address.segment(0) == Some("photos") && address.segment(2).is_some_and(number);
    if photo || matches!(address.segment(1), Some("tags")) {
        None
    } else {
        below(address, &["photos", "people"], &[])
    }
}

fn tripadvisor(address: &Address<'_>) -> Option<String> {
    let page = address.segment(0)?;
    let review =
        page.contains("_Review-") && !page.starts_with("ShowUserReviews") && !page.starts_with("UserReview");
    (review && is_name(page)).then(|| page.to_owned())
}

fn ok(address: &Address<'_>) -> Option<String> {
    let reserved = [
        "dk", "video", "music", "games", "help", "feed", "app", "live", "gifts", "search", "discover",
        "offer",
    ];
    below(address, &["group", "profile"], &["topic", "album"]).or_else(|| single(address, &reserved))
}

fn weibo(address: &Address<'_>) -> Option<String> {
    below(address, &["u"], &[]).or_else(|| single(address, WEIBO))
}

fn line(address: &Address<'_>) -> Option<String> {
    let path = address.segments.join("/");
    let at = path.strip_prefix("R/").unwrap_or(&path);
    if address.host.ends_with("lin.ee") || address.host == "page.line.me" {
        return address
            .segment(0)
            .filter(|name| is_name(name))
            .map(|name| format!("{}/{name}", address.host));
    }
    at.strip_prefix("ti/p/").filter(|name| is_name(name)).map(|name| format!("line.me/ti/p/{name}"))
}
