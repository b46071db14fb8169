//! The embedded database is opened once at a time; a server's database by as many nodes as like.

use store::{Dialect, StoreError};

use crate::home::Home;

pub(crate) async fn promise(home: &Home) {
    let store = home.open().await;
    match (store.dialect(), home.try_open().await) {
        (Dialect::Sqlite, Err(StoreError::InUse { path })) => assert!(path.ends_with("sitelode.db")),
        (Dialect::Postgres, Ok(second)) => second.close().await.expect("close"),
        (_, other) => panic!("{other:?}"),
    }
    store.close().await.expect("close");
    home.open().await;
}
