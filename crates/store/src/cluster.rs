//! Nodes in SQL: who lives, who leads, who may ask which host, what should run, and what is wrong.

mod alerts;
mod deliveries;
mod hosts;
mod left_behind;
mod managers;
mod nodes;
mod place;
mod rollups;
mod services;
mod stuck;
mod system;
mod terms;
mod workers;

use crate::db::transaction;
use crate::gate::Size;
use crate::sql::{sql, sql_built};
use crate::{Store, StoreError};

pub use alerts::{AlertFilter, AlertRow, AlertWatch, NewAlert};
pub use deliveries::{AlertEvent, Delivery};
pub use hosts::{HostGrant, HostRow, KeptHost};
pub use left_behind::{LeftBehind, LookedThrough, RecordsLeftBehind};
pub use managers::{ManagerPolicy, ManagerRow};
pub use nodes::{NewNode, NodeOrder, NodeRow, NodeTarget};
pub use rollups::{Period, Rollup};
pub use services::{ServiceReport, ServiceRow, ServiceWish};
pub use stuck::{StuckJobs, StuckLimits};
pub use system::{SystemFlag, SystemFlagRow, SystemState};
pub use terms::{Duty, Term, TermRow};
pub use workers::{DeclaredWorker, NewWorker, Order, WorkerChange, WorkerReport, WorkerRow, WorkerTarget};

impl Store {
    /// Frees what earlier processes held: for a store that nobody else can have open.
    pub(crate) async fn take_cluster_over(&self) -> Result<(), StoreError> {
        transaction!(self.db, Size::Small, |tx| {
            tx.run(sql("UPDATE terms SET holder = NULL, lease_until = 0 WHERE holder IS NOT NULL")).await?;
            let text = "UPDATE host_leases SET lease_until = 0 WHERE node IS NOT NULL";
            tx.run(sql(text)).await?;
            tx.run(sql("UPDATE nodes SET actual_state = 'stopped' WHERE actual_state <> 'stopped'")).await?;
            for table in ["service_reports", "worker_reports"] {
                tx.run(sql_built(format!("DELETE FROM {table}"))).await?;
            }
            Ok(())
        })
    }
}
