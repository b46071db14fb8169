//! One way to say a statement to either database: text with `$1` placeholders, values, rows.

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
    /// A column of values: PostgreSQL only, made by [`Bulk`] and [`with_ids`].
    List(List),
}

/// Values of one type, as PostgreSQL takes them in one go.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum List {
    Int(Vec<Option<i64>>),
    Real(Vec<Option<f64>>),
    Bool(Vec<Option<bool>>),
    Text(Vec<Option<String>>),
    Blob(Vec<Option<Vec<u8>>>),
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
            match value {
                Value::List(list) => add_list(&mut arguments, list)?,
                value => add::<Postgres, _>(&mut arguments, value)?,
            }
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
        Value::List(_) => return Err(StoreError::Refused("only PostgreSQL takes lists".into())),
    }
    .map_err(|error| StoreError::Refused(error.to_string()))
}

fn add_list(arguments: &mut PgArguments, list: List) -> Result<(), StoreError> {
    match list {
        List::Int(values) => arguments.add(values),
        List::Real(values) => arguments.add(values),
        List::Bool(values) => arguments.add(values),
        List::Text(values) => arguments.add(values),
        List::Blob(values) => arguments.add(values),
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

/// A statement over many rows of values: `head`, which ends in `VALUES`, the rows, `tail`. `{1}` and `{2}` in the tail
/// are the `fixed` values. It is run in pieces. SQLite gets the rows in brackets, a power of two at a time, so that
/// few texts are ever prepared; PostgreSQL gets the columns as arrays, which it neither parses nor plans anew.
#[derive(Clone, Debug)]
pub(crate) struct Bulk {
    pub head: &'static str,
    /// How many values make a row.
    pub columns: usize,
    pub tail: &'static str,
    pub fixed: Vec<Value>,
    /// All rows, one after the other; the values of a column are of one type.
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
            let rows = match dialect {
                Dialect::Sqlite => floor_power_of_two(left).min(most),
                Dialect::Postgres => left.min(MAX_ROWS),
            };
            left -= rows;
            let piece = values.by_ref().take(rows * columns);
            let query = match dialect {
                Dialect::Sqlite => by_rows(head, tail, columns, fixed.len(), piece.collect()),
                Dialect::Postgres => by_columns(head, tail, columns, fixed.len(), piece),
            };
            Some(query.bind_all(fixed.iter().cloned()))
        })
    }
}

fn by_rows(head: &str, tail: &str, columns: usize, fixed: usize, values: Vec<Value>) -> Query {
    let mut text = String::with_capacity(head.len() + tail.len() + values.len() * 3);
    text.push_str(head);
    for row in 0..values.len() / columns {
        text.push_str(if row == 0 { " (" } else { ",(" });
        push_places(&mut text, columns);
        text.push(')');
    }
    text.push(' ');
    text.push_str(&number_fixed(tail, fixed, values.len()));
    // Rows of a statement that fails need not be taken back one statement at a time: its transaction is rolled back.
    // So SQLite is spared the journal it would keep for that, an eighth of the time of a large insert.
    sql_built(text.replacen("INSERT INTO", "INSERT OR FAIL INTO", 1)).bind_all(values)
}

fn by_columns(
    head: &str,
    tail: &str,
    columns: usize,
    fixed: usize,
    values: impl Iterator<Item = Value>,
) -> Query {
    let mut lists: Vec<List> = Vec::with_capacity(columns);
    for (at, value) in values.enumerate() {
        match lists.get_mut(at % columns) {
            Some(list) => list.push(value),
            None => lists.push(List::of(value)),
        }
    }
    let places = lists.iter().enumerate().map(|(at, list)| format!("${}::{}[]", at + 1, list.type_name()));
    let places: Vec<String> = places.collect();
    let head = head.trim_end().trim_end_matches("VALUES");
    let text =
        format!("{head}SELECT * FROM unnest({}) {}", places.join(","), number_fixed(tail, fixed, columns));
    sql_built(text).bind_all(lists.into_iter().map(Value::List))
}

impl List {
    fn of(value: Value) -> Self {
        match value {
            Value::Int(value) => Self::Int(vec![value]),
            Value::Real(value) => Self::Real(vec![value]),
            Value::Bool(value) => Self::Bool(vec![value]),
            Value::Text(value) => Self::Text(vec![value]),
            Value::Blob(value) => Self::Blob(vec![value]),
            Value::List(list) => list,
        }
    }

    /// Adds a value; one of another type, which is a defect, becomes absent.
    fn push(&mut self, value: Value) {
        match (self, value) {
            (Self::Int(list), Value::Int(value)) => list.push(value),
            (Self::Real(list), Value::Real(value)) => list.push(value),
            (Self::Bool(list), Value::Bool(value)) => list.push(value),
            (Self::Text(list), Value::Text(value)) => list.push(value),
            (Self::Blob(list), Value::Blob(value)) => list.push(value),
            (list, value) => {
                debug_assert!(false, "{value:?} in a column of {}", list.type_name());
                list.push_absent();
            }
        }
    }

    fn push_absent(&mut self) {
        match self {
            Self::Int(list) => list.push(None),
            Self::Real(list) => list.push(None),
            Self::Bool(list) => list.push(None),
            Self::Text(list) => list.push(None),
            Self::Blob(list) => list.push(None),
        }
    }

    const fn type_name(&self) -> &'static str {
        match self {
            Self::Int(_) => "bigint",
            Self::Real(_) => "double precision",
            Self::Bool(_) => "boolean",
            Self::Text(_) => "text",
            Self::Blob(_) => "bytea",
        }
    }
}

/// A statement with `IN ({ids})` over a list of numbers, in pieces. `{1}` and following are the `fixed` values.
/// SQLite's list is filled up to a power of two by repeating its last number, which an `IN` does not notice.
pub(crate) fn with_ids(dialect: Dialect, text: &str, fixed: &[Value], ids: &[i64]) -> Vec<Query> {
    let pieces = ids.chunks(MAX_ROWS).map(|piece| match dialect {
        Dialect::Sqlite => {
            let slots = piece.len().next_power_of_two();
            let mut list = String::with_capacity(slots * 2);
            push_places(&mut list, slots);
            let text = number_fixed(text, fixed.len(), slots).replace("{ids}", &list);
            let last = piece.last().copied().unwrap_or(0);
            let padded = piece.iter().copied().chain(std::iter::repeat_n(last, slots - piece.len()));
            sql_built(text).bind_all(padded.map(Value::from))
        }
        Dialect::Postgres => {
            let text = number_fixed(text, fixed.len(), 1).replace("IN ({ids})", "= ANY($1)");
            sql_built(text).bind_all([Value::List(List::Int(piece.iter().copied().map(Some).collect()))])
        }
    });
    pieces.map(|query| query.bind_all(fixed.iter().cloned())).collect()
}

/// Writes places for values without numbers. SQLite keeps numbered ones in a list that it walks for each of them:
/// thousands must stay without.
fn push_places(text: &mut String, count: usize) {
    for place in 0..count {
        text.push_str(if place == 0 { "?" } else { ",?" });
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
    fn many_rows_become_few_texts() {
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
        let sqlite = texts(Dialect::Sqlite);
        assert_eq!(sqlite.len(), 3);
        assert_eq!(sqlite[1], "INSERT OR FAIL INTO t VALUES (?,?),(?,?) ON CONFLICT DO UPDATE SET a = $5");
        let postgres =
            "INSERT INTO t SELECT * FROM unnest($1::bigint[],$2::bigint[]) ON CONFLICT DO UPDATE SET a = $3";
        assert_eq!(texts(Dialect::Postgres), [postgres]);
    }

    #[test]
    fn lists_of_numbers_become_few_texts() {
        let text = "DELETE FROM t WHERE a = {1} AND id IN ({ids})";
        let query = with_ids(Dialect::Sqlite, text, &[Value::from(7_i64)], &[1, 2, 3]).remove(0);
        assert_eq!(query.text.as_str(), "DELETE FROM t WHERE a = $5 AND id IN (?,?,?,?)");
        assert_eq!(query.values, [1_i64, 2, 3, 3, 7].map(Value::from));
        let query = with_ids(Dialect::Postgres, text, &[Value::from(7_i64)], &[1, 2, 3]).remove(0);
        assert_eq!(query.text.as_str(), "DELETE FROM t WHERE a = $2 AND id = ANY($1)");
    }
}
