-- What was found: domains, their sitemap files, their pages, the contacts on them.
-- Times are milliseconds since 1970-01-01T00:00:00Z; statuses are the words of the API.

CREATE TABLE domains (
    id                        INTEGER PRIMARY KEY,
    domain                    TEXT NOT NULL UNIQUE,
    base_url                  TEXT NOT NULL,
    scheme_given              INTEGER NOT NULL DEFAULT 0,
    select_profile            TEXT NOT NULL DEFAULT 'auto',
    max_pages                 INTEGER,
    auto_import               INTEGER NOT NULL DEFAULT 1,
    auto_scrape               INTEGER NOT NULL DEFAULT 1,
    sitemap_curation_status   TEXT NOT NULL DEFAULT 'New',
    sitemap_analysis_status   TEXT,
    sitemap_analysis_error    TEXT,
    sitemap_analysis_note     TEXT,
    -- When a person last asked for the domain to be scanned: what was read before is read again.
    scan_asked_at             INTEGER NOT NULL,
    sitemap_file_count        INTEGER NOT NULL DEFAULT 0,
    page_count                INTEGER NOT NULL DEFAULT 0,
    contact_count             INTEGER NOT NULL DEFAULT 0,
    created_at                INTEGER NOT NULL,
    updated_at                INTEGER NOT NULL
) STRICT;

CREATE TABLE sitemap_files (
    id                        INTEGER PRIMARY KEY,
    domain_id                 INTEGER NOT NULL,
    url                       TEXT NOT NULL,
    url_key                   INTEGER NOT NULL,
    parent_url                TEXT,
    depth                     INTEGER NOT NULL DEFAULT 0,
    found_by                  TEXT NOT NULL,
    sitemap_type              TEXT,
    extensions                TEXT NOT NULL DEFAULT '',
    sitemap_curation_status   TEXT NOT NULL DEFAULT 'New',
    sitemap_import_status     TEXT,
    sitemap_import_error      TEXT,
    size_bytes                INTEGER,
    lastmod                   INTEGER,
    etag                      TEXT,
    last_modified             TEXT,
    -- The rules it was read by ("fingerprint"): read by others, it would not come out the same.
    read_as                   TEXT,
    url_count                 INTEGER NOT NULL DEFAULT 0,
    new_count                 INTEGER NOT NULL DEFAULT 0,
    over_limit_count          INTEGER NOT NULL DEFAULT 0,
    duplicate_count           INTEGER NOT NULL DEFAULT 0,
    rejected_count            INTEGER NOT NULL DEFAULT 0,
    rejected_reasons          TEXT NOT NULL DEFAULT '{}',
    warnings                  TEXT NOT NULL DEFAULT '[]',
    -- The job whose import the counts are of: another attempt of that job goes on counting, another job begins anew.
    counted_job_id            INTEGER,
    imported_at               INTEGER,
    created_at                INTEGER NOT NULL,
    updated_at                INTEGER NOT NULL,
    UNIQUE (domain_id, url_key)
) STRICT;

CREATE TABLE pages (
    id                        INTEGER PRIMARY KEY,
    domain_id                 INTEGER NOT NULL,
    url                       TEXT NOT NULL,
    url_key                   INTEGER NOT NULL,
    sitemap_file_id           INTEGER,
    page_type                 TEXT NOT NULL,
    page_type_confidence      REAL NOT NULL,
    depth                     INTEGER NOT NULL,
    priority_level            INTEGER NOT NULL,
    page_curation_status      TEXT NOT NULL DEFAULT 'New',
    page_processing_status    TEXT,
    page_processing_error     TEXT,
    lastmod                   INTEGER,
    http_status               INTEGER,
    title                     TEXT,
    etag                      TEXT,
    last_modified             TEXT,
    read_as                   TEXT,
    contact_count             INTEGER NOT NULL DEFAULT 0,
    scraped_at                INTEGER,
    created_at                INTEGER NOT NULL,
    updated_at                INTEGER NOT NULL,
    UNIQUE (domain_id, url_key)
) STRICT;

-- Apart from pages, so that lists of pages stay in few database pages.
CREATE TABLE scraped_content (
    domain_id                 INTEGER NOT NULL,
    page_id                   INTEGER NOT NULL,
    content                   TEXT NOT NULL,
    extracted_at              INTEGER NOT NULL,
    PRIMARY KEY (domain_id, page_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE contacts (
    id                        INTEGER PRIMARY KEY,
    domain_id                 INTEGER NOT NULL,
    page_id                   INTEGER NOT NULL,
    kind                      TEXT NOT NULL,
    value                     TEXT NOT NULL,
    value_key                 INTEGER NOT NULL,
    position                  INTEGER NOT NULL,
    source                    TEXT NOT NULL,
    detail                    TEXT NOT NULL,
    created_at                INTEGER NOT NULL,
    UNIQUE (domain_id, page_id, kind, value_key)
) STRICT;
