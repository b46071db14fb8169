//! Lists of records: any filters together, page by page, as quick with ten million rows as with ten.
//!
//! What can be filtered by a word (statuses, types, kinds) is packed into one number, the row's facet; a choice of
//! words is a handful of facets, and the rows of a facet stand in the order of their ids, so that a page is merged
//! from the heads of a few index ranges ([`scan`]). Substrings are looked up in a trigram index ([`text`]). Whatever
//! no index can tell is looked through in bounded windows: a page may then be short and still have a next one.

mod contacts;
mod domains;
mod facet;
mod files;
mod pages;
mod scan;
mod text;
mod upkeep;

pub use contacts::{ContactFilter, ContactView};
pub use domains::DomainFilter;
pub use files::SitemapFileFilter;
pub use pages::{PageFilter, PageRow};

/// Most rows on a page.
pub const MOST_LISTED: usize = 500;
/// How far a page may be by its number; beyond it only cursors go.
pub const MOST_SKIPPED: usize = 10_000;
/// How many matching rows are counted exactly.
pub(crate) const MOST_COUNTED: u64 = 10_000;

/// How a list is ordered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sorting {
    /// As they came.
    Oldest,
    /// Latest first.
    #[default]
    Newest,
    /// Likeliest to bear contacts first, then as they came: pages only.
    Priority,
}

/// Where a page of a list ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// The priority of the last row looked at; 0 in lists without.
    pub priority: i64,
    /// Its number.
    pub id: i64,
}

/// Which part of a list is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slice {
    /// How the list is ordered.
    pub order: Sorting,
    /// Behind this place; with `skip` 0.
    pub after: Option<Cursor>,
    /// How many rows are passed over; at most [`MOST_SKIPPED`].
    pub skip: usize,
    /// How many rows; at most [`MOST_LISTED`].
    pub size: usize,
}

impl Slice {
    /// The first rows of a list.
    pub const fn first(order: Sorting, size: usize) -> Self {
        Self { order, after: None, skip: 0, size }
    }
}

/// A part of a list.
#[derive(Clone, Debug, PartialEq)]
pub struct Listed<T> {
    /// The rows.
    pub rows: Vec<T>,
    /// Where the next part begins; none at the end. Where no index fits, a part can be short and still have a next.
    pub next: Option<Cursor>,
    /// How many rows match.
    pub total: Total,
}

/// How many rows match.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Total {
    /// The number, or about that.
    pub rows: u64,
    /// Whether it is only about that.
    pub estimated: bool,
}

impl<T> Listed<T> {
    fn try_map<U>(
        self,
        read: impl Fn(T) -> Result<U, crate::StoreError>,
    ) -> Result<Listed<U>, crate::StoreError> {
        let rows = self.rows.into_iter().map(read).collect::<Result<_, _>>()?;
        Ok(Listed { rows, next: self.next, total: self.total })
    }
}
