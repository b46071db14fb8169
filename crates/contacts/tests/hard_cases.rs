//! Pages that other extractors get wrong, one row each: what must be found, and what must not.

use contacts::{Contacts, Options, extract};

fn page(html: &str) -> Contacts {
    let options = Options { url: Some("https://www.acme.org/contact".into()), ..Options::default() };
    extract(html.as_bytes(), &options)
}

fn emails(html: &str) -> Vec<String> {
    let mut found: Vec<_> = page(html).emails.into_iter().map(|email| email.value).collect();
    found.sort();
    found
}

fn check_emails(rows: &[(&str, &str, &[&str])]) {
    for (what, html, expected) in rows {
        assert_eq!(emails(html), *expected, "{what}: {html}");
    }
}

const INFO: &[&str] = &["info@acme.org"];
const NONE: &[&str] = &[];

fn cloudflare(plain: &str) -> String {
    plain.bytes().fold("5a".to_owned(), |hex, byte| hex + &format!("{:02x}", byte ^ 0x5A))
}

#[test]
fn links_to_write_to_are_read_whole() {
    let entity: String = "mailto:info@acme.org".bytes().map(|byte| format!("&#{byte};")).collect();
    check_emails(&[
        (
            "subject and copy",
            "<a href='mailto:info@acme.org?subject=Hi&cc=boss@acme.org'>x</a>",
            &["boss@acme.org", "info@acme.org"],
        ),
        (
            "percent codes, two recipients",
            "<a href='mailto:sales%40acme.org,%20help@acme.org'>x</a>",
            &["help@acme.org", "sales@acme.org"],
        ),
        (
            "a whole address in percent codes",
            "<a href='mailto:%69%6E%66%6F%40%61%63%6D%65%2E%6F%72%67'>x</a>",
            INFO,
        ),
        ("capitals, spaces, a full stop", "<A HREF=\"MAILTO: Info@Acme.org. \">x</A>", INFO),
        ("an entity for every letter", &format!("<a href='{entity}'>x</a>"), INFO),
        ("around an image, no text", "<a href='mailto:info@acme.org'><img src=mail.png></a>", INFO),
        ("text and link differ", "<a href='mailto:b@acme.org'>a@acme.org</a>", &["a@acme.org", "b@acme.org"]),
        ("half-decoded", "<a href='mailto:%20info@acme.org'>x</a>", INFO),
        ("an area", "<map><area href='mailto:info@acme.org'></map>", INFO),
        ("no recipient", "<a href='mailto:?subject=a@b.com&body=x'>share</a>", NONE),
        ("no domain", "<a href='mailto:boost@50Hz'>x</a>", NONE),
    ]);
}

#[test]
fn protected_addresses_are_opened() {
    let span = format!(
        "<span class='__cf_email__' data-cfemail='{}'>[email&#160;protected]</span>",
        cloudflare("info@acme.org")
    );
    let link = |plain: &str, text: &str| {
        format!("<a href='/cdn-cgi/l/email-protection#{}'>{text}</a>", cloudflare(plain))
    };
    check_emails(&[
        ("attribute", &span, INFO),
        ("attribute beside text", &format!("<p>Mail:{span}Tel 1</p>"), INFO),
        ("link with a text of its own", &link("info@acme.org?subject=Hi", "Write to us"), INFO),
        ("link to share", &link("?subject=Look&body=http://acme.org", "share"), NONE),
        ("a bare handle", &link("acme", "x"), NONE),
        (
            "Joomla's element",
            "<joomla-hidden-mail first='aW5mbw==' last='YWNtZS5vcmc='>protected</joomla-hidden-mail>",
            INFO,
        ),
    ]);
}

#[test]
fn text_is_read_as_it_is_seen() {
    check_emails(&[
        ("entities", "&#105;&#110;&#102;&#111;&#x40;acme&period;org", INFO),
        ("entities without semicolons", "info&#64acme&#46org", INFO),
        ("hidden letters", "info<span style=\"display:none\">NOSPAM</span>@acme.org", INFO),
        (
            "hidden by a class of the page",
            "<style>.x{display:none}</style>info<b class=x>NO</b>@acme.org",
            INFO,
        ),
        ("comments inside", "info<!-- no -->@<!-- no -->acme.org", INFO),
        (
            "written backwards",
            "<span style='direction:rtl; unicode-bidi:bidi-override'>gro.emca@ofni</span>",
            INFO,
        ),
        ("written backwards, style elsewhere", "<span class=r>gro.emca@ofni</span>", INFO),
        ("break opportunities", "info@<wbr>acme&shy;.org", INFO),
        ("split by tags", "<b>info</b><i>@</i><span>acme</span>.org", INFO),
        ("a number before the link", "Fax 0111 462769<a href=/x>info@acme.org</a>", INFO),
        (
            "neighbours",
            "<td>info@acme.org</td><td>Tel</td><div>a@acme.org</div>Fax",
            &["a@acme.org", "info@acme.org"],
        ),
        ("another script", "info@пример.рф", &["info@xn--e1afmkfd.xn--p1ai"]),
        ("apostrophe and plus", "o'neil+web@acme.org", &["o'neil+web@acme.org"]),
        ("a picture for the sign", "info<img src=/img/at.gif alt='@'>acme.org", INFO),
        ("a ruler", "E-mail:_________Info@acme.org", INFO),
        (
            "a script of the page is no text",
            "<script>/* a@b.com */</script><style>b@c.com{}</style><!-- d@e.com -->",
            NONE,
        ),
    ]);
}

#[test]
fn addresses_in_words_are_read() {
    for html in [
        "info [at] acme [dot] org",
        "info(at)acme.org",
        "info(a)acme.org",
        "E-mail:_________Info(@)acme.org",
        "E-mail: info at acme dot org",
        "<noscript>info at acme dot org</noscript>",
        "info [ät] acme [punkt] org",
        "info (arroba) acme.org",
        "Email: info @ acme.org",
        "info [arobase] acme [point] fr".replace("acme [point] fr", "acme [point] org").as_str(),
        "info &lt;at&gt; acme.org",
        "<span>info</span> <span>[at]</span> <span>acme.org</span>",
        r#"<script type="application/ld+json">{"email":"info(at)acme.org"}</script>"#,
    ] {
        assert_eq!(emails(html), INFO, "{html}");
    }
}

#[test]
fn scripts_that_put_addresses_together_are_read() {
    check_emails(&[
        (
            "Joomla's cloak",
            "<script>var prefix='&#109;a'+'i&#108;'+'&#116;o';var addy5='&#105;nf&#111;'+'&#64;';addy5=addy5+'acme'+'&#46;'+'org';document.write('<a '+'href='+'\\''+prefix+':'+addy5+'\\'>');</script>",
            INFO,
        ),
        (
            "Joomla's cloak inside a link",
            "<a href=\"mailto:<script language='JavaScript'>var addy='info'+'&#64;';addy=addy+'acme'+'&#46;'+'org';document.write(addy);</script>\">x</a>",
            INFO,
        ),
        ("ROT13 in an attribute", "<span data-rot13='vasb@npzr.bet'>x</span>", INFO),
        (
            "ROT13 written",
            "<script>document.write(\"<n uers=\\\"znvygb:vasb@npzr.bet\\\">\".replace(/[a-zA-Z]/g,function(c){return String.fromCharCode((c<=\"Z\"?90:122)>=(c=c.charCodeAt(0)+13)?c:c-26);}));</script>",
            INFO,
        ),
        ("base64", "<script>document.write(atob(\"aW5mb0BhY21lLm9yZw==\"))</script>", INFO),
        ("two attributes", "<a data-user='info' data-domain='acme.org' href='#'>x</a>", INFO),
        (
            "character codes",
            "<script>document.write(String.fromCharCode(105,110,102,111,64,97,99,109,101,46,111,114,103))</script>",
            INFO,
        ),
        ("percent codes", "<script>document.write(unescape('%69%6e%66%6f%40acme.org'))</script>", INFO),
        (
            "a function for it",
            "<a href=\"javascript:linkTo_UnCryptMailto('nbjmup+jogpAbdnf/psh');\">x</a>",
            INFO,
        ),
        ("a handler", "<a href='#' onclick=\"location.href='mai'+'lto:info'+'@acme.org'\">x</a>", INFO),
        (
            "variables",
            "<script>var u='info';var d='acme'+'.org';document.write('<a href=\"mailto:'+u+'@'+d+'\">x</a>')</script>",
            INFO,
        ),
        ("reversed", "<script>document.write('gro.emca@ofni'.split('').reverse().join(''))</script>", INFO),
    ]);
}

#[test]
fn structured_data_is_read_however_broken() {
    check_emails(&[
        (
            "comments and a semicolon",
            "<script type='application/ld+json'>//<![CDATA[\n{\"@type\":\"Organization\",\"email\":\"mailto:info@acme.org\"};\n//]]></script>",
            INFO,
        ),
        (
            "nested",
            "<script type='application/ld+json'>{\"@graph\":[{\"contactPoint\":[{\"email\":\"info@acme.org\"}]}]}</script>",
            INFO,
        ),
        (
            "microdata",
            "<div itemscope itemtype='http://schema.org/Organization'><meta itemprop=email content='info@acme.org'></div>",
            INFO,
        ),
        ("hCard", "<div class=vcard><a class=email href='mailto:info@acme.org'>write</a></div>", INFO),
        (
            "RDFa",
            "<div typeof='schema:Organization'><span property='schema:email'>info@acme.org</span></div>",
            INFO,
        ),
        ("meta", "<meta property='og:email' content='info@acme.org'>", INFO),
    ]);
}

#[test]
fn what_looks_like_an_address_is_not_reported() {
    for html in [
        "logo@2x.png icon@3x.webp <img src='a@2x.png' srcset='b@3x.webp 3x'>",
        "<script>Sentry.init({dsn:'https://4bcb0a1fd0c94d8e9d3a7b1c2d3e4f50@o123.ingest.sentry.io/1'})</script>",
        "<script>var x='605a7baede844d278b89dc95ae0a9123@sentry-next.wixpress.com'</script>",
        "<input placeholder='lojzo@gmail.com'> <input value='email@website.com' title='lojzo@gmail.com'> tu@email.aquí",
        "<script>{\"placeholder\":\"you@example.com\",\"sample\":\"johndoe@domain.com\"}</script>",
        "git@github.com:acme/site.git jquery@3.5.1.min @scope/pkg@1.2.media",
        "<script src='https://cdn.net/npm/bootstrap@5.3.0/dist/js/app.js'></script> npm/bootstrap@5.3.0/dist/js/app.js",
        "portada @24horas.cl <a href='https://www.tiktok.com/@acme.video'>tiktok.com/@acme.video</a>",
        "<a href='http://user:pass@host.com/'>x</a> <a href=\"http://biuro@rriuk.com\">x</a>",
        "Contact Us At 911PlumbingService.com. California at Berkeley. He",
        "Call us at 1.800.488.4066 or visit our page at www.avast.com",
        "info@aiyarathairestaurant",
        "debi...@lists.debian.org j***@acme.org [email&#160;protected]",
        "boost@50Hz 25W@8ohm.load",
        "<!-- //Rating@Mail.ru counter -->",
    ] {
        assert_eq!(emails(html), NONE, "{html}");
    }
}

#[test]
fn a_script_s_own_addresses_count_when_they_are_the_site_s() {
    assert_eq!(
        emails("<script>var c={\"email\":\"info@acme.org\",\"vendor\":\"help@vendor.com\"}</script>"),
        INFO
    );
}

#[test]
fn profiles_are_canonical_and_shares_are_not_reported() {
    let html = r##"<a href="https://www.facebook.com/AcmeInc/">f</a><a href="//www.instagram.com/x/?hl=en">i</a>
        <a href="https://twitter.com/#!/ActiveMobilityC">t</a><a href="https://mobile.twitter.com/activemobilityc">t</a>
        <a href="https://www.facebook.com/sharer.php?u=https://acme.org">s</a><a href="https://twitter.com/home?status=x">s</a>
        <a href="https://twitter.com/someone/status/1">tweet</a><a href="https://www.youtube.com/watch?v=1">v</a>
        <iframe src="https://www.youtube.com/embed/x"></iframe><a href="https://notfacebook.com/acme">n</a>"##;
    let mut found: Vec<_> = page(html).socials.into_iter().map(|social| social.url).collect();
    found.sort();
    let expected =
        ["https://www.facebook.com/AcmeInc", "https://www.instagram.com/x", "https://x.com/ActiveMobilityC"];
    assert_eq!(found, expected);
}

#[test]
fn every_value_says_how_it_was_found() {
    let found = page(
        "<p>Write to <a href='mailto:info@acme.org'>info@acme.org</a> or call.</p><p>sales [at] acme.org",
    );
    let json = serde_json::to_value(&found).unwrap_or_default();
    assert_eq!(json["emails"][0]["source"], "mailto");
    assert_eq!(json["emails"][0]["context"], "Write to info@acme.org or call.");
    assert_eq!(json["emails"][1]["source"], "deobfuscated");
    assert_eq!(json["organisation"], serde_json::Value::Null);
    assert!(json.get("warnings").is_none());
}

#[test]
fn bytes_are_believed_before_the_declared_charset() {
    let html = "<meta charset=windows-1251><title>x</title><p>Żółć © 2024 Łódź Sp. z o.o.".as_bytes();
    let options = Options { charset: Some("windows-1250".into()), ..Options::default() };
    let name = extract(html, &options).organisation.map(|organisation| organisation.name);
    assert_eq!(name.as_deref(), Some("Łódź Sp. z o.o."));
}
