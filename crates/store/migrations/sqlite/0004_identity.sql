-- People, their sessions, API tokens, signing keys, sign-in attempts, and the audit log.
-- Times are milliseconds since 1970. Secrets are kept as hashes, but for the keys that sign.

CREATE TABLE users (
    id                    INTEGER PRIMARY KEY,
    name                  TEXT NOT NULL,
    -- The name as it is compared: two that look alike are one.
    name_key              TEXT NOT NULL UNIQUE,
    role                  TEXT NOT NULL CHECK (role IN ('viewer', 'operator', 'admin', 'superadmin')),
    -- None: signs in with the organisation's account only.
    password_hash         TEXT,
    must_change_password  INTEGER NOT NULL,
    -- Sessions and signed tokens of an earlier epoch hold no more.
    epoch                 INTEGER NOT NULL DEFAULT 0,
    -- The issuer and the subject of the organisation's account.
    provider_subject      TEXT UNIQUE,
    disabled_at           INTEGER,
    last_sign_in_at       INTEGER,
    password_changed_at   INTEGER,
    created_by            TEXT NOT NULL,
    created_at            INTEGER NOT NULL,
    updated_at            INTEGER NOT NULL
) STRICT;
-- Changes of people are made one after the other, so that a last superadmin is always left.
INSERT INTO sequences (name, next) VALUES ('user_changes', 1);

CREATE TABLE sessions (
    id           INTEGER PRIMARY KEY,
    secret_hash  BLOB NOT NULL UNIQUE,
    user_id      INTEGER NOT NULL,
    epoch        INTEGER NOT NULL,
    means        TEXT NOT NULL,
    ip           TEXT,
    user_agent   TEXT,
    created_at   INTEGER NOT NULL,
    seen_at      INTEGER NOT NULL,
    expires_at   INTEGER NOT NULL
) STRICT;
CREATE INDEX sessions_user ON sessions (user_id);
CREATE INDEX sessions_expiry ON sessions (expires_at);

CREATE TABLE api_tokens (
    id            INTEGER PRIMARY KEY,
    name          TEXT NOT NULL,
    prefix        TEXT NOT NULL UNIQUE,
    secret_hash   BLOB NOT NULL,
    role          TEXT NOT NULL CHECK (role IN ('viewer', 'operator', 'admin', 'superadmin')),
    -- A JSON list of actions, or none for all that the role may do.
    scopes        TEXT,
    -- Whose it is; none if it was made at the machine itself.
    owner_id      INTEGER,
    created_by    TEXT NOT NULL,
    created_at    INTEGER NOT NULL,
    expires_at    INTEGER,
    last_used_at  INTEGER,
    last_used_ip  TEXT,
    revoked_at    INTEGER,
    revoked_by    TEXT
) STRICT;

CREATE TABLE signing_keys (
    id          TEXT PRIMARY KEY,
    purpose     TEXT NOT NULL,
    secret      BLOB NOT NULL,
    created_at  INTEGER NOT NULL
) STRICT;

-- Sign-ins that failed, by account, by address, and by both; the keys are hashes.
CREATE TABLE sign_in_throttle (
    key            TEXT PRIMARY KEY,
    failures       INTEGER NOT NULL,
    -- Refused since the last attempt that was let through.
    refused        INTEGER NOT NULL,
    blocked_until  INTEGER NOT NULL,
    -- Until when this account is known to be used from this address.
    trusted_until  INTEGER NOT NULL,
    last_at        INTEGER NOT NULL
) STRICT;
CREATE INDEX sign_in_throttle_last ON sign_in_throttle (last_at);

-- The audit log: one entry before each deed, one after it. Each entry's hash covers the one before it.
CREATE TABLE audit_entries (
    seq           INTEGER PRIMARY KEY,
    kind          TEXT NOT NULL CHECK (kind IN ('opened', 'closed')),
    -- The opening entry's number, in both.
    record        INTEGER NOT NULL,
    at            INTEGER NOT NULL,
    -- Which incarnation of a process wrote it.
    node          INTEGER NOT NULL,
    level         TEXT,
    action        TEXT,
    actor_id      TEXT,
    actor_name    TEXT,
    role          TEXT,
    means         TEXT,
    ip            TEXT,
    user_agent    TEXT,
    trace_id      TEXT,
    request_id    TEXT,
    subject_kind  TEXT,
    subject_id    TEXT,
    selector      TEXT,
    parameters    TEXT,
    outcome       TEXT,
    code          TEXT,
    message       TEXT,
    counts        TEXT,
    duration_ms   INTEGER,
    hash          BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX audit_closing ON audit_entries (record) WHERE kind = 'closed';
CREATE INDEX audit_outcome ON audit_entries (outcome, record) WHERE kind = 'closed';
CREATE INDEX audit_time ON audit_entries (at, seq);
CREATE INDEX audit_actor ON audit_entries (actor_name, seq) WHERE kind = 'opened';
CREATE INDEX audit_action ON audit_entries (action, seq) WHERE kind = 'opened';
CREATE INDEX audit_subject ON audit_entries (subject_kind, subject_id, seq) WHERE kind = 'opened';
CREATE INDEX audit_trace ON audit_entries (trace_id, seq) WHERE kind = 'opened';

-- Where the log ends: how many entries there are, the hash of the last, and a seal over both.
CREATE TABLE audit_head (
    id             INTEGER PRIMARY KEY CHECK (id = 1),
    seq            INTEGER NOT NULL,
    hash           BLOB NOT NULL,
    seal           BLOB NOT NULL,
    key_id         TEXT NOT NULL,
    -- The first entry that was written after a head whose seal did not hold; 0 for none.
    suspect_since  INTEGER NOT NULL
) STRICT;
INSERT INTO audit_head (id, seq, hash, seal, key_id, suspect_since) VALUES (1, 0, zeroblob(32), x'', '', 0);

-- What retention took away: the numbers, the hash of the last entry that went, and a seal over all of it.
CREATE TABLE audit_stubs (
    last_seq   INTEGER PRIMARY KEY,
    first_seq  INTEGER NOT NULL,
    hash       BLOB NOT NULL,
    at         INTEGER NOT NULL,
    pruned_by  TEXT NOT NULL,
    seal       BLOB NOT NULL,
    key_id     TEXT NOT NULL
) STRICT;

-- Entries are never changed, and go only behind a stub.
CREATE TRIGGER audit_entries_stay BEFORE UPDATE ON audit_entries
BEGIN
    SELECT RAISE(ABORT, 'the audit log is append-only');
END;
CREATE TRIGGER audit_entries_kept BEFORE DELETE ON audit_entries
WHEN OLD.seq > (SELECT COALESCE(MAX(last_seq), 0) FROM audit_stubs)
BEGIN
    SELECT RAISE(ABORT, 'the audit log is append-only');
END;
