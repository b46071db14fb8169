//! The keys that seal the log: those that were configured, or one that is made and kept in the database.

use clock::{Clock, Timestamp};
use store::{AuditKey, AuditKeyring, SigningKey, Store, StoreError};
use tokio::sync::OnceCell;

/// What the database calls its own key.
const PURPOSE: &str = "audit";

/// The keys, read when they are first needed.
#[derive(Debug)]
pub(super) struct Keys {
    configured: Vec<Vec<u8>>,
    ring: OnceCell<AuditKeyring>,
}

impl Keys {
    pub(super) fn new(configured: Vec<Vec<u8>>) -> Self {
        Self { configured, ring: OnceCell::new() }
    }

    /// What seals and what is believed. Where keys are configured, the database's own is not believed: whoever can
    /// write there could seal with it.
    pub(super) async fn ring(&self, store: &Store, clock: &dyn Clock) -> Result<&AuditKeyring, StoreError> {
        let make = async || match self.configured() {
            Some((first, older)) => Ok(AuditKeyring::new(first, older)),
            None => Ok(AuditKeyring::new(stored(store, clock).await?, Vec::new())),
        };
        self.ring.get_or_try_init(make).await
    }

    /// As [`Self::ring`], but the database's own key is believed too: for the step from it to a configured one.
    pub(super) async fn ring_with_stored(
        &self,
        store: &Store,
        clock: &dyn Clock,
    ) -> Result<AuditKeyring, StoreError> {
        let own = stored(store, clock).await?;
        Ok(match self.configured() {
            Some((first, mut older)) => {
                older.push(own);
                AuditKeyring::new(first, older)
            }
            None => AuditKeyring::new(own, Vec::new()),
        })
    }

    fn configured(&self) -> Option<(AuditKey, Vec<AuditKey>)> {
        let mut keys = self.configured.iter().map(|secret| AuditKey::new(secret));
        Some((keys.next()?, keys.collect()))
    }
}

async fn stored(store: &Store, clock: &dyn Clock) -> Result<AuditKey, StoreError> {
    let fresh =
        SigningKey { id: PURPOSE.to_owned(), secret: clock.secret().to_vec(), created_at: store.now() };
    // Never rotated, never forgotten.
    let ever = Timestamp(i64::MIN);
    let keys = store.signing_keys(PURPOSE, &fresh, ever, ever).await?;
    let missing = || StoreError::Corrupt("the key of the audit log is missing".into());
    keys.first().map(|key| AuditKey::new(&key.secret)).ok_or_else(missing)
}
