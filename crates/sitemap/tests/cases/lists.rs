//! The cases that are lists of addresses, and feeds.

use super::{Case, ONE, TWO};

pub(super) const LISTS: &[Case] = &[
    // Lists.
    ("list", "http://h.example/1\nhttp://h.example/2\n", TWO),
    ("list, CRLF, mark", "\u{FEFF}http://h.example/1\r\n\r\nhttp://h.example/2", TWO),
    ("list, CR", "http://h.example/1\rhttp://h.example/2\r", TWO),
    ("list with comments", "# pages\n\nhttp://h.example/1\n# more\n  http://h.example/2  \n", TWO),
    (
        "list with junk",
        "http://h.example/1\nabout us\nmailto:a@h.example\nftp://h.example/x\nhttp://h.example/2\n//h.example/x\nhttp://h.example/ is a page\nhttp://h.example/3",
        &["http://h.example/1", "http://h.example/2", "http://h.example/3"],
    ),
    (
        "list with ampersands",
        "http://h.example/?a=1&b=2\nhttp://h.example/2",
        &["http://h.example/?a=1&b=2", "http://h.example/2"],
    ),
    (
        "list with columns",
        "url,lastmod,title\nhttp://h.example/1,2024-05-06,\"One, and more\"\nhttp://h.example/2,,Two\n",
        TWO,
    ),
    ("list with columns, no heading", "http://h.example/1;2024-05-06\nhttp://h.example/2;2024-05-07", TWO),
    (
        "list with the address last",
        "\"Title\";\"URL\"\r\n\"One\";\"http://h.example/1\"\r\n\"no address\";\"-\"\r\n\"Two\";\"http://h.example/2\"\r\n",
        TWO,
    ),
    ("list with tabs", "http://h.example/1\tFirst page\nhttp://h.example/2\tSecond", TWO),
    (
        "list of addresses with commas",
        "http://h.example/a,1\nhttp://h.example/b,2",
        &["http://h.example/a,1", "http://h.example/b,2"],
    ),
    ("list of one", "http://h.example/1", ONE),
    // Feeds.
    (
        "rss",
        "<?xml version='1.0'?><rss version='2.0' xmlns:atom='http://www.w3.org/2005/Atom'><channel><title>t</title><link>http://h.example/</link><atom:link href='http://h.example/feed' rel='self'/><image><url>http://h.example/i.png</url><link>http://h.example/</link></image><item><title>a</title><link>http://h.example/1</link><pubDate>Mon, 06 May 2024 07:08:09 GMT</pubDate></item><item><link>http://h.example/2</link><enclosure url='http://h.example/x.mp3'/></item></channel></rss>",
        TWO,
    ),
    (
        "rss guid",
        "<rss><channel><item><guid>http://h.example/1</guid></item><item><guid isPermaLink='false'>http://h.example/0</guid></item><item><guid>tag:x</guid></item><item><guid isPermaLink='true'>http://h.example/0</guid><link>http://h.example/2</link></item></channel></rss>",
        TWO,
    ),
    (
        "rss empty link",
        "<rss><channel><item><link></link><guid>http://h.example/1</guid></item><item><link/><guid>http://h.example/2</guid></item></channel></rss>",
        TWO,
    ),
    (
        "rss atom:link",
        "<rss><channel><item><atom:link href='http://h.example/0'/><link>http://h.example/1</link></item><item><atom:link rel='alternate' href='http://h.example/2'/></item></channel></rss>",
        TWO,
    ),
    (
        "rss CDATA",
        "<rss><channel><item><link><![CDATA[http://h.example/1]]></link><description><![CDATA[<item><link>http://h.example/0</link></item>]]></description></item></channel></rss>",
        ONE,
    ),
    (
        "rss relative",
        "<rss><channel><item><link>/1</link></item></channel></rss>",
        &["https://example.com/1"],
    ),
    (
        "rdf",
        "<?xml version='1.0'?><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns='http://purl.org/rss/1.0/'><channel rdf:about='http://h.example/c'><link>http://h.example/</link><items><rdf:Seq><rdf:li resource='http://h.example/1'/></rdf:Seq></items></channel><image rdf:about='http://h.example/i'><url>http://h.example/i.png</url></image><item rdf:about='http://h.example/0'><link>http://h.example/1</link><dc:date>2024-05-06</dc:date></item><item rdf:about='http://h.example/2'><title>t</title></item></rdf:RDF>",
        TWO,
    ),
    (
        "atom",
        "<?xml version='1.0'?><feed xmlns='http://www.w3.org/2005/Atom'><link href='http://h.example/'/><link rel='self' href='http://h.example/feed'/><entry><link rel='self' href='http://h.example/s'/><link rel='alternate' href='http://h.example/1'/><id>urn:1</id><updated>2024-05-06T07:08:09Z</updated></entry><entry><link href='http://h.example/2'/><link rel='self' href='http://h.example/s'/><link rel='edit' href='http://h.example/e'/></entry></feed>",
        TWO,
    ),
    (
        "atom, self only",
        "<feed><entry><link rel='self' href='http://h.example/1'/></entry><entry><id>http://h.example/2</id></entry></feed>",
        TWO,
    ),
    (
        "atom, types",
        "<feed><entry><link rel='alternate' type='application/json' href='http://h.example/j'/><link rel='alternate' type='text/html' href='http://h.example/1'/></entry></feed>",
        ONE,
    ),
    (
        "atom, prefix",
        "<atom:feed xmlns:atom='http://www.w3.org/2005/Atom'><atom:entry><atom:link href='http://h.example/1'/></atom:entry></atom:feed>",
        ONE,
    ),
    (
        "atom, xml:base",
        "<feed xml:base='http://h.example/blog/'><entry><link href='1'/></entry><entry xml:base='/docs/'><link href='2'/></entry><entry xml:base='x/'><link xml:base='y/' href='3'/></entry><entry><link href='http://h.example/4'/></entry></feed>",
        &[
            "http://h.example/blog/1",
            "http://h.example/docs/2",
            "http://h.example/blog/x/y/3",
            "http://h.example/4",
        ],
    ),
    (
        "atom, xml:base relative to the file",
        "<feed xml:base='../'><entry><link href='1?a=1&amp;b=2'/></entry><entry xml:base='mailto:x'><link href='2'/></entry></feed>",
        &["https://example.com/1?a=1&b=2", "https://example.com/2"],
    ),
    (
        "rss, xml:base",
        "<rss xml:base='http://h.example/'><channel><item><link>1</link></item><item><link>\n<![CDATA[/2]]></link></item></channel></rss>",
        TWO,
    ),
    (
        "atom, source and content",
        "<feed><entry><source><link href='http://h.example/0'/></source><content type='xhtml'><div><link href='http://h.example/0'/><a href='x'>y</a></div></content><link href='http://h.example/1?a=1&amp;b=2'/></entry></feed>",
        &["http://h.example/1?a=1&b=2"],
    ),
];
