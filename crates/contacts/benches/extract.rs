//! Pages a second: the whole extraction and the HTML stage alone, over generated pages of several kinds.

use std::fmt::Write;

use contacts::{Document, Options, extract};
use divan::{Bencher, counter::BytesCount};

fn main() {
    divan::main();
}

/// Paragraphs of a page of ordinary size.
const PARAGRAPHS: usize = 60;

/// A business's contact page: menus, prose, an address, links, a JSON-LD block, a few scripts.
fn business() -> String {
    let mut html = String::from(
        "<!doctype html><html lang=en><head><title>Contact | Acme Tools Ltd</title><meta charset=utf-8>\
         <meta property=og:site_name content='Acme Tools'><script>window.dataLayer=window.dataLayer||[];</script>\
         <script type='application/ld+json'>{\"@type\":\"Organization\",\"name\":\"Acme Tools Ltd\",\
         \"email\":\"info@acme-tools.co.uk\",\"telephone\":\"+44 20 7946 0018\",\"sameAs\":[\"https://x.com/acmetools\"],\
         \"address\":{\"@type\":\"PostalAddress\",\"streetAddress\":\"12 High Street\",\"postalCode\":\"SW1A 1AA\"}}\
         </script></head><body><nav><ul>",
    );
    for item in 0..40 {
        let _ = write!(
            html,
            "<li class=\"menu-item menu-item-{item}\"><a href=\"/products/{item}\">Product {item}</a></li>"
        );
    }
    html.push_str("</ul></nav><main>");
    for paragraph in 0..PARAGRAPHS {
        let _ = write!(
            html,
            "<div class=\"row\"><p id=\"p{paragraph}\">We have made tools since 1950 &amp; deliver them at 9 a.m. to \
             <b>every</b> workshop (order no. 2015-{paragraph:04}). Visit us at our shop.<br>Opening hours: 09.00 - 17.30</p></div>"
        );
    }
    html.push_str(
        "<address>Acme Tools Ltd<br>12 High Street<br>London SW1A 1AA<br>Tel: 020 7946 0018<br>Fax: 020 7946 0019<br>\
         <a href=\"mailto:info@acme-tools.co.uk\">info@acme-tools.co.uk</a> sales [at] acme-tools [dot] co [dot] uk</address>\
         <a href=\"https://www.facebook.com/acmetools\">f</a><a href=\"https://www.facebook.com/sharer.php?u=x\">s</a>\
         </main><footer>&copy; 2024 Acme Tools Ltd. All rights reserved.</footer>",
    );
    html
}

/// A shop's list: tags without end, hardly any text, prices and article numbers.
fn shop() -> String {
    let mut html = String::from("<html><body><table>");
    for item in 0..800 {
        let _ = write!(
            html,
            "<tr class=\"item odd\" data-id=\"{item}\"><td><img src=\"/i/{item}@2x.png\" alt=\"Item {item}\"></td><td><a href=\"/item/\
             {item}?ref=list&amp;p=1\" title=\"Item\">Item {item}</a></td><td>{}.99 &euro;</td><td>400{item:010}</td></tr>",
            item % 90
        );
    }
    html
}

/// A page whose greater part is script.
fn scripts() -> String {
    let code = "var a={b:function(c){return c+'x@y'},d:[1,2,3]};if(a.b('q')=='/'){a.d.push(4)};".repeat(400);
    format!(
        "<html><body><script>{code}</script><p>Write to info@acme.org</p><script>{code}</script></body></html>"
    )
}

/// A kind of page and what makes one.
type Kind = (&'static str, fn() -> String);

const PAGES: [Kind; 3] = [("business", business), ("shop", shop), ("scripts", scripts)];

#[divan::bench(args = PAGES.map(|page| page.0))]
fn whole_extraction(bencher: Bencher<'_, '_>, name: &str) {
    let html = page(name);
    let options = Options { url: Some("https://www.acme-tools.co.uk/contact".into()), ..Options::default() };
    bencher.counter(BytesCount::of_str(&html)).bench(|| extract(divan::black_box(html.as_bytes()), &options));
}

#[divan::bench(args = PAGES.map(|page| page.0))]
fn html_stage(bencher: Bencher<'_, '_>, name: &str) {
    let html = page(name);
    bencher.counter(BytesCount::of_str(&html)).bench(|| Document::parse(divan::black_box(&html)).text.len());
}

fn page(name: &str) -> String {
    PAGES.iter().find(|page| page.0 == name).map(|page| page.1()).unwrap_or_default()
}
