//! Lists: one way to ask for a part of one, by cursor or by page number, and one shape of the answer.

use serde::Serialize;
use store::{Cursor, Listed, MOST_LISTED, MOST_SKIPPED, Slice, Sorting};
use utoipa::ToSchema;

use crate::problem::Problem;

/// How many items a page has unless it is said.
pub const SIZE: usize = 50;

/// A part of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct ListOf<T> {
    /// The items.
    pub items: Vec<T>,
    /// Give this as `cursor` to go on; none at the end. A filter that no index knows can give a short page in between.
    pub next_cursor: Option<String>,
    /// Which page, counted from 1; none if the list is walked by cursor.
    #[schema(example = 1)]
    pub page: Option<usize>,
    /// How many items a page has.
    #[schema(example = 50)]
    pub size: usize,
    /// How many items match.
    #[schema(example = 1234)]
    pub total: u64,
    /// Whether `total` is only about that many.
    pub total_is_estimate: bool,
}

/// How a part of a list is asked for.
#[derive(Clone, Debug)]
pub struct Paging<'a> {
    /// `cursor`.
    pub cursor: Option<&'a str>,
    /// `page`.
    pub page: Option<usize>,
    /// `size`.
    pub size: Option<usize>,
    /// `sort`.
    pub sort: Option<&'a str>,
}

impl Paging<'_> {
    /// The part of the list that is meant, in one of the orders that the list knows, the first if none is asked for.
    pub fn slice(&self, orders: &[Sorting]) -> Result<Slice, Problem> {
        let size = self.size.unwrap_or(SIZE);
        if size == 0 || size > MOST_LISTED {
            return Err(Problem::parameter("size", format!("must be 1 to {MOST_LISTED}")));
        }
        let order = self.order(orders)?;
        let after = self.cursor.map(|cursor| read_cursor(cursor, order)).transpose()?;
        let skip = match self.page {
            Some(_) if after.is_some() => {
                return Err(Problem::parameter("page", "give either page or cursor, not both"));
            }
            Some(0) => return Err(Problem::parameter("page", "pages are counted from 1")),
            Some(page) => (page - 1).saturating_mul(size),
            None => 0,
        };
        if skip > MOST_SKIPPED {
            let detail =
                format!("only the first {MOST_SKIPPED} items have page numbers: go on with next_cursor");
            return Err(Problem::parameter("page", detail));
        }
        Ok(Slice { order, after, skip, size })
    }

    fn order(&self, orders: &[Sorting]) -> Result<Sorting, Problem> {
        let Some(wanted) = self.sort else { return Ok(orders.first().copied().unwrap_or_default()) };
        orders.iter().copied().find(|order| word(*order) == wanted).ok_or_else(|| {
            let words: Vec<&str> = orders.iter().map(|order| word(*order)).collect();
            Problem::parameter("sort", format!("must be one of: {}", words.join(", ")))
        })
    }

    /// The answer.
    pub fn answer<T, U>(&self, slice: Slice, listed: Listed<T>, show: impl Fn(T) -> U) -> ListOf<U> {
        ListOf {
            items: listed.rows.into_iter().map(show).collect(),
            next_cursor: listed.next.map(|cursor| write_cursor(cursor, slice.order)),
            page: if slice.after.is_some() { None } else { Some(self.page.unwrap_or(1)) },
            size: slice.size,
            total: listed.total.rows,
            total_is_estimate: listed.total.estimated,
        }
    }
}

/// The word of `sort` for an order.
const fn word(order: Sorting) -> &'static str {
    match order {
        Sorting::Oldest => "created_at",
        Sorting::Newest => "-created_at",
        Sorting::Priority => "priority",
    }
}

fn write_cursor(cursor: Cursor, order: Sorting) -> String {
    let letter = match order {
        Sorting::Oldest => 'o',
        Sorting::Newest => 'n',
        Sorting::Priority => 'p',
    };
    format!("{letter}{:x}-{:x}", cursor.priority, cursor.id)
}

fn read_cursor(text: &str, order: Sorting) -> Result<Cursor, Problem> {
    let wrong = || Problem::parameter("cursor", "is none that this list gave for this sort; begin anew");
    let (priority, id) = text.get(1..).and_then(|rest| rest.split_once('-')).ok_or_else(wrong)?;
    let number = |text: &str| i64::from_str_radix(text, 16).map_err(|_| wrong());
    let cursor = Cursor { priority: number(priority)?, id: number(id)? };
    if write_cursor(cursor, order) == text { Ok(cursor) } else { Err(wrong()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ORDERS: [Sorting; 2] = [Sorting::Priority, Sorting::Newest];
    const PLAIN: Paging<'static> = Paging { cursor: None, page: None, size: None, sort: None };

    #[test]
    fn a_cursor_leads_on_in_its_own_order_only() {
        let text = write_cursor(Cursor { priority: 3, id: 500 }, Sorting::Priority);
        let paging = Paging { cursor: Some(&text), ..PLAIN };
        assert_eq!(paging.slice(&ORDERS).unwrap().after, Some(Cursor { priority: 3, id: 500 }));
        assert!(Paging { sort: Some("-created_at"), ..paging }.slice(&ORDERS).is_err());
        for text in ["", "p", "p3", "px-1", "p3-1 ", "é-1", "p+3-1"] {
            assert!(Paging { cursor: Some(text), ..PLAIN }.slice(&ORDERS).is_err(), "{text}");
        }
    }

    #[test]
    fn sizes_pages_and_sorts_are_bounded() {
        for (page, size, sort) in
            [(None, Some(0), None), (None, Some(501), None), (Some(0), None, None), (Some(1_000), None, None)]
        {
            assert!(Paging { page, size, sort, ..PLAIN }.slice(&ORDERS).is_err(), "{page:?} {size:?}");
        }
        assert!(Paging { sort: Some("name"), ..PLAIN }.slice(&ORDERS).is_err());
        assert_eq!(Paging { page: Some(3), size: Some(10), ..PLAIN }.slice(&ORDERS).unwrap().skip, 20);
    }
}
