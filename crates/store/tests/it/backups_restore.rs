//! A copy taken while the store is in use restores to what was there; PostgreSQL points to its own tools.

use engine::NewJob;
use store::{Dialect, Store, StoreError};

use crate::home::{Home, QUEUE, claim, commit, complete, counts, enqueue};

pub(crate) async fn promise(home: &Home) {
    let store = home.open().await;
    enqueue(&store, vec![NewJob::new(QUEUE); 3]).await;
    let copy = home.folder.path().join("copy.db");
    if store.dialect() == Dialect::Postgres {
        assert!(matches!(store.backup(&copy).await, Err(StoreError::Invalid(_))));
        return;
    }
    let backup = store.backup(&copy).await.expect("backup");
    assert!(backup.bytes > 0 && backup.schema > 0);
    assert!(matches!(store.backup(&copy).await, Err(StoreError::Conflict(_))), "no copy is overwritten");
    for job in claim(&store, 3).await {
        assert!(commit(&store, complete(&job)).await);
    }
    let location = std::path::Path::new(&home.location);
    let in_use = Store::restore(&copy, location).await;
    assert!(matches!(in_use, Err(StoreError::InUse { .. })), "not under a running store");
    store.close().await.expect("close");
    Store::restore(&copy, location).await.expect("restore");
    let store = home.open().await;
    assert_eq!((counts(&store).await.pending, counts(&store).await.complete), (3, 0));
    assert_eq!(store.check().await.expect("check"), Vec::<String>::new());
    let rubbish = home.folder.path().join("rubbish.db");
    std::fs::write(&rubbish, vec![7_u8; 9_000]).expect("a file");
    let elsewhere = home.folder.path().join("other.db");
    assert!(matches!(Store::restore(&rubbish, &elsewhere).await, Err(StoreError::Corrupt(_))));
}
