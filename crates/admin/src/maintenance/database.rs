//! Looking after the database: backups, space and indexes.

use serde_json::json;

use super::{Told, Work};
use crate::backups;

impl Work<'_> {
    pub(super) async fn back_up(&self, label: Option<&str>) -> Told {
        self.cx.progress(10, "copying the database");
        let note = backups::make(&self.shared.store, &self.shared.backups, label).await?;
        Ok(json!({"backup": note}))
    }

    pub(super) async fn vacuum(&self, table: Option<&str>) -> Told {
        let store = &self.shared.store;
        let before = store.database_status().await?.bytes;
        self.cx.progress(10, "reclaiming space");
        store.vacuum(table).await?;
        let after = store.database_status().await?.bytes;
        Ok(json!({"bytes_before": before, "bytes_after": after}))
    }

    pub(super) async fn optimize(&self, table: Option<&str>) -> Told {
        let store = &self.shared.store;
        let before = store.database_status().await?.bytes;
        self.cx.progress(10, "building indexes anew");
        store.optimize_indexes(table).await?;
        let after = store.database_status().await?.bytes;
        Ok(json!({"bytes_before": before, "bytes_after": after}))
    }
}
