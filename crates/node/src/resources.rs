//! What this process uses, for people who look.

use std::time::Duration;

/// Bytes in a page of memory, as the kernel counts them on the machines that we run on.
const PAGE_BYTES: u64 = 4_096;

/// As JSON: processors, resident memory, how long it runs.
pub(crate) fn resources(uptime: Duration) -> String {
    let processors = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    serde_json::json!({
        "processors": processors,
        "resident_bytes": resident_bytes(),
        "uptime_s": uptime.as_secs(),
    })
    .to_string()
}

/// The second number of `/proc/self/statm` (proc(5)); none on systems that have no such file.
fn resident_bytes() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/self/statm").ok()?;
    Some(text.split_whitespace().nth(1)?.parse::<u64>().ok()? * PAGE_BYTES)
}
