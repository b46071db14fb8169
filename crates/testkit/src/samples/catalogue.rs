//! The list of sample sites, each with the way its maker publishes what pages there are.

use std::fmt::Write;

use super::{Sample, pages};
use crate::site::encode::{Charset, Coding};
use crate::site::{Reply, Site, generated};

/// The files of a sample site.
macro_rules! files {
    ($name:literal) => {
        Files {
            frame: include_str!(concat!("../../samples/", $name, "/layout.html")),
            pages: include_str!(concat!("../../samples/", $name, "/pages.html")),
            expected: include_str!(concat!("../../samples/", $name, "/expected.json")),
        }
    };
}

/// What is kept of a sample site in files.
pub(super) struct Files {
    pub(super) frame: &'static str,
    pub(super) pages: &'static str,
    pub(super) expected: &'static str,
}

impl Files {
    fn paths(&self) -> Vec<&'static str> {
        pages::paths(self.pages)
    }
}

/// Every sample.
pub(super) static SAMPLES: [Sample; 11] = [
    Sample {
        host: "baeckerei-sonnenkorn.localhost",
        about: "a bakery on WordPress: a sitemap index by plugin, an encoded email address",
        language: "de",
        files: files!("baeckerei-sonnenkorn"),
        publish: wordpress,
    },
    Sample {
        host: "domaine-clairevigne.localhost",
        about: "a winery on Joomla: a text sitemap, email addresses put together by a script",
        language: "fr",
        files: files!("domaine-clairevigne"),
        publish: text_sitemap,
    },
    Sample {
        host: "maple-crossing-dental.localhost",
        about: "a dental practice on a site builder: a gzipped sitemap, contacts in JSON-LD",
        language: "en-US",
        files: files!("maple-crossing-dental"),
        publish: gzipped_sitemap,
    },
    Sample {
        host: "trattoria-lanternina.localhost",
        about: "a restaurant: contacts in microdata, a VAT number that looks like a phone number",
        language: "it",
        files: files!("trattoria-lanternina"),
        publish: plain_sitemap,
    },
    Sample {
        host: "warsztat-modraszek.localhost",
        about: "a car workshop that has only an RSS feed",
        language: "pl",
        files: files!("warsztat-modraszek"),
        publish: rss,
    },
    Sample {
        host: "pousada-mar-de-luar.localhost",
        about: "a guest house that has only an Atom feed: company number, WhatsApp",
        language: "pt-BR",
        files: files!("pousada-mar-de-luar"),
        publish: atom,
    },
    Sample {
        host: "thornbury-vale-solicitors.localhost",
        about: "a law firm with three offices in hCard and a sitemap in UTF-16",
        language: "en-GB",
        files: files!("thornbury-vale-solicitors"),
        publish: utf16_sitemap,
    },
    Sample {
        host: "hyvelspan-snickeri.localhost",
        about: "a joinery on a system of its own: email addresses in words",
        language: "sv",
        files: files!("hyvelspan-snickeri"),
        publish: plain_sitemap,
    },
    Sample {
        host: "fietsenmakerij-de-spaak.localhost",
        about: "a bike shop without robots.txt, its sitemap named only in the pages",
        language: "nl",
        files: files!("fietsenmakerij-de-spaak"),
        publish: hinted_sitemap,
    },
    Sample {
        host: "imprenta-tres-olmos.localhost",
        about: "a printer whose sitemap breaks off in the middle",
        language: "es",
        files: files!("imprenta-tres-olmos"),
        publish: broken_sitemap,
    },
    Sample {
        host: "ryokan-tsukimigusa.localhost",
        about: "an inn whose server is busy at first: 429 with Retry-After",
        language: "ja",
        files: files!("ryokan-tsukimigusa"),
        publish: busy_at_first,
    },
];

fn robots(site: Site, sitemap: &str) -> Site {
    site.robots(format!("User-agent: *\nDisallow: /intern/\n\nSitemap: {{origin}}{sitemap}\n"))
}

/// `sitemap_index.xml` over one sitemap of pages and one of posts.
fn wordpress(site: Site, files: &Files) -> Site {
    let (posts, pages): (Vec<_>, Vec<_>) =
        files.paths().into_iter().partition(|path| path.starts_with("/blog/"));
    robots(site, "/sitemap_index.xml")
        .index("/sitemap_index.xml", &["/page-sitemap.xml", "/post-sitemap.xml"])
        .sitemap("/page-sitemap.xml", &pages)
        .sitemap("/post-sitemap.xml", &posts)
}

fn text_sitemap(site: Site, files: &Files) -> Site {
    let lines: String = files.paths().iter().map(|path| format!("{{origin}}{path}\r\n")).collect();
    robots(site, "/sitemap.txt").reply("/sitemap.txt", Reply::text(lines))
}

fn gzipped_sitemap(site: Site, files: &Files) -> Site {
    let sitemap = Reply::text_as("application/x-gzip", generated::urlset(&files.paths()));
    robots(site, "/sitemap.xml.gz").reply("/sitemap.xml.gz", sitemap.coded_silently(Coding::Gzip))
}

fn plain_sitemap(site: Site, files: &Files) -> Site {
    robots(site, "/sitemap.xml").sitemap("/sitemap.xml", &files.paths())
}

fn rss(site: Site, files: &Files) -> Site {
    let mut feed = String::from(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<rss version=\"2.0\"><channel>\n<title>Warsztat Modraszek</title>\n\
         <link>{origin}/</link><description>Nowe strony</description>\n",
    );
    for page in pages::list(files.pages) {
        let _ = writeln!(
            feed,
            "<item><title>{}</title><link>{{origin}}{}</link>\
             <pubDate>Mon, 03 Jun 2024 08:00:00 +0200</pubDate></item>",
            page.title, page.path
        );
    }
    feed.push_str("</channel></rss>\n");
    robots(site, "/rss.xml").reply("/rss.xml", Reply::text_as("application/rss+xml", feed))
}

fn atom(site: Site, files: &Files) -> Site {
    let mut feed = String::from(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\">\n\
         <title>Pousada Mar de Luar</title><link rel=\"self\" href=\"{origin}/atom.xml\"/><id>{origin}/</id>\n\
         <updated>2024-08-15T12:00:00Z</updated>\n",
    );
    for page in pages::list(files.pages) {
        let _ = writeln!(
            feed,
            "<entry><title>{}</title><link rel=\"alternate\" href=\"{{origin}}{}\"/><id>{{origin}}{}</id>\
             <updated>2024-08-15T12:00:00-03:00</updated></entry>",
            page.title, page.path, page.path
        );
    }
    feed.push_str("</feed>\n");
    robots(site, "/atom.xml").reply("/atom.xml", Reply::text_as("application/atom+xml", feed))
}

fn utf16_sitemap(site: Site, files: &Files) -> Site {
    let sitemap = generated::urlset(&files.paths()).replace("UTF-8", "UTF-16");
    robots(site, "/sitemap.xml").reply("/sitemap.xml", Reply::xml(sitemap).in_charset(Charset::Utf16Le))
}

/// The link stands in the frame of every page.
fn hinted_sitemap(site: Site, files: &Files) -> Site {
    site.sitemap("/overzicht/paginas.xml", &files.paths())
}

/// Breaks off within the sixth location: five can be read.
fn broken_sitemap(site: Site, files: &Files) -> Site {
    let whole = generated::urlset(&files.paths());
    let kept = whole.match_indices("<loc>").nth(5).map_or(whole.len(), |(at, loc)| at + loc.len() + 4);
    let torn: String = whole.chars().take(kept).collect();
    robots(site, "/sitemap.xml").reply("/sitemap.xml", Reply::xml(torn))
}

/// The sitemap and the contact page answer 429 once.
fn busy_at_first(site: Site, files: &Files) -> Site {
    let contact = site.first_reply("/otoiawase/");
    let site = robots(site, "/sitemap.xml");
    let site = site.busy("/sitemap.xml", 1, 1, Reply::xml(generated::urlset(&files.paths())));
    match contact {
        Some(page) => site.busy("/otoiawase/", 1, 1, page),
        None => site,
    }
}
