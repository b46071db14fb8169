//! A database that a newer program has been at is refused with both versions named, and nothing in it is changed.

use store::StoreError;

use crate::home::Home;

pub(crate) async fn promise(home: &Home) {
    home.open().await.close().await.expect("close");
    home.raw(
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
         VALUES (9999, 'from the future', TRUE, 'x', 0)",
    )
    .await;
    match home.try_open().await {
        Err(StoreError::SchemaTooNew { found: 9_999, known }) => assert!(known < 9_999),
        other => panic!("{other:?}"),
    }
}
