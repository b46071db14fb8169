-- Jobs: live ones in a small table, finished ones in history, attempts that did not succeed, and what is counted.
-- Times are milliseconds since 1970. Times and numbers are written by the program, never by the database.

CREATE TABLE sequences (
    name TEXT PRIMARY KEY,
    next INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO sequences (name, next) VALUES ('jobs', 1);

CREATE TABLE jobs (
    id INTEGER PRIMARY KEY,
    queue TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'running')),
    priority INTEGER NOT NULL,
    run_at INTEGER NOT NULL,
    subject_kind TEXT,
    subject_id INTEGER,
    domain_id INTEGER NOT NULL,
    lane INTEGER,
    payload TEXT NOT NULL,
    attempt INTEGER NOT NULL DEFAULT 0,
    max_attempts INTEGER NOT NULL,
    crashes INTEGER NOT NULL DEFAULT 0,
    fence INTEGER NOT NULL DEFAULT 0,
    node INTEGER,
    lease_until INTEGER,
    progress_percent INTEGER,
    progress_message TEXT,
    error_code TEXT,
    error_message TEXT,
    created_by TEXT,
    created_at INTEGER NOT NULL,
    started_at INTEGER
) STRICT;
-- What a claim walks, in its order.
CREATE INDEX jobs_pending ON jobs (queue, priority, run_at, id) WHERE state = 'pending';
-- What the sweeper looks at.
CREATE INDEX jobs_running ON jobs (lease_until) WHERE state = 'running';
-- One live job a queue and subject.
CREATE UNIQUE INDEX jobs_subject ON jobs (domain_id, subject_id, subject_kind, queue) WHERE subject_id IS NOT NULL;

CREATE TABLE job_history (
    id INTEGER PRIMARY KEY,
    queue TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('complete', 'failed', 'cancelled')),
    priority INTEGER NOT NULL,
    run_at INTEGER NOT NULL,
    subject_kind TEXT,
    subject_id INTEGER,
    domain_id INTEGER NOT NULL,
    lane INTEGER,
    payload TEXT NOT NULL,
    attempt INTEGER NOT NULL,
    max_attempts INTEGER NOT NULL,
    crashes INTEGER NOT NULL,
    fence INTEGER NOT NULL,
    node INTEGER,
    progress_percent INTEGER,
    progress_message TEXT,
    error_code TEXT,
    error_message TEXT,
    result TEXT,
    created_by TEXT,
    created_at INTEGER NOT NULL,
    started_at INTEGER,
    finished_at INTEGER NOT NULL
) STRICT;
-- What retention and the lists by state walk.
CREATE INDEX job_history_finished ON job_history (state, finished_at, id);

CREATE TABLE job_attempts (
    job_id INTEGER NOT NULL,
    domain_id INTEGER NOT NULL,
    fence INTEGER NOT NULL,
    attempt INTEGER NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('error', 'crash')),
    node INTEGER,
    started_at INTEGER,
    finished_at INTEGER NOT NULL,
    error_code TEXT NOT NULL,
    error_message TEXT NOT NULL,
    PRIMARY KEY (job_id, fence)
) STRICT, WITHOUT ROWID;

-- How many jobs are in each state, and what was done in each minute. (PostgreSQL has changes beside the totals; the
-- views are what both have in common.)
CREATE TABLE job_totals (
    queue TEXT NOT NULL,
    state TEXT NOT NULL,
    jobs INTEGER NOT NULL,
    PRIMARY KEY (queue, state)
) STRICT, WITHOUT ROWID;
CREATE TABLE job_minute_totals (
    queue TEXT NOT NULL,
    minute INTEGER NOT NULL,
    complete INTEGER NOT NULL,
    failed INTEGER NOT NULL,
    retried INTEGER NOT NULL,
    run_ms INTEGER NOT NULL,
    PRIMARY KEY (queue, minute)
) STRICT, WITHOUT ROWID;
CREATE VIEW job_counters AS SELECT queue, state, jobs FROM job_totals;
CREATE VIEW job_minutes AS SELECT queue, minute, complete, failed, retried, run_ms FROM job_minute_totals;

-- What is set on queues; a queue without a row has no limits. The name '*' stands for all of them.
CREATE TABLE queues (
    name TEXT PRIMARY KEY,
    paused INTEGER NOT NULL,
    draining INTEGER NOT NULL,
    concurrency INTEGER,
    rate_per_second INTEGER,
    retry_base_ms INTEGER,
    retry_cap_ms INTEGER,
    max_attempts INTEGER,
    time_limit_ms INTEGER,
    batch_size INTEGER,
    reason TEXT,
    -- The rate limit's bucket, in thousandths of a job, and when it was last filled.
    bucket INTEGER NOT NULL,
    bucket_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
