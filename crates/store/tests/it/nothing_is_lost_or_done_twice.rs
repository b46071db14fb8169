//! Whatever happens in whatever order (claims, ends of every kind, expiries, late and double outcomes, cancellations,
//! retries), no job is lost or done twice, and the store agrees with itself. Seeded: a failure can be run again.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use clock::{Clock, TestClock};
use engine::{CodedError, Incarnation, Job, JobId, JobState, JobStore, NewJob, Priority, Sweep, Verdict};
use store::{JobFilter, Store};

use crate::home::{Home, LEASE, QUEUE, START, claim_as, complete, enqueue, outcome};

const STEPS: u64 = 250;

/// What the world should look like.
#[derive(Default)]
struct Model {
    /// How often each job was completed since it was last queued.
    completed: HashMap<JobId, u32>,
    /// Every claim that was ever handed out, valid or not.
    claims: Vec<Job>,
}

pub(crate) async fn promise(home: &Home) {
    let store = home.open().await;
    let chance = TestClock::at(START);
    let mut model = Model::default();
    for step in 0..STEPS {
        act(&store, home, &chance, &mut model).await;
        if step % 50 == 0 {
            assert_eq!(store.check().await.expect("check"), Vec::<String>::new(), "after step {step}");
        }
    }
    finish(&store, home, &mut model).await;
    assert_eq!(store.check().await.expect("check"), Vec::<String>::new());
    let mut states = BTreeMap::<JobState, usize>::new();
    let (all, _) = store.jobs(&JobFilter::default(), None, 1_000).await.expect("a page");
    for job in &all {
        *states.entry(job.state).or_default() += 1;
        let times = model.completed.get(&job.id).copied().unwrap_or(0);
        assert_eq!(times, u32::from(job.state == JobState::Complete), "job {} is {:?}", job.id, job.state);
    }
    assert_eq!(all.len(), model.completed.len(), "no job is lost: {states:?}");
}

/// One thing that may happen.
async fn act(store: &Store, home: &Home, chance: &TestClock, model: &mut Model) {
    let pick = |below: u64| chance.random() % below;
    match pick(10) {
        0 | 1 => {
            let mut job = NewJob::new(QUEUE);
            job.priority = Priority::new(i64::try_from(pick(10)).expect("small")).expect("a priority");
            job.run_at = Some(store.now().after(Duration::from_secs(pick(20))));
            job.max_attempts = 2;
            let count = usize::try_from(pick(6)).expect("small");
            model.completed.extend(enqueue(store, vec![job; count]).await.into_iter().map(|id| (id, 0)));
        }
        2..=4 => {
            let node = Incarnation(1 + i64::try_from(pick(3)).expect("small"));
            let jobs = claim_as(store, node, &QUEUE, usize::try_from(pick(5)).expect("small")).await;
            model.claims.extend(jobs);
        }
        5..=7 => commit_some(store, chance, model).await,
        8 => {
            home.clock.advance(Duration::from_secs(pick(8)));
            if pick(3) == 0 {
                home.clock.advance(LEASE);
                let sweep = Sweep { max_crashes: 2, ..Sweep::default() };
                store.sweep(sweep, store.now()).await.expect("sweep");
            }
        }
        _ => {
            let id = JobId(1 + i64::try_from(pick(80)).expect("small"));
            if pick(2) == 0 {
                store.cancel_jobs(&[id], "by chance", store.now()).await.expect("cancel");
            } else {
                store.retry_jobs(&[id], store.now()).await.expect("retry");
            }
        }
    }
}

/// Commits what some claims, old and new, brought; the same ones may be committed again later.
async fn commit_some(store: &Store, chance: &TestClock, model: &mut Model) {
    let mut batch = Vec::new();
    for _ in 0..chance.random() % 6 {
        if model.claims.is_empty() {
            return;
        }
        let job = &model.claims[usize::try_from(chance.random()).expect("64 bits") % model.claims.len()];
        let error = CodedError::new("chance", "by chance");
        let run_at = store.now().after(Duration::from_secs(chance.random() % 5));
        let verdict = match chance.random() % 6 {
            0 if job.attempt < job.max_attempts => Verdict::Retry { run_at, error },
            0 | 1 => Verdict::Fail { error },
            2 => Verdict::Snooze { run_at, reason: error },
            3 => Verdict::Release,
            _ => complete(job).verdict,
        };
        batch.push(outcome(job, verdict));
    }
    let accepted = store.commit(&batch, store.now()).await.expect("commit");
    for outcome in batch.iter().zip(accepted).filter(|(_, accepted)| *accepted).map(|(outcome, _)| outcome) {
        if matches!(outcome.verdict, Verdict::Complete(_)) {
            *model.completed.entry(outcome.lease.job).or_default() += 1;
        }
    }
}

/// Lets everything that is left run to its end.
async fn finish(store: &Store, home: &Home, model: &mut Model) {
    home.clock.advance(LEASE * 4);
    store.sweep(Sweep { max_crashes: 2, ..Sweep::default() }, store.now()).await.expect("sweep");
    home.clock.advance(LEASE * 4);
    let jobs = claim_as(store, Incarnation(9), &QUEUE, 1_000).await;
    let batch: Vec<_> = jobs.iter().map(complete).collect();
    let accepted = store.commit(&batch, store.now()).await.expect("commit");
    assert!(accepted.iter().all(|accepted| *accepted));
    for job in jobs {
        *model.completed.entry(job.id).or_default() += 1;
    }
    let live = store.live(&[QUEUE]).await.expect("live");
    assert_eq!((live.pending, live.running), (0, 0));
}
