//! One page of a list: merged from the heads of index ranges, looked through in windows where no index can tell.

use super::facet::{self, Part};
use super::{Cursor, Listed, MOST_COUNTED, MOST_LISTED, MOST_SKIPPED, Slice, Sorting, Total};
use crate::dialect::Dialect;
use crate::sql::{Query, Row, Value, sql, sql_built};
use crate::{Store, StoreError};

/// Most index ranges that are merged; more choices than that are looked through instead.
const MOST_BRANCHES: usize = 400;
/// Most domains whose facets are looked up one by one.
const MOST_SCOPES: usize = 64;
/// How many rows are looked through for one page, window by window.
const WINDOWS: [usize; 3] = [1_000, 4_000, 16_000];
/// How many rows behind the mark of an index that is kept aside are looked through.
pub(super) const MOST_BEHIND_MARK: i64 = 500_000;

/// A list: its table, and what its rows are read from.
#[derive(Debug)]
pub(super) struct List {
    pub table: &'static str,
    /// What is read of a row, each column with `t.` before it.
    pub columns: &'static str,
    /// The column in which substrings are looked for.
    pub text: &'static str,
    /// Whether SQLite enters the rows in the index of facets some time after they came.
    pub aside: bool,
    /// A facet divided by this is the row's priority; 0 in lists without.
    pub priority: i64,
}

/// Which rows are wanted.
#[derive(Clone, Debug, Default)]
pub(super) struct Wanted {
    pub parts: Vec<Part>,
    /// Of one of these domains.
    pub domains: Option<Vec<i64>>,
    /// Holding this text.
    pub contains: Option<String>,
    /// Conditions that no index knows, `{}` where the value stands.
    pub rest: Vec<(String, Value)>,
}

/// An index range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Branch {
    domain: Option<i64>,
    facet: Option<i64>,
}

/// Everything that is known before the first row is read.
pub(super) struct Search<'a> {
    pub list: &'a List,
    pub wanted: &'a Wanted,
    pub dialect: Dialect,
    pub order: Sorting,
    /// Rows with larger numbers are not in the index of facets.
    pub mark: Option<i64>,
    branches: Vec<Branch>,
    /// Whether the branches take no row of the wrong facet, or of the wrong domain.
    exact: (bool, bool),
}

impl Store {
    /// A part of a list, as rows to be read.
    pub(super) async fn list(
        &self,
        list: &List,
        wanted: &Wanted,
        slice: Slice,
    ) -> Result<Listed<Row>, StoreError> {
        if slice.skip > MOST_SKIPPED {
            let text = format!("a page may begin at row {MOST_SKIPPED} at most: go on with a cursor");
            return Err(StoreError::Invalid(text));
        }
        let slice = Slice { size: slice.size.clamp(1, MOST_LISTED), ..slice };
        if wanted.domains.as_ref().is_some_and(Vec::is_empty) {
            return Ok(Listed { rows: vec![], next: None, total: Total { rows: 0, estimated: false } });
        }
        let search = self.search(list, wanted, slice.order).await?;
        if let Some(ids) = self.candidates(list, wanted.contains.as_deref()).await? {
            return self.among(&search, &ids, slice).await;
        }
        if search.is_residual() {
            self.windows(&search, slice).await
        } else {
            self.heads(&search, slice).await
        }
    }

    async fn search<'a>(
        &self,
        list: &'a List,
        wanted: &'a Wanted,
        order: Sorting,
    ) -> Result<Search<'a>, StoreError> {
        let mark = match self.dialect() {
            Dialect::Sqlite if list.aside => Some(self.mark(list.table).await?),
            _ => None,
        };
        let mut search = Search {
            list,
            wanted,
            dialect: self.dialect(),
            order,
            mark,
            branches: vec![Branch { domain: None, facet: None }],
            exact: (facet::is_any(&wanted.parts), wanted.domains.is_none()),
        };
        if search.exact == (true, true) && order != Sorting::Priority {
            search.mark = None;
            return Ok(search);
        }
        let facets = self.facets(&search).await?;
        let domains = wanted.domains.as_deref().unwrap_or_default();
        if facets.len() * domains.len().max(1) <= MOST_BRANCHES {
            search.exact = (true, true);
            search.branches = branches(&facets, domains);
        } else if facets.len() <= MOST_BRANCHES {
            search.exact.0 = true;
            search.branches = branches(&facets, &[]);
        } else {
            search.mark = None;
        }
        Ok(search)
    }

    /// How far an index that is kept aside has come.
    pub(super) async fn mark(&self, name: &str) -> Result<i64, StoreError> {
        let row = self.db.row(sql("SELECT upto FROM list_marks WHERE name = $1").bind(name)).await?;
        row.map_or(Ok(0), |row| row.get(0))
    }

    /// The facets that there are and that are wanted, smallest first: one step in the index for each.
    async fn facets(&self, search: &Search<'_>) -> Result<Vec<i64>, StoreError> {
        let List { table, .. } = search.list;
        let mut facets = Vec::new();
        for domain in search.scopes() {
            let condition = search.listed(domain.map(|_| "domain_id = $1"));
            let text = format!(
                "WITH RECURSIVE step(facet) AS (SELECT min(facet) FROM {table} WHERE {condition} UNION ALL \
                 SELECT (SELECT min(facet) FROM {table} WHERE {condition} AND facet > step.facet) FROM step \
                 WHERE step.facet IS NOT NULL) SELECT facet FROM step WHERE facet IS NOT NULL"
            );
            for row in self.db.rows(sql_built(text).bind_all(domain.map(Value::from))).await? {
                facets.push(row.get::<i64>(0)?);
            }
        }
        facets.sort_unstable();
        facets.dedup();
        facets.retain(|number| facet::takes(&search.wanted.parts, *number));
        Ok(facets)
    }

    /// Where every condition has its index: the heads of the ranges are the page.
    async fn heads(&self, search: &Search<'_>, slice: Slice) -> Result<Listed<Row>, StoreError> {
        let rows = self.db.rows(search.page(slice.after, slice.skip, slice.size + 1, &[])).await?;
        let total = self.total(search).await?;
        finish(rows, slice.size, total)
    }

    /// Looks through window by window until the page is full, the list ends, or enough was looked at.
    async fn windows(&self, search: &Search<'_>, slice: Slice) -> Result<Listed<Row>, StoreError> {
        let (mut rows, mut skip, mut after) = (Vec::new(), slice.skip, slice.after);
        let residual = search.residual();
        for window in WINDOWS {
            let found = self.db.rows(search.page(after, 0, window, &residual)).await?;
            let passed = skip.min(found.len());
            skip -= passed;
            rows.extend(found.into_iter().skip(passed));
            if rows.len() > slice.size {
                let total = self.total(search).await?;
                return finish(rows, slice.size, Total { estimated: true, ..total });
            }
            match self.db.row(search.place(after, window)).await? {
                Some(row) => after = Some(Cursor { priority: row.get(0)?, id: row.get(1)? }),
                None => {
                    let whole = slice.after.is_none();
                    let seen = (slice.skip - skip + rows.len()) as u64;
                    let total = Total { rows: seen, estimated: !whole };
                    return Ok(Listed { rows, next: None, total });
                }
            }
        }
        let total = Total { estimated: true, ..self.total(search).await? };
        Ok(Listed { rows, next: after, total })
    }

    /// The page among rows that are known to hold the text: few, so they are sorted and counted exactly.
    async fn among(&self, search: &Search<'_>, ids: &[i64], slice: Slice) -> Result<Listed<Row>, StoreError> {
        let mut keys = Vec::with_capacity(ids.len());
        let mut rest = search.residual();
        rest.extend(search.scope());
        for part in ids.chunks(512) {
            let mut built = Built::default();
            let places: Vec<String> = part.iter().map(|id| built.place(*id)).collect();
            let text = format!(
                "SELECT CAST({} AS BIGINT), t.id FROM {} AS t WHERE t.id IN ({}){}",
                search.priority(),
                search.list.table,
                places.join(","),
                built.conditions(&rest)
            );
            for row in self.db.rows(built.query(text)).await? {
                keys.push((row.get::<i64>(0)?, row.get::<i64>(1)?));
            }
        }
        let total = Total { rows: keys.len() as u64, estimated: false };
        search.order.sort(&mut keys);
        keys.retain(|(priority, id)| {
            slice.after.is_none_or(|after| search.order.is_behind(*priority, *id, after))
        });
        let page: Vec<(i64, i64)> = keys.into_iter().skip(slice.skip).take(slice.size + 1).collect();
        let rows = if page.is_empty() { vec![] } else { self.db.rows(search.rows(&page)).await? };
        finish(rows, slice.size, total)
    }

    /// How many rows the branches hold, or about.
    async fn total(&self, search: &Search<'_>) -> Result<Total, StoreError> {
        let row = self.db.row(search.count()).await?;
        let counted: i64 = row.map_or(Ok(0), |row| row.get(0))?;
        let counted = u64::try_from(counted).unwrap_or(0);
        if counted <= MOST_COUNTED {
            return Ok(Total { rows: counted, estimated: false });
        }
        let mut entries = 0_u64;
        if search.wanted.domains.is_none() {
            let text = "SELECT facet, entries FROM list_counts WHERE name = $1";
            for row in self.db.rows(sql(text).bind(search.list.table)).await? {
                if facet::takes(&search.wanted.parts, row.get(0)?) {
                    entries += u64::try_from(row.get::<i64>(1)?).unwrap_or(0);
                }
            }
        }
        Ok(Total { rows: entries.max(counted), estimated: true })
    }
}

fn branches(facets: &[i64], domains: &[i64]) -> Vec<Branch> {
    let of = |domain: Option<i64>| facets.iter().map(move |facet| Branch { domain, facet: Some(*facet) });
    if domains.is_empty() {
        of(None).collect()
    } else {
        domains.iter().flat_map(|id| of(Some(*id))).collect()
    }
}

/// Cuts the one row too many off that tells that there is a next page.
fn finish(mut rows: Vec<Row>, size: usize, total: Total) -> Result<Listed<Row>, StoreError> {
    let more = rows.len() > size;
    rows.truncate(size);
    let next = match rows.last().filter(|_| more) {
        Some(row) => Some(Cursor { priority: row.get("k")?, id: row.get("id")? }),
        None => None,
    };
    Ok(Listed { rows, next, total })
}

impl Sorting {
    const fn direction(self) -> &'static str {
        match self {
            Self::Newest => "DESC",
            Self::Oldest | Self::Priority => "ASC",
        }
    }

    fn sort(self, keys: &mut [(i64, i64)]) {
        match self {
            Self::Oldest => keys.sort_unstable_by_key(|key| key.1),
            Self::Newest => keys.sort_unstable_by_key(|key| std::cmp::Reverse(key.1)),
            Self::Priority => keys.sort_unstable(),
        }
    }

    fn is_behind(self, priority: i64, id: i64, after: Cursor) -> bool {
        match self {
            Self::Oldest => id > after.id,
            Self::Newest => id < after.id,
            Self::Priority => (priority, id) > (after.priority, after.id),
        }
    }
}

impl Search<'_> {
    /// The domains one by one, or all of them together.
    fn scopes(&self) -> Vec<Option<i64>> {
        match &self.wanted.domains {
            Some(ids) if ids.len() <= MOST_SCOPES => ids.iter().copied().map(Some).collect(),
            _ => vec![None],
        }
    }

    /// A condition on rows that are in the index of facets.
    fn listed(&self, condition: Option<&str>) -> String {
        let listed = self.mark.map(|_| "listed = 1");
        let conditions: Vec<&str> = listed.into_iter().chain(condition).collect();
        if conditions.is_empty() { "true".to_owned() } else { conditions.join(" AND ") }
    }

    /// Whether rows have to be looked at one by one.
    fn is_residual(&self) -> bool {
        self.wanted.contains.is_some() || !self.wanted.rest.is_empty() || self.exact != (true, true)
    }

    /// The conditions that the branches do not meet by themselves.
    fn residual(&self) -> Vec<(String, Vec<Value>)> {
        let one = |(condition, value): &(String, Value)| (condition.clone(), vec![value.clone()]);
        let mut conditions: Vec<_> = self.wanted.rest.iter().map(one).collect();
        if let Some(text) = &self.wanted.contains {
            let column = format!("t.{}", self.list.text);
            conditions.push((self.dialect.contains(&column, "{}"), vec![self.dialect.pattern(text).into()]));
        }
        if !self.exact.0 {
            conditions.extend(self.of_facets());
        }
        if !self.exact.1 {
            conditions.extend(self.of_domains());
        }
        conditions
    }

    /// The conditions that the branches do meet.
    fn scope(&self) -> Vec<(String, Vec<Value>)> {
        let facets = if self.exact.0 { self.of_facets() } else { vec![] };
        let domains = if self.exact.1 { self.of_domains() } else { None };
        facets.into_iter().chain(domains).collect()
    }

    /// The wanted facets, as a condition on a row.
    fn of_facets(&self) -> Vec<(String, Vec<Value>)> {
        self.wanted.parts.iter().filter_map(Part::condition).map(|condition| (condition, vec![])).collect()
    }

    fn of_domains(&self) -> Option<(String, Vec<Value>)> {
        let ids = self.wanted.domains.as_ref()?;
        let places = vec!["{}"; ids.len()].join(",");
        Some((format!("t.domain_id IN ({places})"), ids.iter().copied().map(Value::from).collect()))
    }

    /// The row's priority.
    fn priority(&self) -> String {
        match (self.list.priority, self.order) {
            (divisor @ 1.., Sorting::Priority) => format!("t.facet / {divisor}"),
            _ => "0".to_owned(),
        }
    }

    /// The first rows of all branches behind a place, merged: `heads(k, id)`.
    fn merged(&self, built: &mut Built, after: Option<Cursor>, most: usize) -> String {
        let most = built.place(most);
        let mut heads: Vec<String> =
            self.branches.iter().filter_map(|branch| self.branch(built, *branch, after, &most)).collect();
        heads.extend(self.behind_mark(built, after, &most));
        if heads.is_empty() {
            return "SELECT CAST(0 AS BIGINT) AS k, CAST(0 AS BIGINT) AS id WHERE false".to_owned();
        }
        heads.join(" UNION ALL ")
    }

    fn branch(&self, built: &mut Built, branch: Branch, after: Option<Cursor>, most: &str) -> Option<String> {
        let priority = match (branch.facet, self.order) {
            (Some(facet), Sorting::Priority) => facet / self.list.priority.max(1),
            _ => 0,
        };
        let mut conditions = vec![self.listed(None)];
        if let Some(domain) = branch.domain {
            conditions.push(format!("t.domain_id = {}", built.place(domain)));
        }
        if let Some(facet) = branch.facet {
            conditions.push(format!("t.facet = {}", built.place(facet)));
        }
        if let Some(after) = after {
            match self.order {
                Sorting::Priority if priority < after.priority => return None,
                Sorting::Priority if priority > after.priority => {}
                Sorting::Newest => conditions.push(format!("t.id < {}", built.place(after.id))),
                Sorting::Priority | Sorting::Oldest => {
                    conditions.push(format!("t.id > {}", built.place(after.id)))
                }
            }
        }
        Some(format!(
            "SELECT * FROM (SELECT CAST({priority} AS BIGINT) AS k, t.id FROM {} AS t WHERE {} ORDER BY t.id {} \
             LIMIT {most}) AS branch",
            self.list.table,
            conditions.join(" AND "),
            self.order.direction()
        ))
    }

    /// The rows that are not in the index of facets yet.
    fn behind_mark(&self, built: &mut Built, after: Option<Cursor>, most: &str) -> Option<String> {
        let mark = self.mark?;
        let (from, to) = (built.place(mark), built.place(mark.saturating_add(MOST_BEHIND_MARK)));
        let priority = self.priority();
        let mut conditions = format!("t.id > {from} AND t.id <= {to} AND t.listed IS NULL");
        conditions.push_str(&built.conditions(&self.scope()));
        if let Some(after) = after {
            let id = built.place(after.id);
            conditions.push_str(&match self.order {
                Sorting::Oldest => format!(" AND t.id > {id}"),
                Sorting::Newest => format!(" AND t.id < {id}"),
                Sorting::Priority => {
                    format!(" AND ({priority}, t.id) > ({}, {id})", built.place(after.priority))
                }
            });
        }
        Some(format!(
            "SELECT * FROM (SELECT CAST({priority} AS BIGINT) AS k, t.id FROM {} AS t WHERE {conditions} \
             ORDER BY k, t.id {} LIMIT {most}) AS behind",
            self.list.table,
            self.order.direction()
        ))
    }

    /// A window of the list, without the rows that do not meet the conditions.
    fn page(
        &self,
        after: Option<Cursor>,
        skip: usize,
        most: usize,
        conditions: &[(String, Vec<Value>)],
    ) -> Query {
        let mut built = Built::default();
        let heads = self.merged(&mut built, after, skip + most);
        let (most, skip, direction) = (built.place(most), built.place(skip), self.order.direction());
        let conditions = built.conditions(conditions);
        let text = format!(
            "SELECT {}, cut.k FROM (SELECT k, id FROM ({heads}) AS heads ORDER BY k, id {direction} LIMIT {most} \
             OFFSET {skip}) AS cut JOIN {} AS t ON t.id = cut.id WHERE true{conditions} \
             ORDER BY cut.k, cut.id {direction}",
            self.list.columns, self.list.table
        );
        built.query(text)
    }

    /// Where a window ends, if the list does not end in it.
    fn place(&self, after: Option<Cursor>, window: usize) -> Query {
        let mut built = Built::default();
        let heads = self.merged(&mut built, after, window);
        let last = built.place(window - 1);
        let direction = self.order.direction();
        let text =
            format!("SELECT k, id FROM ({heads}) AS heads ORDER BY k, id {direction} LIMIT 1 OFFSET {last}");
        built.query(text)
    }

    /// The rows of these keys, in their order.
    fn rows(&self, keys: &[(i64, i64)]) -> Query {
        let mut built = Built::default();
        let places: Vec<String> = keys.iter().map(|(_, id)| built.place(*id)).collect();
        let priority = self.priority();
        let text = format!(
            "SELECT {}, CAST({priority} AS BIGINT) AS k FROM {} AS t WHERE t.id IN ({}) ORDER BY k, t.id {}",
            self.list.columns,
            self.list.table,
            places.join(","),
            self.order.direction()
        );
        built.query(text)
    }

    /// Counts rows up to one more than is counted exactly.
    fn count(&self) -> Query {
        let mut built = Built::default();
        let most = built.place(MOST_COUNTED + 1);
        let heads: Vec<String> = self.counted(&mut built, &most);
        let text = format!(
            "SELECT count(*) FROM (SELECT 1 AS one FROM ({}) AS parts LIMIT {most}) AS counted",
            heads.join(" UNION ALL ")
        );
        built.query(text)
    }

    fn counted(&self, built: &mut Built, most: &str) -> Vec<String> {
        let mut heads: Vec<String> =
            self.branches.iter().filter_map(|branch| self.branch(built, *branch, None, most)).collect();
        heads.extend(self.behind_mark(built, None, most));
        if heads.is_empty() {
            heads.push("SELECT CAST(0 AS BIGINT) AS k, CAST(0 AS BIGINT) AS id WHERE false".to_owned());
        }
        heads
    }
}

/// A statement that grows with its values.
#[derive(Debug, Default)]
pub(super) struct Built {
    values: Vec<Value>,
}

impl Built {
    /// The place of the next value.
    pub(super) fn place(&mut self, value: impl Into<Value>) -> String {
        self.values.push(value.into());
        format!("${}", self.values.len())
    }

    /// Further conditions, each with ` AND ` before it; `{}` in one are its values.
    pub(super) fn conditions(&mut self, conditions: &[(String, Vec<Value>)]) -> String {
        let mut text = String::new();
        for (condition, values) in conditions {
            let mut pieces = condition.split("{}");
            text.push_str(" AND ");
            text.push_str(pieces.next().unwrap_or_default());
            for (piece, value) in pieces.zip(values) {
                text.push_str(&self.place(value.clone()));
                text.push_str(piece);
            }
        }
        text
    }

    pub(super) fn query(self, text: String) -> Query {
        sql_built(text).bind_all(self.values)
    }
}
