//! Substrings: the few rows that hold a text, from a trigram index and from what is not in it yet.

use super::scan::{Built, List, MOST_BEHIND_MARK};
use crate::dialect::Dialect;
use crate::sql::{Query, sql};
use crate::{Store, StoreError};

/// Most rows that are taken from the index at once; a text that more rows hold is looked for in the list's order.
const MOST_CANDIDATES: usize = 5_000;
/// Shorter texts are in no trigram index.
const SHORTEST: usize = 3;

impl Store {
    /// All rows that hold the text, if they are few and an index can tell.
    pub(super) async fn candidates(
        &self,
        list: &List,
        text: Option<&str>,
    ) -> Result<Option<Vec<i64>>, StoreError> {
        let Some(text) = text.filter(|text| text.chars().count() >= SHORTEST) else { return Ok(None) };
        let Some(queries) = self.lookups(list, text).await? else { return Ok(None) };
        let mut ids = Vec::new();
        for query in queries {
            for row in self.db.rows(query).await? {
                ids.push(row.get(0)?);
            }
            if ids.len() > MOST_CANDIDATES {
                return Ok(None);
            }
        }
        Ok(Some(ids))
    }

    /// What to ask the index, and what lies behind its mark.
    async fn lookups(&self, list: &List, text: &str) -> Result<Option<Vec<Query>>, StoreError> {
        let aside = match self.dialect() {
            Dialect::Sqlite => true,
            Dialect::Postgres if self.has_trigrams().await? => list.aside,
            Dialect::Postgres => return Ok(None),
        };
        if !aside {
            return Ok(Some(vec![lookup(self.dialect(), list.table, list.text, text)]));
        }
        let name = format!("{}_text", list.table);
        let mark = self.mark(&name).await?;
        let behind = behind(self.dialect(), list, mark, text);
        Ok(Some(vec![lookup(self.dialect(), &name, list.text, text), behind]))
    }

    /// Whether the database has trigram indexes: PostgreSQL lets not everybody create the extension.
    async fn has_trigrams(&self) -> Result<bool, StoreError> {
        let text = "SELECT CASE WHEN to_regclass('domains_text') IS NULL THEN 0 ELSE 1 END";
        let row = self.db.row(sql(text)).await?;
        Ok(row.map_or(Ok(0), |row| row.get::<i32>(0))? == 1)
    }
}

fn lookup(dialect: Dialect, table: &str, column: &str, text: &str) -> Query {
    let mut built = Built::default();
    let (id, condition) = match dialect {
        // The index knows LIKE without ESCAPE only. A wildcard in the text becomes "any letter": what is too much is
        // left out when the rows are read.
        Dialect::Sqlite => {
            let place = built.place(format!("%{}%", text.replace(['%', '_'], "_")));
            ("rowid", format!("{column} LIKE {place}"))
        }
        Dialect::Postgres => {
            let place = built.place(dialect.pattern(text));
            ("id", dialect.contains(column, &place))
        }
    };
    let most = built.place(MOST_CANDIDATES + 1);
    built.query(format!("SELECT {id} FROM {table} WHERE {condition} LIMIT {most}"))
}

fn behind(dialect: Dialect, list: &List, mark: i64, text: &str) -> Query {
    let mut built = Built::default();
    let (from, to) = (built.place(mark), built.place(mark.saturating_add(MOST_BEHIND_MARK)));
    let place = built.place(dialect.pattern(text));
    let condition = dialect.contains(list.text, &place);
    let most = built.place(MOST_CANDIDATES + 1);
    let text = format!(
        "SELECT id FROM {} WHERE id > {from} AND id <= {to} AND {condition} ORDER BY id LIMIT {most}",
        list.table
    );
    built.query(text)
}
