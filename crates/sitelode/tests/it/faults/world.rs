//! The outside of a fault run: a fake web behind a link that can fail, and what a run that nobody disturbs finds there.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use testkit::proxy::Proxy;
use testkit::site::generated::urlset;
use testkit::site::{Reply, Site, Web};

use super::judge::{Found, found};
use super::node::Node;
use super::place::Place;

/// The longest wait for one thing: on a slow machine much of it may be needed, on a quick one next to nothing.
pub(crate) const PATIENCE: Duration = Duration::from_secs(240);
/// Between two requests to one host.
pub(crate) const DELAY: Duration = Duration::from_millis(15);
/// How many small sites there are.
const SITES: usize = 10;
/// How many URLs each part of the large site's index has: more than are written in one part.
const LONG_LIST: usize = 9_000;
/// The site whose sitemaps take a while.
pub(crate) const LARGE: &str = "large.localhost";
/// The site whose answers take a while.
pub(crate) const SLOW: &str = "slow.localhost";

/// A fake web and what is found there.
pub(crate) struct World {
    pub(crate) web: Web,
    /// Between the nodes and the web.
    pub(crate) link: Proxy,
    pub(crate) urls: Vec<String>,
    /// What a run finds that nobody disturbs.
    pub(crate) calm: Found,
    /// How many requests such a run makes.
    pub(crate) calm_hits: u64,
}

impl World {
    /// Starts the web and runs over it once in peace, on the embedded database.
    pub(crate) fn new() -> Self {
        let nowhere = SocketAddr::from((Ipv4Addr::LOCALHOST, 9));
        let link = Proxy::to(nowhere).expect("a proxy");
        let small = (0..SITES).map(|n| Site::new(&format!("s{n}.localhost")).generated(12));
        let web = Web::builder().sites(small).site(large()).site(slow()).reached_at(link.addr());
        let web = web.start_on_thread().expect("a web");
        link.lead_to(web.addr());
        let urls: Vec<String> = web.hosts().iter().map(|host| web.url(host, "/")).collect();
        let mut world = Self { web, link, urls, calm: Found::default(), calm_hits: 0 };
        let place = Place::sqlite();
        let mut node = Node::scan("calm", &place, None, &world.urls);
        let status = node.process.wait(PATIENCE).expect("the undisturbed run ends");
        assert_eq!(status.code(), Some(0), "{}", node.log());
        world.calm = found(&place.location()).expect("what the undisturbed run found");
        world.calm_hits = world.web.total_of_all();
        world.web.forget();
        world
    }
}

/// A site with an index of two long sitemaps that come piece by piece.
fn large() -> Site {
    let site = Site::new(LARGE).page("/", "home").robots("Sitemap: {origin}/sitemap.xml\n");
    let site = site.index("/sitemap.xml", &["/a.xml", "/b.xml"]);
    ["a", "b"].iter().fold(site, |site, name| {
        let paths: Vec<String> = (0..LONG_LIST).map(|at| format!("/{name}/item-{at}")).collect();
        let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
        let reply = Reply::xml(urlset(&paths)).slow_body(32 * 1024, Duration::from_millis(20));
        site.reply(&format!("/{name}.xml"), reply)
    })
}

/// A site whose robots.txt and contact page are answered late.
fn slow() -> Site {
    let late = |reply: Reply| reply.slow_head(Duration::from_millis(600));
    Site::new(SLOW)
        .page("/", "home")
        .reply("/robots.txt", late(Reply::text("Sitemap: {origin}/sitemap.xml\n")))
        .sitemap("/sitemap.xml", &["/contact", "/team"])
        .reply("/contact", late(Reply::html("<p>write to late@thistledown-works.co.uk</p>")))
        .page("/team", "<p>or to team@thistledown-works.co.uk</p>")
}
