-- Lists: what each of their filters walks.
-- A row's facet is one number made of everything that can be filtered by a few words: `catalog/lists/facet.rs` says
-- how. Any choice of such words is a handful of facets, and the rows of a facet stand in the order of their ids.

ALTER TABLE domains ADD COLUMN facet BIGINT NOT NULL GENERATED ALWAYS AS (
    CASE sitemap_curation_status WHEN 'New' THEN 0 WHEN 'Selected' THEN 1 WHEN 'Rejected' THEN 2 ELSE 3 END * 8 +
    CASE sitemap_analysis_status WHEN 'Queued' THEN 1 WHEN 'Processing' THEN 2 WHEN 'Complete' THEN 3 WHEN 'Error'
    THEN 4 ELSE 0 END
) STORED;
ALTER TABLE sitemap_files ADD COLUMN facet BIGINT NOT NULL GENERATED ALWAYS AS (
    CASE sitemap_type WHEN 'index' THEN 1 WHEN 'urlset' THEN 2 WHEN 'text' THEN 3 WHEN 'rss' THEN 4 WHEN 'atom' THEN
    5 ELSE 0 END * 32 + CASE sitemap_curation_status WHEN 'New' THEN 0 WHEN 'Selected' THEN 1 WHEN 'Rejected' THEN 2
    ELSE 3 END * 8 + CASE sitemap_import_status WHEN 'Queued' THEN 1 WHEN 'Processing' THEN 2 WHEN 'Complete' THEN 3
    WHEN 'Error' THEN 4 ELSE 0 END
) STORED;
ALTER TABLE pages ADD COLUMN facet BIGINT NOT NULL GENERATED ALWAYS AS (
    priority_level * 1024 + CASE page_type WHEN 'contact_root' THEN 0 WHEN 'career_contact' THEN 1 WHEN 'about_root'
    THEN 2 WHEN 'team_root' THEN 3 WHEN 'legal_root' THEN 4 WHEN 'services_root' THEN 5 WHEN 'pricing_root' THEN 6
    WHEN 'menu_root' THEN 7 WHEN 'locations_root' THEN 8 WHEN 'press_root' THEN 9 WHEN 'blog' THEN 10 WHEN 'product'
    THEN 11 WHEN 'wp_prospect' THEN 12 ELSE 13 END * 64 + CASE page_curation_status WHEN 'New' THEN 0 WHEN
    'Selected' THEN 1 WHEN 'Rejected' THEN 2 ELSE 3 END * 16 + CASE page_processing_status WHEN 'Queued' THEN 1 WHEN
    'Processing' THEN 2 WHEN 'Complete' THEN 3 WHEN 'Error' THEN 4 ELSE 0 END * 2 + CASE WHEN contact_count > 0 THEN
    1 ELSE 0 END
) STORED;
ALTER TABLE contacts ADD COLUMN facet BIGINT NOT NULL GENERATED ALWAYS AS (
    CASE kind WHEN 'email' THEN 0 WHEN 'phone' THEN 1 WHEN 'address' THEN 2 WHEN 'social' THEN 3 ELSE 4 END
) STORED;

CREATE INDEX domains_facet ON domains (facet, id);
CREATE INDEX sitemap_files_facet ON sitemap_files (facet, id);
CREATE INDEX sitemap_files_domain_facet ON sitemap_files (domain_id, facet, id);
CREATE INDEX pages_facet ON pages (facet, id);
CREATE INDEX pages_domain_facet ON pages (domain_id, facet, id);
CREATE INDEX contacts_facet ON contacts (facet, id);
CREATE INDEX contacts_domain_facet ON contacts (domain_id, facet, id);
CREATE INDEX contacts_id ON contacts (id);

-- How far each index that is kept aside has come: rows with larger ids are not in it yet. Before a mark moves, all
-- transactions that may still bring smaller ids must be over: `horizon` is the first transaction that is young enough.
CREATE TABLE list_marks (
    name TEXT PRIMARY KEY,
    upto BIGINT NOT NULL,
    wanted BIGINT NOT NULL DEFAULT 0,
    horizon BIGINT NOT NULL DEFAULT 0
);
INSERT INTO list_marks (name, upto) VALUES ('pages_text', 0);

-- How many rows each facet had when they were last counted: what long lists say of their length.
CREATE TABLE list_counts (
    name TEXT NOT NULL,
    facet BIGINT NOT NULL,
    entries BIGINT NOT NULL,
    PRIMARY KEY (name, facet)
);

-- The addresses of pages a second time, entered aside: an index over substrings slows inserts down to a fifth.
CREATE TABLE pages_text (
    domain_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    url TEXT NOT NULL,
    PRIMARY KEY (domain_id, id)
);

-- Substrings, three letters each. Who may not create the extension goes without: lists then look rows through.
DO $$ BEGIN
    CREATE EXTENSION IF NOT EXISTS pg_trgm;
    CREATE INDEX pages_text_url ON pages_text USING gin (lower(url) gin_trgm_ops);
    CREATE INDEX domains_text ON domains USING gin (lower(domain) gin_trgm_ops);
    CREATE INDEX sitemap_files_text ON sitemap_files USING gin (lower(url) gin_trgm_ops);
    CREATE INDEX contacts_text ON contacts USING gin (lower(value) gin_trgm_ops);
EXCEPTION WHEN OTHERS THEN
    RAISE NOTICE 'no trigram indexes: %', SQLERRM;
END $$;
