//! The command line: what is printed where, exit codes, and words for what is wrong.

use std::io::Write as _;

use testkit::site::{Reply, Site, Web};

use crate::home::Home;

#[test]
fn extract_prints_one_json_line_a_page() {
    let home = Home::new();
    home.file(
        "a.html",
        "<title>Acme</title><p>Mail <a href='mailto:info@acme-tools.de'>us</a>, Tel. +49 30 23125017</p>",
    );
    let ran = home.run(&["extract", "a.html", "--base-url", "https://acme-tools.de/kontakt", "--region", ""]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let line = &ran.lines()[0];
    assert_eq!(line["url"], "https://acme-tools.de/kontakt");
    assert_eq!(line["emails"][0]["value"], "info@acme-tools.de");
    assert_eq!(line["emails"][0]["source"], "mailto");
    assert_eq!(line["phones"][0]["e164"], "+493023125017");
    for list in ["addresses", "socials"] {
        assert!(line[list].is_array(), "{line}");
    }
}

#[test]
fn extract_goes_on_behind_a_file_that_is_not_there() {
    let home = Home::new();
    home.file("b.html", "write to b@acme-tools.de");
    let ran = home.run(&["extract", "missing.html", "b.html"]);
    assert_eq!(ran.code, Some(1));
    assert!(ran.stderr.contains("missing.html"), "{}", ran.stderr);
    assert_eq!(ran.lines().len(), 1);
}

#[test]
fn extract_reads_standard_input() {
    let ran = Home::new().run_with_input(&["extract", "-"], b"<p>c@acme-tools.de</p>");
    assert_eq!(ran.lines()[0]["emails"][0]["value"], "c@acme-tools.de");
}

#[test]
fn parse_sitemap_streams_lines() {
    let home = Home::new();
    let xml = "<urlset><url><loc>https://a.de/x?a=1&amp;b=2</loc><lastmod>2024-05-06</lastmod><priority>0.8</priority></url>\
               <url><loc>https://a.de/y</loc></url></urlset>";
    home.file("s.xml", xml);
    let ran = home.run(&["parse-sitemap", "s.xml"]);
    let lines = ran.lines();
    assert_eq!(lines.len(), 2);
    assert_eq!(lines[0]["loc"], "https://a.de/x?a=1&b=2");
    assert_eq!(lines[0]["lastmod"], "2024-05-06");
    assert_eq!(lines[0]["priority"], 0.8);
}

#[test]
fn parse_sitemap_follows_an_index_and_a_bad_child_is_one_warning() {
    let site = Site::new("maps.localhost")
        .index("/index.xml", &["/one.xml", "/bad.xml", "/one.xml", "/index.xml"])
        .sitemap("/one.xml", &["/a", "/b"])
        .reply("/bad.xml", Reply::html("<!doctype html><title>Oops</title>"));
    let web = Web::builder().site(site).start_on_thread().expect("a web");
    let index = web.url("maps.localhost", "/index.xml");
    let home = Home::new();
    let flat = home.run(&["parse-sitemap", &index, "--allow-private-networks"]);
    assert!(flat.lines().iter().all(|line| line["sitemap"] == true), "{}", flat.stdout);
    let ran = home.run(&["parse-sitemap", "--follow", &index, "--allow-private-networks"]);
    assert_eq!(ran.code, Some(0));
    assert_eq!(ran.lines().len(), 2, "{}", ran.stdout);
    assert_eq!(ran.stderr.matches("warning:").count(), 1, "{}", ran.stderr);
    assert_eq!(web.hits("maps.localhost", "/one.xml"), 1);
}

#[test]
fn parse_sitemap_says_what_came_instead() {
    let home = Home::new();
    home.file("page.html", "<!doctype html><html><body>Not found</body></html>");
    let ran = home.run(&["parse-sitemap", "page.html"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(1), ""));
    assert!(ran.stderr.contains("HTML page instead of a sitemap"), "{}", ran.stderr);
}

#[test]
fn classify_names_type_and_rule() {
    let ran = Home::new().run(&["classify", "--json", "https://acme.de/impressum", "https://acme.de/zzz"]);
    let lines = ran.lines();
    assert_eq!(lines[0]["page_type"], "legal_root");
    assert_eq!(lines[0]["selected_by"][0], "auto");
    assert_eq!(lines[1]["page_type"], "unknown");
}

#[test]
fn wrong_usage_is_exit_code_2_and_says_what_is_right() {
    let home = Home::new();
    for (args, words) in [
        (&["scan"][..], "name one"),
        (&["scan", "info@acme.de"][..], "an e-mail address"),
        (&["scan", "acme.de", "--select", "some"][..], "auto"),
        (&["scan", "acme.de", "--output", "no/such/folder/x.csv"][..], "does not exist"),
        (&["extract", "x.html", "--region", "Germany"][..], "two letters"),
        (&["frobnicate"][..], "Usage"),
        (&["--log", "loud=[", "classify", "/x"][..], "log level"),
    ] {
        let ran = home.run(args);
        assert_eq!(ran.code, Some(2), "{args:?}: {}", ran.stderr);
        assert!(ran.stderr.contains(words), "{args:?}: {}", ran.stderr);
    }
}

#[test]
fn lists_are_read_line_by_line_and_rubbish_is_reported() {
    let home = Home::new();
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gz.write_all(b"name;Web-Site\nA;127.0.0.1:9\nB;nonsense\nC;http://127.0.0.1:9/\n").expect("gzip");
    home.file("list.csv.gz", gz.finish().expect("gzip"));
    let ran = home.run(&["scan", "--file", "list.csv.gz", "--allow-private-networks"]);
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    assert!(ran.stderr.contains("list.csv.gz:3: \"nonsense\""), "{}", ran.stderr);
    assert!(
        ran.stderr.contains("list.csv.gz:4:") && ran.stderr.contains("duplicate of line 2"),
        "{}",
        ran.stderr
    );
}

#[test]
fn completions_are_printed_for_every_shell() {
    for shell in ["bash", "zsh", "fish"] {
        let ran = Home::new().run(&["completions", shell]);
        assert!(ran.code == Some(0) && ran.stdout.contains("sitelode"), "{shell}");
    }
}

#[test]
fn a_second_process_on_the_same_data_is_told_so() {
    let home = Home::new();
    let web = Web::builder()
        .site(Site::new("slow.localhost").otherwise(Reply::silence()))
        .start_on_thread()
        .expect("a web");
    let url = web.url("slow.localhost", "/");
    let mut first = testkit::process::Program::new(env!("CARGO_BIN_EXE_sitelode"))
        .args(["scan", &url, "--allow-private-networks"])
        .folder(home.folder.path())
        .start()
        .expect("the first starts");
    first
        .wait_until("the first asks", std::time::Duration::from_secs(20), || web.total("slow.localhost") > 0)
        .expect("asks");
    let second = home.run(&["scan", &url, "--allow-private-networks"]);
    assert_eq!(second.code, Some(3), "{}", second.stderr);
    assert!(second.stderr.contains("in use by another process"), "{}", second.stderr);
}

#[test]
fn the_database_is_checked_backed_up_restored_and_exported() {
    let home = Home::new();
    let web = Web::builder().site(Site::new("g.localhost").generated(8)).start_on_thread().expect("a web");
    home.scan(&["--select", "all", &web.url("g.localhost", "/")]);
    assert_eq!(home.run(&["db", "check"]).stdout, "ok\n");
    assert_eq!(home.run(&["db", "backup", "copy.db"]).code, Some(0));
    assert_eq!(home.run(&["db", "backup", "copy.db"]).code, Some(3), "an existing file is kept");
    let before = home.run(&["db", "export", "-"]).stdout;
    assert!(before.lines().count() > 8, "{before}");
    std::fs::remove_dir_all(home.folder.path().join("sitelode-data")).expect("the data are lost");
    let restored = home.run(&["db", "restore", "copy.db"]);
    assert_eq!(restored.code, Some(0), "{}", restored.stderr);
    assert_eq!(home.run(&["db", "export", "-"]).stdout, before);
}
