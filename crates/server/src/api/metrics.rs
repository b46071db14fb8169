//! Everything that can be counted, as Prometheus reads it.

use std::fmt::Write;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use engine::JobState;
use http::header;
use store::StuckLimits;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;
use crate::auth::Viewer;
use crate::problem::Problem;

/// The routes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(get_metrics))
}

/// Gives everything that is counted in the text format of Prometheus.
#[utoipa::path(get, path = "/metrics", tag = "observation",
    responses((status = 200, description = "Counters, gauges and histograms.", body = String,
        content_type = "text/plain")))]
async fn get_metrics(State(app): State<App>, _: Viewer) -> Result<Response, Problem> {
    let mut text = app.meter().render();
    text.push_str(&of_store(&app).await?);
    if let Some(bytes) = resident_bytes() {
        gauge(&mut text, "process_resident_memory_bytes", "Resident memory of this process.");
        let _ = writeln!(text, "process_resident_memory_bytes {bytes}");
    }
    let kind = [(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")];
    Ok((kind, text).into_response())
}

async fn of_store(app: &App) -> Result<String, Problem> {
    let store = app.store();
    let mut text = String::new();
    gauge(&mut text, "sitelode_jobs", "Jobs by queue and status; finished ones while they are kept.");
    for (queue, counts) in store.job_counts().await? {
        for state in JobState::ALL {
            let (state, number) = (state.as_str(), counts.of(state));
            let _ = writeln!(text, "sitelode_jobs{{queue=\"{queue}\",status=\"{state}\"}} {number}");
        }
    }
    gauge(&mut text, "sitelode_stuck_jobs", "Jobs that wait or run for too long, by queue.");
    for stuck in store.stuck_jobs(StuckLimits::default(), store.now()).await? {
        let number = stuck.pending + (stuck.running.len() + stuck.expired.len()) as u64;
        let _ = writeln!(text, "sitelode_stuck_jobs{{queue=\"{}\"}} {number}", stuck.queue);
    }
    gauge(&mut text, "sitelode_worker_slots", "Slots of workers by state.");
    for worker in store.workers().await? {
        let used: i64 = worker.reports.iter().map(|report| report.slots_used).sum();
        let all: i64 = worker.reports.iter().map(|report| report.concurrency).sum();
        let name = label(&worker.name);
        let _ = writeln!(text, "sitelode_worker_slots{{worker=\"{name}\",state=\"used\"}} {used}");
        let _ = writeln!(
            text,
            "sitelode_worker_slots{{worker=\"{name}\",state=\"free\"}} {}",
            (all - used).max(0)
        );
    }
    Ok(text)
}

fn gauge(text: &mut String, name: &str, help: &str) {
    let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} gauge");
}

/// A label's value as the format wants it.
fn label(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

/// The resident memory of this process, where the system tells it.
pub fn resident_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().trim_end_matches(" kB").trim().parse::<u64>().ok().map(|kib| kib * 1_024)
}
