//! The attributes of one start tag that mean something here, by name.

use super::token::Attribute;

/// Attributes as written, entities not decoded; empty where absent.
#[derive(Debug, Default)]
pub(super) struct Element<'h> {
    pub(super) alt: &'h str,
    pub(super) base: &'h str,
    pub(super) class: &'h str,
    pub(super) content: Option<&'h str>,
    pub(super) datetime: &'h str,
    pub(super) dir: &'h str,
    pub(super) first: &'h str,
    pub(super) href: Option<&'h str>,
    pub(super) http_equiv: &'h str,
    pub(super) id: &'h str,
    pub(super) itemprop: &'h str,
    pub(super) itemscope: bool,
    pub(super) itemtype: &'h str,
    pub(super) lang: &'h str,
    pub(super) last: &'h str,
    pub(super) name: &'h str,
    pub(super) property: &'h str,
    pub(super) rel: &'h str,
    pub(super) resource: &'h str,
    pub(super) src: &'h str,
    pub(super) style: &'h str,
    pub(super) title: &'h str,
    pub(super) kind: &'h str,
    pub(super) type_of: Option<&'h str>,
    pub(super) value: &'h str,
    pub(super) cfemail: &'h str,
    pub(super) hidden: bool,
    /// Whether there are `data-*` attributes or titles that could hold an address.
    pub(super) cloaked: bool,
    /// Whether there are event handlers.
    pub(super) handlers: bool,
}

/// Words in the name of a `data-` attribute that may say it holds an address or a part of one.
const CLOAK_WORDS: [&str; 16] = [
    "mail", "user", "domain", "addr", "contact", "rot", "crypt", "obf", "enc", "host", "local", "tld",
    "part", "href", "token", "name",
];

impl<'h> Element<'h> {
    /// Sorts the attributes; of two with the same name the first counts.
    pub(super) fn of(attributes: &[Attribute<'h>]) -> Self {
        let mut element = Self::default();
        for Attribute { name, value } in attributes.iter().rev() {
            let mut lower = [0u8; 16];
            let Some(lower) = lower.get_mut(..name.len()) else {
                element.cloaked |= is_cloak(name, value);
                element.handlers |= name.as_bytes().starts_with(b"on");
                continue;
            };
            lower.copy_from_slice(name.as_bytes());
            lower.make_ascii_lowercase();
            element.set(lower, value);
        }
        element
    }

    fn set(&mut self, name: &[u8], value: &'h str) {
        match name {
            b"alt" => self.alt = value,
            b"base" => self.base = value,
            b"class" => self.class = value,
            b"content" => self.content = Some(value),
            b"datetime" => self.datetime = value,
            b"dir" => self.dir = value,
            b"first" => self.first = value,
            b"href" => self.href = Some(value),
            b"http-equiv" => self.http_equiv = value,
            b"id" => self.id = value,
            b"itemprop" => self.itemprop = value,
            b"itemscope" => self.itemscope = true,
            b"itemtype" => self.itemtype = value,
            b"lang" | b"xml:lang" => self.lang = value,
            b"last" => self.last = value,
            b"name" => self.name = value,
            b"property" => self.property = value,
            b"rel" => self.rel = value,
            b"resource" => self.resource = value,
            b"src" => self.src = value,
            b"style" => self.style = value,
            b"title" => {
                self.title = value;
                self.cloaked |= value.contains('@');
            }
            b"type" => self.kind = value,
            b"typeof" => self.type_of = Some(value),
            b"value" => self.value = value,
            b"data-cfemail" => self.cfemail = value,
            b"hidden" => self.hidden = true,
            other if other.starts_with(b"on") => self.handlers = true,
            other => self.cloaked |= std::str::from_utf8(other).is_ok_and(|name| is_cloak(name, value)),
        }
    }
}

/// Whether a `data-` attribute may hold an address or a part of one.
fn is_cloak(name: &str, value: &str) -> bool {
    /// Longer values hold settings.
    const LONGEST: usize = 400;
    let Some(what) = name.get(..5).filter(|start| start.eq_ignore_ascii_case("data-")).map(|_| &name[5..])
    else {
        return false;
    };
    !value.is_empty()
        && value.len() <= LONGEST
        && (what.len() == 1
            || CLOAK_WORDS.iter().any(|word| contains_word(what, word))
            || value.contains('@'))
}

fn contains_word(name: &str, word: &str) -> bool {
    name.as_bytes().windows(word.len()).any(|window| window.eq_ignore_ascii_case(word.as_bytes()))
}
