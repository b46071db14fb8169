//! The worker, run against a store in memory with tokio's time paused.

mod memory;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use clock::Clock;
use engine::{
    CancellationToken, Done, Failure, Incarnation, Job, JobContext, JobId, JobState, JobStore, LaneRules,
    NewJob, QueueName, Stage, Stages, Worker, WorkerOptions,
};
use memory::{BAD_EFFECT, Effect, Memory, TokioClock};

const QUEUE: QueueName = QueueName::known("work");

/// Does what a job's payload says.
#[derive(Default)]
struct Script {
    /// How many run now and how many ran at most, of each lane.
    lanes: Mutex<std::collections::HashMap<Option<i64>, (usize, usize)>>,
    runs: AtomicUsize,
}

impl Script {
    async fn act(&self, job: &Job, cx: &JobContext<Effect>) -> Result<Done<Effect>, Failure> {
        match job.payload.as_str() {
            "sleep" => tokio::time::sleep(Duration::from_secs(5)).await,
            "forever" => std::future::pending().await,
            "panic" => panic!("a bug"),
            "fail" => return Err(Failure::retry("timeout", "no answer")),
            "fatal" => return Err(Failure::fatal("gone", "410")),
            "fail twice" if job.attempt < 3 => return Err(Failure::retry("timeout", "no answer")),
            "snooze" if self.runs.load(Ordering::SeqCst) < 4 => {
                return Err(Failure::snooze(Duration::from_secs(60), "busy", "later"));
            }
            "parts" => {
                for percent in [25, 75] {
                    cx.progress(percent, "on the way");
                    cx.commit_part(Effect("part"), vec![]).await?;
                }
            }
            "bad" => return Ok(Done::with(BAD_EFFECT)),
            "follow" => {
                return Ok(Done::with(Effect("first"))
                    .then([NewJob { payload: "then".into(), ..NewJob::new(QUEUE) }]));
            }
            _ => {}
        }
        Ok(Done::with(Effect("done")))
    }
}

struct Work(Arc<Script>);

impl Stage<Effect> for Work {
    fn queue(&self) -> QueueName {
        QUEUE
    }

    async fn run(&self, job: &Job, cx: &JobContext<Effect>) -> Result<Done<Effect>, Failure> {
        self.0.runs.fetch_add(1, Ordering::SeqCst);
        {
            let mut lanes = self.0.lanes.lock().unwrap();
            let (now, most) = lanes.entry(job.lane).or_default();
            *now += 1;
            *most = (*most).max(*now);
        }
        let result = self.0.act(job, cx).await;
        self.0.lanes.lock().unwrap().get_mut(&job.lane).unwrap().0 -= 1;
        result
    }
}

/// A store, a script and a worker, at the start of time.
struct Shop {
    clock: Arc<TokioClock>,
    store: Arc<Memory>,
    script: Arc<Script>,
    worker: Arc<Worker<Effect, Memory>>,
}

impl Shop {
    fn new(concurrency: usize) -> Self {
        let clock = TokioClock::shared();
        let store = Memory::new(&clock);
        let script = Arc::new(Script::default());
        let mut options = WorkerOptions::new(vec![QUEUE], concurrency);
        options.lanes = LaneRules { running: 2, waiting: 4, spacing: Duration::from_secs(1) };
        let stages = Arc::new(Stages::new().with(Work(Arc::clone(&script))));
        let node = Incarnation::draw(clock.as_ref());
        let worker = Arc::new(Worker::new(Arc::clone(&store), stages, clock.clone(), node, options));
        Self { clock, store, script, worker }
    }

    async fn add(&self, payload: &str, count: usize) {
        let job = NewJob { payload: payload.into(), max_attempts: 3, ..NewJob::new(QUEUE) };
        self.store.enqueue(vec![job; count], self.store.now()).await.unwrap();
    }

    /// Runs everything to its end.
    async fn drain(&self) {
        self.worker.drain(CancellationToken::new()).await;
    }

    /// Runs in the background until told to stop.
    fn start(&self) -> (CancellationToken, tokio::task::JoinHandle<()>) {
        let stop = CancellationToken::new();
        let (worker, token) = (Arc::clone(&self.worker), stop.clone());
        (stop, tokio::spawn(async move { worker.run(token).await }))
    }
}

/// Drains one job with this payload and tells what became of it.
async fn fate(payload: &str) -> (JobState, u32, Vec<String>) {
    let shop = Shop::new(4);
    shop.add(payload, 1).await;
    shop.drain().await;
    let kept = shop.store.job(JobId(1));
    (kept.state, kept.job.attempt, kept.errors)
}

#[tokio::test(start_paused = true)]
async fn a_drain_does_all_jobs_and_what_follows_from_them() {
    let shop = Shop::new(8);
    shop.add("follow", 500).await;
    shop.drain().await;
    let jobs = shop.store.all();
    assert_eq!(jobs.len(), 1_000);
    assert!(jobs.iter().all(|kept| kept.state == JobState::Complete));
    assert_eq!(shop.store.effects.lock().unwrap().len(), 1_000);
    let batches = shop.store.batches.lock().unwrap().len();
    assert!(batches < 500, "outcomes are committed together: {batches} batches");
}

#[tokio::test(start_paused = true)]
async fn failures_are_retried_until_the_attempts_are_used_up() {
    assert_eq!(fate("fail twice").await, (JobState::Complete, 3, vec!["timeout: no answer".into(); 2]));
    assert_eq!(fate("fail").await, (JobState::Failed, 3, vec!["timeout: no answer".into(); 3]));
    assert_eq!(fate("fatal").await, (JobState::Failed, 1, vec!["gone: 410".into()]));
}

#[tokio::test(start_paused = true)]
async fn a_panic_is_a_failed_attempt() {
    let (state, attempts, errors) = fate("panic").await;
    assert_eq!((state, attempts), (JobState::Failed, 3));
    assert_eq!(errors[0], "panicked: the stage panicked: a bug");
}

#[tokio::test(start_paused = true)]
async fn a_snoozed_job_uses_up_no_attempt() {
    let shop = Shop::new(1);
    shop.add("snooze", 1).await;
    let begin = shop.clock.elapsed();
    shop.drain().await;
    assert_eq!((shop.store.job(JobId(1)).job.attempt, shop.script.runs.load(Ordering::SeqCst)), (1, 4));
    assert!(shop.clock.elapsed() - begin >= Duration::from_secs(180));
}

#[tokio::test(start_paused = true)]
async fn a_refused_effect_fails_its_job_alone() {
    let shop = Shop::new(8);
    shop.add("bad", 1).await;
    shop.add("", 40).await;
    shop.drain().await;
    let jobs = shop.store.all();
    assert_eq!(jobs[0].state, JobState::Failed);
    assert!(jobs[0].errors[0].starts_with("effect_refused"));
    assert!(jobs[1..].iter().all(|kept| kept.state == JobState::Complete));
}

#[tokio::test(start_paused = true)]
async fn parts_are_written_while_the_job_runs() {
    let shop = Shop::new(1);
    shop.add("parts", 1).await;
    shop.drain().await;
    assert_eq!(*shop.store.effects.lock().unwrap(), ["part", "part", "done"].map(Effect));
    assert_eq!(shop.store.job(JobId(1)).progress.unwrap().percent, 75);
}

#[tokio::test(start_paused = true)]
async fn a_lane_never_runs_more_than_its_share() {
    let shop = Shop::new(50);
    let lane = |lane| NewJob { payload: "sleep".into(), lane: Some(lane), ..NewJob::new(QUEUE) };
    let jobs = (0..60).map(|number| lane(if number < 40 { 1 } else { number })).collect();
    shop.store.enqueue(jobs, shop.store.now()).await.unwrap();
    let begin = shop.clock.elapsed();
    shop.drain().await;
    let lanes = shop.script.lanes.lock().unwrap();
    assert!(lanes.values().all(|(now, most)| *now == 0 && *most <= 2), "{lanes:?}");
    let took = (shop.clock.elapsed() - begin).as_secs();
    assert!((100..130).contains(&took), "40 jobs of 5 s, two at a time, took {took} s");
    assert!(shop.store.all().iter().all(|kept| kept.state == JobState::Complete && kept.job.attempt == 1));
}

#[tokio::test(start_paused = true)]
async fn a_crowded_lane_does_not_keep_others_waiting() {
    let shop = Shop::new(8);
    let job = |lane| NewJob { payload: "sleep".into(), lane, ..NewJob::new(QUEUE) };
    let mut jobs = vec![job(Some(1)); 300];
    jobs.extend(vec![job(None); 20]);
    shop.store.enqueue(jobs, shop.store.now()).await.unwrap();
    let (stop, running) = shop.start();
    tokio::time::sleep(Duration::from_secs(30)).await;
    let left = shop
        .store
        .all()
        .iter()
        .filter(|kept| kept.job.lane.is_none() && kept.state != JobState::Complete)
        .count();
    assert_eq!(left, 0, "six slots do 20 jobs of 5 s in 20 s");
    stop.cancel();
    running.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_cancelled_job_is_stopped_where_it_runs() {
    let shop = Shop::new(2);
    shop.add("forever", 2).await;
    let (stop, running) = shop.start();
    tokio::time::sleep(Duration::from_secs(1)).await;
    shop.store.cancel(JobId(1));
    tokio::time::sleep(Duration::from_millis(10)).await;
    assert_eq!(shop.script.lanes.lock().unwrap()[&None].0, 2, "dropped in mid-run, not ended");
    shop.add("", 1).await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(shop.store.job(JobId(3)).state, JobState::Complete, "its slot is free again");
    stop.cancel();
    running.await.unwrap();
    assert_eq!(shop.store.job(JobId(1)).state, JobState::Cancelled);
}

#[tokio::test(start_paused = true)]
async fn stopping_gives_back_what_does_not_end_in_time() {
    let shop = Shop::new(2);
    shop.add("sleep", 1).await;
    shop.add("forever", 1).await;
    shop.add("sleep", 1).await;
    let (stop, running) = shop.start();
    tokio::time::sleep(Duration::from_millis(100)).await;
    stop.cancel();
    running.await.unwrap();
    let jobs = shop.store.all();
    let states: Vec<_> = jobs.iter().map(|kept| (kept.state, kept.job.attempt)).collect();
    assert_eq!(states[0], (JobState::Complete, 1));
    assert_eq!(&states[1..], [(JobState::Pending, 0); 2]);
}

#[tokio::test(start_paused = true)]
async fn leases_are_renewed_for_as_long_as_a_job_runs() {
    let shop = Shop::new(1);
    shop.add("forever", 1).await;
    let (stop, running) = shop.start();
    for _ in 0..20 {
        tokio::time::sleep(Duration::from_secs(10)).await;
        let kept = shop.store.job(JobId(1));
        assert!(kept.lease_until > shop.store.now() && kept.job.lease.fence == 1, "{kept:?}");
    }
    stop.cancel();
    running.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_worker_outlives_an_outage_of_its_store() {
    let shop = Shop::new(2);
    shop.add("sleep", 6).await;
    let (stop, running) = shop.start();
    tokio::time::sleep(Duration::from_secs(1)).await;
    shop.store.away.store(true, Ordering::SeqCst);
    tokio::time::sleep(Duration::from_secs(300)).await;
    shop.store.away.store(false, Ordering::SeqCst);
    tokio::time::sleep(Duration::from_secs(60)).await;
    assert!(shop.store.all().iter().all(|kept| kept.state == JobState::Complete), "{:?}", shop.store.all());
    stop.cancel();
    running.await.unwrap();
}
