//! Failed sign-ins are counted over all nodes, races included: further ones wait longer and longer; a person at an
//! address that they signed in from before is not locked out by strangers; signing keys are the same on all nodes.

use std::sync::Arc;
use std::time::Duration;

use clock::Clock;
use store::{Attempt, Dialect, SigningKey, Store, ThrottleRule, Throttled};

use crate::home::Home;

const RULE: ThrottleRule = ThrottleRule {
    free: 3,
    first_wait: Duration::from_secs(10),
    longest_wait: Duration::from_secs(60),
    forgotten_after: Duration::from_secs(86_400),
};

fn attempt(account: &str, address: &str) -> Attempt {
    let address_rule = ThrottleRule { free: 20, ..RULE };
    let [account, address, pair] = [account.to_owned(), address.to_owned(), format!("{account}@{address}")];
    Attempt { account, address, pair, account_rule: RULE, address_rule }
}

async fn goes(store: &Store, attempt: &Attempt) -> bool {
    matches!(store.begin_attempt(attempt).await.expect("an attempt"), Throttled::Go)
}

pub(crate) async fn promise(home: &Home) {
    let store = Arc::new(home.open().await);
    let other = match store.dialect() {
        Dialect::Postgres => Arc::new(home.open().await),
        Dialect::Sqlite => Arc::clone(&store),
    };
    let owner = attempt("ann", "home");
    assert!(goes(&store, &owner).await);
    store.attempt_went_well(&owner, home.clock.now().after(Duration::from_secs(86_400))).await.expect("well");

    // Many at once, from many addresses, over two nodes: no more than what is free and one.
    let guesses = (0..16).map(|number| {
        let store = Arc::clone(if number % 2 == 0 { &store } else { &other });
        tokio::spawn(async move { goes(&store, &attempt("ann", &format!("bot{number}"))).await })
    });
    let mut through = 0;
    for guess in guesses.collect::<Vec<_>>() {
        through += usize::from(guess.await.expect("a guess"));
    }
    assert_eq!(through, 4);
    assert!(goes(&store, &owner).await, "where she signed in before she still may");
    assert!(goes(&store, &attempt("bob", "bot1")).await, "others may");

    let stranger = attempt("ann", "bot1");
    let Throttled::Wait { retry_after, first } = store.begin_attempt(&stranger).await.expect("an attempt") else {
        panic!("not throttled")
    };
    assert_eq!((retry_after, first), (RULE.first_wait, false));
    for wait in [20, 40, 60, 60] {
        home.clock.advance(Duration::from_secs(60));
        assert!(goes(&store, &stranger).await);
        let next = store.begin_attempt(&stranger).await.expect("an attempt");
        assert_eq!(next, Throttled::Wait { retry_after: Duration::from_secs(wait), first: true });
    }
    home.clock.advance(Duration::from_secs(60));
    assert!(goes(&store, &stranger).await, "never locked out for good");
    store.forget_attempts(&["ann".to_owned()]).await.expect("forget");
    assert!(goes(&store, &stranger).await);
    one_address(home, &store).await;
    keys(home, &store, &other).await;
}

async fn one_address(home: &Home, store: &Store) {
    let mut through = 0;
    for number in 0..40 {
        through += usize::from(goes(store, &attempt(&format!("user{number}"), "one")).await);
    }
    assert_eq!(through, 21, "trying many accounts from one address gets slower too");
    home.clock.advance(Duration::from_secs(3 * 86_400));
    assert!(store.prune_attempts(home.clock.now().before(RULE.forgotten_after)).await.expect("prune") > 20);
}

async fn keys(home: &Home, store: &Store, other: &Store) {
    let key = |id: &str| SigningKey { id: id.to_owned(), secret: vec![1; 32], created_at: home.clock.now() };
    let ago = |seconds| home.clock.now().before(Duration::from_secs(seconds));
    let (a, b) = (key("a"), key("b"));
    let (one, two) = tokio::join!(
        store.signing_keys("bearer", &a, ago(100), ago(200)),
        other.signing_keys("bearer", &b, ago(100), ago(200))
    );
    assert_eq!(one.expect("keys"), two.expect("keys"), "nodes agree");
    home.clock.advance(Duration::from_secs(150));
    let ago = |seconds| home.clock.now().before(Duration::from_secs(seconds));
    let both = store.signing_keys("bearer", &key("c"), ago(100), ago(200)).await.expect("keys");
    assert_eq!((both.len(), both[0].id.as_str()), (2, "c"), "the old one still verifies");
    home.clock.advance(Duration::from_secs(90));
    let ago = |seconds| home.clock.now().before(Duration::from_secs(seconds));
    let kept = store.signing_keys("bearer", &key("d"), ago(100), ago(200)).await.expect("keys");
    assert_eq!(kept.len(), 1, "and then goes");
}
