-- What was found: domains, their sitemap files, their pages, the contacts on them.
-- Times are milliseconds since 1970-01-01T00:00:00Z; statuses are the words of the API.

CREATE TABLE domains (
    id                        INTEGER PRIMARY KEY,
    domain                    TEXT NOT NULL UNIQUE,
    base_url                  TEXT NOT NULL,
    scheme_given              BIGINT NOT NULL DEFAULT 0,
    select_profile            TEXT NOT NULL DEFAULT 'auto',
    max_pages                 BIGINT,
    auto_import               BIGINT NOT NULL DEFAULT 1,
    auto_scrape               BIGINT NOT NULL DEFAULT 1,
    sitemap_curation_status   TEXT NOT NULL DEFAULT 'New',
    sitemap_analysis_status   TEXT,
    sitemap_analysis_error    TEXT,
    sitemap_analysis_note     TEXT,
    sitemap_file_count        BIGINT NOT NULL DEFAULT 0,
    page_count                BIGINT NOT NULL DEFAULT 0,
    contact_count             BIGINT NOT NULL DEFAULT 0,
    created_at                BIGINT NOT NULL,
    updated_at                BIGINT NOT NULL
);

CREATE TABLE sitemap_files (
    id                        INTEGER PRIMARY KEY,
    domain_id                 BIGINT NOT NULL,
    url                       TEXT NOT NULL,
    url_key                   BIGINT NOT NULL,
    parent_url                TEXT,
    depth                     BIGINT NOT NULL DEFAULT 0,
    found_by                  TEXT NOT NULL,
    sitemap_type              TEXT,
    extensions                TEXT NOT NULL DEFAULT '',
    sitemap_curation_status   TEXT NOT NULL DEFAULT 'New',
    sitemap_import_status     TEXT,
    sitemap_import_error      TEXT,
    size_bytes                BIGINT,
    lastmod                   BIGINT,
    etag                      TEXT,
    last_modified             TEXT,
    url_count                 BIGINT NOT NULL DEFAULT 0,
    new_count                 BIGINT NOT NULL DEFAULT 0,
    duplicate_count           BIGINT NOT NULL DEFAULT 0,
    rejected_count            BIGINT NOT NULL DEFAULT 0,
    rejected_reasons          TEXT NOT NULL DEFAULT '{}',
    warnings                  TEXT NOT NULL DEFAULT '[]',
    -- The job whose import the counts are of: another attempt of that job goes on counting, another job begins anew.
    counted_job_id            BIGINT,
    imported_at               BIGINT,
    created_at                BIGINT NOT NULL,
    updated_at                BIGINT NOT NULL,
    UNIQUE (domain_id, url_key)
);

CREATE TABLE pages (
    id                        INTEGER PRIMARY KEY,
    domain_id                 BIGINT NOT NULL,
    url                       TEXT NOT NULL,
    url_key                   BIGINT NOT NULL,
    sitemap_file_id           BIGINT,
    page_type                 TEXT NOT NULL,
    page_type_confidence      DOUBLE PRECISION NOT NULL,
    depth                     BIGINT NOT NULL,
    priority_level            BIGINT NOT NULL,
    page_curation_status      TEXT NOT NULL DEFAULT 'New',
    page_processing_status    TEXT,
    page_processing_error     TEXT,
    lastmod                   BIGINT,
    http_status               BIGINT,
    title                     TEXT,
    etag                      TEXT,
    last_modified             TEXT,
    contact_count             BIGINT NOT NULL DEFAULT 0,
    scraped_at                BIGINT,
    created_at                BIGINT NOT NULL,
    updated_at                BIGINT NOT NULL,
    UNIQUE (domain_id, url_key)
);

-- Apart from pages, so that lists of pages stay in few database pages.
CREATE TABLE scraped_content (
    domain_id                 BIGINT NOT NULL,
    page_id                   BIGINT NOT NULL,
    content                   TEXT NOT NULL,
    extracted_at              BIGINT NOT NULL,
    PRIMARY KEY (domain_id, page_id)
) WITHOUT ROWID;

CREATE TABLE contacts (
    id                        INTEGER PRIMARY KEY,
    domain_id                 BIGINT NOT NULL,
    page_id                   BIGINT NOT NULL,
    kind                      TEXT NOT NULL,
    value                     TEXT NOT NULL,
    value_key                 BIGINT NOT NULL,
    position                  BIGINT NOT NULL,
    source                    TEXT NOT NULL,
    detail                    TEXT NOT NULL,
    created_at                BIGINT NOT NULL,
    UNIQUE (domain_id, page_id, kind, value_key)
);
