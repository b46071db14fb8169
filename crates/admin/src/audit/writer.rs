//! One task that writes all entries of this process: what came while a batch was written goes into the next one, so
//! that the lock on the head of the log is taken once for many.

use std::sync::Arc;

use clock::SharedClock;
use store::{AuditEntry, Store, StoreError};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

use super::keys::Keys;

/// Most entries that wait; further ones wait at the door.
const QUEUE: usize = 1_024;
/// Most entries in one transaction.
const BATCH: usize = 256;

type Reply = oneshot::Sender<Result<i64, StoreError>>;

/// The way to the task.
#[derive(Debug)]
pub(super) struct Writer {
    queue: mpsc::Sender<(AuditEntry, Reply)>,
    task: JoinHandle<()>,
}

impl Writer {
    pub(super) fn start(store: Arc<Store>, keys: Arc<Keys>, clock: SharedClock) -> Self {
        let (queue, waiting) = mpsc::channel(QUEUE);
        let task = tokio::spawn(write_all(waiting, store, keys, clock));
        Self { queue, task }
    }

    /// Writes an entry; its number. It is written even if the caller stops waiting.
    pub(super) async fn write(&self, entry: AuditEntry) -> Result<i64, StoreError> {
        let gone = || StoreError::Unavailable("the audit log is being closed".into());
        let (reply, written) = oneshot::channel();
        self.queue.send((entry, reply)).await.map_err(|_| gone())?;
        written.await.unwrap_or_else(|_| Err(gone()))
    }

    pub(super) async fn finish(self) {
        drop(self.queue);
        // A panic in there was reported where it happened.
        let _ = self.task.await;
    }
}

async fn write_all(
    mut waiting: mpsc::Receiver<(AuditEntry, Reply)>,
    store: Arc<Store>,
    keys: Arc<Keys>,
    clock: SharedClock,
) {
    let mut batch = Vec::with_capacity(BATCH);
    while waiting.recv_many(&mut batch, BATCH).await > 0 {
        let (entries, replies): (Vec<_>, Vec<_>) = batch.drain(..).unzip();
        let ring = match keys.ring(&store, &*clock).await {
            Ok(ring) => ring,
            Err(error) => {
                refuse(replies, &error);
                continue;
            }
        };
        match store.append_audit(&entries, ring).await {
            Ok(numbers) => {
                numbers.into_iter().zip(replies).for_each(|(number, reply)| answer(reply, Ok(number)))
            }
            Err(StoreError::Unavailable(text)) => refuse(replies, &StoreError::Unavailable(text)),
            // One of them is not to the database's liking: the others are not to suffer for it.
            Err(_) => {
                for (entry, reply) in entries.into_iter().zip(replies) {
                    let written = store.append_audit(&[entry], ring).await;
                    answer(reply, written.map(|numbers| numbers.first().copied().unwrap_or_default()));
                }
            }
        }
    }
}

/// Whoever does not wait for the answer any more needs none.
fn answer(reply: Reply, result: Result<i64, StoreError>) {
    let _ = reply.send(result);
}

fn refuse(replies: Vec<Reply>, error: &StoreError) {
    for reply in replies {
        let text = error.to_string();
        let error = match error {
            StoreError::Unavailable(text) => StoreError::Unavailable(text.clone()),
            StoreError::Corrupt(text) => StoreError::Corrupt(text.clone()),
            _ => StoreError::Refused(text),
        };
        answer(reply, Err(error));
    }
}
