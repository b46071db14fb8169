//! Sitemaps from bytes to entries: streaming, tolerant, bounded. No IO.
