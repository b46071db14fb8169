//! What matters of each HTML element: whether it breaks lines, holds no content, or has a meaning of its own.

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

/// The longest element name that is known.
const LONGEST: usize = 18;

/// An element's name in lower case, packed: equal for equal names (of up to [`LONGEST`] bytes, nearly).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Name(u64);

impl Name {
    /// A small number for counting open elements by name.
    pub(super) fn slot(self) -> usize {
        (self.0.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 58) as usize
    }
}

impl Tag {
    /// The element of a name in any case.
    pub(super) fn of(name: &str) -> (Self, Name) {
        let mut lower = [0u8; LONGEST];
        let bytes = name.as_bytes();
        let length = bytes.len().min(LONGEST);
        lower[..length].copy_from_slice(&bytes[..length]);
        lower.make_ascii_lowercase();
        let packed = lower[..length]
            .iter()
            .fold(bytes.len() as u64, |packed, &byte| packed.rotate_left(7) ^ u64::from(byte));
        let known = if bytes.len() > LONGEST { &b""[..] } else { &lower[..length] };
        (Self::of_lower(known), Name(packed))
    }

    fn of_lower(name: &[u8]) -> Self {
        match name {
            b"a" => Self::Anchor,
            b"address" => Self::Address,
            b"area" => Self::Area,
            b"base" => Self::Base,
            b"bdo" => Self::Bdo,
            b"br" => Self::Break,
            b"button" => Self::Button,
            b"td" => Self::Cell,
            b"th" => Self::HeadCell,
            b"code" | b"samp" | b"kbd" | b"tt" => Self::Code,
            b"dd" => Self::Definition,
            b"footer" => Self::Footer,
            b"form" => Self::Form,
            b"header" => Self::Header,
            b"h1" | b"h2" | b"h3" | b"h4" | b"h5" | b"h6" => Self::Heading,
            b"html" => Self::Html,
            b"iframe" => Self::Iframe,
            b"img" | b"image" => Self::Image,
            b"joomla-hidden-mail" => Self::HiddenMail,
            b"label" => Self::Label,
            b"link" => Self::LinkElement,
            b"ul" | b"ol" | b"menu" | b"dl" | b"dir" => Self::List,
            b"li" => Self::ListItem,
            b"meta" => Self::Meta,
            b"nav" => Self::Nav,
            b"noscript" => Self::Noscript,
            b"option" => Self::Choice,
            b"p" => Self::Paragraph,
            b"pre" | b"listing" => Self::Pre,
            b"textarea" => Self::Raw("textarea"),
            b"noembed" => Self::Raw("noembed"),
            b"xmp" => Self::Raw("xmp"),
            b"tr" => Self::Row,
            b"hr" => Self::Rule,
            b"script" => Self::Script,
            b"style" => Self::Style,
            b"svg" => Self::Svg,
            b"table" => Self::Table,
            b"template" => Self::Template,
            b"dt" => Self::Term,
            b"title" => Self::Title,
            b"input" | b"video" | b"audio" | b"canvas" | b"embed" | b"meter" | b"progress" => Self::Widget,
            b"wbr" => Self::WordBreak,
            b"div" | b"section" | b"article" | b"main" | b"aside" | b"blockquote" | b"body" | b"center"
            | b"details" | b"summary" | b"dialog" | b"fieldset" | b"legend" | b"figure" | b"figcaption"
            | b"frameset" | b"noframes" | b"head" | b"hgroup" | b"caption" | b"tbody" | b"thead"
            | b"tfoot" | b"colgroup" | b"select" | b"optgroup" | b"search" | b"object" | b"marquee" => {
                Self::Block
            }
            _ => Self::Inline,
        }
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
