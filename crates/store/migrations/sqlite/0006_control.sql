-- What the control plane keeps: answers to requests that may come again, bulk operations and what they changed,
-- files to download. Times are milliseconds since 1970.

-- The first answer to each key, given again when the same request comes again. Without an answer it is being done.
CREATE TABLE idempotency_keys (
    caller TEXT NOT NULL,
    key TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    answer TEXT,
    -- Whoever does it must be done by then; later it counts as interrupted.
    busy_until INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (caller, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX idempotency_keys_expiry ON idempotency_keys (expires_at);

-- Bulk changes: what was to be done with which records, how far it is, what became of them.
CREATE TABLE operations (
    id INTEGER PRIMARY KEY,
    action TEXT NOT NULL,
    -- JSON: what is done, and with which records.
    change TEXT NOT NULL,
    selection TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'running', 'complete', 'failed', 'cancelled')),
    -- Records with larger numbers came later and are left alone; those up to the cursor are done.
    up_to INTEGER NOT NULL,
    cursor INTEGER NOT NULL DEFAULT 0,
    total INTEGER NOT NULL,
    matched INTEGER NOT NULL DEFAULT 0,
    updated INTEGER NOT NULL DEFAULT 0,
    -- JSON: how many were left alone, by reason.
    skipped TEXT NOT NULL DEFAULT '{}',
    parts INTEGER NOT NULL DEFAULT 0,
    job_id INTEGER,
    error TEXT,
    -- The operation that this one takes back, and the one that takes this one back.
    undoes INTEGER,
    undone_by INTEGER,
    undo_until INTEGER,
    created_by TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    finished_at INTEGER
) STRICT;
CREATE INDEX operations_undo ON operations (undo_until) WHERE undo_until IS NOT NULL;

-- What each part of an operation changed, as JSON: how records were before, and their numbers.
CREATE TABLE operation_parts (
    operation_id INTEGER NOT NULL,
    part INTEGER NOT NULL,
    changes TEXT NOT NULL,
    PRIMARY KEY (operation_id, part)
) STRICT, WITHOUT ROWID;

-- Files to download, kept in the database so that every node can hand them out.
CREATE TABLE artifacts (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    bytes INTEGER NOT NULL DEFAULT 0,
    parts INTEGER NOT NULL DEFAULT 0,
    sha256 TEXT,
    -- Without one it is still being written.
    finished_at INTEGER,
    job_id INTEGER,
    created_by TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX artifacts_expiry ON artifacts (expires_at);
CREATE TABLE artifact_parts (
    artifact_id INTEGER NOT NULL,
    part INTEGER NOT NULL,
    data BLOB NOT NULL,
    PRIMARY KEY (artifact_id, part)
) STRICT;
