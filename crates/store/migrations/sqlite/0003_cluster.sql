-- Nodes and what they hold each other to: who lives, who leads, who may ask which host, what should run, what is wrong.
-- Rows named "desired" say what should be; nodes make it so and report what is.
-- Times are milliseconds since 1970; a node is named by its incarnation (one life of one process) where leases count,
-- and by its name where a wish is to outlive a restart.

CREATE TABLE nodes (
    incarnation INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    host TEXT NOT NULL,
    pid INTEGER NOT NULL,
    version TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    heartbeat_at INTEGER NOT NULL,
    desired_state TEXT NOT NULL DEFAULT 'running',
    -- What the wish carries, as JSON: a time limit, a configuration revision.
    desired_detail TEXT NOT NULL DEFAULT '{}',
    desired_by TEXT,
    desired_at INTEGER,
    actual_state TEXT NOT NULL,
    -- What it uses, as JSON.
    resources TEXT NOT NULL DEFAULT '{}'
) STRICT;
CREATE INDEX nodes_name ON nodes (name);

-- Who leads in which duty. A term begins whenever the lead changes hands; writes of an earlier one are refused.
CREATE TABLE terms (
    duty TEXT PRIMARY KEY,
    holder INTEGER,
    term INTEGER NOT NULL,
    taken_at INTEGER NOT NULL,
    lease_until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Which node may ask a host, and how the host's pace stands. A row without a node is free, and remembers.
CREATE TABLE host_leases (
    host TEXT PRIMARY KEY,
    node INTEGER,
    lease_until INTEGER NOT NULL,
    -- Whoever had it before gave it back; else how its pace stands may be out of date.
    orderly INTEGER NOT NULL,
    pace TEXT NOT NULL DEFAULT '{}',
    robots TEXT NOT NULL DEFAULT '[]',
    updated_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX host_leases_node ON host_leases (node) WHERE node IS NOT NULL;
CREATE INDEX host_leases_updated ON host_leases (updated_at);

-- What is wished of services: by all nodes (node ''), or by the node of that name.
CREATE TABLE services (
    name TEXT NOT NULL,
    node TEXT NOT NULL,
    desired_state TEXT NOT NULL DEFAULT 'running',
    -- One more for each restart, and for each run, that is asked for.
    restarts INTEGER NOT NULL DEFAULT 0,
    runs_asked INTEGER NOT NULL DEFAULT 0,
    interval_ms INTEGER,
    updated_by TEXT,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (name, node)
) STRICT, WITHOUT ROWID;

-- How services fare on each node.
CREATE TABLE service_reports (
    name TEXT NOT NULL,
    incarnation INTEGER NOT NULL,
    actual_state TEXT NOT NULL,
    leader INTEGER NOT NULL,
    restarts INTEGER NOT NULL,
    last_run_at INTEGER,
    next_run_at INTEGER,
    duration_ms INTEGER,
    runs INTEGER NOT NULL,
    errors INTEGER NOT NULL,
    errors_in_row INTEGER NOT NULL,
    last_error TEXT,
    last_error_at INTEGER,
    last_result TEXT,
    PRIMARY KEY (name, incarnation)
) STRICT, WITHOUT ROWID;

-- Pools of slots that run the jobs of some queues.
CREATE TABLE workers (
    name TEXT PRIMARY KEY,
    -- The node it is meant for; none: any, and then placed_on is where it is.
    node TEXT,
    placed_on TEXT,
    -- The one stage that it serves, if it is that of a stage.
    stage TEXT,
    -- Names, with spaces between them.
    queues TEXT NOT NULL,
    -- Its own, if an operator has set one; else what its node is configured with.
    concurrency INTEGER,
    configured_concurrency INTEGER NOT NULL,
    desired_state TEXT NOT NULL DEFAULT 'running',
    restarts INTEGER NOT NULL DEFAULT 0,
    kills INTEGER NOT NULL DEFAULT 0,
    agent TEXT,
    -- It comes from a node's configuration, not from an operator.
    configured INTEGER NOT NULL,
    created_by TEXT,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- How workers fare on each node.
CREATE TABLE worker_reports (
    name TEXT NOT NULL,
    incarnation INTEGER NOT NULL,
    actual_state TEXT NOT NULL,
    concurrency INTEGER NOT NULL,
    slots_used INTEGER NOT NULL,
    waiting INTEGER NOT NULL,
    finished INTEGER NOT NULL,
    failed INTEGER NOT NULL,
    restarts INTEGER NOT NULL,
    kills INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (name, incarnation)
) STRICT, WITHOUT ROWID;

-- The supervisors of stages. Limits that claims and workers keep stand with the stage's queue.
CREATE TABLE managers (
    stage TEXT PRIMARY KEY,
    desired_state TEXT NOT NULL DEFAULT 'running',
    restarts INTEGER NOT NULL DEFAULT 0,
    kills INTEGER NOT NULL DEFAULT 0,
    delay_ms INTEGER,
    autoscale_min INTEGER,
    autoscale_max INTEGER,
    updated_by TEXT,
    updated_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE alerts (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    severity TEXT NOT NULL,
    message TEXT NOT NULL,
    opened_at INTEGER NOT NULL,
    last_seen_at INTEGER NOT NULL,
    seen INTEGER NOT NULL DEFAULT 1,
    resolved_at INTEGER,
    acknowledged_at INTEGER,
    acknowledged_by TEXT
) STRICT;
-- One open alert a kind and subject.
CREATE UNIQUE INDEX alerts_open ON alerts (kind, subject) WHERE resolved_at IS NULL;

-- What is still to be told of alerts, and to whom: written with the alert, so that none is forgotten.
CREATE TABLE alert_deliveries (
    alert_id INTEGER NOT NULL,
    event TEXT NOT NULL,
    hook TEXT NOT NULL,
    tries INTEGER NOT NULL DEFAULT 0,
    next_try_at INTEGER NOT NULL,
    last_error TEXT,
    PRIMARY KEY (alert_id, event, hook)
) STRICT, WITHOUT ROWID;

-- What holds for the whole system: maintenance, emergency stop; and what is counted up so that all nodes hear of it.
CREATE TABLE system_state (
    name TEXT PRIMARY KEY,
    active INTEGER NOT NULL,
    -- No job is claimed while it is active.
    holds_claims INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    reason TEXT,
    detail TEXT NOT NULL DEFAULT '{}',
    set_by TEXT,
    since INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- job_minutes by the hour and by the day, kept longer.
CREATE TABLE job_rollups (
    queue TEXT NOT NULL,
    period TEXT NOT NULL,
    start INTEGER NOT NULL,
    complete INTEGER NOT NULL,
    failed INTEGER NOT NULL,
    retried INTEGER NOT NULL,
    run_ms INTEGER NOT NULL,
    PRIMARY KEY (queue, period, start)
) STRICT, WITHOUT ROWID;

-- Records that are wanted and were never queued: what the schedulers look for.
CREATE INDEX domains_left_behind ON domains (id)
    WHERE sitemap_curation_status = 'Selected' AND sitemap_analysis_status IS NULL;
CREATE INDEX sitemap_files_left_behind ON sitemap_files (id)
    WHERE sitemap_curation_status = 'Selected' AND sitemap_import_status IS NULL;
CREATE INDEX pages_left_behind ON pages (id)
    WHERE page_curation_status = 'Selected' AND page_processing_status IS NULL;
