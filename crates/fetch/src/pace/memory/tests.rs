//! Turns are handed out in order, spaced, bounded; on tokio's paused clock, so nothing here waits in earnest.

use clock::{Clock, Timestamp};
use url::Url;

use super::*;

/// A clock that follows tokio's paused one.
#[derive(Debug)]
struct Paused(tokio::time::Instant);

impl Paused {
    #[expect(clippy::disallowed_methods, reason = "the paused clock of a test")]
    fn start() -> SharedClock {
        Arc::new(Self(tokio::time::Instant::now()))
    }
}

impl Clock for Paused {
    fn now(&self) -> Timestamp {
        Timestamp(0).after(self.elapsed())
    }

    fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }

    fn random(&self) -> u64 {
        0
    }
}

fn host(name: &str) -> HostKey {
    HostKey::of(&Url::parse(&format!("http://{name}/")).unwrap(), false)
}

fn gate(config: PaceConfig) -> Arc<MemoryGate> {
    Arc::new(MemoryGate::new(config, Paused::start()))
}

fn s(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

#[tokio::test(start_paused = true)]
async fn turns_come_in_order_a_delay_apart() {
    let gate = gate(PaceConfig { max_concurrent: 3, ..PaceConfig::default() });
    let asks: Vec<_> = (0..5)
        .map(|_| {
            let gate = Arc::clone(&gate);
            tokio::spawn(async move { gate.admit(&host("a.example")).await.map(|turn| turn.started) })
        })
        .collect();
    for (number, ask) in (0..).zip(asks) {
        let started = ask.await.unwrap().unwrap();
        assert_eq!(started.as_secs(), number);
    }
}

#[tokio::test(start_paused = true)]
async fn one_place_means_one_request_at_a_time() {
    let gate = gate(PaceConfig { min_delay: Duration::ZERO, ..PaceConfig::default() });
    let first = gate.admit(&host("a.example")).await.unwrap();
    let refused = gate.admit(&host("a.example")).await.unwrap_err();
    assert_eq!(refused.reason, BusyReason::Queue);
    assert!(refused.retry_at >= Timestamp(5_000));
    drop(first);
    assert!(gate.admit(&host("a.example")).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn hosts_do_not_wait_for_each_other() {
    let gate = gate(PaceConfig::default());
    let _a = gate.admit(&host("a.example")).await.unwrap();
    let b = gate.admit(&host("www.a.example")).await.unwrap();
    assert_eq!(b.started, Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn who_cannot_have_a_turn_in_time_is_told_at_once() {
    let gate = gate(PaceConfig { max_concurrent: 2, ..PaceConfig::default() });
    let key = host("a.example");
    let turn = gate.admit(&key).await.unwrap();
    gate.report(&key, &turn, Outcome::Throttled { retry_after: Some(s(60)) });
    let refused = gate.admit(&key).await.unwrap_err();
    assert_eq!(refused.reason, BusyReason::BackOff);
    assert!((Timestamp(60_000)..Timestamp(70_000)).contains(&refused.retry_at), "{refused:?}");
    assert_eq!(gate.clock.elapsed(), Duration::ZERO, "it did not wait");
}

#[tokio::test(start_paused = true)]
async fn who_sleeps_towards_a_turn_hears_of_a_back_off() {
    let gate = gate(PaceConfig { max_concurrent: 2, ..PaceConfig::default() });
    let key = host("a.example");
    let first = gate.admit(&key).await.unwrap();
    let second = tokio::spawn({
        let (gate, key) = (Arc::clone(&gate), key.clone());
        async move { gate.admit(&key).await.map(|_| ()) }
    });
    tokio::task::yield_now().await;
    gate.report(&key, &first, Outcome::Throttled { retry_after: Some(s(60)) });
    assert_eq!(second.await.unwrap().unwrap_err().reason, BusyReason::BackOff);
}

#[tokio::test(start_paused = true)]
async fn a_probe_of_a_dead_host_may_wait_for_its_start() {
    let gate = gate(PaceConfig { min_delay: Duration::ZERO, dead_for: s(6), ..PaceConfig::default() });
    let key = host("a.example");
    for _ in 0..5 {
        let turn = gate.admit(&key).await.unwrap();
        gate.report(&key, &turn, Outcome::Unreachable);
    }
    // Left alone for three seconds, which is within the wait.
    assert_eq!(gate.admit(&key).await.unwrap().started, s(3));
}

#[tokio::test(start_paused = true)]
async fn a_cancelled_wait_leaves_no_trace() {
    let gate = gate(PaceConfig { min_delay: Duration::ZERO, ..PaceConfig::default() });
    let key = host("a.example");
    let first = gate.admit(&key).await.unwrap();
    assert!(tokio::time::timeout(s(1), gate.admit(&key)).await.is_err());
    drop(first);
    assert!(gate.admit(&key).await.is_ok());
    assert_eq!(gate.entry(&key).unwrap().waiting.load(Ordering::Relaxed), 0);
}

#[tokio::test(start_paused = true)]
async fn only_so_many_hosts_are_remembered() {
    let gate = gate(PaceConfig { max_hosts: 8, ..PaceConfig::default() });
    for number in 0..50 {
        gate.admit(&host(&format!("h{number}.example"))).await.unwrap();
        tokio::time::advance(s(2)).await;
    }
    assert!(gate.len() <= 8);
}

#[tokio::test(start_paused = true)]
async fn hosts_in_use_are_never_forgotten() {
    let gate = gate(PaceConfig { max_hosts: 4, ..PaceConfig::default() });
    let mut turns = Vec::new();
    for number in 0..4 {
        turns.push(gate.admit(&host(&format!("h{number}.example"))).await.unwrap());
    }
    let refused = gate.admit(&host("one-more.example")).await.unwrap_err();
    assert_eq!(refused.reason, BusyReason::TooManyHosts);
    turns.pop();
    assert!(gate.admit(&host("one-more.example")).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn a_crawl_delay_slows_the_host() {
    let gate = gate(PaceConfig::default());
    let key = host("a.example");
    gate.set_crawl_delay(&key, Some(s(4)));
    drop(gate.admit(&key).await.unwrap());
    assert_eq!(gate.admit(&key).await.unwrap().started, s(4));
    assert_eq!(gate.state(&key).unwrap().crawl_delay, s(4));
}
