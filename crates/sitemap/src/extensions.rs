//! Reads images, videos, news and alternates from an entry's own text, when someone asks for them.

use std::borrow::Cow;

use memchr::{memchr, memmem};

use crate::entity;
use crate::entry::{Alternate, Extensions, Image, News, Video};
use crate::lastmod::LastMod;
use crate::loc;
use crate::xml::names::{self, Element};
use crate::xml::scan::{self, NameId, Rules, Token, attribute};

impl<'a> Extensions<'a> {
    /// The images, in order.
    pub fn images(&self) -> impl Iterator<Item = Image<'a>> + use<'a> {
        self.blocks(self.image_count, Element::Image).map(|block| {
            let mut image = Image::default();
            block.fields(|name, text| match name {
                b"loc" => set(&mut image.loc, text),
                b"title" => set(&mut image.title, text),
                b"caption" => set(&mut image.caption, text),
                _ => {}
            });
            image
        })
    }

    /// The videos, in order.
    pub fn videos(&self) -> impl Iterator<Item = Video<'a>> + use<'a> {
        self.blocks(self.video_count, Element::Video).map(|block| {
            let mut video = Video::default();
            block.fields(|name, text| match name {
                b"content_loc" => set(&mut video.content_loc, text),
                b"player_loc" => set(&mut video.player_loc, text),
                b"thumbnail_loc" => set(&mut video.thumbnail_loc, text),
                b"title" => set(&mut video.title, text),
                _ => {}
            });
            video
        })
    }

    /// The news blocks, in order.
    pub fn news(&self) -> impl Iterator<Item = News<'a>> + use<'a> {
        self.blocks(self.news_count, Element::News).map(|block| {
            let mut news = News::default();
            block.fields(|name, text| match name {
                b"name" => set(&mut news.publication, text),
                b"language" => set(&mut news.language, text),
                b"title" => set(&mut news.title, text),
                b"publication_date" => news.published = news.published.or_else(|| LastMod::parse(&text)),
                _ => {}
            });
            news
        })
    }

    /// The alternates, in order: `xhtml:link` elements with an address whose `rel` is `alternate` or absent.
    pub fn alternates(&self) -> impl Iterator<Item = Alternate<'a>> + use<'a> {
        self.blocks(self.alternate_count, Element::Link).filter_map(|block| {
            let value = |name| attribute(block.attributes, name).map(clean).unwrap_or_default();
            let rel = value("rel");
            let is_alternate = rel.is_empty() || rel.to_ascii_lowercase().contains("alternate");
            let alternate =
                Alternate { hreflang: value("hreflang"), href: value("href"), media: value("media") };
            (is_alternate && !alternate.href.is_empty()).then_some(alternate)
        })
    }

    /// The elements of one kind; `count` of zero spares the search.
    fn blocks(&self, count: u32, wanted: Element) -> Blocks<'a> {
        let raw = if count == 0 || self.is_empty() { "" } else { self.raw };
        Blocks { tokens: Tokens { raw, at: 0 }, wanted, left: count }
    }
}

fn set<'a>(field: &mut Cow<'a, str>, text: Cow<'a, str>) {
    if field.is_empty() {
        *field = text;
    }
}

/// Trims and decodes.
fn clean(text: &str) -> Cow<'_, str> {
    match entity::decode(loc::trim(text)) {
        Cow::Borrowed(text) => Cow::Borrowed(text),
        Cow::Owned(text) => Cow::Owned(loc::trim(&text).to_owned()),
    }
}

/// One extension element.
struct Block<'a> {
    attributes: &'a str,
    content: &'a str,
}

struct Blocks<'a> {
    tokens: Tokens<'a>,
    wanted: Element,
    left: u32,
}

impl<'a> Iterator for Blocks<'a> {
    type Item = Block<'a>;

    fn next(&mut self) -> Option<Block<'a>> {
        while self.left > 0 {
            let (at, tag) = self.tokens.next_tag()?;
            let Tag::Start { name, local, attributes, empty } = tag else { continue };
            if at == 0 || names::element(local) != self.wanted {
                continue;
            }
            self.left -= 1;
            let from = self.tokens.at;
            let to = if empty { from } else { self.end_of(name) };
            let content = self.tokens.raw.get(from..to).unwrap_or_default();
            return Some(Block { attributes, content });
        }
        None
    }
}

impl Blocks<'_> {
    /// Where the block ends: at its end tag, or where the next of its name begins.
    fn end_of(&mut self, name: NameId) -> usize {
        loop {
            let before = self.tokens.at;
            match self.tokens.next_tag() {
                None => return self.tokens.raw.len(),
                Some((at, Tag::End { name: ended })) if ended == name => return at,
                Some((at, Tag::Start { name: begun, .. })) if begun == name => {
                    self.tokens.at = before;
                    return at;
                }
                Some(_) => {}
            }
        }
    }
}

impl<'a> Block<'a> {
    /// Gives the local name and the text of each element within to `take`.
    fn fields(&self, mut take: impl FnMut(&[u8], Cow<'a, str>)) {
        let mut tokens = Tokens { raw: self.content, at: 0 };
        while let Some((_, tag)) = tokens.next_tag() {
            if let Tag::Start { local, empty: false, .. } = tag {
                take(local, tokens.text());
            }
        }
    }
}

enum Tag<'a> {
    Start { name: NameId, local: &'a [u8], attributes: &'a str, empty: bool },
    End { name: NameId },
}

/// Walks over the tags of an entry's text.
struct Tokens<'a> {
    raw: &'a str,
    at: usize,
}

impl<'a> Tokens<'a> {
    /// The next tag and where it begins; comments, CDATA and damage are passed over.
    fn next_tag(&mut self) -> Option<(usize, Tag<'a>)> {
        let buf = self.raw.as_bytes();
        loop {
            let at = self.at + memchr(b'<', buf.get(self.at..)?)?;
            match scan::token(buf, at, RULES) {
                Token::Start { name, close, after, empty } => {
                    self.at = after;
                    let attributes = self.raw.get(name.to..close).unwrap_or_default();
                    let (name, local) = (name.id(buf), name.local_of(buf));
                    return Some((at, Tag::Start { name, local, attributes, empty }));
                }
                Token::End { name, after } => {
                    self.at = after;
                    return Some((at, Tag::End { name: name.id(buf) }));
                }
                Token::Comment { after } => self.at = find_end(buf, after, b"-->"),
                Token::CData { after } => self.at = find_end(buf, after, b"]]>"),
                Token::Ignored { after } | Token::Unclosed { after } => self.at = after,
                Token::Stray | Token::Incomplete => self.at = at + 1,
            }
        }
    }

    /// The text from here to the next tag.
    fn text(&mut self) -> Cow<'a, str> {
        let buf = self.raw.as_bytes();
        let mut text: Cow<'a, str> = Cow::Borrowed("");
        loop {
            let rest = buf.get(self.at..).unwrap_or_default();
            let end = self.at + memchr(b'<', rest).unwrap_or(rest.len());
            append(&mut text, self.raw.get(self.at..end).unwrap_or_default());
            self.at = end;
            let token = if end < buf.len() { scan::token(buf, end, RULES) } else { Token::Stray };
            match token {
                Token::CData { after } => {
                    self.at = find_end(buf, after, b"]]>");
                    let content = self.raw.get(after..self.at).unwrap_or_default();
                    append(&mut text, content.strip_suffix("]]>").unwrap_or(content));
                }
                Token::Comment { after } => self.at = find_end(buf, after, b"-->"),
                _ => break,
            }
        }
        match text {
            Cow::Borrowed(text) => clean(text),
            Cow::Owned(text) => Cow::Owned(clean(&text).into_owned()),
        }
    }
}

/// An entry's text is whole, and was bounded when it was read.
const RULES: Rules = Rules { limit: usize::MAX, last: true, wary: true };

fn find_end(buf: &[u8], from: usize, end: &[u8]) -> usize {
    buf.get(from..)
        .and_then(|rest| memmem::find(rest, end))
        .map_or(buf.len(), |found| from + found + end.len())
}

/// Appends without copying as long as there is but one piece.
fn append<'a>(text: &mut Cow<'a, str>, piece: &'a str) {
    if text.is_empty() {
        *text = Cow::Borrowed(piece);
    } else if !piece.is_empty() {
        text.to_mut().push_str(piece);
    }
}
