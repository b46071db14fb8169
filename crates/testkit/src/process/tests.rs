//! Processes are started, watched, paused, ended and never left behind.

use super::*;

const SOON: Duration = Duration::from_secs(20);

fn shell(script: &str) -> Process {
    Program::new("/bin/sh").args(["-c", script]).start().unwrap()
}

fn alive(pid: u32) -> bool {
    Path::new(&format!("/proc/{pid}")).exists()
}

#[test]
fn a_line_is_waited_for_on_either_output() {
    let mut process = shell("echo one-ready; echo two-ready >&2; sleep 60");
    // Each output has a reader of its own: a line seen on one says nothing of the other.
    assert_eq!(process.wait_for_line("one", SOON).unwrap(), "one-ready");
    assert_eq!(process.wait_for_line("two", SOON).unwrap(), "two-ready");
    assert_eq!((process.stdout().as_str(), process.stderr().as_str()), ("one-ready\n", "two-ready\n"));
}

#[test]
fn an_early_end_is_told_with_what_was_printed() {
    let error = shell("echo 'no such table' >&2; exit 3").wait_for_line("ready", SOON).unwrap_err();
    let told = error.to_string();
    assert!(told.contains("exit code 3") && told.contains("no such table"), "{told}");
}

#[test]
fn a_wait_that_is_too_long_says_what_it_waited_for() {
    let error = shell("echo busy; sleep 60").wait_for_line("ready", Duration::from_millis(50)).unwrap_err();
    assert!(matches!(error, Error::TimedOut { .. }), "{error}");
}

#[test]
fn dropping_a_process_kills_what_it_started_too() {
    let mut process = shell("sleep 60 & echo child $!; wait");
    let line = process.wait_for_line("child", SOON).unwrap();
    let child: u32 = line.rsplit(' ').next().unwrap().parse().unwrap();
    let own = process.id();
    assert!(alive(own) && alive(child));
    drop(process);
    // The grandchild is reaped by init, a moment later.
    let mut probe = shell("sleep 60");
    probe.wait_until("the grandchild's end", SOON, || !alive(child) || zombie(child)).unwrap();
    assert!(!alive(own));
}

fn zombie(pid: u32) -> bool {
    state(pid) == Some('Z')
}

fn state(pid: u32) -> Option<char> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    stat.rsplit(") ").next()?.chars().next()
}

#[test]
fn a_paused_process_stands_still_until_resumed() {
    let mut process = shell("trap 'echo bye; exit 0' TERM; echo up; while :; do sleep 0.01; done");
    process.wait_for_line("up", SOON).unwrap();
    process.pause().unwrap();
    let id = process.id();
    process.wait_until("the pause", SOON, || state(id) == Some('T')).unwrap();
    process.terminate().unwrap();
    assert!(process.ended().is_none());
    process.resume().unwrap();
    assert_eq!(process.wait(SOON).unwrap().code(), Some(0));
    assert!(process.stdout().ends_with("bye\n"));
}

#[test]
fn a_killed_process_starts_again_with_a_clean_sheet() {
    let mut process = shell("echo run $$; sleep 60");
    let first = process.wait_for_line("run", SOON).unwrap();
    process.kill();
    assert_eq!(process.ended().and_then(|status| status.signal()), Some(9));
    process.restart().unwrap();
    assert_ne!(process.wait_for_line("run", SOON).unwrap(), first);
}

#[test]
fn a_wall_clock_is_wrong_for_one_process_and_may_jump() {
    let clock = WallClock::off_by(-86_400).unwrap();
    let script = "while :; do date +%s; sleep 0.2; done";
    let mut process = Program::new("/bin/sh").args(["-c", script]).wall_clock(&clock).start().unwrap();
    let seconds = |process: &Process| {
        let printed = process.stdout();
        let last = printed.lines().last().unwrap_or_default().parse::<i64>().unwrap_or(0);
        last - SystemClock::default().now().0 / 1_000
    };
    process.wait_for_line("1", SOON).unwrap();
    assert!((-87_000..=-86_400).contains(&seconds(&process)));
    clock.set(3_600).unwrap();
    for _ in 0..200 {
        if seconds(&process) > 3_000 {
            return;
        }
        process.output.wait_for_more(Duration::from_millis(100));
    }
    panic!("it did not jump: {}", process.stdout());
}

#[test]
fn an_ended_process_gets_no_signals_and_leaves_nothing_running() {
    let mut process = shell("sleep 62 & echo child $!; exit 0");
    let line = process.wait_for_line("child", SOON).unwrap();
    let child: u32 = line.rsplit(' ').next().unwrap().parse().unwrap();
    assert_eq!(process.wait(SOON).unwrap().code(), Some(0));
    assert!(matches!(process.terminate(), Err(Error::Signal { .. })));
    let mut probe = shell("sleep 60");
    probe.wait_until("the grandchild's end", SOON, || !alive(child) || zombie(child)).unwrap();
}

#[test]
fn a_program_that_is_not_there_is_an_error_with_its_path() {
    let error = Program::new("/nowhere/sitelode").start().unwrap_err();
    assert!(error.to_string().contains("/nowhere/sitelode"), "{error}");
}

#[test]
fn the_kernel_ends_a_process_whose_starter_died() {
    if keeper::setpriv().is_none() {
        return;
    }
    // A stand-in for a test that is killed: a shell that starts the wrapped child in the background.
    let mut starter = shell("setpriv --pdeathsig KILL -- sleep 61 & echo child $!; wait");
    let line = starter.wait_for_line("child", SOON).unwrap();
    let child: u32 = line.rsplit(' ').next().unwrap().parse().unwrap();
    starter.wait_until("the wrapper's exec", SOON, || command(child).contains("sleep")).unwrap();
    kill_process(starter.pid(), Signal::KILL).unwrap();
    let mut probe = shell("sleep 60");
    probe.wait_until("the child's end", SOON, || !alive(child) || zombie(child)).unwrap();
}

fn command(pid: u32) -> String {
    std::fs::read_to_string(format!("/proc/{pid}/comm")).unwrap_or_default()
}
