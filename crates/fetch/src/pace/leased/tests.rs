//! Two gates over one register of leases, on tokio's paused clock: a host is asked by one of them at a time.

use std::sync::atomic::AtomicUsize;

use clock::Clock;
use tokio::sync::Notify;
use url::Url;

use super::*;

/// A clock that follows tokio's paused one.
#[derive(Debug)]
struct Paused(tokio::time::Instant);

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

/// Hosts with who has them, until when, and how their pace stands.
type Hosts = HashMap<String, (u32, Timestamp, String)>;

/// Leases as a database keeps them; each node sees them through a [`Link`].
#[derive(Debug, Default)]
struct Register {
    hosts: Mutex<Hosts>,
    calls: AtomicUsize,
}

#[derive(Debug)]
struct Link {
    register: Arc<Register>,
    node: u32,
    clock: SharedClock,
    cut: AtomicBool,
}

impl Link {
    /// Counts the call; an error while the link is cut.
    fn call(&self) -> Result<MutexGuard<'_, Hosts>, String> {
        self.register.calls.fetch_add(1, Ordering::Relaxed);
        if self.cut.load(Ordering::Relaxed) {
            return Err("cut".to_owned());
        }
        Ok(self.register.hosts.lock().unwrap())
    }

    fn write(
        &self,
        hosts: Vec<(String, String)>,
        node: u32,
        until: Timestamp,
    ) -> Result<Vec<String>, String> {
        let mut register = self.call()?;
        let mut lost = Vec::new();
        for (host, pace) in hosts {
            match register.get_mut(&host) {
                Some(entry) if entry.0 == self.node => *entry = (node, until, pace),
                _ => lost.push(host),
            }
        }
        Ok(lost)
    }
}

impl HostLeases for Link {
    fn take(&self, hosts: Vec<String>, lease: Duration) -> BoxFuture<'_, Result<Vec<Grant>, String>> {
        Box::pin(async move {
            let mut register = self.call()?;
            let now = self.clock.now();
            let mut take = |host: String| {
                let entry = register.entry(host).or_insert((0, Timestamp(0), "{}".to_owned()));
                if entry.0 != 0 && entry.0 != self.node && entry.1 > now {
                    return Grant::Elsewhere(entry.1);
                }
                let orderly = entry.0 == 0 || entry.0 == self.node;
                (entry.0, entry.1) = (self.node, now.after(lease));
                Grant::Ours { pace: entry.2.clone(), orderly }
            };
            Ok(hosts.into_iter().map(&mut take).collect())
        })
    }

    fn keep(
        &self,
        hosts: Vec<(String, String)>,
        lease: Duration,
    ) -> BoxFuture<'_, Result<Vec<String>, String>> {
        Box::pin(async move { self.write(hosts, self.node, self.clock.now().after(lease)) })
    }

    fn release(&self, hosts: Vec<(String, String)>) -> BoxFuture<'_, Result<(), String>> {
        Box::pin(async move { self.write(hosts, 0, Timestamp(0)).map(drop) })
    }
}

/// One process.
struct Node {
    gate: Arc<LeasedGate>,
    link: Arc<Link>,
    stop: Arc<Notify>,
    keeping: tokio::task::JoinHandle<()>,
}

impl Node {
    fn start(register: &Arc<Register>, clock: &SharedClock, node: u32) -> Self {
        let (register, clock) = (Arc::clone(register), Arc::clone(clock));
        let link = Arc::new(Link { register, node, clock: Arc::clone(&clock), cut: AtomicBool::new(false) });
        let gate = LeasedGate::new(PaceConfig::default(), LeaseRules::default(), link.clone(), clock);
        let stop = Arc::new(Notify::new());
        let (kept, ended) = (Arc::clone(&gate), Arc::clone(&stop));
        let keeping = tokio::spawn(async move { kept.keep(ended.notified()).await });
        Self { gate, link, stop, keeping }
    }

    async fn ask(&self) -> Result<Turn, Refused> {
        self.gate.admit(&host()).await
    }

    async fn end(self) {
        self.stop.notify_one();
        self.keeping.await.unwrap();
    }
}

#[expect(clippy::disallowed_methods, reason = "the paused clock of a test")]
fn two() -> (Arc<Register>, Node, Node) {
    let clock: SharedClock = Arc::new(Paused(tokio::time::Instant::now()));
    let register = Arc::new(Register::default());
    let nodes = (Node::start(&register, &clock, 1), Node::start(&register, &clock, 2));
    (register, nodes.0, nodes.1)
}

fn host() -> HostKey {
    HostKey::of(&Url::parse("http://a.example/").unwrap(), false)
}

async fn wait(seconds: u64) {
    tokio::time::sleep(Duration::from_secs(seconds)).await;
}

#[tokio::test(start_paused = true)]
async fn a_host_is_asked_by_one_process_at_a_time() {
    let (_, one, two) = two();
    let (first, second) = tokio::join!(one.ask(), two.ask());
    let (holder, other, turn) = match (first, second) {
        (Ok(turn), Err(refused)) => {
            assert_eq!(refused.reason, BusyReason::Elsewhere);
            (&one, &two, turn)
        }
        (Err(_), Ok(turn)) => (&two, &one, turn),
        both => panic!("{both:?}"),
    };
    // A long body keeps the lease for as long as it takes.
    for _ in 0..20 {
        wait(6).await;
        assert_eq!(other.ask().await.unwrap_err().reason, BusyReason::Elsewhere);
    }
    assert!(!turn.is_void());
    drop(turn);
    assert_eq!(holder.gate.len(), 1);
    wait(20).await;
    assert_eq!(holder.gate.len(), 0, "an idle host is given back");
    assert!(other.ask().await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn no_one_is_asked_while_a_lease_is_held() {
    let (register, one, _two) = two();
    drop(one.ask().await.unwrap());
    let before = register.calls.load(Ordering::Relaxed);
    for _ in 0..4 {
        drop(one.ask().await.unwrap());
    }
    assert!(register.calls.load(Ordering::Relaxed) <= before + 1, "one renewal at most");
}

#[tokio::test(start_paused = true)]
async fn those_sent_away_come_back_one_after_the_other() {
    let (_, one, two) = two();
    let _turn = one.ask().await.unwrap();
    let mut times = Vec::new();
    for _ in 0..50 {
        times.push(two.ask().await.unwrap_err().retry_at);
    }
    assert!(times.windows(2).all(|pair| pair[0] < pair[1]), "{times:?}");
    assert!(times[49].since(times[0]) > Duration::from_secs(10));
}

#[tokio::test(start_paused = true)]
async fn who_cannot_renew_stops_before_another_begins() {
    let (_, one, two) = two();
    let turn = one.ask().await.unwrap();
    wait(4).await;
    one.link.cut.store(true, Ordering::Relaxed);
    let mut refused_at = None;
    let mut taken_at = None;
    for second in 0..60 {
        wait(1).await;
        if refused_at.is_none() && turn.is_void() {
            refused_at = Some(second);
        }
        if two.ask().await.is_ok() {
            taken_at = Some(second);
            break;
        }
    }
    assert!(refused_at.expect("it stopped") < taken_at.expect("the other began"));
    assert_eq!(one.ask().await.unwrap_err().reason, BusyReason::Elsewhere);
}

#[tokio::test(start_paused = true)]
async fn a_process_that_was_asleep_has_lost_its_hosts() {
    let (register, one, two) = two();
    let turn = one.ask().await.unwrap();
    one.keeping.abort();
    wait(40).await;
    assert!(two.ask().await.is_ok());
    // It wakes, and asks before its keeper has had a turn.
    let asked = tokio::time::timeout(Duration::from_secs(60), one.ask()).await.expect("an answer");
    assert!(asked.is_err());
    one.gate.renew().await;
    assert!(turn.is_void());
    assert_eq!(register.hosts.lock().unwrap()["a.example"].0, 2);
}

#[tokio::test(start_paused = true)]
async fn what_was_learnt_goes_with_the_host() {
    let (_, one, two) = two();
    let turn = one.ask().await.unwrap();
    one.gate.report(&host(), &turn, Outcome::Throttled { retry_after: Some(Duration::from_secs(120)) });
    drop(turn);
    one.end().await;
    let refused = two.ask().await.unwrap_err();
    assert_eq!(refused.reason, BusyReason::BackOff);
    wait(140).await;
    assert!(two.ask().await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn a_host_of_a_dead_process_is_asked_a_delay_later() {
    let (_, one, two) = two();
    drop(one.ask().await.unwrap());
    one.keeping.abort();
    let mut asked = two.ask().await;
    while asked.is_err() {
        wait(1).await;
        asked = two.ask().await;
    }
    let begun = asked.unwrap().started;
    assert!(begun >= Duration::from_secs(31), "the lease and the delay: {begun:?}");
}
