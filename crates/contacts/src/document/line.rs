//! A line of visible text, and what it stands within.

/// A line: what stands between two breaks that a reader would see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    /// Where it starts in the text.
    pub start: usize,
    /// Where it ends, the line break not included.
    pub end: usize,
    /// The block element (`<p>`, `<div>`, `<td>` ...) that holds it directly: lines of one block, parted by
    /// `<br>`, have the same number. A block's number is smaller than those of the blocks within it.
    pub block: u32,
    /// How many block elements are around it.
    pub depth: u16,
    /// What parts it from the line before.
    pub gap: Gap,
    /// What it stands within.
    pub within: Within,
}

/// What parts a line from the one before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Gap {
    /// A block element starts or ends.
    #[default]
    Block,
    /// A `<br>`, or a line break in `<pre>`.
    Break,
    /// The next cell of the same table row.
    Cell,
}

/// The kinds of element around a line, as a set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Within(pub u16);

impl Within {
    /// `<address>`.
    pub const ADDRESS: Self = Self(1);
    /// `<footer>`, or an element whose id or class says footer.
    pub const FOOTER: Self = Self(1 << 1);
    /// `<header>`.
    pub const HEADER: Self = Self(1 << 2);
    /// `<nav>`.
    pub const NAV: Self = Self(1 << 3);
    /// `<h1>` to `<h6>`.
    pub const HEADING: Self = Self(1 << 4);
    /// `<li>`, `<dd>`.
    pub const LIST_ITEM: Self = Self(1 << 5);
    /// `<td>`, `<th>`.
    pub const CELL: Self = Self(1 << 6);
    /// `<form>`.
    pub const FORM: Self = Self(1 << 7);
    /// `<option>` or `<button>`: a choice, not a statement.
    pub const CHOICE: Self = Self(1 << 8);
    /// A block that is not shown: `hidden`, `display:none`.
    pub const HIDDEN: Self = Self(1 << 9);
    /// `<noscript>`.
    pub const NOSCRIPT: Self = Self(1 << 10);
    /// `<pre>`, `<code>`, `<samp>`, `<kbd>`.
    pub const CODE: Self = Self(1 << 11);
    /// `<label>`, `<dt>`, `<th>`.
    pub const LABEL: Self = Self(1 << 12);

    /// Whether all of `other` are in this set.
    pub const fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Both sets together.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}
