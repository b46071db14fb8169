//! Inputs of our own making, the same in every run: sitemaps, and pages as large and as noisy as real ones.

use std::fmt::Write;

/// What a sitemap's entries hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// All four fields, about 216 bytes, as WordPress and shops write them.
    Plain,
    /// Two images and three languages each.
    Extended,
}

impl Shape {
    /// What it is called.
    pub fn name(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Extended => "extended",
        }
    }
}

/// What a sitemap begins with.
pub const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
    <urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\" \
    xmlns:image=\"http://www.google.com/schemas/sitemap-image/1.1\" xmlns:xhtml=\"http://www.w3.org/1999/xhtml\">\n";
/// What it ends with.
pub const TAIL: &str = "</urlset>\n";

/// A sitemap of so many URLs.
pub fn sitemap(shape: Shape, urls: usize) -> String {
    let entry = match shape {
        Shape::Plain => plain_entry,
        Shape::Extended => extended_entry,
    };
    let entries: String = (0..urls).map(entry).collect();
    format!("{HEAD}{entries}{TAIL}")
}

/// Entry `n` of a plain sitemap.
pub fn plain_entry(n: usize) -> String {
    let (section, month, day, hour, tenth) = (n % 97, n % 12 + 1, n % 28 + 1, n % 24, n % 10);
    format!(
        "  <url>\n    <loc>https://www.example.com/catalogue/department-{section}/product-{n}-with-a-longer-name</loc>\n    \
         <lastmod>2024-{month:02}-{day:02}T{hour:02}:30:15+00:00</lastmod>\n    <changefreq>weekly</changefreq>\n    \
         <priority>0.{tenth}</priority>\n  </url>\n"
    )
}

fn extended_entry(n: usize) -> String {
    let page = format!("https://www.example.com/catalogue/department-{}/product-{n}", n % 97);
    let mut entry = format!("<url><loc>{page}</loc>\n<lastmod>2024-05-06</lastmod>\n");
    for view in 0..2 {
        let _ = writeln!(
            entry,
            "<image:image><image:loc>https://cdn.example.com/images/{n}-{view}.jpg</image:loc>\
             <image:title>Product {n} &amp; view {view}</image:title></image:image>"
        );
    }
    for language in ["de", "fr-CH", "x-default"] {
        let _ = writeln!(
            entry,
            "<xhtml:link rel=\"alternate\" hreflang=\"{language}\" href=\"{page}?lang={language}&amp;x=1\"/>"
        );
    }
    entry + "</url>\n"
}

const WORDS: [&str; 24] = [
    "our", "the", "of", "copper", "harbour", "and", "lantern", "for", "every", "meadow", "quartz", "with",
    "saddle", "timber", "in", "velvet", "anchor", "since", "bramble", "a", "cinder", "family", "ember",
    "flint",
];

/// The countries that the pages' phones and addresses are from: language, phone as written, address.
const PLACES: [(&str, &str, &str); 6] = [
    ("en-GB", "020 7946 0%%%", "% High Street, London SW1A 1AA"),
    ("de", "+49 (0)30 23125 %%%", "Lindenstraße %, 10969 Berlin"),
    ("en-US", "(202) 555-0%%%", "% Maple Avenue, Suite 200, Springfield, IL 62704"),
    ("fr", "01 99 00 1% %%", "% rue des Tilleuls, 69003 Lyon"),
    ("nl", "020 - 091 4%%%", "Keizersgracht %, 1015 CJ Amsterdam"),
    ("es", "910 48 5% %%", "Calle de la Rosa %, 28012 Madrid"),
];

/// Page `n`: about 45 kB with 9 kB of text, a dozen numbers of four or five digits in it, and one contact of each
/// kind: the means of real contact pages.
pub fn page(n: usize) -> String {
    let language = PLACES[n % PLACES.len()].0;
    let mut html = String::with_capacity(56 * 1024);
    let _ = write!(html, "<!DOCTYPE html>\n<html lang=\"{language}\">\n<head>\n<meta charset=\"utf-8\">\n");
    let _ = writeln!(html, "<title>{} | Works {n}</title>", words(n, 4));
    head(&mut html, n);
    html.push_str("</head>\n<body class=\"page\">\n<header><nav><ul>\n");
    for at in 0..60 {
        let label = words(n + at, 2);
        let path = label.replace(' ', "-");
        let _ = writeln!(
            html,
            "<li class=\"menu-item menu-item-{at}\"><a href=\"/{path}/\" title=\"{label}\">{label}</a></li>"
        );
    }
    html.push_str("</ul></nav></header>\n<main>\n");
    for at in 0..40 {
        block(&mut html, n, at);
    }
    html.push_str("<table><tr><th>Size</th><th>Price</th></tr>\n");
    for row in 0..40 {
        let _ = writeln!(html, "<tr><td>{row} x {}</td><td>{}.{row:02} EUR</td></tr>", row + 20, row * 13);
    }
    html.push_str("</table>\n</main>\n");
    footer(&mut html, n);
    html.push_str("</body>\n</html>\n");
    html
}

/// A heading, some sentences and a picture.
fn block(html: &mut String, n: usize, at: usize) {
    let (title, text, link) = (words(n + at, 3), words(n * 3 + at, 16), words(at, 3));
    let year = if at.is_multiple_of(5) { format!(" since {}", 1_990 + at) } else { String::new() };
    let _ = writeln!(
        html,
        "<div class=\"row\"><div class=\"col-md-8 col-sm-12 block block-{at}\"><h3 class=\"block__title\">{title}</h3>\n\
         <p class=\"block__text text text--small\">{text}{year}, <a class=\"link\" href=\"/more/{at}?id={n}\">{link}</a>.</p>\n\
         <img class=\"lazy\" src=\"/img/photo-{at}-1280x720@2x.jpg\" srcset=\"/img/photo-{at}-640x360.jpg 640w, \
         /img/photo-{at}-320x180.jpg 320w\" alt=\"{title}\" loading=\"lazy\"></div></div>"
    );
}

/// Who they are and how they are reached.
fn footer(html: &mut String, n: usize) {
    let (_, phone, address) = PLACES[n % PLACES.len()];
    let (phone, address) = (filled(phone, n * 7), filled(address, n % 90));
    let email = format!("office.{n}@thistledown-works.example");
    let _ = write!(
        html,
        "<footer><address>Works {n} Ltd<br>{address}</address>\n\
         <p>Tel: {phone} | <a href=\"mailto:{email}\">{email}</a></p>\n\
         <a href=\"https://www.facebook.com/thistledownworks{n}\">Facebook</a>\n\
         <a href=\"https://www.linkedin.com/company/thistledown-{n}/\">LinkedIn</a>\n</footer>\n"
    );
}

/// Styles, scripts and structured data: half of a page is not text.
fn head(html: &mut String, n: usize) {
    html.push_str("<style>\n");
    for at in 0..80 {
        let _ = writeln!(
            html,
            ".block-{at} > .item:hover {{ margin: 0 {at}px; color: #{:06x}; padding: 4px 8px }}",
            at * 70_001
        );
    }
    html.push_str("</style>\n<script>\nwindow.settings = {");
    for at in 0..120 {
        let _ = writeln!(
            html,
            "\"key_{at}\": {{\"id\": {}, \"url\": \"https:\\/\\/cdn.example\\/a\\/{at}.js\"}},",
            10_000_000 + n * 131 + at
        );
    }
    let _ = write!(
        html,
        "}};\n</script>\n<script type=\"application/ld+json\">{{\"@context\": \"https://schema.org\", \"@type\": \"Organization\", \
         \"name\": \"Works {n}\", \"url\": \"https://works-{n}.example/\"}}</script>\n"
    );
}

fn words(seed: usize, count: usize) -> String {
    let at = |word: usize| WORDS[(seed * 31 + word * word * 7 + word * 3) % WORDS.len()];
    (0..count).map(at).collect::<Vec<_>>().join(" ")
}

/// Each `%` one digit, of a number that differs from page to page.
fn filled(pattern: &str, n: usize) -> String {
    let mut number = n * 37 + 11;
    let digit = |sign| {
        if sign != '%' {
            return sign;
        }
        number = number * 13 + 7;
        char::from(b"123456789"[number / 10 % 9])
    };
    pattern.chars().map(digit).collect()
}
