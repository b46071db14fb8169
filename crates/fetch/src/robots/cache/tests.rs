//! How long a robots.txt is believed, and what stands in for one that cannot be had.

use std::sync::atomic::{AtomicU32, Ordering};

use super::*;

const CONFIG: fn() -> RobotsConfig = RobotsConfig::default;

fn rules(max_age: Option<u64>) -> Answer {
    let robots = Robots::parse(b"User-agent: *\nDisallow: /x\n", "a");
    Answer::Rules { robots, max_age: max_age.map(Duration::from_secs), validators: None }
}

fn down() -> Answer {
    Answer::Failed(Error::RobotsUnavailable {
        origin: "http://a".into(),
        status: 500,
        retry_at: Timestamp(0),
    })
}

fn hours(hours: i64) -> Timestamp {
    Timestamp(hours * 3_600_000)
}

#[test]
fn a_file_is_believed_for_a_day_or_as_its_max_age_says_within_bounds() {
    let check = |max_age, want_secs: i64| {
        let entry = Entry::after(rules(max_age), None, Timestamp(0), &CONFIG());
        assert_eq!(entry.fresh_until, Timestamp(want_secs * 1000), "{max_age:?}");
    };
    check(None, 86_400);
    check(Some(3_600), 3_600);
    check(Some(0), 300);
    check(Some(u64::MAX / 2_000), 86_400);
}

#[test]
fn a_failing_file_forbids_everything_and_is_tried_again_later_and_later() {
    let mut entry = Entry::after(down(), None, Timestamp(0), &CONFIG());
    assert!(!entry.robots.allows("/").allowed);
    let mut waits = Vec::new();
    for _ in 0..7 {
        waits.push(entry.fresh_until.0 / 1000);
        entry = Entry::after(down(), Some(&entry), Timestamp(0), &CONFIG());
    }
    assert_eq!(waits, [30, 60, 120, 240, 480, 600, 600]);
    let retry = entry.failure.as_ref().and_then(Error::retry_at);
    assert_eq!(retry, Some(entry.fresh_until));
}

#[test]
fn the_last_good_copy_stands_in_for_thirty_days() {
    let good = Entry::after(rules(None), None, hours(0), &CONFIG());
    let stale = Entry::after(down(), Some(&good), hours(25), &CONFIG());
    assert!(
        stale.failure.is_none() && !stale.robots.allows("/x").allowed && stale.robots.allows("/y").allowed
    );
    let still = Entry::after(down(), Some(&stale), hours(29 * 24), &CONFIG());
    assert!(still.failure.is_none());
    let gone = Entry::after(down(), Some(&still), hours(31 * 24), &CONFIG());
    assert!(gone.failure.is_some() && !gone.robots.allows("/y").allowed);
}

#[test]
fn no_file_allows_everything() {
    assert!(Entry::after(Answer::Absent, None, hours(0), &CONFIG()).robots.allows("/x").allowed);
}

#[test]
fn an_unchanged_file_keeps_its_rules_and_is_fresh_again() {
    let good = Entry::after(rules(None), None, hours(0), &CONFIG());
    let again = Entry::after(Answer::Unchanged { max_age: None }, Some(&good), hours(30), &CONFIG());
    assert!(!again.robots.allows("/x").allowed && again.is_fresh(hours(50)));
}

#[tokio::test]
async fn many_who_ask_at_once_cause_one_fetch() {
    let cache = Arc::new(RobotsCache::new(CONFIG()));
    let fetches = Arc::new(AtomicU32::new(0));
    let asks: Vec<_> = (0..20)
        .map(|_| {
            let (cache, fetches) = (Arc::clone(&cache), Arc::clone(&fetches));
            tokio::spawn(async move {
                let fetch = |_| async move {
                    fetches.fetch_add(1, Ordering::SeqCst);
                    tokio::task::yield_now().await;
                    Ok(Entry::after(rules(None), None, hours(0), &CONFIG()))
                };
                cache.get("http://a", hours(0), fetch).await.is_ok()
            })
        })
        .collect();
    for ask in asks {
        assert!(ask.await.unwrap());
    }
    assert_eq!(fetches.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn an_error_is_kept_by_nobody_and_the_next_one_fetches() {
    let cache = RobotsCache::new(CONFIG());
    let busy = Error::Config { detail: "x".into() };
    assert!(cache.get("http://a", hours(0), |_| async { Err(busy) }).await.is_err());
    let entry = cache
        .get("http://a", hours(0), |_| async { Ok(Entry::after(rules(None), None, hours(0), &CONFIG())) });
    assert!(entry.await.is_ok());
    assert!(cache.fresh("http://a", hours(1)).is_some());
    assert!(cache.fresh("http://a", hours(24)).is_none());
}

#[tokio::test]
async fn the_cache_stays_within_its_bound() {
    let cache = RobotsCache::new(RobotsConfig { max_origins: 16, ..CONFIG() });
    for number in 0..100 {
        let fetch = |_| async { Ok(Entry::after(rules(None), None, hours(0), &CONFIG())) };
        cache.get(&format!("http://{number}"), hours(0), fetch).await.unwrap();
        let _ = cache.fresh("http://0", hours(0));
    }
    assert!(cache.slots().by_origin.len() <= 16);
    assert!(cache.fresh("http://0", hours(0)).is_some(), "what is used stays");
}
