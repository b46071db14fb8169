//! Running a scan: domains are queued, a worker drains the queues, progress is shown, Ctrl-C ends it cleanly.

use std::sync::Arc;
use std::time::Duration;

use clock::{Clock, SystemClock};
use engine::{Incarnation, JobState, LaneRules, RetryPolicy, Sweep, Worker, WorkerOptions};
use model::{DomainId, PageUrl, Site};
use pipeline::Pipeline;
use pipeline::classify::Profile;
use pipeline::plan::{self, DISCOVERY, IMPORT, SCRAPE};
use store::{NewDomain, Prune, ScanState, ScannedDomain, Store, StoreError};
use tokio_util::sync::CancellationToken;

use crate::failure::Failure;
use crate::progress::{Progress, beside_bars};
use crate::wire;

/// How often a scan looks whether its domains are done.
const LOOK_EVERY: Duration = Duration::from_millis(100);
/// How long running jobs may take to end after Ctrl-C.
const GRACE: Duration = Duration::from_secs(3);
/// Retries of a scan somebody waits for: soon, and not for long.
const RETRY: RetryPolicy = RetryPolicy { base: Duration::from_secs(2), cap: Duration::from_secs(60) };

/// A person who stops a scan the hard way, again and again, must not have its jobs taken for killers.
const SWEEP: Sweep = Sweep { max_crashes: 25, delay: Duration::from_millis(200), limit: 1_000 };

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// How long finished jobs are kept: failures longer than successes.
const HISTORY_KEPT: [(JobState, Duration); 3] = [
    (JobState::Complete, DAY.saturating_mul(30)),
    (JobState::Failed, DAY.saturating_mul(90)),
    (JobState::Cancelled, DAY.saturating_mul(90)),
];
/// How many are deleted in one transaction.
const PRUNED_AT_A_TIME: usize = 10_000;

/// How many jobs of one host wait in memory for their turn; further ones are put off by as long as those take.
const WAITING_PER_HOST: usize = 32;
/// What a job takes at least.
const SHORTEST_SPACING: Duration = Duration::from_millis(2);

/// How domains are scanned.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Which pages are selected.
    pub profile: Profile,
    /// How many pages a domain may have.
    pub max_pages: Option<i64>,
    /// Whether selected pages are scraped.
    pub scrape: bool,
    /// Whether domains that are done are read again.
    pub again: bool,
    /// Jobs at the same time.
    pub concurrency: usize,
    /// Jobs of one host at the same time.
    pub per_host: usize,
    /// Between two requests to one host.
    pub delay: Duration,
    /// How long a job is this process's without a sign of life.
    pub lease: Duration,
}

/// What ends a scan early.
#[derive(Clone, Debug, Default)]
pub struct Stop(CancellationToken);

impl Stop {
    /// Ends it at the first Ctrl-C or SIGTERM; the second one ends the process at once.
    pub fn on_ctrl_c() -> Self {
        let stop = Self::default();
        let token = stop.0.clone();
        tokio::spawn(async move {
            wire::stop_signal().await;
            beside_bars(|| {
                eprintln!("stopping: running jobs end or are given back; once more to stop at once");
            });
            token.cancel();
            wire::stop_signal().await;
            std::process::exit(130);
        });
        stop
    }
}

/// A scan that has ended.
#[derive(Debug)]
pub struct Finished {
    /// The domains, in the order asked for.
    pub domains: Vec<ScannedDomain>,
    /// Whether it was stopped before its end.
    pub stopped: bool,
    /// How long it took.
    pub took: Duration,
}

/// Scans sites to the end.
///
/// # Errors
/// If the database can't be used.
pub async fn scan(
    pipeline: &Arc<Pipeline>,
    sites: &[Site],
    plan: &Plan,
    stop: &Stop,
) -> Result<Finished, Failure> {
    let store = &pipeline.store;
    let clock = SystemClock::default();
    let wanted: Vec<NewDomain> = sites.iter().filter_map(|site| new_domain(site, plan)).collect();
    let job = plan::discoveries(Some("scan".to_owned()));
    let domains = store.scan_domains(&wanted, &job, plan.again, store.now()).await?;
    let ids: Vec<DomainId> = domains.iter().map(|domain| domain.id).collect();
    let done = domains.iter().filter(|domain| domain.state == ScanState::Done).count();
    if done > 0 {
        eprintln!(
            "{done} of {} domains were looked through before: what is left of them goes on; --rescan reads them again",
            domains.len()
        );
    }
    forget_old_jobs(store).await?;
    let worker = worker(pipeline, plan);
    let ended = stop.0.child_token();
    let progress = Progress::start(store).await?;
    let watch = async {
        let finished = watch(store, &ids, &progress, &ended).await;
        ended.cancel();
        finished
    };
    let ((), watched) = tokio::join!(worker.run(ended.clone()), watch);
    progress.finish();
    watched?;
    Ok(Finished { domains, stopped: stop.0.is_cancelled(), took: clock.elapsed() })
}

/// Lets go of the history of jobs that nobody will ask for any more.
async fn forget_old_jobs(store: &Store) -> Result<(), Failure> {
    for (state, kept) in HISTORY_KEPT {
        let prune = Prune { state, before: store.now().before(kept), limit: PRUNED_AT_A_TIME };
        while store.prune_jobs(prune, store.now()).await?.jobs == PRUNED_AT_A_TIME as u64 {}
    }
    Ok(())
}

/// Shows progress until no job of the domains is left. While the database is away, or its disk is full, it waits as the
/// worker does: what is under way goes on when it is back.
async fn watch(
    store: &Store,
    ids: &[DomainId],
    progress: &Progress,
    ended: &CancellationToken,
) -> Result<(), Failure> {
    loop {
        match look(store, ids, progress).await {
            Ok(true) => {}
            Ok(false) => return Ok(()),
            Err(StoreError::Unavailable(reason)) => {
                tracing::debug!(reason, "what is left cannot be asked for now")
            }
            Err(error) => return Err(error.into()),
        }
        if ended.run_until_cancelled(tokio::time::sleep(LOOK_EVERY)).await.is_none() {
            return Ok(());
        }
    }
}

/// Shows how far it is; whether jobs are left.
async fn look(store: &Store, ids: &[DomainId], progress: &Progress) -> Result<bool, StoreError> {
    let left = store.has_live_jobs(ids).await?;
    progress.show(store).await?;
    Ok(left)
}

fn worker(pipeline: &Arc<Pipeline>, plan: &Plan) -> Worker<store::Effect, Store> {
    let clock = SystemClock::shared();
    let mut options = WorkerOptions::new(vec![DISCOVERY, IMPORT, SCRAPE], plan.concurrency);
    options.lease = plan.lease;
    options.grace = GRACE;
    options.retry = RETRY;
    options.sweep = Some(SWEEP);
    options.lanes = LaneRules {
        running: plan.per_host,
        waiting: WAITING_PER_HOST,
        spacing: plan.delay.max(SHORTEST_SPACING),
    };
    let node = Incarnation::draw(&*clock);
    Worker::new(pipeline.store.clone(), Arc::new(pipeline.stages()), clock, node, options)
}

fn new_domain(site: &Site, plan: &Plan) -> Option<NewDomain> {
    let base = PageUrl::from_url(site.base().clone()).ok()?;
    Some(NewDomain {
        domain: site.name().to_owned(),
        lane: plan::lane(&base),
        base_url: base.into_string(),
        scheme_given: site.scheme_given(),
        select_profile: plan.profile.to_string(),
        max_pages: plan.max_pages,
        auto_import: true,
        auto_scrape: plan.scrape,
        asked: None,
    })
}
