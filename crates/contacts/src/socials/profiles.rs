//! Which addresses of a network are profiles: one function a way of writing them, each giving the canonical path.

use super::{
    address::Address,
    reserved::{FACEBOOK, GITHUB, INSTAGRAM, MEDIUM, PINTEREST, TUMBLR, TWITTER, VIMEO, VK, WEIBO, YOUTUBE},
};

/// `/acme`, whatever follows it in `tabs`; other paths below it are contents.
pub(super) fn handle(address: &Address<'_>, reserved: &[&str], contents: &[&str]) -> Option<String> {
    let name = address.segment(0)?.trim_start_matches('@');
    let within = address
        .segment(1)
        .is_some_and(|second| contents.iter().any(|word| word.eq_ignore_ascii_case(second)));
    let own = !within && !is_reserved(name, reserved) && is_name(name);
    own.then(|| name.to_owned())
}

/// `/acme` and nothing below it.
pub(super) fn single(address: &Address<'_>, reserved: &[&str]) -> Option<String> {
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
pub(super) fn at_handle(address: &Address<'_>, contents: &[&str]) -> Option<String> {
    let name = address.segment(0)?;
    name.starts_with('@').then(|| handle(address, &[], contents)).flatten().map(|name| format!("@{name}"))
}

/// `/kind/acme`, unless a content follows.
pub(super) fn below(address: &Address<'_>, kinds: &[&str], contents: &[&str]) -> Option<String> {
    let kind = address.segment(0)?.to_ascii_lowercase();
    let name = address.segment(1)?;
    let within = address.segment(2).is_some_and(|third| contents.contains(&third));
    (kinds.contains(&kind.as_str()) && !within && is_name(name)).then(|| format!("{kind}/{name}"))
}

/// `acme.network.com`.
pub(super) fn subdomain(address: &Address<'_>, domain: &str, reserved: &[&str]) -> Option<String> {
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

pub(super) fn facebook(address: &Address<'_>) -> Option<String> {
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

pub(super) fn instagram(address: &Address<'_>) -> Option<String> {
    if matches!(address.segment(0), Some("_u" | "_n")) {
        return address.segment(1).filter(|name| is_name(name)).map(str::to_owned);
    }
    handle(address, INSTAGRAM, &["p", "reel", "tv"])
}

pub(super) fn twitter(address: &Address<'_>) -> Option<String> {
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

pub(super) fn linkedin(address: &Address<'_>) -> Option<String> {
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

pub(super) fn youtube(address: &Address<'_>) -> Option<String> {
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

pub(super) fn pinterest(address: &Address<'_>) -> Option<String> {
    let known = matches!(address.host.split('.').nth_back(1), Some("pinterest" | "co" | "com"));
    if known { handle(address, PINTEREST, &[]) } else { None }
}

pub(super) fn xing(address: &Address<'_>) -> Option<String> {
    below(address, &["profile", "companies", "pages", "company"], &[])
}

pub(super) fn whatsapp(address: &Address<'_>) -> Option<String> {
    let said = match address.segment(0) {
        Some("send") | None => address.query("phone")?,
        Some(first) if address.host.ends_with("wa.me") => first.to_owned(),
        Some(_) => return None,
    };
    let digits: String = said.chars().filter(char::is_ascii_digit).collect();
    let others = said.chars().any(char::is_alphabetic);
    (!others && (7..=15).contains(&digits.len())).then_some(digits)
}

pub(super) fn telegram(address: &Address<'_>) -> Option<String> {
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

pub(super) fn vk(address: &Address<'_>) -> Option<String> {
    let name = handle(address, VK, &[])?;
    // `wall-1_2`, `photo1_2`, `topic-1_2`: a word of the network and a number.
    let stem = name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '_' || c == '-');
    let content = stem.len() < name.len() && VK.contains(&stem);
    (!content && address.segment(1).is_none()).then_some(name)
}

pub(super) fn github(address: &Address<'_>) -> Option<String> {
    match address.segment(0)? {
        "orgs" | "sponsors" => address.segment(1).filter(|name| is_name(name)).map(str::to_owned),
        _ => single(address, GITHUB),
    }
}

pub(super) fn vimeo(address: &Address<'_>) -> Option<String> {
    single(address, VIMEO).filter(|name| !name.bytes().all(|byte| byte.is_ascii_digit()))
}

pub(super) fn medium(address: &Address<'_>) -> Option<String> {
    let own = ["help", "api", "cdn-images-1", "miro", "blog", "policy", "link"];
    if let Some(host) = subdomain(address, "medium.com", &own) {
        return address.segments.is_empty().then_some(host);
    }
    let name = address.segment(0)?;
    let profile = if name.starts_with('@') { at_handle(address, &[]) } else { single(address, MEDIUM) };
    profile.filter(|_| address.segments.len() == 1).map(|name| format!("medium.com/{name}"))
}

pub(super) fn discord(address: &Address<'_>) -> Option<String> {
    let invite = if address.host.ends_with("discord.gg") { 0 } else { 1 };
    let known = invite == 0 || matches!(address.segment(0), Some("invite"));
    known.then(|| address.segment(invite)).flatten().filter(|name| is_name(name)).map(str::to_owned)
}

pub(super) fn tumblr(address: &Address<'_>) -> Option<String> {
    if let Some(host) = subdomain(address, "tumblr.com", TUMBLR) {
        return (address.segment(0) != Some("post")).then_some(host);
    }
    let name = single(address, TUMBLR)?;
    (address.host == "www.tumblr.com" || address.host == "tumblr.com")
        .then(|| format!("www.tumblr.com/{name}"))
}

pub(super) fn flickr(address: &Address<'_>) -> Option<String> {
    let number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let photo = address.segment(0) == Some("photos") && address.segment(2).is_some_and(number);
    if photo || matches!(address.segment(1), Some("tags")) {
        None
    } else {
        below(address, &["photos", "people"], &[])
    }
}

pub(super) fn tripadvisor(address: &Address<'_>) -> Option<String> {
    let page = address.segment(0)?;
    let review =
        page.contains("_Review-") && !page.starts_with("ShowUserReviews") && !page.starts_with("UserReview");
    (review && is_name(page)).then(|| page.to_owned())
}

pub(super) fn ok(address: &Address<'_>) -> Option<String> {
    let reserved = [
        "dk", "video", "music", "games", "help", "feed", "app", "live", "gifts", "search", "discover",
        "offer",
    ];
    below(address, &["group", "profile"], &["topic", "album"]).or_else(|| single(address, &reserved))
}

pub(super) fn weibo(address: &Address<'_>) -> Option<String> {
    below(address, &["u"], &[]).or_else(|| single(address, WEIBO))
}

pub(super) fn line(address: &Address<'_>) -> Option<String> {
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
