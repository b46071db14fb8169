-- Jobs: live ones in a small table, finished ones in history, attempts that did not succeed, and what is counted.
-- Times are milliseconds since 1970. Times and numbers are written by the program, never by the database.
-- Every key of what belongs to a domain contains domain_id, so that these tables can be distributed by it; it comes last
-- where a row is looked up by its number alone.

CREATE TABLE sequences (
    name TEXT PRIMARY KEY,
    next BIGINT NOT NULL
);
INSERT INTO sequences (name, next) VALUES ('jobs', 1);

CREATE TABLE jobs (
    id BIGINT NOT NULL,
    queue TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'running')),
    priority BIGINT NOT NULL,
    run_at BIGINT NOT NULL,
    subject_kind TEXT,
    subject_id BIGINT,
    domain_id BIGINT NOT NULL,
    lane BIGINT,
    payload TEXT NOT NULL,
    attempt BIGINT NOT NULL DEFAULT 0,
    max_attempts BIGINT NOT NULL,
    crashes BIGINT NOT NULL DEFAULT 0,
    fence BIGINT NOT NULL DEFAULT 0,
    node BIGINT,
    lease_until BIGINT,
    progress_percent BIGINT,
    progress_message TEXT,
    error_code TEXT,
    error_message TEXT,
    created_by TEXT,
    created_at BIGINT NOT NULL,
    started_at BIGINT,
    PRIMARY KEY (id, domain_id)
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_cost_delay = 0);
-- What a claim walks, in its order.
CREATE INDEX jobs_pending ON jobs (queue, priority, run_at, id) WHERE state = 'pending';
-- What the sweeper looks at.
CREATE INDEX jobs_running ON jobs (lease_until) WHERE state = 'running';
-- One live job a queue and subject.
CREATE UNIQUE INDEX jobs_subject ON jobs (domain_id, subject_id, subject_kind, queue) WHERE subject_id IS NOT NULL;

CREATE TABLE job_history (
    id BIGINT NOT NULL,
    queue TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('complete', 'failed', 'cancelled')),
    priority BIGINT NOT NULL,
    run_at BIGINT NOT NULL,
    subject_kind TEXT,
    subject_id BIGINT,
    domain_id BIGINT NOT NULL,
    lane BIGINT,
    payload TEXT NOT NULL,
    attempt BIGINT NOT NULL,
    max_attempts BIGINT NOT NULL,
    crashes BIGINT NOT NULL,
    fence BIGINT NOT NULL,
    node BIGINT,
    progress_percent BIGINT,
    progress_message TEXT,
    error_code TEXT,
    error_message TEXT,
    result TEXT,
    created_by TEXT,
    created_at BIGINT NOT NULL,
    started_at BIGINT,
    finished_at BIGINT NOT NULL,
    PRIMARY KEY (id, domain_id)
);
-- What retention and the lists by state walk.
CREATE INDEX job_history_finished ON job_history (state, finished_at, id);

CREATE TABLE job_attempts (
    job_id BIGINT NOT NULL,
    domain_id BIGINT NOT NULL,
    fence BIGINT NOT NULL,
    attempt BIGINT NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('error', 'crash')),
    node BIGINT,
    started_at BIGINT,
    finished_at BIGINT NOT NULL,
    error_code TEXT NOT NULL,
    error_message TEXT NOT NULL,
    PRIMARY KEY (job_id, fence, domain_id)
);

-- What each transaction changes about the counters, as it comes: only ever added to, so that no transaction waits for
-- another and none walks the row's old versions. Folded into the totals now and then. A row without a state tells what
-- was done in a minute.
CREATE TABLE job_changes (
    queue TEXT NOT NULL,
    state TEXT,
    jobs BIGINT NOT NULL,
    minute BIGINT NOT NULL,
    complete BIGINT NOT NULL,
    failed BIGINT NOT NULL,
    retried BIGINT NOT NULL,
    run_ms BIGINT NOT NULL
);

-- What was folded: how many jobs are in each state, and what was done in each minute.
CREATE TABLE job_totals (
    queue TEXT NOT NULL,
    state TEXT NOT NULL,
    jobs BIGINT NOT NULL,
    PRIMARY KEY (queue, state)
) WITH (fillfactor = 50);
CREATE TABLE job_minute_totals (
    queue TEXT NOT NULL,
    minute BIGINT NOT NULL,
    complete BIGINT NOT NULL,
    failed BIGINT NOT NULL,
    retried BIGINT NOT NULL,
    run_ms BIGINT NOT NULL,
    PRIMARY KEY (queue, minute)
) WITH (fillfactor = 50);

-- How many jobs are in each state, and what was done in each minute; a reader adds up.
CREATE VIEW job_counters AS
    SELECT queue, state, jobs FROM job_totals
    UNION ALL SELECT queue, state, jobs FROM job_changes WHERE state IS NOT NULL;
CREATE VIEW job_minutes AS
    SELECT queue, minute, complete, failed, retried, run_ms FROM job_minute_totals
    UNION ALL SELECT queue, minute, complete, failed, retried, run_ms FROM job_changes WHERE state IS NULL;

-- What is set on queues; a queue without a row has no limits. The name '*' stands for all of them.
CREATE TABLE queues (
    name TEXT PRIMARY KEY,
    paused BOOLEAN NOT NULL,
    draining BOOLEAN NOT NULL,
    concurrency BIGINT,
    rate_per_second BIGINT,
    retry_base_ms BIGINT,
    retry_cap_ms BIGINT,
    max_attempts BIGINT,
    time_limit_ms BIGINT,
    batch_size BIGINT,
    reason TEXT,
    -- The rate limit's bucket, in thousandths of a job, and when it was last filled.
    bucket BIGINT NOT NULL,
    bucket_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
