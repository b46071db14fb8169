//! The keys of records: integers, typed so that one kind is never taken for another.

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub i64);
    };
}

id! {
    /// The key of a domain.
    DomainId
}
id! {
    /// The key of a sitemap file; unique together with its domain.
    SitemapFileId
}
id! {
    /// The key of a page; unique together with its domain.
    PageId
}
