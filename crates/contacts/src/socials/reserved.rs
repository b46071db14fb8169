//! Words in the addresses of networks that are the network's own, and no profile.

#[rustfmt::skip]
pub(super) const FACEBOOK: &[&str] = &[
    "about", "ads", "advertising", "ajax", "apps", "badges", "bookmarks", "business", "careers",
    "checkpoint", "connect", "cookie", "cookies", "developers", "dialog", "directory", "donate", "events",
    "facebook", "feed", "feeds", "findfriends", "fundraisers", "games", "gaming", "groups", "hashtag",
    "help", "home", "jobs", "l", "legal", "lite", "login", "marketplace", "media", "messages", "mobile",
    "note", "notes", "permalink", "photo", "photos", "places", "platform", "plugins", "policies", "policy",
    "posts", "privacy", "recover", "reel", "reg", "rsrc", "search", "security", "settings", "share",
    "sharer", "signup", "stories", "story", "story_fbid", "terms", "tr", "translations", "v", "video",
    "videos", "watch", "widgets", "full_data_use_policy", "posted", "share_channel",
];

#[rustfmt::skip]
pub(super) const TWITTER: &[&str] = &[
    "about", "account", "compose", "download", "en", "explore", "followers", "following", "goodies",
    "hashtag", "home", "i", "intent", "javascripts", "jobs", "login", "logout", "messages", "notifications",
    "oauth", "privacy", "search", "search-home", "settings", "share", "signup", "statuses", "status", "tos",
    "twitter", "who_to_follow", "widgets",
];

#[rustfmt::skip]
pub(super) const INSTAGRAM: &[&str] = &[
    "about", "accounts", "api", "blog", "developer", "direct", "directory", "embed", "explore", "instagram",
    "legal", "oauth", "p", "press", "reel", "reels", "share", "static", "stories", "tags", "tv", "web",
    "challenge", "privacy",
];

#[rustfmt::skip]
pub(super) const YOUTUBE: &[&str] = &[
    "about", "account", "ads", "api", "attribution_link", "channel", "c", "creators", "embed", "feed",
    "gaming", "hashtag", "howyoutubeworks", "iframe_api", "intl", "kids", "live", "music", "oembed",
    "player_api", "playlist", "premium", "profile", "redirect", "results", "s", "shorts", "signin",
    "signup", "subscription_center", "t", "trends", "upload", "user", "v", "watch", "watch_popup", "yt",
    "youtube", "clip", "post", "watch_videos", "view_play_list", "source", "download", "browse",
];

#[rustfmt::skip]
pub(super) const PINTEREST: &[&str] = &[
    "_", "about", "business", "categories", "discover", "en", "explore", "ideas", "join", "js", "login",
    "oauth", "password", "pin", "pin-builder", "pinterest", "resource", "search", "settings", "source",
    "today", "topics", "v3", "email",
];

#[rustfmt::skip]
pub(super) const GITHUB: &[&str] = &[
    "about", "apps", "blog", "codespaces", "collections", "contact", "customer-stories", "enterprise",
    "events", "explore", "features", "github", "issues", "join", "login", "marketplace", "new",
    "notifications", "organizations", "orgs", "pricing", "pulls", "readme", "resources", "search",
    "security", "settings", "signup", "site", "solutions", "sponsors", "stars", "team", "topics",
    "trending",
];

pub(super) const GITLAB: &[&str] =
    &["explore", "users", "help", "search", "dashboard", "groups", "projects", "public", "gitlab-org"];

#[rustfmt::skip]
pub(super) const VIMEO: &[&str] = &[
    "about", "album", "api", "blog", "business", "categories", "channels", "cookie_policy", "event",
    "everywhere", "features", "groups", "help", "jobs", "join", "log_in", "login", "manage", "moogaloop",
    "ondemand", "privacy", "showcase", "site_map", "staff", "stock", "terms", "tools", "upgrade", "upload",
    "watch", "search", "vimeo", "share",
];

#[rustfmt::skip]
pub(super) const MEDIUM: &[&str] = &[
    "m", "p", "about", "tag", "topic", "search", "me", "new-story", "membership", "plans", "policy",
    "jobs-at-medium", "s",
];

#[rustfmt::skip]
pub(super) const TWITCH: &[&str] = &[
    "directory", "videos", "p", "downloads", "jobs", "turbo", "settings", "embed", "search", "login",
    "signup",
];

#[rustfmt::skip]
pub(super) const SOUNDCLOUD: &[&str] = &[
    "discover", "stream", "search", "upload", "you", "tags", "charts", "pages", "player", "oembed", "jobs",
    "signin", "terms-of-use",
];

#[rustfmt::skip]
pub(super) const BEHANCE: &[&str] = &[
    "gallery", "search", "joblist", "live", "blog", "collection", "assets", "galleries", "about", "signup",
    "hire", "for_you",
];

#[rustfmt::skip]
pub(super) const DRIBBBLE: &[&str] = &[
    "shots", "tags", "designers", "jobs", "session", "search", "hiring", "pro", "about", "stories", "learn",
    "signup", "colors",
];

pub(super) const PATREON: &[&str] = &[
    "posts", "login", "signup", "join", "explore", "about", "policy", "pricing", "bepatron", "home",
    "search", "user", "oauth2",
];

#[rustfmt::skip]
pub(super) const VK: &[&str] = &[
    "about", "album", "app", "apps", "audio", "away", "blog", "dev", "doc", "docs", "feed", "im", "jobs",
    "join", "js", "login", "market", "photo", "photos", "restore", "search", "settings", "share", "support",
    "terms", "topic", "video", "videos", "wall", "widget", "write", "widget_community", "images",
    "stickers", "clips",
];

#[rustfmt::skip]
pub(super) const WEIBO: &[&str] = &[
    "share", "service", "login", "signup", "ttarticle", "p", "tv", "hot", "search", "newlogin", "n",
    "register",
];

#[rustfmt::skip]
pub(super) const TUMBLR: &[&str] = &[
    "about", "api", "apps", "assets", "blog", "dashboard", "embed", "explore", "explorer", "help", "login",
    "media", "platform", "policy", "privacy", "register", "search", "share", "static", "staff", "support",
    "tagged", "themes", "widgets", "www", "follow", "docs", "secure",
];
