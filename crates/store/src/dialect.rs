//! All that differs between the two databases: everything else is one text.

pub(crate) mod postgres;
pub(crate) mod sqlite;

/// Which database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// The embedded database.
    Sqlite,
    /// A PostgreSQL server, 14 or later.
    Postgres,
}

impl Dialect {
    /// The function that finds a text in another, letter by letter: no character of either is a wildcard.
    pub(crate) const fn find(self) -> &'static str {
        match self {
            Self::Sqlite => "instr",
            Self::Postgres => "strpos",
        }
    }

    /// The condition that a column holds a text in any letter case; the place is bound to [`Dialect::pattern`].
    pub(crate) fn contains(self, column: &str, place: &str) -> String {
        match self {
            Self::Sqlite => format!("{column} LIKE {place} ESCAPE '\\'"),
            Self::Postgres => format!("lower({column}) LIKE {place} ESCAPE '\\'"),
        }
    }

    /// What [`Dialect::contains`] is bound to: `%`, `_` and `\` in the text stand for themselves.
    pub(crate) fn pattern(self, text: &str) -> String {
        let mut pattern = String::with_capacity(text.len() + 2);
        pattern.push('%');
        for letter in text.chars() {
            if matches!(letter, '%' | '_' | '\\') {
                pattern.push('\\');
            }
            match self {
                Self::Sqlite => pattern.push(letter),
                Self::Postgres => pattern.extend(letter.to_lowercase()),
            }
        }
        pattern.push('%');
        pattern
    }
}

/// A schema change: number, name, text for SQLite, text for PostgreSQL.
type Change = (i64, &'static str, &'static str, &'static str);

/// Every schema change, in order. A released one is never edited.
const CHANGES: &[Change] = &[
    (
        1,
        "jobs",
        include_str!("../migrations/sqlite/0001_jobs.sql"),
        include_str!("../migrations/postgres/0001_jobs.sql"),
    ),
    (
        2,
        "catalog",
        include_str!("../migrations/sqlite/0002_catalog.sql"),
        include_str!("../migrations/postgres/0002_catalog.sql"),
    ),
    (
        3,
        "cluster",
        include_str!("../migrations/sqlite/0003_cluster.sql"),
        include_str!("../migrations/postgres/0003_cluster.sql"),
    ),
    (
        4,
        "identity",
        include_str!("../migrations/sqlite/0004_identity.sql"),
        include_str!("../migrations/postgres/0004_identity.sql"),
    ),
    (
        5,
        "lists",
        include_str!("../migrations/sqlite/0005_lists.sql"),
        include_str!("../migrations/postgres/0005_lists.sql"),
    ),
    (
        6,
        "control",
        include_str!("../migrations/sqlite/0006_control.sql"),
        include_str!("../migrations/postgres/0006_control.sql"),
    ),
];

/// The newest schema version that this program knows.
pub(crate) fn newest_schema() -> i64 {
    CHANGES.last().map_or(0, |change| change.0)
}

/// The schema changes as sqlx applies them.
pub(crate) fn migrator(dialect: Dialect) -> sqlx::migrate::Migrator {
    use sqlx::migrate::{Migration, MigrationType, Migrator};
    let changes = CHANGES.iter().map(|&(version, name, sqlite, postgres)| {
        let text = match dialect {
            Dialect::Sqlite => sqlite,
            Dialect::Postgres => postgres,
        };
        Migration::new(version, name.into(), MigrationType::Simple, sqlx::SqlStr::from_static(text), false)
    });
    Migrator::with_migrations(changes.collect())
}
