//! What Sitelode speaks of: domains, sitemap files, pages, contacts, their statuses and pure rules. No IO.
