//! Builds the document: follows the tokens, keeps the stack of open elements, and notes what each means.

mod leaf;

use super::{
    Decoded, Document, card,
    element::Element,
    entity::decode_attribute,
    item::Items,
    line::{Gap, Within},
    scope::Scopes,
    sink::{Place, Sink},
    style::{self, Styles},
    tag::{Name, Tag},
    token::{Token, Tokenizer},
};
use crate::{cipher, values::Source};

/// Open elements that are followed; what is nested deeper counts as the content of the last.
const MAX_DEPTH: usize = 128;

/// A question about an element.
type Test = fn(Tag) -> bool;

/// An open element.
#[derive(Debug, Clone, Copy)]
pub(super) struct Open {
    tag: Tag,
    name: Name,
    /// Where its content stands.
    place: Place,
    /// The end of the text when it was opened.
    pub(super) mark: usize,
    link: Option<usize>,
    /// Whether its end gives the text back its voice.
    mutes: Mute,
    backwards: bool,
    /// The items and properties that its text belongs to.
    pub(super) scope: super::scope::Scope,
}

/// What happens to the text of an element that is not shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mute {
    No,
    /// It is dropped.
    Drop,
    /// It is kept aside, and added at the end as hidden.
    Aside,
}

pub(super) struct Builder<'h> {
    tokens: Tokenizer<'h>,
    doc: Document<'h>,
    items: Items<'h>,
    scopes: Scopes<'h>,
    sink: Sink,
    styles: Styles<'h>,
    stack: Vec<Open>,
    /// How many open elements have a name of each slot.
    counts: [u16; 64],
    blocks: u32,
    row_has_cell: bool,
    /// How many open elements mute the text.
    muted: usize,
    aside: String,
    asides: Vec<String>,
}

impl<'h> Builder<'h> {
    pub(super) fn new(source: &'h str) -> Self {
        Self {
            tokens: Tokenizer::new(source),
            doc: Document::default(),
            items: Items::default(),
            scopes: Scopes::default(),
            sink: Sink::default(),
            styles: Styles::default(),
            stack: Vec::with_capacity(MAX_DEPTH),
            counts: [0; 64],
            blocks: 0,
            row_has_cell: false,
            muted: 0,
            aside: String::new(),
            asides: Vec::new(),
        }
    }

    /// Reads all tokens.
    pub(super) fn build(mut self) -> Document<'h> {
        while let Some(token) = self.tokens.next() {
            match token {
                Token::Text(text) => self.text(text),
                Token::Open(name) => self.open(name),
                Token::Close(name) => self.close(name),
            }
            if self.sink.full {
                break;
            }
        }
        while let Some(open) = self.stack.pop() {
            self.finish(&open);
        }
        self.sink.place = Place { within: Within::HIDDEN, ..Place::default() };
        for aside in std::mem::take(&mut self.asides) {
            self.sink.part(Gap::Block);
            self.sink.push_html(&aside);
        }
        let Self { mut doc, sink, items, .. } = self;
        doc.truncated |= sink.full || items.full;
        doc.text = sink.text;
        doc.lines = sink.lines;
        doc.seams = sink.seams;
        doc.items = items.list;
        doc
    }

    fn text(&mut self, text: &'h str) {
        if self.muted == 0 {
            self.sink.push_html(text);
        } else if self.stack.iter().any(|open| open.mutes == Mute::Aside) {
            self.aside.push_str(text);
        }
    }

    fn open(&mut self, name: &'h str) {
        let (tag, name) = Tag::of(name);
        let element = Element::of(&self.tokens.attributes);
        // What fields say of themselves are samples.
        if !matches!(tag, Tag::Widget | Tag::Raw(_) | Tag::Choice) {
            self.note_attributes(&element);
        }
        match tag {
            Tag::Script => self.script(&element),
            Tag::Style => {
                let sheet = self.tokens.raw_text("style");
                self.styles.read(sheet);
            }
            Tag::Title => self.title(),
            Tag::Raw(raw) => {
                self.tokens.raw_text(raw);
            }
            Tag::Iframe => {
                self.tokens.raw_text("iframe");
                self.sink.space();
                self.embed(element.src);
            }
            Tag::Break | Tag::Rule => {
                self.sink.part(if tag == Tag::Break { Gap::Break } else { Gap::Block });
            }
            Tag::WordBreak => {}
            Tag::Image => self.image(&element),
            Tag::Widget => self.sink.space(),
            Tag::Meta => self.meta(&element),
            Tag::Base => {
                self.doc.base = self.doc.base.take().or(element.href.map(decode_attribute));
            }
            Tag::LinkElement => self.link_element(&element),
            Tag::Area => {
                self.add_link(&element);
            }
            _ => self.open_content(tag, name, &element),
        }
        if tag.is_void() {
            self.scopes.void(&element, self.stack.last(), &mut self.items);
        }
    }

    /// Opens an element that has content.
    fn open_content(&mut self, tag: Tag, name: Name, element: &Element<'h>) {
        self.close_implied(tag);
        self.part_at(tag);
        if tag == Tag::Html || self.doc.lang.is_empty() && !element.lang.is_empty() {
            self.doc.lang = decode_attribute(element.lang);
        }
        let link = if tag == Tag::Anchor { self.add_link(element) } else { None };
        if self.stack.len() >= MAX_DEPTH {
            return;
        }
        let card = if element.class.is_empty() { card::Card::default() } else { card::of(element.class) };
        let effect = self.styles.effect(element.style, element.class, element.id);
        let hidden = effect.hidden || element.hidden;
        let mutes = self.mute_of(tag, element, hidden);
        let bdo = tag == Tag::Bdo && element.dir.eq_ignore_ascii_case("rtl");
        let mark = self.sink.text.len();
        let scope = self.scopes.open(element, &card, self.stack.last(), &mut self.items, mark);
        let place = self.place_in(tag, element, hidden && mutes == Mute::No);
        let backwards = (effect.backwards || bdo) && !self.stack.iter().any(|open| open.backwards);
        self.counts[name.slot()] += 1;
        self.muted += usize::from(mutes != Mute::No);
        self.stack.push(Open { tag, name, place, mark, link, mutes, backwards, scope });
        self.sink.place = place;
    }

    /// Shows the address that an element hides from robots, and says whether its own text is not to be shown.
    fn mute_of(&mut self, tag: Tag, element: &Element<'h>, hidden: bool) -> Mute {
        let revealed = match tag {
            Tag::HiddenMail => cipher::base64(element.first)
                .zip(cipher::base64(element.last))
                .map(|(local, domain)| (format!("{local}@{domain}"), Source::Deobfuscated)),
            _ => cipher::cloudflare(element.cfemail).map(|plain| (plain, Source::Cloudflare)),
        };
        match revealed {
            Some((plain, source)) if plain.contains('@') && self.muted == 0 => {
                let mark = self.sink.text.len();
                self.sink.push_plain(&plain);
                let (start, end) = (self.sink.start_of(mark), self.sink.text.len());
                self.doc.decoded.push(Decoded { start, end, source });
                Mute::Drop
            }
            _ if matches!(tag, Tag::Svg | Tag::Template) => Mute::Drop,
            _ if tag.is_block() => Mute::No,
            _ if hidden => Mute::Drop,
            _ if tag != Tag::Anchor && style::hides(element.class) => Mute::Aside,
            _ => Mute::No,
        }
    }

    fn place_in(&mut self, tag: Tag, element: &Element<'_>, hidden: bool) -> Place {
        let outer = self.stack.last().map_or_else(Place::default, |open| open.place);
        let mut within = outer.within.with(within(tag));
        if hidden {
            within = within.with(Within::HIDDEN);
        }
        if !tag.is_block() {
            return Place { within, ..outer };
        }
        let says_footer = |value: &str| value.contains("footer") || value.contains("Footer");
        if says_footer(element.id) || says_footer(element.class) {
            within = within.with(Within::FOOTER);
        }
        self.blocks += 1;
        Place { block: self.blocks, depth: outer.depth + 1, within }
    }

    /// Parts the text at the start or the end of an element.
    fn part_at(&mut self, tag: Tag) {
        match tag {
            Tag::Row | Tag::Table => {
                self.row_has_cell = false;
                self.sink.part_rows();
            }
            Tag::Cell | Tag::HeadCell if self.row_has_cell => self.sink.part_cells(),
            Tag::Cell | Tag::HeadCell => {
                self.row_has_cell = true;
                self.sink.part(Gap::Block);
            }
            tag if tag.is_block() => self.sink.part(Gap::Block),
            _ => self.sink.seam(),
        }
    }

    /// Closes the elements that the start of another closes.
    fn close_implied(&mut self, tag: Tag) {
        let (closes, stops): (Test, Test) = match tag {
            Tag::Anchor => return self.close_anchor(),
            Tag::ListItem => (|tag| tag == Tag::ListItem, |tag| tag == Tag::List || tag.is_table_part()),
            Tag::Term | Tag::Definition => (
                |tag| matches!(tag, Tag::Term | Tag::Definition),
                |tag| tag == Tag::List || tag.is_table_part(),
            ),
            Tag::Cell | Tag::HeadCell => {
                (|tag| matches!(tag, Tag::Cell | Tag::HeadCell), |tag| matches!(tag, Tag::Row | Tag::Table))
            }
            Tag::Row => (|tag| tag == Tag::Row, |tag| tag == Tag::Table),
            Tag::Choice => (|tag| tag == Tag::Choice, Tag::is_block),
            tag if tag.is_block() => {
                (|tag| tag == Tag::Paragraph, |tag| tag == Tag::Anchor || tag.is_block())
            }
            _ => return,
        };
        let found = self.stack.iter().rposition(|open| closes(open.tag) || stops(open.tag));
        if let Some(index) = found.filter(|&index| closes(self.stack[index].tag)) {
            self.pop_to(index);
        }
    }

    /// A link never stands within another.
    fn close_anchor(&mut self) {
        let (_, name) = Tag::of("a");
        if self.counts[name.slot()] > 0 {
            self.close_inline(name);
        }
    }

    fn close(&mut self, name: &str) {
        let (tag, name) = Tag::of(name);
        match tag {
            Tag::Break | Tag::Paragraph if self.counts[name.slot()] == 0 => {
                return self.sink.part(if tag == Tag::Break { Gap::Break } else { Gap::Block });
            }
            _ if self.counts[name.slot()] == 0 => return,
            tag if !tag.is_block() => return self.close_inline(name),
            _ => {}
        }
        // The end of a block reaches through anything but a cell or a table around it.
        let found = self
            .stack
            .iter()
            .rposition(|open| open.name == name || open.tag.is_table_part() && !tag.is_table_part());
        if let Some(index) = found.filter(|&index| self.stack[index].name == name) {
            self.pop_to(index);
        }
    }

    /// Ends an inline element; blocks that were opened within it stay open.
    fn close_inline(&mut self, name: Name) {
        let Some(index) = self.stack.iter().rposition(|open| open.name == name) else { return };
        if self.stack[index..].iter().any(|open| open.tag.is_block()) {
            let open = self.stack.remove(index);
            self.finish(&open);
        } else {
            self.pop_to(index);
        }
    }

    fn pop_to(&mut self, index: usize) {
        while self.stack.len() > index {
            if let Some(open) = self.stack.pop() {
                self.finish(&open);
            }
        }
        self.sink.place = self.stack.last().map_or_else(Place::default, |open| open.place);
    }

    /// Does what the end of an element brings about.
    fn finish(&mut self, open: &Open) {
        self.counts[open.name.slot()] -= 1;
        let (start, end) = (self.sink.start_of(open.mark), self.sink.text.len());
        if open.backwards && end > start {
            self.sink.reverse_from(start);
            self.doc.decoded.push(Decoded { start, end, source: Source::Deobfuscated });
        }
        if let Some(link) = open.link.and_then(|link| self.doc.links.get_mut(link)) {
            (link.start, link.end) = (start, end.max(start));
        }
        self.scopes.close(open, &self.sink.text, start, &mut self.items);
        if open.mutes != Mute::No {
            self.muted -= 1;
        }
        if open.mutes == Mute::Aside {
            let aside = std::mem::take(&mut self.aside);
            // Other than an address or a number it holds nothing of interest, and breaks the text.
            if aside.contains('@') || aside.bytes().filter(u8::is_ascii_digit).count() > 6 {
                self.asides.push(aside);
            }
        }
        match open.tag {
            Tag::Row | Tag::Table => self.sink.part_rows(),
            Tag::Cell | Tag::HeadCell => self.sink.part(Gap::Cell),
            tag if tag.is_block() => self.sink.part(Gap::Block),
            _ => self.sink.seam(),
        }
    }
}

fn within(tag: Tag) -> Within {
    match tag {
        Tag::Address => Within::ADDRESS,
        Tag::Footer => Within::FOOTER,
        Tag::Header => Within::HEADER,
        Tag::Nav => Within::NAV,
        Tag::Heading => Within::HEADING,
        Tag::ListItem | Tag::Definition => Within::LIST_ITEM,
        Tag::Cell => Within::CELL,
        Tag::HeadCell => Within::CELL.with(Within::LABEL),
        Tag::Form => Within::FORM,
        Tag::Choice | Tag::Button => Within::CHOICE,
        Tag::Noscript => Within::NOSCRIPT,
        Tag::Pre | Tag::Code => Within::CODE,
        Tag::Label | Tag::Term => Within::LABEL,
        _ => Within::default(),
    }
}
