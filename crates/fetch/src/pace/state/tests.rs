//! The pace of one host, step by step.

use super::*;

const HALF: u64 = 0x8000_0000_0000_0000;

fn s(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn config() -> PaceConfig {
    PaceConfig::default()
}

fn learn(pace: &mut Pace, now: Duration, outcome: Outcome) {
    pace.learn(&config(), now, now, outcome, 0);
}

#[test]
fn starts_are_a_delay_apart() {
    let mut pace = Pace::new();
    assert_eq!(pace.take(&config(), s(10), s(15)), Ok(s(10)));
    assert_eq!(pace.take(&config(), s(10), s(15)), Ok(s(11)));
    assert_eq!(pace.take(&config(), s(20), s(25)), Ok(s(20)));
}

#[test]
fn a_start_beyond_the_wait_is_not_taken() {
    let mut pace = Pace::new();
    pace.set_crawl_delay(&config(), Some(s(10)));
    assert_eq!(pace.take(&config(), s(0), s(5)), Ok(s(0)));
    assert_eq!(pace.take(&config(), s(0), s(5)), Err(BusyReason::Queue));
    assert_eq!(pace.take(&config(), s(6), s(11)), Ok(s(10)));
}

#[test]
fn a_crawl_delay_neither_undercuts_the_own_delay_nor_passes_the_cap() {
    let mut pace = Pace::new();
    let check = |pace: &mut Pace, delay, want| {
        pace.set_crawl_delay(&config(), delay);
        assert_eq!(pace.delay(&config()), want, "{delay:?}");
    };
    check(&mut pace, Some(Duration::from_millis(100)), s(1));
    check(&mut pace, Some(s(7)), s(7));
    check(&mut pace, Some(s(3600)), s(30));
    check(&mut pace, None, s(1));
}

#[test]
fn throttling_blocks_longer_each_time_up_to_the_cap() {
    let mut pace = Pace::new();
    let mut now = s(0);
    let mut pauses = Vec::new();
    for _ in 0..10 {
        learn(&mut pace, now, Outcome::Throttled { retry_after: None });
        pauses.push((pace.blocked_until - now).as_millis());
        now = pace.blocked_until;
    }
    // With no luck in the jitter: half of 5 s, 10 s, 20 s ... 10 min.
    assert_eq!(pauses, [2_500, 5_000, 10_000, 20_000, 40_000, 80_000, 160_000, 300_000, 300_000, 300_000]);
    assert_eq!(pace.delay(&config()), MAX_SLOW_DOWN);
}

#[test]
fn retry_after_is_obeyed_within_its_cap_and_never_undercut() {
    let check = |asked, least, most| {
        let mut pace = Pace::new();
        pace.learn(&config(), s(0), s(0), Outcome::Throttled { retry_after: Some(asked) }, HALF);
        assert!((least..=most).contains(&pace.blocked_until), "{asked:?}: {:?}", pace.blocked_until);
        assert_eq!(pace.reason(s(0)), BusyReason::BackOff);
    };
    check(s(20), s(20), s(22));
    check(s(1_000_000), s(3_600), s(3_660));
    check(s(0), Duration::from_millis(2_500), s(5));
}

#[test]
fn a_burst_of_complaints_is_one_complaint() {
    let mut pace = Pace::new();
    for _ in 0..5 {
        pace.learn(&config(), s(1), s(2), Outcome::Throttled { retry_after: None }, 0);
    }
    assert_eq!(pace.back_offs, 1);
}

#[test]
fn fast_complaints_slow_down_and_good_answers_recover() {
    let free = PaceConfig { min_delay: Duration::ZERO, ..config() };
    let mut pace = Pace::new();
    assert_eq!(pace.delay(&free), Duration::ZERO);
    pace.learn(&free, s(1), s(1), Outcome::Throttled { retry_after: None }, 0);
    assert_eq!(pace.delay(&free), MIN_SLOW_DOWN);
    for _ in 0..20 {
        pace.learn(&free, s(9), s(9), Outcome::Answered, 0);
    }
    assert_eq!((pace.delay(&free), pace.back_offs), (Duration::ZERO, 0));
}

#[test]
fn a_host_that_cannot_be_reached_is_left_alone_then_probed_once() {
    let mut pace = Pace::new();
    for _ in 0..4 {
        learn(&mut pace, s(0), Outcome::Unreachable);
        assert_eq!(pace.blocked_until(), s(0));
    }
    learn(&mut pace, s(0), Outcome::Unreachable);
    assert_eq!(pace.take(&config(), s(0), s(5)), Err(BusyReason::Dead));
    let probe = pace.take(&config(), s(16), s(21)).unwrap();
    assert_eq!(pace.take(&config(), s(16), s(21)), Err(BusyReason::Dead), "the probe goes alone");
    learn(&mut pace, probe, Outcome::Unreachable);
    assert_eq!(pace.blocked_until - probe, s(30), "twice as long as the first time");
    learn(&mut pace, s(60), Outcome::Answered);
    assert!(pace.take(&config(), s(60), s(65)).is_ok() && pace.failures == 0);
}

#[test]
fn those_turned_away_are_told_different_times() {
    let mut pace = Pace::new();
    pace.block(s(100), BusyReason::BackOff);
    let times: Vec<Duration> = (0..4).map(|_| pace.promise(&config(), s(0), 0)).collect();
    assert_eq!(times, [s(101), s(102), s(103), s(104)]);
    let all: Vec<Duration> = (0..2_000).map(|_| pace.promise(&config(), s(0), 0)).collect();
    assert!(all.iter().all(|time| (s(100)..=s(701)).contains(time)), "the spread is bounded");
}

#[test]
fn a_pace_survives_the_move_to_another_node() {
    let mut pace = Pace::new();
    pace.set_crawl_delay(&config(), Some(s(3)));
    pace.take(&config(), s(50), s(60)).unwrap();
    learn(&mut pace, s(50), Outcome::Throttled { retry_after: Some(s(40)) });
    let view = pace.view(&config(), s(51), Timestamp(1_000_000));
    let moved = Pace::from_view(&view, s(7), Timestamp(1_000_000));
    assert_eq!(moved.view(&config(), s(7), Timestamp(1_000_000)), view);
    assert_eq!(view.blocked, Some((Timestamp(1_039_000), BusyReason::BackOff)));
}
