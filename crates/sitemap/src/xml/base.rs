//! `xml:base`: against what the relative locations of a feed are resolved, where it says so itself. Sources: XML Base
//! (W3C, second edition), section 4; Atom (RFC 4287), section 2.

use url::Url;

use crate::loc;
use crate::xml::scan::attribute;

/// The bases that the open elements of a feed declare.
#[derive(Debug, Default)]
pub(super) struct Bases {
    /// The root's, resolved against the document's address.
    root: Option<Url>,
    /// The open entry's.
    entry: Option<Url>,
}

impl Bases {
    /// Takes the root's attributes; `document` is where the feed came from.
    pub(super) fn of_root(attributes: &str, document: Option<&Url>) -> Self {
        Self { root: declared(attributes, document), entry: None }
    }

    /// Takes the attributes of an entry that begins.
    pub(super) fn begin_entry(&mut self, attributes: &str, document: Option<&Url>) {
        self.entry = declared(attributes, self.root.as_ref().or(document));
    }

    /// A location of the open entry as it is meant: resolved, if a base was declared for it and it needs one.
    pub(super) fn resolve(&self, loc: &str, attributes: &str, document: Option<&Url>) -> Option<String> {
        let outer = self.entry.as_ref().or(self.root.as_ref());
        let own = declared(attributes, outer.or(document));
        let base = own.as_ref().or(outer)?;
        if Url::parse(loc).is_ok() {
            return None;
        }
        base.join(loc).ok().filter(is_web).map(String::from)
    }
}

/// The base that an element's attributes declare within `outer`; none if they declare none that is of use.
fn declared(attributes: &str, outer: Option<&Url>) -> Option<Url> {
    let written = loc::trim(attribute(attributes, "base")?);
    let base = match outer {
        Some(outer) => outer.join(written).ok(),
        None => Url::parse(written).ok(),
    };
    base.filter(is_web)
}

fn is_web(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https")
}
