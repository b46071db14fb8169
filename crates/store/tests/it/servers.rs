//! What only a server can do to the store, and what the store promises in spite of it.

use std::collections::HashSet;
use std::time::Duration;

use clock::{TestClock, Timestamp};
use engine::{JobStore, NewJob};
use store::{Store, StoreError, StoreOptions};
use testkit::pg::Cluster;

use crate::home::{Home, QUEUE, START, claim, complete, counts, enqueue};

/// How long one waits for what is certain to come.
const PATIENCE: Duration = Duration::from_secs(60);

#[tokio::test]
async fn while_the_server_is_away_calls_fail_as_unavailable_and_work_again_after() {
    let cluster = Cluster::start().expect("a cluster");
    let database = cluster.database().expect("a database");
    let clock = TestClock::at(START);
    let mut options = StoreOptions::new(clock.clone());
    options.server.acquire_timeout = Duration::from_millis(200);
    let store = Store::open(&database.url(), options).await.expect("the store opens");
    enqueue(&store, vec![NewJob::new(QUEUE); 3]).await;
    let jobs = claim(&store, 1).await;
    cluster.crash().expect("a crash");
    for _ in 0..3 {
        let commit = store.commit(&[complete(&jobs[0])], store.now()).await;
        assert!(matches!(commit, Err(StoreError::Unavailable(_))), "{commit:?}");
        let read = store.job_counts().await;
        assert!(matches!(read, Err(StoreError::Unavailable(_))), "{read:?}");
    }
    cluster.restart().expect("a restart");
    let committed = tokio::time::timeout(PATIENCE, async {
        loop {
            match store.commit(&[complete(&jobs[0])], store.now()).await {
                Ok(committed) => return committed,
                Err(error) => assert!(matches!(error, StoreError::Unavailable(_)), "{error}"),
            }
            // The pause before a new connection is tried.
            clock.advance(Duration::from_secs(1));
        }
    });
    let committed = committed.await.expect("the server is back")[0];
    // A claim does not wait for the disk: the crash may have taken it back, and then what came of it is refused.
    assert_eq!(counts(&store).await.pending, if committed { 2 } else { 3 });
    assert_eq!(store.check().await.expect("check"), Vec::<String>::new());
}

#[tokio::test]
async fn nodes_that_start_at_once_on_an_empty_database_all_open_it() {
    let home = Home::postgres();
    let opened = tokio::join!(home.try_open(), home.try_open(), home.try_open());
    for store in [opened.0, opened.1, opened.2] {
        enqueue(&store.expect("the store opens"), vec![NewJob::new(QUEUE)]).await;
    }
    assert_eq!(counts(&home.open().await).await.pending, 3);
}

#[tokio::test]
async fn a_database_that_cannot_be_used_is_refused_in_one_clear_line() {
    let home = Home::postgres();
    let server = home.server.as_ref().expect("a server");
    let role = format!("guest_{}", server.name());
    server
        .psql(&format!("CREATE ROLE {role} LOGIN; REVOKE CREATE ON SCHEMA public FROM PUBLIC"))
        .expect("a role");
    let (user, rest) = home.location.split_once('@').expect("a user");
    let as_guest = format!("postgres://{role}@{rest}");
    let elsewhere = "postgres://nobody@127.0.0.1:1/nothing".to_owned();
    let missing = format!("{user}@{}/no_such_database", rest.split('/').next().expect("a host"));
    for (location, part) in [
        (elsewhere, "127.0.0.1:1 cannot be reached"),
        (missing, "no_such_database"),
        (as_guest, "GRANT"),
        ("mysql://me@127.0.0.1/it".to_owned(), "mysql://"),
        ("postgres://me@127.0.0.1:no-port/it".to_owned(), "URL"),
    ] {
        let refused =
            Store::open(&location, home.options()).await.expect_err("it cannot be used").to_string();
        assert!(refused.contains(part) && !refused.contains('\n'), "{location}: {refused}");
    }
    let tables = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'";
    assert_eq!(server.psql(tables).expect("tables"), "0", "nothing was changed");
    server.psql(&format!("DROP ROLE {role}")).expect("the role goes");
}

#[tokio::test]
async fn nodes_whose_clocks_are_years_apart_agree_on_the_time() {
    let home = Home::postgres();
    let early = StoreOptions::new(TestClock::at(Timestamp(0)));
    let late = StoreOptions::new(TestClock::at(Timestamp(9_000_000_000_000)));
    let early = Store::open(&home.location, early).await.expect("the store opens");
    let late = Store::open(&home.location, late).await.expect("the store opens");
    assert!(late.now().since(early.now()) < PATIENCE && early.now().since(late.now()) < PATIENCE);
}

#[tokio::test]
async fn jobs_queued_on_one_node_wake_the_others() {
    let home = Home::postgres();
    let (one, other) = (home.open().await, home.open().await);
    let mut woken = other.signals().on_jobs_added();
    let news = async {
        loop {
            enqueue(&one, vec![NewJob::new(QUEUE)]).await;
            // The first notices may be sent before the other node listens.
            if tokio::time::timeout(Duration::from_millis(100), woken.changed()).await.is_ok() {
                woken.mark_unchanged();
                return;
            }
        }
    };
    tokio::time::timeout(PATIENCE, news).await.expect("the other node hears of it");
    let own = one.signals().on_jobs_added();
    let before = *own.borrow();
    enqueue(&one, vec![NewJob::new(QUEUE)]).await;
    tokio::time::timeout(PATIENCE, woken.changed()).await.expect("it hears again").expect("it is open");
    assert_eq!(*own.borrow(), before + 1, "nobody tells a node what it told itself");
}

/// With an old snapshot open elsewhere no vacuum can take the entries of claimed jobs out of the index. A claim that
/// walked them all would read 200,000 entries here.
#[tokio::test]
async fn claims_do_not_walk_what_was_claimed_before_though_it_cannot_be_vacuumed() {
    use sqlx::{ConnectOptions, Executor};
    const JOBS: usize = 4_000;
    let home = Home::postgres();
    // The clock stands still: no walk from the start but the first is due.
    let store = home.open().await;
    enqueue(&store, vec![NewJob::new(QUEUE); JOBS]).await;
    let connect: sqlx::postgres::PgConnectOptions = home.location.parse().expect("a URL");
    let mut snapshot = connect.connect().await.expect("a connection");
    snapshot
        .execute("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM jobs")
        .await
        .expect("a snapshot");
    let mut seen = HashSet::new();
    while seen.len() < JOBS {
        let jobs = claim(&store, 40).await;
        assert!(!jobs.is_empty(), "{} of {JOBS}", seen.len());
        let done: Vec<_> = jobs.iter().map(complete).collect();
        store.commit(&done, store.now()).await.expect("commit");
        seen.extend(jobs.into_iter().map(|job| job.id));
    }
    // What the server counts it tells when a connection ends.
    store.close().await.expect("close");
    drop(snapshot);
    let server = home.server.as_ref().expect("a server");
    let text = "SELECT CASE WHEN count(*) = 1 THEN (SELECT idx_tup_read FROM pg_stat_user_indexes \
                WHERE indexrelname = 'jobs_pending') ELSE 0 END FROM pg_stat_activity WHERE datname = current_database()";
    let mut read = 0;
    for _ in 0..600 {
        if read >= JOBS {
            break;
        }
        // The tasks that look after the store end when they are next run, and their connections with them.
        tokio::time::sleep(Duration::from_millis(20)).await;
        read = server.psql(text).expect("statistics").parse().expect("a number");
    }
    assert!(read >= JOBS, "the server does not say what was read: {read}");
    assert!(read < 3 * JOBS, "{read} index entries read for {JOBS} jobs");
}
