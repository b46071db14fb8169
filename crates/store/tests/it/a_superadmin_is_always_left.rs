//! However superadmins are demoted and disabled, at once and on several nodes, one who can sign in is left; nobody is
//! made twice; the first one is made by one node alone.

use std::sync::Arc;

use model::Role;
use store::{Dialect, NewUser, StoreError, UserChange};

use crate::home::Home;

pub(crate) fn user(name: &str, role: Role) -> NewUser {
    NewUser {
        name: name.to_owned(),
        name_key: name.to_lowercase(),
        role,
        password_hash: Some("hash".to_owned()),
        must_change_password: false,
        provider_subject: None,
        created_by: "test".to_owned(),
    }
}

pub(crate) async fn promise(home: &Home) {
    let store = Arc::new(home.open().await);
    let other = match store.dialect() {
        Dialect::Postgres => Arc::new(home.open().await),
        Dialect::Sqlite => Arc::clone(&store),
    };
    let (one, two) = tokio::join!(
        store.create_first_user(user("Ann", Role::Superadmin)),
        other.create_first_user(user("Bob", Role::Superadmin))
    );
    assert_eq!(usize::from(one.expect("first")) + usize::from(two.expect("first")), 1);
    let ann = store.users(None, 10).await.expect("users").remove(0);
    let cat = store.create_user(user("cat", Role::Superadmin)).await.expect("a user");
    let taken = store.create_user(user("CAT", Role::Viewer)).await;
    assert!(matches!(taken, Err(StoreError::Conflict(_))), "{taken:?}");

    for (first, second) in [
        (UserChange::Role(Role::Viewer), UserChange::Role(Role::Viewer)),
        (UserChange::Role(Role::Admin), UserChange::Disabled(true)),
        (UserChange::Disabled(true), UserChange::Disabled(true)),
    ] {
        let (a, b) = tokio::join!(store.change_user(ann.id, &first), other.change_user(cat.id, &second));
        let refused = [&a, &b].into_iter().filter(|result| matches!(result, Err(StoreError::Conflict(_)))).count();
        assert_eq!(refused, 1, "{a:?} {b:?}");
        let users = store.users(None, 10).await.expect("users");
        let able = |user: &&store::UserRow| user.role == Role::Superadmin && user.disabled_at.is_none();
        assert_eq!(users.iter().filter(able).count(), 1);
        for id in [ann.id, cat.id] {
            // The one who is still able first, so that the other can be raised again.
            let _ = store.change_user(id, &UserChange::Disabled(false)).await;
            let _ = store.change_user(id, &UserChange::Role(Role::Superadmin)).await;
        }
    }
    let nobody = store.change_user(99, &UserChange::Disabled(true)).await;
    assert!(matches!(nobody, Err(StoreError::NotFound { .. })), "{nobody:?}");
}
