//! What a reader sees is what the document holds.

use proptest::prelude::*;

use super::*;
use crate::Source;

fn text(html: &str) -> String {
    Document::parse(html).text.replace('\n', "|")
}

#[test]
fn lines_are_what_a_reader_sees_as_lines() {
    let check = |html: &str, expected: &str| assert_eq!(text(html), expected, "{html}");
    check("<p>a <b>b</b>c<p>d<br>e", "a bc|d|e");
    check("<div>a<div>b</div>c</div>", "a|b|c");
    check("<ul><li>a<li>b</ul>c", "a|b|c");
    check("<table><tr><td>a<td>b<tr><td>c</table>", "a|b|c");
    check("info<!-- x -->@<wbr>ac&shy;me.org", "info@acme.org");
    check("<script>x</script>a<style>y</style><textarea>z</textarea>b", "ab");
    check("<noscript>a</noscript>b", "a|b");
    check("<title>t</title>a", "a");
    check("a<img src=x>b <input>c", "a b c");
    check("info<img src=/i/at.gif>acme.org info<img alt='(at)'>acme.org", "info@acme.org info@acme.org");
    check("<svg><title>x</title><text>y</text></svg>a", "a");
    check("a &lt;b&gt;", "a <b>");
    check("<a href=x>a</a><a href=y>b</a>", "ab");
    check("<select><option>a<option>b</select>c", "a|b|c");
    check("<h1>a</h1>b<hr>c", "a|b|c");
    check("a</p>b</br>c", "a|b|c");
    check("<b>a</p>b</i>c", "a|bc");
}

#[test]
fn hidden_text_is_not_within_what_is_seen() {
    let check = |html: &str, expected: &str| assert_eq!(text(html), expected, "{html}");
    check("info<span style='display:none'>NOSPAM</span>@acme.org", "info@acme.org");
    check("<style>.x{display:none}</style>info<i class=x>NO</i>@acme.org", "info@acme.org");
    check("info<span hidden>NO</span>@acme.org", "info@acme.org");
    check("info<span class=sr-only>NO</span>@acme.org", "info@acme.org");
    check("a<span class=hide>info@acme.org</span>b", "ab|info@acme.org");
    let document = Document::parse("<div style='display:none'>a</div>b");
    assert!(document.lines[0].within.has(Within::HIDDEN) && !document.lines[1].within.has(Within::HIDDEN));
}

#[test]
fn backward_text_is_turned_round() {
    let check = |html: &str| assert_eq!(text(html), "a info@acme.org b", "{html}");
    check("a <span style='unicode-bidi:bidi-override;direction:rtl'>gro.emca@ofni</span> b");
    check("a <bdo dir=rtl>gro.emca@ofni</bdo> b");
    check(
        "<style>.r{direction:rtl;unicode-bidi:bidi-override}</style>a <i class=r>gro.<b>emca</b>@ofni</i> b",
    );
}

#[test]
fn hidden_addresses_are_shown() {
    let html =
        "a <a class=__cf_email__ data-cfemail=5a33343c351a3b39373f7435283d>[email&#160;protected]</a> b";
    let document = Document::parse(html);
    assert_eq!(document.text, "a info@acme.org b");
    assert_eq!(document.decoded, [Decoded { start: 2, end: 15, source: Source::Cloudflare }]);
    let html = "a <joomla-hidden-mail first='aW5mbw==' last='YWNtZS5vcmc='>protected</joomla-hidden-mail> b";
    assert_eq!(Document::parse(html).text, "a info@acme.org b");
}

#[test]
fn links_know_their_text() {
    let document = Document::parse("x <a href=' /a?b&amp;c ' rel=me> y <b>z</b></a><a href=d></a>");
    assert_eq!(document.links[0].href, "/a?b&c");
    assert_eq!(document.links[0].rel, "me");
    assert_eq!(document.link_text(&document.links[0]), "y z");
    assert_eq!(document.link_text(&document.links[1]), "");
    let document = Document::parse("<p><a href=a><div>y</div></a>z</p><a href=b>c<a href=d>e</a>");
    let texts: Vec<_> = document.links.iter().map(|link| document.link_text(link)).collect();
    assert_eq!(texts, ["y", "c", "e"]);
}

#[test]
fn lines_know_what_they_stand_within() {
    let document = Document::parse(
        "<footer><address>a<br>b</address></footer><table><tr><td>c<td><p>d<tr><td>e</table>",
    );
    let gaps: Vec<_> = document.lines.iter().map(|line| line.gap).collect();
    assert_eq!(gaps, [Gap::Block, Gap::Break, Gap::Block, Gap::Cell, Gap::Block]);
    assert!(document.lines[1].within.has(Within::ADDRESS.with(Within::FOOTER)));
    assert_eq!(document.lines[0].block, document.lines[1].block);
    assert!(!document.lines[2].within.has(Within::FOOTER));
}

#[test]
fn page_data_is_kept() {
    let document = Document::parse(
        "<html lang=de><base href=/x/><title> T &amp; t </title><meta property=og:Site_Name content=N>\
         <script>code()</script><a onclick='f()'>b</a>",
    );
    assert_eq!(document.lang, "de");
    assert_eq!(document.base.as_deref(), Some("/x/"));
    assert_eq!(document.title, "T & t");
    assert_eq!(document.metas[0].name, "og:site_name");
    let scripts: Vec<_> = document.scripts.iter().map(|script| script.body.as_ref()).collect();
    assert_eq!(scripts, ["code()", "f()"]);
}

#[test]
fn context_is_short_and_cut_between_words() {
    let document = Document::parse(
        "<p>before<p>one two three four five six seven info@acme.org eight nine ten eleven twelve thirteen",
    );
    let start = document.text.find("info").unwrap_or(0);
    assert_eq!(
        document.context(start, start + 13),
        "two three four five six seven info@acme.org eight nine ten eleven twelve"
    );
    assert_eq!(document.context(0, 6), "before");
    assert!(document.context(0, usize::MAX).len() <= MAX_CONTEXT_BYTES);
    assert_eq!(document.context(usize::MAX, usize::MAX), "");
}

fn items(html: &str) -> Vec<String> {
    let document = Document::parse(html);
    let show = |item: &Item<'_>| {
        let properties: Vec<_> = item
            .properties
            .iter()
            .map(|property| match &property.value {
                Value::Text(text) => format!("{}={text}", property.name),
                Value::Item(index) => format!("{}#{index}", property.name),
            })
            .collect();
        format!("{}({})", item.kind, properties.join(";"))
    };
    document.items.iter().map(show).collect()
}

#[test]
fn structured_data_of_every_syntax_is_one_tree() {
    let check = |html: &str, expected: &[&str]| assert_eq!(items(html), expected, "{html}");
    check(
        r#"<script type="application/ld+json">{"@graph":[{"@type":"Organization","name":" A &amp; B ",
        "address":{"@type":"PostalAddress","postalCode":12345},"sameAs":["x","y"]}]}</script>"#,
        &["organization(name=A & B;address#1;sameas=x;sameas=y)", "postaladdress(postalcode=12345)"],
    );
    check(
        "<div itemscope itemtype='http://schema.org/Place'><span itemprop=name>N</span><meta itemprop=telephone \
         content=1><div itemprop=address itemscope itemtype=//schema.org/PostalAddress><p itemprop=streetAddress>\
         S 1<br>x</p></div><a itemprop=url href=/u>t</a></div><i itemprop=name>no</i>",
        &["place(name=N;telephone=1;address#1;url=/u)", "postaladdress(streetaddress=S 1, x)"],
    );
    check(
        "<div vocab=http://schema.org/ typeof=Restaurant><b property='schema:name'>N</b><i property=telephone \
         content=+1>x</i></div>",
        &["restaurant(name=N;telephone=+1)"],
    );
    check(
        "<div class=vcard><b class='fn org'>N</b><div class=adr><i class=locality>L</i></div><p class=tel><i \
         class=type>Fax</i>: <b class=value>123</b></p><a class=email href=mailto:a@b>a@b</a></div>",
        &["vcard(org=N;address#1;faxnumber=123;email=a@b)", "postaladdress(addresslocality=L)"],
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_offset_is_within_the_text(html in "(<[a-z]{1,5}( (class|style|href|itemprop)=[a-z'\":;-]{0,9})?>|</[a-z]{1,4}>|[a-z@&#; é\u{a0}-]{0,6}|<!--|-->|<(td|tr|a|li|p|div|span|bdo dir=rtl|div itemscope|b itemprop=name|i class=vcard|i class=tel|span hidden)>|</(td|a|div|span|bdo|table|p)>){0,60}") {
        let document = Document::parse(&html);
        prop_assert!(!document.text.contains("\n\n") && !document.text.contains("  "));
        let mut end = 0;
        for line in &document.lines {
            prop_assert!(line.start >= end && line.start < line.end);
            prop_assert_eq!(document.line_text(line).len(), line.end - line.start);
            prop_assert!(!document.line_text(line).contains('\n'));
            end = line.end;
        }
        prop_assert_eq!(end, document.text.len());
        for link in &document.links {
            prop_assert!(document.text.get(link.start..link.end).is_some());
        }
        for item in &document.items {
            prop_assert!(document.text.get(item.start..item.end).is_some());
        }
    }
}
