//! Whatever the bytes: extraction ends, in time that grows with the length alone, and reports well-formed values.

use contacts::{Contacts, Options, extract};
use proptest::prelude::*;

fn find(html: &[u8]) -> Contacts {
    extract(html, &Options { url: Some("https://www.acme.org/".into()), ..Options::default() })
}

fn check(found: &Contacts) -> Result<(), TestCaseError> {
    for email in &found.emails {
        let (local, domain) = email.value.rsplit_once('@').unwrap_or_default();
        prop_assert!(!local.is_empty() && domain.contains('.') && domain.is_ascii(), "{}", email.value);
    }
    for phone in &found.phones {
        // Germany's plan goes beyond E.164's 15 digits.
        prop_assert!(phone.e164.starts_with('+') && phone.e164.len() <= 18, "{}", phone.e164);
    }
    for social in &found.socials {
        prop_assert!(social.url.starts_with("https://"), "{}", social.url);
    }
    Ok(())
}

/// Pieces that pages, and attacks, are made of.
const PIECES: [&str; 48] = [
    "<a href=\"mailto:info@acme.org\">",
    "</a>",
    "<span style='display:none'>",
    "</span>",
    "<bdo dir=rtl>",
    "</bdo>",
    "<div class=vcard>",
    "<i class=tel>",
    "</i>",
    "</div>",
    "<div itemscope itemprop=address>",
    "<td>",
    "<tr>",
    "<table>",
    "</table>",
    "<script>",
    "</script>",
    "<script type=application/ld+json>",
    "{\"@type\":\"Person\",\"email\":\"",
    "\"}",
    "<!--",
    "-->",
    "&#64;",
    "&amp",
    "&#x110000;",
    " [at] ",
    "(dot)",
    "@",
    "info",
    "acme.org",
    ".",
    " at ",
    " dot ",
    "\u{1F600}",
    "é",
    "İ",
    "ß",
    "\u{200b}",
    "var a='b'+",
    "String.fromCharCode(105,110",
    "atob('aW5m",
    "©",
    "2024",
    "Acme GmbH",
    "https://www.facebook.com/",
    "+49 30 123456",
    "10115 Berlin",
    "\n",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_a_page(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        check(&find(&bytes))?;
    }

    #[test]
    fn any_pieces_are_a_page(pieces in prop::collection::vec(0..PIECES.len(), 0..80)) {
        let html: String = pieces.into_iter().map(|piece| PIECES[piece]).collect();
        check(&find(html.as_bytes()))?;
    }

    #[test]
    fn a_page_cut_anywhere_is_a_page(at in 0usize..400) {
        let html = "<p class=vcard>Write to <a href='mailto:info@acme.org'>info@acme.org</a> or info [at] acme [dot] org, \
                    <script type='application/ld+json'>{\"email\":\"a@acme.org\",\"address\":{\"streetAddress\":\"Weg 1\"}}</script> \
                    <script>document.write('info'+'@'+'acme.org')</script> Tel. +49 30 1234567 &eacute;";
        check(&find(&html.as_bytes()[..at.min(html.len())]))?;
    }
}

/// Attacks on parsers: each piece again and again must cost about the same a byte as prose does. A factor of a
/// hundred in length would take ten thousand times as long if anything were quadratic, and the test would hang.
#[test]
fn repetition_costs_linear_time() {
    const BYTES: usize = 100_000;
    let hostile = [
        "<",
        "<a",
        "<a ",
        "<a href=\"",
        "<!--",
        "<b>",
        "<div>",
        "</b>",
        "<b></p>",
        "<li>",
        "<td>",
        "<p><a>",
        "<title>",
        "<textarea>",
        "<script>",
        "<style>",
        "&",
        "&#",
        "&#x",
        "@",
        "a@",
        "a@b.",
        "a.",
        "(",
        "[at]",
        " at ",
        "(at)(dot)",
        "info at a dot b ",
        "<i itemscope itemprop=a>",
        "<i class=tel>",
        "<i class='vcard adr'>",
        "<bdo dir=rtl>a",
        "<span hidden>a",
        "<a href='mailto:a@b.de,'>",
        "<a href=tel:1>",
        "1",
        "1 ",
        "1-",
        "(1) ",
        "+49 ",
        "12345 ",
        "1 Main St, ",
        "10115 Berlin ",
        "10115<br>",
        "SW1A 1AA ",
        "(202) 623-3900 ",
        "<a href=tel:+4930123456>",
        "facebook.com/",
        "Street\n",
        "a=a+a;",
        "©",
        "https://www.facebook.com/a ",
        "\u{e9}",
        "<br>",
        "Tel: ",
        "X. ",
        "{\"a\":",
        "<script>a='",
        "rot13('a@b.de');charCodeAt;fromCharCode;",
    ];
    for piece in hostile {
        find(piece.repeat(BYTES / piece.len()).as_bytes());
        let script = format!("<script>{}</script>", piece.repeat(BYTES / piece.len()));
        find(script.as_bytes());
        let linked =
            format!("<script type='application/ld+json'>{}</script>", piece.repeat(BYTES / piece.len()));
        find(linked.as_bytes());
    }
}
