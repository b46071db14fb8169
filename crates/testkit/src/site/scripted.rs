//! One site of the fake web: which path answers what, the first time, the second time, and ever after.

use std::collections::HashMap;
use std::sync::Arc;

use super::generated;
use super::reply::Reply;
use super::request::Request;

/// A rule that makes an answer out of a request.
pub(super) type Rule = Arc<dyn Fn(&Request<'_>) -> Option<Reply> + Send + Sync>;

/// A site under construction. A path that nothing was said about answers 404.
///
/// Paths are matched with their query first, then without it.
#[derive(Clone)]
pub struct Site {
    pub(super) host: String,
    pub(super) routes: HashMap<String, Vec<Reply>>,
    pub(super) rule: Option<Rule>,
    pub(super) fallback: Reply,
}

impl Site {
    /// A site of that host name, such as `cafe-aurora.localhost`, where everything is 404 yet.
    pub fn new(host: &str) -> Self {
        let host = host.to_ascii_lowercase();
        Self { host, routes: HashMap::new(), rule: None, fallback: Reply::status(404) }
    }

    /// Its host name.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// `path` answers an HTML page.
    #[must_use]
    pub fn page(self, path: &str, html: impl Into<String>) -> Self {
        self.reply(path, Reply::html(html))
    }

    /// `path` answers these bytes.
    #[must_use]
    pub fn file(self, path: &str, content_type: &str, body: impl Into<bytes::Bytes>) -> Self {
        self.reply(path, Reply::bytes(content_type, body))
    }

    /// `path` always answers this.
    #[must_use]
    pub fn reply(self, path: &str, reply: impl Into<Reply>) -> Self {
        self.answers(path, [reply.into()])
    }

    /// `path` answers these in turn, the last one ever after.
    #[must_use]
    pub fn answers(mut self, path: &str, replies: impl IntoIterator<Item = Reply>) -> Self {
        self.routes.insert(path.to_owned(), replies.into_iter().collect());
        self
    }

    /// What `path` answers first, if anything was said about it.
    pub fn first_reply(&self, path: &str) -> Option<Reply> {
        self.routes.get(path)?.first().cloned()
    }

    /// `path` answers 429 with `Retry-After` so many times, then this.
    #[must_use]
    pub fn busy(self, path: &str, times: usize, retry_after_s: u32, then: impl Into<Reply>) -> Self {
        let busy = std::iter::repeat_n(Reply::too_many_requests(retry_after_s), times);
        let replies: Vec<Reply> = busy.chain([then.into()]).collect();
        self.answers(path, replies)
    }

    /// The text of `/robots.txt`.
    #[must_use]
    pub fn robots(self, text: impl Into<String>) -> Self {
        self.reply("/robots.txt", Reply::text(text))
    }

    /// A urlset at `path` with these locations; one that starts with `/` gets the site's origin.
    #[must_use]
    pub fn sitemap(self, path: &str, locs: &[&str]) -> Self {
        self.reply(path, Reply::xml(generated::urlset(locs)))
    }

    /// A sitemap index at `path` of these sitemaps; one that starts with `/` gets the site's origin.
    #[must_use]
    pub fn index(self, path: &str, sitemaps: &[&str]) -> Self {
        self.reply(path, Reply::xml(generated::index(sitemaps)))
    }

    /// A redirect from `path` through so many hops back to `path`.
    #[must_use]
    pub fn redirect_loop(self, path: &str, hops: usize) -> Self {
        let hop = |at: usize| if at == 0 { path.to_owned() } else { format!("{path}-{at}") };
        let hops = hops.max(1);
        (0..hops).fold(self, |site, at| site.reply(&hop(at), Reply::redirect(302, &hop((at + 1) % hops))))
    }

    /// A chain of so many redirects from `path` that ends at `target`.
    #[must_use]
    pub fn redirect_chain(self, path: &str, hops: usize, target: &str) -> Self {
        let hop = |at: usize| if at == 0 { path.to_owned() } else { format!("{path}-{at}") };
        (0..hops).fold(self, |site, at| {
            let next = if at + 1 == hops { target.to_owned() } else { hop(at + 1) };
            site.reply(&hop(at), Reply::redirect(301, &next))
        })
    }

    /// Whatever was not said otherwise answers this, instead of 404.
    #[must_use]
    pub fn otherwise(mut self, reply: impl Into<Reply>) -> Self {
        self.fallback = reply.into();
        self
    }

    /// Every unknown path answers 200 with this page: a soft 404.
    #[must_use]
    pub fn soft_404(self, page: impl Into<String>) -> Self {
        self.otherwise(Reply::html(page))
    }

    /// Paths nothing was said about are put to `rule` before they fall back; several rules are asked in turn.
    ///
    /// `{origin}` is filled in each time: for large numbers of pages that need not be kept.
    #[must_use]
    pub fn rule(mut self, rule: impl Fn(&Request<'_>) -> Option<Reply> + Send + Sync + 'static) -> Self {
        self.rule = Some(match self.rule.take() {
            Some(earlier) => Arc::new(move |request| earlier(request).or_else(|| rule(request))),
            None => Arc::new(rule),
        });
        self
    }

    /// A whole site of `pages` pages with one contact each, robots.txt and sitemap: see [`generated`].
    #[must_use]
    pub fn generated(self, pages: usize) -> Self {
        generated::site(self, pages)
    }

    /// `/sitemap.xml`: an index of `children` sitemaps of `urls_each` locations, made while they are sent.
    #[must_use]
    pub fn sitemap_index(self, children: usize, urls_each: usize) -> Self {
        generated::sitemap_index(self, children, urls_each, false)
    }

    /// The same with children that are `.xml.gz` files.
    #[must_use]
    pub fn sitemap_index_gz(self, children: usize, urls_each: usize) -> Self {
        generated::sitemap_index(self, children, urls_each, true)
    }
}
