//! Where entries leave: the last checks of the location, the counts, the limit of entries.

use crate::entry::{ChangeFreq, Entry, EntryKind, Extensions};
use crate::error::Warning;
use crate::lastmod::LastMod;
use crate::limits::protocol;
use crate::loc::{self, Bad};
use crate::parser::Options;
use crate::summary::Summary;

/// Longest piece of a bad location that a warning quotes, in characters.
const QUOTED_CHARS: usize = 100;

/// What the readers hand their entries to.
pub(crate) struct Outlet<'a, S> {
    pub(crate) options: &'a Options,
    pub(crate) summary: &'a mut Summary,
    pub(crate) sink: &'a mut S,
    /// The limit of entries was reached: nothing more is delivered.
    pub(crate) full: bool,
}

/// An entry as read, its location not yet checked.
pub(crate) struct Found<'a> {
    pub(crate) kind: EntryKind,
    /// The location as written.
    pub(crate) loc: &'a str,
    /// Whether references in it are to be decoded.
    pub(crate) escaped: bool,
    /// Where the entry begins in the text.
    pub(crate) offset: u64,
    pub(crate) lastmod: Option<LastMod>,
    pub(crate) changefreq: Option<ChangeFreq>,
    pub(crate) priority: Option<f32>,
    pub(crate) extensions: Extensions<'a>,
}

impl<S: FnMut(Entry<'_>)> Outlet<'_, S> {
    /// Checks an entry and delivers it, or counts why not.
    #[inline]
    pub(crate) fn deliver(&mut self, found: Found<'_>) {
        if self.full {
            return;
        }
        let limits = &self.options.limits;
        let loc = match loc::clean(found.loc, found.escaped, self.options.base.as_ref(), limits.loc_bytes) {
            Ok(loc) => loc,
            Err(bad) => return self.refuse(bad, &found),
        };
        if self.summary.entries >= limits.entries {
            self.full = true;
            return self.warn(Warning::TooManyEntries { limit: limits.entries });
        }
        let Found { kind, lastmod, changefreq, priority, extensions, .. } = found;
        self.summary.entries += 1;
        self.summary.sitemaps += u64::from(kind == EntryKind::Sitemap);
        if self.summary.entries == protocol::MAX_ENTRIES + 1 {
            self.warn(Warning::MoreEntriesThanProtocol);
        }
        (self.sink)(Entry { kind, loc, lastmod, changefreq, priority, extensions });
    }

    #[cold]
    pub(crate) fn refuse(&mut self, bad: Bad, found: &Found<'_>) {
        match bad {
            Bad::Empty => self.summary.dropped.no_loc += 1,
            Bad::TooLong => self.refuse_long(found.offset),
            Bad::Invalid => {
                self.summary.dropped.invalid_loc += 1;
                let loc = loc::trim(found.loc).chars().take(QUOTED_CHARS).collect();
                self.warn(Warning::InvalidLoc { offset: found.offset, loc });
            }
        }
    }

    /// Counts an entry whose location is too long.
    pub(crate) fn refuse_long(&mut self, offset: u64) {
        self.summary.dropped.loc_too_long += 1;
        self.warn(Warning::LocTooLong { offset, limit: self.options.limits.loc_bytes });
    }

    pub(crate) fn warn(&mut self, warning: Warning) {
        self.summary.warn(self.options.limits.warnings, warning);
    }
}
