//! One entry as it is handed out: borrowed, typed, its extensions read only when asked for.

use std::borrow::Cow;

use crate::lastmod::LastMod;

/// What an entry points to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EntryKind {
    /// A page of the site.
    Page,
    /// Another sitemap, to be fetched and parsed in its turn.
    Sitemap,
}

/// How often a page is said to change. Source: sitemaps.org/protocol.html, `<changefreq>`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ChangeFreq {
    /// Each time it is read.
    Always,
    /// About each hour.
    Hourly,
    /// About each day.
    Daily,
    /// About each week.
    Weekly,
    /// About each month.
    Monthly,
    /// About each year.
    Yearly,
    /// Not any more: an archived page.
    Never,
}

/// One page or child sitemap. Borrows from the parser: copy what you keep.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry<'a> {
    /// Page or child sitemap, as its own element says.
    pub kind: EntryKind,
    /// The address: absolute, http or https, accepted by [`url::Url::parse`]; trimmed, entities decoded; otherwise as
    /// it is written.
    pub loc: Cow<'a, str>,
    /// When it was last changed or published; none if absent or not understood.
    pub lastmod: Option<LastMod>,
    /// How often it changes; none if absent or not one of the seven words.
    pub changefreq: Option<ChangeFreq>,
    /// 0.0 to 1.0 (clamped), relative to the other pages of the site; none if absent or not a number.
    pub priority: Option<f32>,
    /// Images, videos, news and alternates.
    pub extensions: Extensions<'a>,
}

/// What the extensions say of an entry: counted while parsing, read only when asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Extensions<'a> {
    /// How many images.
    pub image_count: u32,
    /// How many videos.
    pub video_count: u32,
    /// How many news blocks (0 or 1 in proper files).
    pub news_count: u32,
    /// How many alternates.
    pub alternate_count: u32,
    pub(crate) raw: &'a str,
}

/// An `image:image`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Image<'a> {
    /// The picture's address as written, trimmed and decoded; it may be relative.
    pub loc: Cow<'a, str>,
    /// Its title, empty if none.
    pub title: Cow<'a, str>,
    /// Its caption, empty if none.
    pub caption: Cow<'a, str>,
}

/// A `video:video`. Fields that are absent are empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Video<'a> {
    /// The film file's address.
    pub content_loc: Cow<'a, str>,
    /// The player's address.
    pub player_loc: Cow<'a, str>,
    /// The thumbnail's address.
    pub thumbnail_loc: Cow<'a, str>,
    /// Its title.
    pub title: Cow<'a, str>,
}

/// A `news:news`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct News<'a> {
    /// The publication's name, empty if none.
    pub publication: Cow<'a, str>,
    /// The publication's language as written (`en`, `zh-cn`), empty if none.
    pub language: Cow<'a, str>,
    /// The article's title, empty if none.
    pub title: Cow<'a, str>,
    /// When it was published.
    pub published: Option<LastMod>,
}

/// An `xhtml:link rel="alternate"`: the same page in another language or for another device.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Alternate<'a> {
    /// Language and region as written (`de-CH`, `x-default`), empty if none.
    pub hreflang: Cow<'a, str>,
    /// The address as written, trimmed and decoded.
    pub href: Cow<'a, str>,
    /// The media query, empty if none.
    pub media: Cow<'a, str>,
}

impl<'a> Extensions<'a> {
    /// Whether there are none, so that looking further can be spared.
    pub fn is_empty(&self) -> bool {
        self.image_count | self.video_count | self.news_count | self.alternate_count == 0
    }
}
