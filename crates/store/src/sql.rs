//! One way to say a statement to either database: text with `$1` placeholders, values, rows.

use std::fmt::Write as _;

use sqlx::postgres::{PgArguments, PgRow};
use sqlx::sqlite::{SqliteArguments, SqliteRow};
use sqlx::{
    Arguments, AssertSqlSafe, ColumnIndex, Decode, Postgres, Row as _, SqlSafeStr, SqlStr, Sqlite, Type,
};

use crate::StoreError;
use crate::dialect::Dialect;

/// Most values bound in one statement: SQLite's limit is 32,766, PostgreSQL's 65,535.
pub(crate) const MAX_BINDS: usize = 32_000;

/// Most rows in one statement.
const MAX_ROWS: usize = 1_024;

/// A value to bind. An absent one keeps its type, which PostgreSQL wants to know.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    Int(Option<i64>),
    Real(Option<f64>),
    Bool(Option<bool>),
    Text(Option<String>),
    Blob(Option<Vec<u8>>),
}

/// Writes `From` for a type and its `Option`.
macro_rules! value_from {
    ($($type:ty => $variant:ident, $convert:expr;)*) => {$(
        impl From<$type> for Value {
            fn from(value: $type) -> Self { Self::$variant(Some($convert(value))) }
        }
        impl From<Option<$type>> for Value {
            fn from(value: Option<$type>) -> Self { Self::$variant(value.map($convert)) }
        }
    )*};
}

value_from! {
    i64 => Int, |value| value;
    i32 => Int, i64::from;
    u32 => Int, i64::from;
    u8 => Int, i64::from;
    u64 => Int, |value| i64::try_from(value).unwrap_or(i64::MAX);
    usize => Int, |value| i64::try_from(value).unwrap_or(i64::MAX);
    clock::Timestamp => Int, |value: clock::Timestamp| value.0;
    engine::JobId => Int, |value: engine::JobId| value.0;
    f64 => Real, |value| value;
    bool => Bool, |value| value;
    String => Text, |value| value;
    &str => Text, str::to_owned;
    &String => Text, |value: &String| value.clone();
    Vec<u8> => Blob, |value| value;
}

/// A statement with its values.
#[derive(Clone, Debug)]
pub(crate) struct Query {
    text: SqlStr,
    values: Vec<Value>,
}

/// A statement of fixed text.
pub(crate) fn sql(text: &'static str) -> Query {
    Query { text: text.into_sql_str(), values: Vec::new() }
}

/// A statement put together by the program. Nothing from outside may be in its text: that is bound.
pub(crate) fn sql_built(text: String) -> Query {
    Query { text: AssertSqlSafe(text).into_sql_str(), values: Vec::new() }
}

impl Query {
    /// Binds the next value.
    #[must_use]
    pub(crate) fn bind(mut self, value: impl Into<Value>) -> Self {
        self.values.push(value.into());
        self
    }

    /// Binds the next values.
    #[must_use]
    pub(crate) fn bind_all(mut self, values: impl IntoIterator<Item = Value>) -> Self {
        self.values.extend(values);
        self
    }

    pub(crate) fn for_sqlite(self) -> Result<(SqlStr, SqliteArguments), StoreError> {
        let mut arguments = SqliteArguments::default();
        arguments.reserve(self.values.len(), 0);
        for value in self.values {
            add::<Sqlite, _>(&mut arguments, value)?;
        }
        Ok((self.text, arguments))
    }

    pub(crate) fn for_postgres(self) -> Result<(SqlStr, PgArguments), StoreError> {
        let mut arguments = PgArguments::default();
        arguments.reserve(self.values.len(), self.values.len() * 8);
        for value in self.values {
            add::<Postgres, _>(&mut arguments, value)?;
        }
        Ok((self.text, arguments))
    }
}

/// A type that both databases read and write alike.
pub(crate) trait Column:
    for<'r> Decode<'r, Sqlite> + Type<Sqlite> + for<'r> Decode<'r, Postgres> + Type<Postgres>
{
}

impl<T> Column for T where
    T: for<'r> Decode<'r, Sqlite> + Type<Sqlite> + for<'r> Decode<'r, Postgres> + Type<Postgres>
{
}

fn add<D, A>(arguments: &mut A, value: Value) -> Result<(), StoreError>
where
    D: sqlx::Database,
    A: Arguments<Database = D>,
    Option<i64>: for<'q> sqlx::Encode<'q, D> + Type<D>,
    Option<f64>: for<'q> sqlx::Encode<'q, D> + Type<D>,
    Option<bool>: for<'q> sqlx::Encode<'q, D> + Type<D>,
    Option<String>: for<'q> sqlx::Encode<'q, D> + Type<D>,
    Option<Vec<u8>>: for<'q> sqlx::Encode<'q, D> + Type<D>,
{
    match value {
        Value::Int(value) => arguments.add(value),
        Value::Real(value) => arguments.add(value),
        Value::Bool(value) => arguments.add(value),
        Value::Text(value) => arguments.add(value),
        Value::Blob(value) => arguments.add(value),
    }
    .map_err(|error| StoreError::Refused(error.to_string()))
}

/// A row of either database.
#[derive(Debug)]
pub(crate) enum Row {
    Sqlite(SqliteRow),
    Postgres(PgRow),
}

impl Row {
    /// The value of a column, by its place (quicker) or its name.
    pub(crate) fn get<T: Column>(
        &self,
        column: impl ColumnIndex<SqliteRow> + ColumnIndex<PgRow>,
    ) -> Result<T, StoreError> {
        Ok(match self {
            Self::Sqlite(row) => row.try_get(column)?,
            Self::Postgres(row) => row.try_get(column)?,
        })
    }
}

/// A statement over many rows of values: `head`, the rows in brackets, `tail`. `{1}` and `{2}` in the tail are the
/// `fixed` values. It is run in pieces of a power of two, so that few texts are ever prepared.
#[derive(Clone, Debug)]
pub(crate) struct Bulk {
    pub head: &'static str,
    /// How many values make a row.
    pub columns: usize,
    pub tail: &'static str,
    pub fixed: Vec<Value>,
    /// All rows, one after the other.
    pub values: Vec<Value>,
}

impl Bulk {
    /// The pieces that this is run in.
    pub(crate) fn pieces(self, dialect: Dialect) -> impl Iterator<Item = Query> + Send {
        let Self { head, columns, tail, fixed, values } = self;
        let columns = columns.max(1);
        let most = floor_power_of_two((MAX_BINDS / columns).min(MAX_ROWS));
        let mut left = values.len() / columns;
        let mut values = values.into_iter();
        std::iter::from_fn(move || {
            if left == 0 {
                return None;
            }
            let rows = floor_power_of_two(left).min(most);
            left -= rows;
            let mut text = String::with_capacity(head.len() + tail.len() + rows * columns * 6 + 2);
            text.push_str(head);
            for row in 0..rows {
                text.push_str(if row == 0 { " (" } else { ",(" });
                push_places(&mut text, dialect, row * columns, columns);
                text.push(')');
            }
            text.push(' ');
            text.push_str(&number_fixed(tail, fixed.len(), rows * columns));
            let query = sql_built(text).bind_all(values.by_ref().take(rows * columns));
            Some(query.bind_all(fixed.iter().cloned()))
        })
    }
}

/// A statement with lists of numbers in the place of `{ids}`, in pieces; a list is filled up to a power of two by
/// repeating its last number, which an `IN` does not notice. `{1}` and `{2}` are the `fixed` values.
pub(crate) fn with_ids(dialect: Dialect, text: &'static str, fixed: &[Value], ids: &[i64]) -> Vec<Query> {
    ids.chunks(MAX_ROWS)
        .map(|piece| {
            let slots = piece.len().next_power_of_two();
            let mut list = String::with_capacity(slots * 6);
            push_places(&mut list, dialect, 0, slots);
            let text = number_fixed(text, fixed.len(), slots).replace("{ids}", &list);
            let last = piece.last().copied().unwrap_or(0);
            let padded = piece.iter().copied().chain(std::iter::repeat_n(last, slots - piece.len()));
            sql_built(text).bind_all(padded.map(Value::from)).bind_all(fixed.iter().cloned())
        })
        .collect()
}

/// Writes `count` places for values, after `before` others. SQLite keeps numbered places in a list that it walks for
/// each of them: thousands must stay without a number.
fn push_places(text: &mut String, dialect: Dialect, before: usize, count: usize) {
    for place in 0..count {
        if place > 0 {
            text.push(',');
        }
        match dialect {
            Dialect::Sqlite => text.push('?'),
            Dialect::Postgres => drop(write!(text, "${}", before + place + 1)),
        }
    }
}

/// Gives the fixed values their numbers, after `before` others.
fn number_fixed(text: &str, fixed: usize, before: usize) -> String {
    (1..=fixed).fold(text.to_owned(), |text, number| {
        text.replace(&format!("{{{number}}}"), &format!("${}", before + number))
    })
}

fn floor_power_of_two(number: usize) -> usize {
    if number == 0 { 1 } else { 1 << number.ilog2() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_rows_are_cut_into_powers_of_two() {
        let bulk = Bulk {
            head: "INSERT INTO t VALUES",
            columns: 2,
            tail: "ON CONFLICT DO UPDATE SET a = {1}",
            fixed: vec![7_i64.into()],
            values: vec![Value::from(1_i64); 14],
        };
        let texts = |dialect| {
            bulk.clone().pieces(dialect).map(|query| query.text.as_str().to_owned()).collect::<Vec<_>>()
        };
        let postgres = texts(Dialect::Postgres);
        assert_eq!(postgres.len(), 3);
        assert_eq!(postgres[1], "INSERT INTO t VALUES ($1,$2),($3,$4) ON CONFLICT DO UPDATE SET a = $5");
        assert_eq!(
            texts(Dialect::Sqlite)[1],
            "INSERT INTO t VALUES (?,?),(?,?) ON CONFLICT DO UPDATE SET a = $5"
        );
    }

    #[test]
    fn lists_of_numbers_are_filled_up() {
        let text = "DELETE FROM t WHERE a = {1} AND id IN ({ids})";
        let queries = with_ids(Dialect::Postgres, text, &[Value::from(7_i64)], &[1, 2, 3]);
        assert_eq!(queries[0].text.as_str(), "DELETE FROM t WHERE a = $5 AND id IN ($1,$2,$3,$4)");
        assert_eq!(queries[0].values, [1_i64, 2, 3, 3, 7].map(Value::from));
    }
}
