//! The cases: a name, the input, and the addresses of the pages that must come out, in order.

mod lists;

type Case = (&'static str, &'static str, &'static [&'static str]);

const ONE: &[&str] = &["http://h.example/1"];
const TWO: &[&str] = &["http://h.example/1", "http://h.example/2"];

/// All inputs that are sitemaps.
pub(crate) fn all() -> impl Iterator<Item = &'static Case> {
    MARKUP.iter().chain(lists::LISTS)
}

/// Inputs in XML or in something like it.
const MARKUP: &[Case] = &[
    // The plain forms.
    (
        "plain",
        "<?xml version='1.0' encoding='UTF-8'?>\n<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>\n<url>\n<loc>http://h.example/1</loc>\n<lastmod>2024-05-06</lastmod><changefreq>daily</changefreq><priority>0.8</priority></url>\n<url><loc>http://h.example/2</loc></url></urlset>",
        TWO,
    ),
    (
        "empty urlset",
        "<?xml version='1.0'?><urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'></urlset>",
        &[],
    ),
    ("self-closed urlset", "<urlset/>", &[]),
    // Before the root.
    ("byte order mark", "\u{FEFF}<urlset><url><loc>http://h.example/1</loc></url></urlset>", ONE),
    (
        "two marks",
        "\u{FEFF}\u{FEFF}<?xml version='1.0'?><urlset><url><loc>http://h.example/1</loc></url></urlset>",
        ONE,
    ),
    (
        "space before the declaration",
        "\n\n  <?xml version='1.0'?><urlset><url><loc>http://h.example/1</loc></url></urlset>",
        ONE,
    ),
    (
        "stylesheet",
        "<?xml version='1.0'?><?xml-stylesheet type='text/xsl' href='//h.example/main-sitemap.xsl'?><urlset><url><loc>http://h.example/1</loc></url></urlset>",
        ONE,
    ),
    (
        "comment first",
        "<!-- made by <b>x</b> --><?xml version='1.0'?><!-- - -- > --><urlset><url><loc>http://h.example/1</loc></url></urlset>",
        ONE,
    ),
    (
        "doctype",
        "<!DOCTYPE urlset SYSTEM 'http://evil.example/x.dtd'><urlset><url><loc>http://h.example/1</loc></url></urlset>",
        ONE,
    ),
    (
        "doctype with a subset",
        "<?xml version='1.0'?><!DOCTYPE urlset [ <!ENTITY a 'b]>'> <!-- ]> --> <!ELEMENT urlset ANY> ]><urlset><url><loc>http://h.example/1</loc></url></urlset>",
        ONE,
    ),
    (
        "entities are not expanded",
        "<!DOCTYPE u [<!ENTITY h 'http://h.example/'><!ENTITY x SYSTEM 'file:///etc/passwd'>]><urlset><url><loc>&h;1</loc></url><url><loc>&x;</loc></url><url><loc>http://h.example/&h;</loc></url></urlset>",
        &["http://h.example/&h;"],
    ),
    (
        "PHP warning in HTML",
        "<br />\n<b>Warning</b>:  Cannot modify header information in <b>/var/www/x.php</b> on line <b>3</b><br />\n<?xml version='1.0'?><urlset><url><loc>http://h.example/1</loc></url></urlset>",
        ONE,
    ),
    (
        "PHP warning in text",
        "PHP Notice:  Undefined index: x in /var/www/x.php on line 3\n<?xml version='1.0'?><urlset><url><loc>http://h.example/1</loc></url></urlset>",
        ONE,
    ),
    (
        "script before",
        "<script>var a = '<urlset>' < 3;</script><?xml version='1.0'?><urlset><url><loc>http://h.example/1</loc></url></urlset>",
        ONE,
    ),
    (
        "a page before",
        "<!doctype html><html><body><p>Notice</p></body></html><?xml version='1.0'?><urlset><url><loc>http://h.example/1</loc></url></urlset>",
        ONE,
    ),
    (
        "declaration not closed",
        "<?xml version='1.0' encoding='UTF-8'><urlset><url><loc>http://h.example/1</loc></url></urlset>",
        ONE,
    ),
    (
        "instruction not closed",
        "<?oops version='1.0'><urlset><url><loc>http://h.example/1</loc></url></urlset>",
        ONE,
    ),
    (
        "doctype quote not closed",
        "<!DOCTYPE urlset [ <!ENTITY a 'b> ]><urlset><url><loc>http://h.example/1</loc></url></urlset>",
        ONE,
    ),
    // The text of a location.
    ("CDATA", "<urlset><url><loc><![CDATA[http://h.example/1]]></loc></url></urlset>", ONE),
    (
        "CDATA with space around",
        "<urlset><url><loc>\n  <![CDATA[ http://h.example/1 ]]>\n</loc></url></urlset>",
        ONE,
    ),
    (
        "CDATA in pieces",
        "<urlset><url><loc>http://<![CDATA[h.example]]>/<![CDATA[1]]></loc></url></urlset>",
        ONE,
    ),
    (
        "CDATA in CDATA",
        "<urlset><url><loc><![CDATA[<![CDATA[http://h.example/1]]>]]></loc></url></urlset>",
        ONE,
    ),
    (
        "CDATA not closed",
        "<urlset><url><loc><![CDATA[http://h.example/1</loc></url><url><loc><![CDATA[http://h.example/2]]></loc></url></urlset>",
        TWO,
    ),
    (
        "CDATA with ampersand",
        "<urlset><url><loc><![CDATA[http://h.example/?a=1&b=2]]></loc></url></urlset>",
        &["http://h.example/?a=1&b=2"],
    ),
    (
        "escaped ampersand",
        "<urlset><url><loc>http://h.example/?a=1&amp;b=2</loc></url></urlset>",
        &["http://h.example/?a=1&b=2"],
    ),
    (
        "numeric references",
        "<urlset><url><loc>http://h.example/?a=1&#38;b=2&#x26;c=3</loc></url></urlset>",
        &["http://h.example/?a=1&b=2&c=3"],
    ),
    (
        "bare ampersand",
        "<urlset><url><loc>http://h.example/?a=1&b=2</loc></url><url><loc>http://h.example/2</loc></url></urlset>",
        &["http://h.example/?a=1&b=2", "http://h.example/2"],
    ),
    (
        "ampersand escaped twice",
        "<urlset><url><loc>http://h.example/?a=1&amp;amp;b=2</loc></url></urlset>",
        &["http://h.example/?a=1&b=2"],
    ),
    (
        "all five references",
        "<urlset><url><loc>http://h.example/?a=&lt;&gt;&quot;&apos;&amp;</loc></url></urlset>",
        &["http://h.example/?a=<>\"'&"],
    ),
    (
        "references of HTML",
        "<urlset><url><loc>http://h.example/caf&eacute;</loc></url><url><loc>&nbsp;http://h.example/2&nbsp;</loc></url></urlset>",
        &["http://h.example/café", "http://h.example/2"],
    ),
    (
        "&nbsp; elsewhere",
        "<urlset><url><title>a&nbsp;b &copy; &unknown; &</title><loc>http://h.example/1</loc></url></urlset>",
        ONE,
    ),
    (
        "control character",
        "<urlset><url><loc>http://h.example/1\u{8}</loc><x>\u{1}\u{0}</x></url>\u{B}<url><loc>http://h.example/2</loc></url></urlset>",
        TWO,
    ),
    ("comment in loc", "<urlset><url><loc>http://h.example<!-- x -->/1</loc></url></urlset>", ONE),
    ("instruction in loc", "<urlset><url><loc>http://h.example<?x y?>/1</loc></url></urlset>", ONE),
    ("space around loc", "<urlset><url><loc>\r\n\t http://h.example/1 \n</loc></url></urlset>", ONE),
    ("no-break space", "<urlset><url><loc>\u{A0}http://h.example/1\u{A0}</loc></url></urlset>", ONE),
    ("zero-width space", "<urlset><url><loc>\u{200B}http://h.example/1\u{200B}</loc></url></urlset>", ONE),
    (
        "ideographic space, mark",
        "<urlset><url><loc>\u{3000}http://h.example/1\u{FEFF}</loc></url></urlset>",
        ONE,
    ),
    ("broken line in loc", "<urlset><url><loc>http://h.exam\n    ple/1</loc></url></urlset>", ONE),
    (
        "not ASCII",
        "<urlset><url><loc>http://h.example/日本/ü?q=д</loc></url></urlset>",
        &["http://h.example/日本/ü?q=д"],
    ),
    (
        "a link in loc",
        "<urlset><url><loc><a href='http://h.example/1'>http://h.example/1</a></loc></url></urlset>",
        ONE,
    ),
    (
        "url in loc",
        "<urlset><url><loc><url><![CDATA[http://h.example/1]]></url></loc><lastmod>2015-04-28</lastmod></url></urlset>",
        ONE,
    ),
    (
        "loc in loc",
        "<urlset><url><loc><loc>http://h.example/1</loc></loc></url><url><loc>http://h.example/2</loc></url></urlset>",
        TWO,
    ),
    ("quotes around", "<urlset><url><loc>\"http://h.example/1\"</loc></url></urlset>", ONE),
    (
        "< in loc",
        "<urlset><url><loc>http://h.example/?a<b</loc></url><url><loc>http://h.example/2</loc></url></urlset>",
        &["http://h.example/?a<b", "http://h.example/2"],
    ),
    // The shape of an entry.
    (
        "no loc",
        "<urlset><url><lastmod>2024</lastmod></url><url><loc>http://h.example/1</loc></url></urlset>",
        ONE,
    ),
    (
        "empty loc",
        "<urlset><url><loc></loc></url><url><loc/></url><url><loc> </loc></url><url/><url><loc>http://h.example/1</loc></url></urlset>",
        ONE,
    ),
    (
        "url not closed",
        "<urlset><url><loc>http://h.example/1</loc><url><loc>http://h.example/2</loc></url></urlset>",
        TWO,
    ),
    (
        "loc not closed",
        "<urlset><url><loc>http://h.example/1<lastmod>2024</lastmod></url><url><loc>http://h.example/2</url></urlset>",
        TWO,
    ),
    (
        "loc closed wrongly",
        "<urlset><url><loc>http://h.example/1</lock></url><url><loc>http://h.example/2</loc></url></urlset>",
        TWO,
    ),
    (
        "junk fields",
        "<urlset><url><foo><bar>x</bar></foo><loc>http://h.example/1</loc><lastmod>never</lastmod><changefreq>sometimes</changefreq><priority>0,8</priority><priority>NaN</priority></url></urlset>",
        ONE,
    ),
    (
        "loc last",
        "<urlset><url><priority>1</priority><lastmod>2024</lastmod><loc>http://h.example/1</loc></url></urlset>",
        ONE,
    ),
    (
        "relative",
        "<urlset><url><loc>/1</loc></url><url><loc>//cdn.example/2</loc></url><url><loc>p.html</loc></url></urlset>",
        &["https://example.com/1", "https://cdn.example/2", "https://example.com/maps/p.html"],
    ),
    (
        "other schemes",
        "<urlset><url><loc>mailto:a@h.example</loc></url><url><loc>ftp://h.example/</loc></url><url><loc>javascript:1</loc></url><url><loc>http://h.example/1</loc></url></urlset>",
        ONE,
    ),
    (
        "attributes everywhere",
        "<urlset a='>' b=\"&lt;\"><url id='1' c=\"'\"><loc x='/loc>' >http://h.example/1</loc ></url></urlset>",
        ONE,
    ),
    ("loc without url", "<urlset><loc>http://h.example/1</loc><loc>http://h.example/2</loc></urlset>", TWO),
    (
        "two locs",
        "<urlset><url><loc>http://h.example/1</loc><loc>http://h.example/2</loc></url></urlset>",
        TWO,
    ),
    (
        "wrapped entries",
        "<urlset><urls><url><loc>http://h.example/1</loc></url></urls><group><url><loc>http://h.example/2</loc></url></group></urlset>",
        TWO,
    ),
    (
        "entries without root",
        "<url><loc>http://h.example/1</loc></url><url><loc>http://h.example/2</loc></url>",
        TWO,
    ),
    ("another root", "<sitemap><url><loc>http://h.example/1</loc></url></sitemap>", ONE),
    (
        "commented out",
        "<urlset><!-- <url><loc>http://h.example/0</loc></url> --><url><loc>http://h.example/1</loc></url></urlset>",
        ONE,
    ),
    (
        "in CDATA",
        "<urlset><url><x><![CDATA[<url><loc>http://h.example/0</loc></url>]]></x><loc>http://h.example/1</loc></url></urlset>",
        ONE,
    ),
    (
        "loc forgotten",
        "<urlset><url>http://h.example/1</url><url>\n <![CDATA[x]]></url><url>http://h.example/2</url><url>http://h.ex<url></urlset>",
        TWO,
    ),
    (
        "chunk sizes left in",
        "1f4\r\n<?xml version='1.0'?><urlset><url><loc>http://h.example/1</loc></url></urlset>\r\n0\r\n",
        ONE,
    ),
    (
        "headers left in",
        "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n<urlset><url><loc>http://h.example/1</loc></url></urlset>",
        ONE,
    ),
    (
        "values not filled in",
        "<urlset><url><loc>undefined</loc></url><url><loc>{{ url }}</loc></url><url><loc>http://h.example/1</loc></url></urlset>",
        ONE,
    ),
    // Names and prefixes.
    (
        "prefix",
        "<sm:urlset xmlns:sm='http://www.sitemaps.org/schemas/sitemap/0.9'><sm:url><sm:loc>http://h.example/1</sm:loc></sm:url></sm:urlset>",
        ONE,
    ),
    (
        "prefix on fields only",
        "<urlset xmlns:sm='http://www.sitemaps.org/schemas/sitemap/0.9'><url><sm:loc>http://h.example/1</sm:loc></url></urlset>",
        ONE,
    ),
    ("unknown prefix", "<urlset><url><x:loc>http://h.example/1</x:loc></url></urlset>", ONE),
    (
        "upper case",
        "<URLSET><URL><LOC>http://h.example/1</LOC><LASTMOD>2024</LASTMOD></URL><Url><Loc>http://h.example/2</Loc></Url></URLSET>",
        TWO,
    ),
    (
        "https namespace",
        "<urlset xmlns='https://www.sitemaps.org/schemas/sitemap/0.9/'><url><loc>http://h.example/1</loc></url></urlset>",
        ONE,
    ),
    (
        "google namespace",
        "<urlset xmlns='http://www.google.com/schemas/sitemap/0.84'><url><loc>http://h.example/1</loc></url></urlset>",
        ONE,
    ),
    (
        "wrong namespace",
        "<urlset xmlns='http://h.example/nonsense'><url><loc>http://h.example/1</loc></url></urlset>",
        ONE,
    ),
    ("empty namespace", "<urlset xmlns=''><url xmlns='x'><loc>http://h.example/1</loc></url></urlset>", ONE),
    (
        "image",
        "<urlset xmlns:image='http://www.google.com/schemas/sitemap-image/1.1'><url><loc>http://h.example/1</loc><image:image><image:loc>http://h.example/i.jpg</image:loc></image:image></url></urlset>",
        ONE,
    ),
    (
        "image first",
        "<urlset><url><image:image><image:loc>http://h.example/i.jpg</image:loc></image:image><loc>http://h.example/1</loc></url></urlset>",
        ONE,
    ),
    (
        "image beside",
        "<urlset><url><image:loc>http://h.example/i.jpg</image:loc><loc>http://h.example/1</loc><image:loc>http://h.example/j.jpg</image:loc></url></urlset>",
        ONE,
    ),
    (
        "image under another prefix",
        "<urlset xmlns:i='http://www.google.com/schemas/sitemap-image/1.1'><url><i:loc>http://h.example/i.jpg</i:loc></url><url><loc>http://h.example/1</loc></url></urlset>",
        ONE,
    ),
    (
        "image without prefix",
        "<urlset><url><loc>http://h.example/1</loc><image><loc>http://h.example/i.jpg</loc></image></url></urlset>",
        ONE,
    ),
    (
        "image without prefix, first",
        "<urlset><url><image><loc>http://h.example/i.jpg</loc><url>http://h.example/j.jpg</url></image><loc>http://h.example/1</loc></url></urlset>",
        ONE,
    ),
    (
        "image not closed",
        "<urlset><url><loc>http://h.example/1</loc><image:image><image:loc>http://h.example/i.jpg</url><url><loc>http://h.example/2</loc></url></urlset>",
        TWO,
    ),
    (
        "image alone",
        "<urlset><url><image:image><image:loc>http://h.example/i.jpg</image:loc></image:image></url><url><loc>http://h.example/1</loc></url></urlset>",
        ONE,
    ),
    (
        "video",
        "<urlset><url><loc>http://h.example/1</loc><video:video><video:content_loc>http://h.example/v.mp4</video:content_loc><video:player_loc>http://h.example/v</video:player_loc></video:video></url></urlset>",
        ONE,
    ),
    (
        "hreflang",
        "<urlset><url><loc>http://h.example/1</loc><xhtml:link rel='alternate' hreflang='de' href='http://h.example/de'/><xhtml:link rel='alternate' hreflang='fr' href='http://h.example/fr'></xhtml:link></url></urlset>",
        ONE,
    ),
    (
        "news",
        "<urlset><url><loc>http://h.example/1</loc><news:news><news:publication><news:name>N</news:name><news:language>en</news:language></news:publication><news:publication_date>2024-05-06</news:publication_date><news:title>T</news:title></news:news></url></urlset>",
        ONE,
    ),
    // Damage.
    ("cut in loc", "<urlset><url><loc>http://h.example/1</loc></url><url><loc>http://h.example/longna", ONE),
    (
        "cut in an end tag",
        "<urlset><url><loc>http://h.example/1</loc></url><url><loc>http://h.example/2</lo",
        TWO,
    ),
    (
        "cut behind loc",
        "<urlset><url><loc>http://h.example/1</loc></url><url><loc>http://h.example/2</loc><lastm",
        TWO,
    ),
    (
        "cut in a reference",
        "<urlset><url><loc>http://h.example/1</loc></url><url><loc>http://h.example/?a&am",
        ONE,
    ),
    (
        "no end",
        "<urlset><url><loc>http://h.example/1</loc></url><url><loc>http://h.example/2</loc></url>",
        TWO,
    ),
    (
        "wrong end",
        "<urlset><url><loc>http://h.example/1</loc></url><url><loc>http://h.example/2</loc></url></sitemapindex>",
        TWO,
    ),
    (
        "wrong end of an entry",
        "<urlset><url><loc>http://h.example/1</loc></urls><url><loc>http://h.example/2</loc></url></urlset>",
        TWO,
    ),
    (
        "cut and gone on",
        "<urlset><url><loc>http://h.exam<url><loc>http://h.example/1</loc></url></urlset>",
        ONE,
    ),
    (
        "cut in a tag",
        "<urlset><url><loc>http://h.example/1</loc></url><url><lo<url><loc>http://h.example/2</loc></url></urlset>",
        TWO,
    ),
    (
        "stray <",
        "<urlset><url><loc>http://h.example/1</loc> < 3 << </url><<url><loc>http://h.example/2</loc></url></urlset>",
        TWO,
    ),
    (
        "quote not closed",
        "<urlset><url a=\"b><loc>http://h.example/1</loc></url><url><loc>http://h.example/2</loc></url></urlset>",
        TWO,
    ),
    (
        "HTML behind",
        "<urlset><url><loc>http://h.example/1</loc></url></urlset>\n<html><body><a href='http://h.example/0'>x</a><br></body></html>",
        ONE,
    ),
    (
        "comment behind",
        "<urlset><url><loc>http://h.example/1</loc></url></urlset><!-- cached 0.3 s -->\n\u{0}",
        ONE,
    ),
    (
        "two documents",
        "<?xml version='1.0'?><urlset><url><loc>http://h.example/1</loc></url></urlset><?xml version='1.0'?><urlset><url><loc>http://h.example/2</loc></url></urlset>",
        TWO,
    ),
    (
        "error in the middle",
        "<urlset><url><loc>http://h.example/1</loc></url><br />\n<b>Fatal error</b>: out of memory in <b>x</b><br /><url><loc>http://h.example/2</loc></url></urlset>",
        TWO,
    ),
    (
        "no > behind a tag",
        "<urlset><url><loc>http://h.example/1</loc</url><url><loc>http://h.example/2</loc></url></urlset>",
        TWO,
    ),
];

/// Inputs that are no sitemaps, and a part of what the error says.
pub(crate) const REFUSED: &[(&str, &str, &str)] = &[
    ("nothing", "", "is empty"),
    ("white space", " \n\t \u{FEFF}\r\n", "is empty"),
    (
        "page",
        "<!DOCTYPE html><html><head><title>404</title></head><body><h1>Not found</h1></body></html>",
        "HTML page",
    ),
    (
        "page in capitals",
        "<!DOCTYPE HTML PUBLIC '-//W3C//DTD HTML 4.01//EN'><HTML><BODY>no</BODY></HTML>",
        "HTML page",
    ),
    ("page without html", "<h1>404</h1><p>Not found</p>", "HTML page"),
    (
        "page that shows a sitemap",
        "<html><body><pre>&lt;urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\"&gt;</pre></body></html>",
        "HTML page",
    ),
    (
        "page with the namespace",
        "<!-- http://www.sitemaps.org/schemas/sitemap/0.9 <urlset> --><html><script>'<urlset><url><loc>http://h.example/</loc></url></urlset>'</script></html>",
        "HTML page",
    ),
    (
        "page with a urlset",
        "<html><body><urlset><url><loc>http://h.example/1</loc></url></urlset></body></html>",
        "HTML page",
    ),
    (
        "xhtml page",
        "<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'><head/><body/></html>",
        "HTML page",
    ),
    ("text before a page", "Notice: x\n<html><body>404</body></html>", "HTML page"),
    ("prose", "this is a bogus sitemap", "the text"),
    ("prose with an address", "The page http://h.example/ was not found.\nTry again later.", "the text"),
    ("json", "{\"error\": \"http://h.example/\"}", "JSON"),
    ("robots.txt", "User-agent: *\nDisallow: /\nSitemap: http://h.example/sitemap.xml", "the text"),
    (
        "other xml",
        "<?xml version='1.0'?><catalog><product><link>http://h.example/</link></product></catalog>",
        "<catalog>",
    ),
    ("opml", "<opml><body><outline xmlUrl='http://h.example/f'/></body></opml>", "<opml>"),
    ("soap", "<soap:Envelope><soap:Body/></soap:Envelope>", "Envelope"),
    ("only a declaration", "<?xml version='1.0'?>", "without content"),
    ("only a comment", "<!-- nothing -->", "without content"),
    ("only <", "<<<<<", "without content"),
    ("urls without loc", "<x><url>a</url></x>", "another kind"),
    ("binary", "\u{1}\u{2}\u{3}\u{4}\u{5}\u{6}\u{7}\u{8}\u{FFFD}", "binary data"),
];
