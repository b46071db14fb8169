//! A session holds until it is idle or old, ended, replaced, or its person is changed in role, password or right to
//! sign in; a revoked, expired or ownerless token holds no more from the next use on.

use std::time::Duration;

use clock::{Clock, Timestamp};
use model::Role;
use store::{NewSession, NewToken, Store, StoreError, UserChange};

use crate::a_superadmin_is_always_left::user;
use crate::home::Home;

const IDLE: Duration = Duration::from_secs(100);
const LIFE: Duration = Duration::from_secs(1_000);

fn session(secret: u8, user: &store::UserRow, now: Timestamp) -> NewSession {
    NewSession {
        secret_hash: vec![secret; 32],
        user_id: user.id,
        epoch: user.epoch,
        means: "password".to_owned(),
        ip: None,
        user_agent: None,
        expires_at: now.after(LIFE),
        replaces: None,
    }
}

async fn holds(store: &Store, secret: u8) -> bool {
    store.use_session(vec![secret; 32], IDLE).await.expect("a session").is_some()
}

pub(crate) async fn promise(home: &Home) {
    let store = home.open().await;
    let root = store.create_user(user("root", Role::Superadmin)).await.expect("a user");
    let mut ann = store.create_user(user("ann", Role::Operator)).await.expect("a user");
    let number = store.begin_session(&session(1, &ann, store.now())).await.expect("a session");
    assert!(holds(&store, 1).await && !holds(&store, 2).await);

    home.clock.advance(IDLE / 2);
    store.touch_session(number).await.expect("touch");
    home.clock.advance(IDLE / 2 + Duration::from_secs(1));
    assert!(holds(&store, 1).await, "it was used in between");
    home.clock.advance(IDLE);
    assert!(!holds(&store, 1).await, "idle");

    for change in [
        UserChange::Role(Role::Viewer),
        UserChange::Password { hash: "other".to_owned(), must_change: false },
        UserChange::Disabled(true),
        UserChange::Disabled(false),
    ] {
        store.begin_session(&session(3, &ann, store.now())).await.ok();
        let stale = ann.clone();
        ann = store.change_user(ann.id, &change).await.expect("a change");
        assert!(!holds(&store, 3).await, "{change:?}");
        let late = store.begin_session(&session(4, &stale, store.now())).await;
        assert!(matches!(late, Err(StoreError::Conflict(_))), "proved before {change:?}");
    }
    let rehashed = UserChange::Rehashed { from: "other".to_owned(), to: "dearer".to_owned() };
    store.begin_session(&session(5, &ann, store.now())).await.expect("a session");
    store.change_user(ann.id, &rehashed).await.expect("a change");
    assert!(holds(&store, 5).await, "the same password");
    let late = store.change_user(ann.id, &rehashed).await;
    assert!(matches!(late, Err(StoreError::NotFound { .. })), "{late:?}");

    let rotated = NewSession { replaces: Some(vec![5; 32]), ..session(6, &ann, store.now()) };
    let number = store.begin_session(&rotated).await.expect("a session");
    assert!(!holds(&store, 5).await && holds(&store, 6).await);
    assert!(!store.end_session(number, Some(root.id)).await.expect("end"), "not hers");
    assert!(store.end_session(number, Some(ann.id)).await.expect("end"));
    assert!(!holds(&store, 6).await);

    tokens(home, &store, ann.id).await;
}

async fn tokens(home: &Home, store: &Store, owner: i64) {
    let token = |prefix: &str, life: Option<Duration>| NewToken {
        name: "ci".to_owned(),
        prefix: prefix.to_owned(),
        secret_hash: vec![9; 32],
        role: Role::Admin,
        scopes: None,
        owner_id: Some(owner),
        created_by: "test".to_owned(),
        expires_at: life.map(|life| home.clock.now().after(life)),
    };
    let kept = store.create_token(&token("kept", None)).await.expect("a token");
    store.create_token(&token("short", Some(Duration::from_secs(5)))).await.expect("a token");
    let found = store.use_token("kept").await.expect("use").expect("holds");
    assert_eq!((found.owner_role, found.secret_hash), (Some(Role::Viewer), vec![9; 32]));
    assert!(store.use_token("short").await.expect("use").is_some());
    home.clock.advance(Duration::from_secs(5));
    assert!(store.use_token("short").await.expect("use").is_none(), "expired");

    store.change_user(owner, &UserChange::Disabled(true)).await.expect("a change");
    assert!(store.use_token("kept").await.expect("use").is_none(), "its owner is kept out");
    store.change_user(owner, &UserChange::Disabled(false)).await.expect("a change");

    let (_, revoked) = tokio::join!(store.touch_token(kept.id, None), store.revoke_token(kept.id, "ann"));
    revoked.expect("revoked while it is used");
    assert!(store.use_token("kept").await.expect("use").is_none());
    let again = store.revoke_token(kept.id, "ann").await;
    assert!(matches!(again, Err(StoreError::Conflict(_))), "{again:?}");
    assert_eq!(store.tokens(None, 10).await.expect("tokens").len(), 2, "revoked ones stay to be seen");
}
