//! What matters of each HTML element: whether it breaks lines, holds no content, or has a meaning of its own.

use std::{collections::HashMap, sync::LazyLock};

use foldhash::fast::RandomState;

/// The elements that are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tag {
    Anchor,
    Address,
    Area,
    Base,
    Bdo,
    /// Any block element without a meaning of its own.
    Block,
    Break,
    Button,
    Cell,
    HeadCell,
    Code,
    Definition,
    Footer,
    Form,
    Header,
    Heading,
    Html,
    Iframe,
    Image,
    /// Any inline element without a meaning of its own.
    Inline,
    /// `<joomla-hidden-mail>`.
    HiddenMail,
    Label,
    LinkElement,
    List,
    ListItem,
    Meta,
    Nav,
    Noscript,
    Choice,
    Paragraph,
    Pre,
    /// Content that is no text: raw text elements that are passed over.
    Raw(&'static str),
    Row,
    Rule,
    Script,
    Style,
    Svg,
    Table,
    Template,
    Term,
    Title,
    /// An inline element that leaves a gap: an input, a video.
    Widget,
    WordBreak,
}

/// The elements by their names; all others are inline.
#[rustfmt::skip]
const NAMES: [(&str, Tag); 46] = [
    ("a", Tag::Anchor), ("address", Tag::Address), ("area", Tag::Area), ("base", Tag::Base),
    ("bdo", Tag::Bdo), ("br", Tag::Break), ("button", Tag::Button), ("td", Tag::Cell),
    ("th", Tag::HeadCell), ("code samp kbd tt", Tag::Code), ("dd", Tag::Definition),
    ("footer", Tag::Footer), ("form", Tag::Form), ("header", Tag::Header),
    ("h1 h2 h3 h4 h5 h6", Tag::Heading), ("html", Tag::Html), ("iframe", Tag::Iframe),
    ("img image", Tag::Image), ("joomla-hidden-mail", Tag::HiddenMail), ("label", Tag::Label),
    ("link", Tag::LinkElement), ("ul ol menu dl dir", Tag::List), ("li", Tag::ListItem),
    ("meta", Tag::Meta), ("nav", Tag::Nav), ("noscript", Tag::Noscript), ("option", Tag::Choice),
    ("p", Tag::Paragraph), ("pre listing", Tag::Pre), ("textarea", Tag::Raw("textarea")),
    ("noembed", Tag::Raw("noembed")), ("xmp", Tag::Raw("xmp")), ("tr", Tag::Row), ("hr", Tag::Rule),
    ("script", Tag::Script), ("style", Tag::Style), ("svg", Tag::Svg), ("table", Tag::Table),
    ("template", Tag::Template), ("dt", Tag::Term), ("title", Tag::Title),
    ("input video audio canvas embed meter progress", Tag::Widget), ("wbr", Tag::WordBreak),
    ("div section article main aside blockquote body center details summary dialog fieldset legend", Tag::Block),
    ("figure figcaption frameset noframes head hgroup caption tbody thead tfoot colgroup", Tag::Block),
    ("select optgroup search object marquee", Tag::Block),
];

static KNOWN: LazyLock<HashMap<Name, Tag, RandomState>> = LazyLock::new(|| {
    let one = |(names, tag): (&'static str, Tag)| names.split(' ').map(move |name| (Name::of(name), tag));
    NAMES.into_iter().flat_map(one).collect()
});

/// An element's name in lower case, packed: equal for equal names, and for names of up to nine bytes only for those.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Name(u64);

impl Name {
    /// The name as written in any case.
    fn of(name: &str) -> Self {
        /// Bytes that tell names apart.
        const LONGEST: usize = 18;
        let bytes = name.bytes().take(LONGEST);
        Self(bytes.fold(name.len() as u64, |packed, byte| {
            packed.rotate_left(7) ^ u64::from(byte.to_ascii_lowercase())
        }))
    }

    /// A small number for counting open elements by name.
    pub(super) fn slot(self) -> usize {
        (self.0.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 58) as usize
    }
}

impl Tag {
    /// The element of a name in any case.
    pub(super) fn of(name: &str) -> (Self, Name) {
        let name = Name::of(name);
        (KNOWN.get(&name).copied().unwrap_or(Self::Inline), name)
    }

    /// Whether the element has no content and no end tag.
    pub(super) const fn is_void(self) -> bool {
        matches!(
            self,
            Self::Area
                | Self::Base
                | Self::Break
                | Self::Image
                | Self::LinkElement
                | Self::Meta
                | Self::Rule
                | Self::Widget
                | Self::WordBreak
        )
    }

    /// Whether the element starts and ends a line.
    pub(super) const fn is_block(self) -> bool {
        matches!(
            self,
            Self::Address
                | Self::Block
                | Self::Button
                | Self::Cell
                | Self::HeadCell
                | Self::Definition
                | Self::Footer
                | Self::Form
                | Self::Header
                | Self::Heading
                | Self::Html
                | Self::List
                | Self::ListItem
                | Self::Nav
                | Self::Noscript
                | Self::Choice
                | Self::Paragraph
                | Self::Pre
                | Self::Row
                | Self::Table
                | Self::Term
        )
    }

    /// Whether the element is a part of a table: its end tag reaches through everything inside.
    pub(super) const fn is_table_part(self) -> bool {
        matches!(self, Self::Cell | Self::HeadCell | Self::Row | Self::Table)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_known_in_any_case() {
        assert_eq!(Tag::of("DiV").0, Tag::Block);
        assert_eq!(Tag::of("joomla-hidden-mail").0, Tag::HiddenMail);
        assert_eq!(Tag::of("x-unknown-element-of-some-length").0, Tag::Inline);
        assert_eq!(Tag::of("B").1, Tag::of("b").1);
        assert_ne!(Tag::of("b").1, Tag::of("i").1);
    }
}
