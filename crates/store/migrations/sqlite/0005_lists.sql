-- Lists: what each of their filters walks.
-- A row's facet is one number made of everything that can be filtered by a few words: `catalog/lists/facet.rs` says
-- how. Any choice of such words is a handful of facets, and the rows of a facet stand in the order of their ids.

ALTER TABLE domains ADD COLUMN facet INTEGER GENERATED ALWAYS AS (
    CASE sitemap_curation_status WHEN 'New' THEN 0 WHEN 'Selected' THEN 1 WHEN 'Rejected' THEN 2 ELSE 3 END * 8 +
    CASE sitemap_analysis_status WHEN 'Queued' THEN 1 WHEN 'Processing' THEN 2 WHEN 'Complete' THEN 3 WHEN 'Error'
    THEN 4 ELSE 0 END
) VIRTUAL;
ALTER TABLE sitemap_files ADD COLUMN facet INTEGER GENERATED ALWAYS AS (
    CASE sitemap_type WHEN 'index' THEN 1 WHEN 'urlset' THEN 2 WHEN 'text' THEN 3 WHEN 'rss' THEN 4 WHEN 'atom' THEN
    5 ELSE 0 END * 32 + CASE sitemap_curation_status WHEN 'New' THEN 0 WHEN 'Selected' THEN 1 WHEN 'Rejected' THEN 2
    ELSE 3 END * 8 + CASE sitemap_import_status WHEN 'Queued' THEN 1 WHEN 'Processing' THEN 2 WHEN 'Complete' THEN 3
    WHEN 'Error' THEN 4 ELSE 0 END
) VIRTUAL;
ALTER TABLE pages ADD COLUMN facet INTEGER GENERATED ALWAYS AS (
    priority_level * 1024 + CASE page_type WHEN 'contact_root' THEN 0 WHEN 'career_contact' THEN 1 WHEN 'about_root'
    THEN 2 WHEN 'team_root' THEN 3 WHEN 'legal_root' THEN 4 WHEN 'services_root' THEN 5 WHEN 'pricing_root' THEN 6
    WHEN 'menu_root' THEN 7 WHEN 'locations_root' THEN 8 WHEN 'press_root' THEN 9 WHEN 'blog' THEN 10 WHEN 'product'
    THEN 11 WHEN 'wp_prospect' THEN 12 ELSE 13 END * 64 + CASE page_curation_status WHEN 'New' THEN 0 WHEN
    'Selected' THEN 1 WHEN 'Rejected' THEN 2 ELSE 3 END * 16 + CASE page_processing_status WHEN 'Queued' THEN 1 WHEN
    'Processing' THEN 2 WHEN 'Complete' THEN 3 WHEN 'Error' THEN 4 ELSE 0 END * 2 + CASE WHEN contact_count > 0 THEN
    1 ELSE 0 END
) VIRTUAL;
ALTER TABLE contacts ADD COLUMN facet INTEGER GENERATED ALWAYS AS (
    CASE kind WHEN 'email' THEN 0 WHEN 'phone' THEN 1 WHEN 'address' THEN 2 WHEN 'social' THEN 3 ELSE 4 END
) VIRTUAL;

CREATE INDEX domains_facet ON domains (facet);
CREATE INDEX sitemap_files_facet ON sitemap_files (facet);
CREATE INDEX sitemap_files_domain_facet ON sitemap_files (domain_id, facet);
CREATE INDEX contacts_facet ON contacts (facet);
CREATE INDEX contacts_domain_facet ON contacts (domain_id, facet);

-- Pages come by the million: each index kept with every insert would cost an import a quarter of its speed. So pages
-- are entered in these some time after they came; what `listed` leaves out is behind the mark, and looked through.
ALTER TABLE pages ADD COLUMN listed INTEGER;
CREATE INDEX pages_facet ON pages (facet) WHERE listed = 1;
CREATE INDEX pages_domain_facet ON pages (domain_id, facet) WHERE listed = 1;

-- How far each index that is kept aside has come: rows with larger ids are not in it yet.
CREATE TABLE list_marks (
    name TEXT PRIMARY KEY,
    upto INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO list_marks (name, upto) VALUES ('pages', 0), ('domains_text', 0), ('sitemap_files_text', 0),
    ('pages_text', 0), ('contacts_text', 0);

-- How many rows each facet had when they were last counted: what long lists say of their length.
CREATE TABLE list_counts (
    name TEXT NOT NULL,
    facet INTEGER NOT NULL,
    entries INTEGER NOT NULL,
    PRIMARY KEY (name, facet)
) STRICT, WITHOUT ROWID;

-- Substrings: three letters each, entered aside. A row that goes takes its entry along, and
-- one that is given the id of a gone row is entered at once. (Pages never go.)
CREATE VIRTUAL TABLE domains_text USING fts5 (domain, content='domains', content_rowid='id', tokenize='trigram', detail='none');
CREATE TRIGGER domains_text_gone AFTER DELETE ON domains
WHEN old.id <= (SELECT upto FROM list_marks WHERE name = 'domains_text') BEGIN
    INSERT INTO domains_text (domains_text, rowid, domain) VALUES ('delete', old.id, old.domain);
END;
CREATE VIRTUAL TABLE sitemap_files_text USING fts5 (url, content='sitemap_files', content_rowid='id', tokenize='trigram', detail='none');
CREATE TRIGGER sitemap_files_text_gone AFTER DELETE ON sitemap_files
WHEN old.id <= (SELECT upto FROM list_marks WHERE name = 'sitemap_files_text') BEGIN
    INSERT INTO sitemap_files_text (sitemap_files_text, rowid, url) VALUES ('delete', old.id, old.url);
END;
CREATE VIRTUAL TABLE pages_text USING fts5 (url, content='pages', content_rowid='id', tokenize='trigram', detail='none');
CREATE TRIGGER pages_text_gone AFTER DELETE ON pages
WHEN old.id <= (SELECT upto FROM list_marks WHERE name = 'pages_text') BEGIN
    INSERT INTO pages_text (pages_text, rowid, url) VALUES ('delete', old.id, old.url);
END;
CREATE VIRTUAL TABLE contacts_text USING fts5 (value, content='contacts', content_rowid='id', tokenize='trigram', detail='none');
CREATE TRIGGER contacts_text_gone AFTER DELETE ON contacts
WHEN old.id <= (SELECT upto FROM list_marks WHERE name = 'contacts_text') BEGIN
    INSERT INTO contacts_text (contacts_text, rowid, value) VALUES ('delete', old.id, old.value);
END;
CREATE TRIGGER domains_text_again AFTER INSERT ON domains
WHEN new.id <= (SELECT upto FROM list_marks WHERE name = 'domains_text') BEGIN
    INSERT INTO domains_text (rowid, domain) VALUES (new.id, new.domain);
END;
CREATE TRIGGER sitemap_files_text_again AFTER INSERT ON sitemap_files
WHEN new.id <= (SELECT upto FROM list_marks WHERE name = 'sitemap_files_text') BEGIN
    INSERT INTO sitemap_files_text (rowid, url) VALUES (new.id, new.url);
END;
CREATE TRIGGER contacts_text_again AFTER INSERT ON contacts
WHEN new.id <= (SELECT upto FROM list_marks WHERE name = 'contacts_text') BEGIN
    INSERT INTO contacts_text (rowid, value) VALUES (new.id, new.value);
END;
