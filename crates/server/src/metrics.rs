//! What is measured: requests as they are answered, everything else read from the store when it is asked for.

use std::time::Duration;

use metrics::{Key, KeyName, Label, Level, Metadata, Recorder, SharedString, Unit};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle, PrometheusRecorder};

/// The upper ends of the ranges that answer times are counted in, in seconds.
const BUCKETS: [f64; 12] = [0.001, 0.0025, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 30.0];
const REQUESTS: &str = "sitelode_http_requests_total";
const DURATIONS: &str = "sitelode_http_request_duration_seconds";
const META: Metadata<'static> = Metadata::new("server", Level::INFO, None);

/// Counts and times of answered requests.
pub struct Meter {
    recorder: PrometheusRecorder,
    handle: PrometheusHandle,
}

impl std::fmt::Debug for Meter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Meter").finish_non_exhaustive()
    }
}

impl Meter {
    /// One that has counted nothing yet.
    pub fn new() -> Self {
        let builder = PrometheusBuilder::new();
        let builder = builder
            .set_buckets_for_metric(Matcher::Full(DURATIONS.to_owned()), &BUCKETS)
            .unwrap_or_else(|_| PrometheusBuilder::new());
        let recorder = builder.build_recorder();
        let describe =
            |name: &'static str, text: &'static str| (KeyName::from(name), SharedString::from(text));
        let (name, text) = describe(REQUESTS, "Answered requests by method, route and status.");
        recorder.describe_counter(name, Some(Unit::Count), text);
        let (name, text) = describe(DURATIONS, "Time until the answer began, by method and route.");
        recorder.describe_histogram(name, Some(Unit::Seconds), text);
        let handle = recorder.handle();
        Self { recorder, handle }
    }

    /// Counts an answer.
    pub fn answered(&self, method: &str, route: &str, status: u16, took: Duration) {
        let labels = vec![Label::new("method", method_word(method)), Label::new("route", route.to_owned())];
        self.recorder
            .register_histogram(&Key::from_parts(DURATIONS, labels.clone()), &META)
            .record(took.as_secs_f64());
        let mut labels = labels;
        labels.push(Label::new("status", status.to_string()));
        self.recorder.register_counter(&Key::from_parts(REQUESTS, labels), &META).increment(1);
    }

    /// Everything counted so far, as Prometheus reads it.
    pub fn render(&self) -> String {
        self.handle.run_upkeep();
        self.handle.render()
    }
}

/// Methods that anybody could make up are one.
fn method_word(method: &str) -> &'static str {
    match method {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        "PUT" => "PUT",
        "DELETE" => "DELETE",
        "OPTIONS" => "OPTIONS",
        _ => "other",
    }
}
