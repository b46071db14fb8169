//! Contacts: one row a value and page, so that they can be searched and exported across domains.

use std::collections::BTreeMap;

use clock::Timestamp;
use model::{ContactKind, DomainId, PageId, PageType};

use super::domains::word;
use crate::db::Tx;
use crate::effect::PageScraped;
use crate::sql::{Bulk, Value, sql};
use crate::{Store, StoreError};

/// A contact as it is kept, with the page it stands on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContactRow {
    /// What kind of contact.
    pub kind: ContactKind,
    /// Its canonical value.
    pub value: String,
    /// How it was found.
    pub source: String,
    /// Everything that is known of it, as JSON.
    pub detail: String,
    /// Its place among those of its kind on its page, 0 the surest.
    pub position: i64,
    /// Where it stands.
    pub page_id: PageId,
    /// The address of that page.
    pub page_url: String,
    /// What that page seems to be.
    pub page_type: PageType,
}

impl Store {
    /// All contacts of a domain, by kind; within a kind those of likely pages first, surest first.
    ///
    /// # Errors
    /// If the database is not available.
    pub async fn contacts_of(&self, domain_id: DomainId) -> Result<Vec<ContactRow>, StoreError> {
        let query =
            sql("SELECT c.kind, c.value, c.source, c.detail, c.position, c.page_id, p.url, p.page_type \
             FROM contacts AS c JOIN pages AS p ON p.domain_id = c.domain_id AND p.id = c.page_id \
             WHERE c.domain_id = $1 ORDER BY c.kind, p.priority_level, \
             CASE p.page_type WHEN 'contact_root' THEN 0 ELSE 1 END, c.position, p.url");
        let rows = self.db.rows(query.bind(domain_id.0)).await?;
        let read = |row: &crate::sql::Row| {
            Ok(ContactRow {
                kind: word(row.get::<String>(0)?)?,
                value: row.get(1)?,
                source: row.get(2)?,
                detail: row.get(3)?,
                position: row.get(4)?,
                page_id: PageId(row.get(5)?),
                page_url: row.get(6)?,
                page_type: word(row.get::<String>(7)?)?,
            })
        };
        rows.iter().map(read).collect()
    }
}

/// Puts the contacts of pages in the place of those found before.
pub(super) async fn replace(tx: &mut Tx, pages: &[&PageScraped], now: Timestamp) -> Result<(), StoreError> {
    if pages.is_empty() {
        return Ok(());
    }
    let mut grown = BTreeMap::<i64, i64>::new();
    let keys = pages.iter().flat_map(|page| [Value::from(page.domain_id.0), page.page_id.0.into()]).collect();
    let head = "DELETE FROM contacts WHERE (domain_id, page_id) IN (VALUES";
    let tail = ") RETURNING domain_id";
    for row in tx.rows_bulk(Bulk { head, columns: 2, tail, fixed: vec![], values: keys }).await? {
        *grown.entry(row.get(0)?).or_default() -= 1;
    }
    let (mut values, mut counts) = (Vec::new(), Vec::new());
    for page in pages {
        let (rows, count) = rows_of(page, now);
        values.extend(rows);
        counts.extend([Value::from(page.domain_id.0), page.page_id.0.into(), count.into()]);
        *grown.entry(page.domain_id.0).or_default() += count;
    }
    let head = "INSERT INTO contacts (domain_id, page_id, kind, value, value_key, position, source, detail, created_at) VALUES";
    let tail = "ON CONFLICT (domain_id, page_id, kind, value_key) DO NOTHING";
    tx.run_bulk(Bulk { head, columns: 9, tail, fixed: vec![], values }).await?;
    let head = "WITH v(domain_id, page_id, contacts) AS (VALUES";
    let tail = ") UPDATE pages SET contact_count = CAST(v.contacts AS BIGINT) FROM v \
                WHERE pages.domain_id = v.domain_id AND pages.id = v.page_id";
    tx.run_bulk(Bulk { head, columns: 3, tail, fixed: vec![], values: counts }).await?;
    let grown = grown.into_iter().filter(|(_, by)| *by != 0);
    let values = grown.flat_map(|(domain, by)| [Value::from(domain), by.into()]).collect();
    let head = "WITH v(domain_id, grown) AS (VALUES";
    let tail = ") UPDATE domains SET contact_count = contact_count + CAST(v.grown AS BIGINT) FROM v WHERE domains.id = v.domain_id";
    tx.run_bulk(Bulk { head, columns: 2, tail, fixed: vec![], values }).await?;
    Ok(())
}

/// The rows of a page's contacts, each value once, and how many they are.
fn rows_of(page: &PageScraped, now: Timestamp) -> (Vec<Value>, i64) {
    let mut seen = std::collections::HashSet::new();
    let mut values = Vec::with_capacity(page.contacts.len() * 9);
    let mut count = 0;
    for contact in page.contacts.iter().filter(|contact| seen.insert((contact.kind, contact.value_key))) {
        values.extend([
            Value::from(page.domain_id.0),
            page.page_id.0.into(),
            contact.kind.as_str().into(),
            (&contact.value).into(),
            contact.value_key.into(),
            count.into(),
            (&contact.source).into(),
            (&contact.detail).into(),
            now.into(),
        ]);
        count += 1;
    }
    (values, count)
}
