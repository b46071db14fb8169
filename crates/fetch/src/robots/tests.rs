//! Each rule of RFC 9309, and each reading of Google's crawler where the RFC leaves room, as one sentence.

use proptest::prelude::*;

use super::*;

/// Whether `agent` may fetch the path, with the file's lines given one by one.
fn may(lines: &str, agent: &str, path: &str) -> bool {
    Robots::parse(lines.as_bytes(), agent).allows(path).allowed
}

fn check(lines: &str, agent: &str, path: &str, want: bool) {
    assert_eq!(may(lines, agent, path), want, "{agent} on {path} under:\n{lines}");
}

#[test]
fn an_empty_file_allows_everything() {
    check("", "FooBot", "/", true);
    check("", "FooBot", "", true);
    check("# nothing but words\n\n", "FooBot", "/x", true);
}

#[test]
fn an_agent_without_a_name_matches_no_named_group() {
    check("user-agent: FooBot\ndisallow: /\n", "", "/", true);
    check("user-agent: FooBot\ndisallow: /\n", "FooBot", "", false);
    check("user-agent:\ndisallow: /\n", "", "/", true);
}

#[test]
fn keys_are_read_in_any_case_with_or_without_their_colon() {
    for lines in [
        "user-agent: FooBot\ndisallow: /\n",
        "USER-AGENT: FooBot\nDISALLOW: /\n",
        "user-agent FooBot\ndisallow /\n",
        "user-agent:FooBot\ndisallow:/\n",
        " \tuser-agent \t:\t FooBot \ndisallow : / \n",
        "useragent: FooBot\ndisalow: /\n",
        "user agent: FooBot\ndissallow: /\n",
        "User-agent:\tFooBot\r\nDiasllow: /\r\n",
    ] {
        check(lines, "FooBot", "/x/y", false);
        check(lines, "BarBot", "/x/y", true);
    }
}

#[test]
fn words_that_are_no_keys_mean_nothing() {
    check("foo: FooBot\nbar: /\n", "FooBot", "/x", true);
    check("user-agent FooBot here\ndisallow: /\n", "FooBot", "/x", true);
    check("user-agent: FooBot\ndisallow /a /b\n", "FooBot", "/a", true);
}

#[test]
fn a_group_may_name_several_agents() {
    let lines = "user-agent: A\nuser-agent: B\ndisallow: /x\n\nuser-agent: C\ndisallow: /y\n";
    for agent in ["A", "B"] {
        check(lines, agent, "/x", false);
        check(lines, agent, "/y", true);
    }
    check(lines, "C", "/x", true);
    check(lines, "C", "/y", false);
}

#[test]
fn other_lines_and_blank_ones_do_not_end_a_list_of_agents() {
    for between in
        ["Sitemap: https://a.example/s.xml", "Crawl-delay: 5", "Unknown: x", "", "# words", "Host: a.example"]
    {
        let lines = format!("User-agent: A\n{between}\nUser-agent: B\nDisallow: /x\n");
        check(&lines, "A", "/x", false);
        check(&lines, "B", "/x", false);
    }
}

#[test]
fn an_empty_rule_ends_a_list_of_agents() {
    let lines = "User-agent: A\nDisallow:\nUser-agent: B\nDisallow: /\n";
    check(lines, "A", "/x", true);
    check(lines, "B", "/x", false);
}

#[test]
fn rules_before_any_agent_belong_to_nobody() {
    check("disallow: /x\nuser-agent: A\nallow: /\n", "A", "/x", true);
    check("disallow: /\n", "A", "/x", true);
    check("disallow: /\nuser-agent: A\ndisallow: /x\n", "A", "/y", true);
}

#[test]
fn groups_of_one_agent_are_one_group() {
    let lines = "user-agent: A\ndisallow: /x\nuser-agent: B\ndisallow: /z\nuser-agent: a\ndisallow: /y\n";
    check(lines, "A", "/x", false);
    check(lines, "A", "/y", false);
    check(lines, "A", "/z", true);
}

#[test]
fn agents_are_compared_by_their_product_token_in_any_case() {
    for name in [
        "FooBot",
        "FOOBOT",
        "foobot",
        "FooBot/1.2",
        "FooBot/1.2 (+https://foo.example)",
        "FooBot *",
        "FooBot bar",
    ] {
        check(&format!("User-Agent: {name}\nDisallow: /\n"), "FooBot", "/x", false);
        check(&format!("User-Agent: {name}\nDisallow: /\n"), "foobot/9.9 (x)", "/x", false);
        check(&format!("User-Agent: {name}\nDisallow: /\n"), "FooBotNews", "/x", true);
        check(&format!("User-Agent: {name}\nDisallow: /\n"), "Foo", "/x", true);
    }
    check("User-Agent: *\nDisallow: /\nUser-Agent: Foo Bar\nAllow: /x/\nDisallow: /\n", "Foo", "/x/y", true);
    check(
        "User-Agent: *\nDisallow: /\nUser-Agent: Foo Bar\nAllow: /x/\nDisallow: /\n",
        "Foo Bar",
        "/x/y",
        false,
    );
    check("User-agent: Foo_Bot-News\nDisallow: /\n", "foo_bot-news", "/x", false);
}

#[test]
fn the_group_for_all_counts_only_without_an_own_one() {
    let lines = "user-agent: *\ndisallow: /x\nuser-agent: FooBot\ndisallow: /y\n";
    check(lines, "FooBot", "/x", true);
    check(lines, "FooBot", "/y", false);
    check(lines, "BarBot", "/x", false);
    check("user-agent: *\ndisallow: /\nuser-agent: FooBot\n", "FooBot", "/x", true);
    check("user-agent: FooBot\ndisallow: /y\nuser-agent: *\ndisallow: /x\n", "FooBot", "/x", true);
    check("user-agent: * all of you\ndisallow: /\n", "FooBot", "/x", false);
    check("user-agent: *bot\ndisallow: /\n", "FooBot", "/x", true);
}

#[test]
fn the_longest_rule_wins_and_allow_wins_a_tie() {
    let group = |rules: &str| format!("user-agent: FooBot\n{rules}\n");
    let cases = [
        ("disallow: /x/page.html\nallow: /x/", "/x/page.html", false),
        ("allow: /x/page.html\ndisallow: /x/", "/x/page.html", true),
        ("allow: /x/page.html\ndisallow: /x/", "/x/", false),
        ("disallow:\nallow:", "/x/page.html", true),
        ("disallow: /\nallow: /", "/x/page.html", true),
        ("disallow: /x\nallow: /x/", "/x", false),
        ("disallow: /x\nallow: /x/", "/x/", true),
        ("disallow: /x/page.html\nallow: /x/page.html", "/x/page.html", true),
        ("allow: /page\ndisallow: /*.html", "/page.html", false),
        ("allow: /page\ndisallow: /*.html", "/page", true),
        ("allow: /x/page.\ndisallow: /*.html", "/x/page.html", true),
        ("disallow: /x/page.\nallow: /*.html", "/x/page.html", false),
        ("allow: /$\ndisallow: /", "/", true),
        ("allow: /$\ndisallow: /", "/page.html", false),
    ];
    for (rules, path, want) in cases {
        check(&group(rules), "FooBot", path, want);
    }
}

#[test]
fn paths_are_compared_case_sensitively() {
    check("user-agent: *\ndisallow: /X/\n", "FooBot", "/x/y", true);
    check("user-agent: *\ndisallow: /x/\n", "FooBot", "/x/y", false);
}

#[test]
fn stars_stand_for_anything_and_a_final_dollar_for_the_end() {
    let check = |rule: &str, path: &str, want: bool| {
        let lines = format!("user-agent: *\ndisallow: {rule}\n");
        assert_eq!(!may(&lines, "FooBot", path), want, "{rule} on {path}");
    };
    for path in ["/fish", "/fish.html", "/fish/salmon.html", "/fishheads", "/fish.php?id=anything"] {
        check("/fish", path, true);
        check("/fish*", path, true);
    }
    for path in ["/Fish.asp", "/catfish", "/?id=fish", "/desert/fish"] {
        check("/fish", path, false);
        check("/fish*", path, false);
    }
    check("/fish/", "/fish/salmon", true);
    check("/fish/", "/fish", false);
    check("/*.php", "/folder/any.php.file.html", true);
    check("/*.php", "/windows.PHP", false);
    check("/*.php$", "/folder/filename.php", true);
    check("/*.php$", "/filename.php?parameters", false);
    check("/*.php$", "/filename.php5", false);
    check("/fish*.php", "/fishheads/catfish.php?parameters", true);
    check("/fish*.php", "/Fish.PHP", false);
    check("*/test", "/any/test", true);
    check("*", "/", true);
    check("/foo*$", "/foobar", true);
    check("/a$b", "/a$b", true);
    check("/a$b", "/a", false);
    check("/a*a$", "/a", false);
    check("/a*a$", "/aa", true);
    check("/*a*a*b", "/aaaaab", true);
    check("/**//**", "/x//y", true);
    check("$", "/", false);
    check("/hide?", "/hide?x=1", true);
    check("/hide?", "/hide", false);
}

#[test]
fn a_value_may_hold_spaces_and_ends_at_a_comment() {
    check("user-agent: FooBot # that is us\ndisallow: /x # not here\n", "FooBot", "/x", false);
    check("user-agent: FooBot\ndisallow: /x#y\n", "FooBot", "/x", false);
    check("user-agent: FooBot\ndisallow: /a b\n", "FooBot", "/a", true);
}

#[test]
fn encodings_of_the_same_path_are_the_same() {
    let lines = |rule: &str| format!("User-agent: FooBot\nDisallow: /\nAllow: {rule}\n");
    check(
        &lines("/foo/bar?qux=taz&baz=http://foo.bar?tar&par"),
        "FooBot",
        "/foo/bar?qux=taz&baz=http://foo.bar?tar&par",
        true,
    );
    check(&lines("/foo/bar/\u{30c4}"), "FooBot", "/foo/bar/%E3%83%84", true);
    check(&lines("/foo/bar/%E3%83%84"), "FooBot", "/foo/bar/%E3%83%84", true);
    check(&lines("/foo/bar/%e3%83%84"), "FooBot", "/foo/bar/%E3%83%84", true);
    // As octets these two differ; as URLs (below) they do not.
    check(&lines("/foo/bar/%62%61%7A"), "FooBot", "/foo/bar/baz", false);
    check(&lines("/foo/bar/%62%61%7A"), "FooBot", "/foo/bar/%62%61%7A", true);
}

#[test]
fn urls_are_compared_by_what_their_encodings_mean() {
    let check = |rule: &str, url: &str, want: bool| {
        let robots = Robots::parse(format!("User-agent: *\nDisallow: {rule}\n").as_bytes(), "FooBot");
        let url = Url::parse("https://a.example").unwrap().join(url).unwrap();
        assert_eq!(!robots.allows_url(&url).allowed, want, "{rule} on {url}");
    };
    check("/foo/bar/%62%61%7A", "/foo/bar/baz", true);
    check("/foo/bar/baz", "/foo/bar/%62%61%7A", true);
    check("/\u{30c4}", "/%e3%83%84/x", true);
    check("/%E3%83%84", "/\u{30c4}/x", true);
    check("/a b", "/a%20b", true);
    check("/a%2Fb", "/a/b", false);
    check("/path/file-with-a-%2A.html", "/path/file-with-a-*.html", true);
    check("/path/file-with-a-%2A.html", "/path/file-with-a-b.html", false);
    check("/path/foo-%24", "/path/foo-$", true);
    check("/x$", "/x#fragment", true);
    check("/search?q=", "/search?q=1", true);
    check("/50%", "/50%25", true);
}

#[test]
fn allowing_an_index_page_allows_its_directory() {
    let lines = "User-Agent: *\nAllow: /allowed-slash/index.html\nDisallow: /\n";
    check(lines, "foobot", "/allowed-slash/", true);
    check(lines, "foobot", "/allowed-slash/index.htm", false);
    check(lines, "foobot", "/allowed-slash/index.html", true);
    check(lines, "foobot", "/allowed-slash/other", false);
    check(lines, "foobot", "/anyother-url", false);
    check("User-Agent: *\nDisallow: /x/index.html\n", "foobot", "/x/", true);
}

#[test]
fn a_file_always_allows_itself() {
    check("User-agent: *\nDisallow: /\n", "FooBot", "/robots.txt", true);
    check("User-agent: *\nDisallow: /\n", "FooBot", "/robots.txt?x", false);
}

#[test]
fn lines_end_by_lf_cr_or_both() {
    for end in ["\n", "\r", "\r\n"] {
        let lines =
            ["User-Agent: foo", "Allow: /some/path", "User-Agent: bar", "", "", "Disallow: /"].join(end);
        check(&lines, "foo", "/x", true);
        check(&lines, "bar", "/x", false);
    }
}

#[test]
fn a_byte_order_mark_is_skipped_even_a_broken_one() {
    let starts: [(&[u8], bool); 5] = [
        (b"\xEF\xBB\xBF", true),
        (b"\xEF\xBB", true),
        (b"\xEF", true),
        (b"\xEF\x11\xBF", false),
        (b"\xBF", false),
    ];
    for (start, read) in starts {
        let file = [start, b"User-Agent: foo\nDisallow: /\n"].concat();
        assert_eq!(!Robots::parse(&file, "foo").allows("/x").allowed, read, "{}", start.escape_ascii());
    }
    check("User-Agent: foo\n\u{feff}Disallow: /\n", "foo", "/x", true);
}

#[test]
fn a_file_in_utf_16_is_read_if_it_says_so() {
    let text = "\u{feff}User-agent: *\r\nDisallow: /x\u{e9}\r\n";
    let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    for file in [&little[..], &big[..], &little[..little.len() - 1]] {
        assert!(!Robots::parse(file, "FooBot").allows("/x%C3%A9").allowed);
    }
    assert!(Robots::parse(b"\xff\xfe", "FooBot").allows("/").allowed);
}

#[test]
fn a_flood_of_rules_is_gone_through_once() {
    let file = "User-agent: *\n".to_owned() + &"Disallow: /*a*a*a*a*b$\n".repeat(30_000);
    let robots = Robots::parse(file.as_bytes(), "FooBot");
    assert!(robots.allows(&format!("/{}", "a".repeat(500))).allowed);
    let groups = "User-agent: A\nDisallow: /\n\n".repeat(15_000) + "User-agent: *\nDisallow: /x\n";
    assert!(!Robots::parse(groups.as_bytes(), "FooBot").allows("/x").allowed);
}

#[test]
fn bytes_that_are_no_utf_8_spoil_only_their_own_line() {
    let file = b"User-agent: *\nDisallow: /\xff\xfe\nDis\xffallow: /y\nDisallow: /x\n";
    let robots = Robots::parse(file, "FooBot");
    assert!(!robots.allows("/x").allowed);
    assert!(!robots.allows("/%FF%FE").allowed);
    assert!(robots.allows("/y").allowed);
}

#[test]
fn a_page_of_html_has_no_rules() {
    let page = "<!DOCTYPE html>\n<html>\n<head><title>Disallow: /</title>\n<script>\nvar a = {\n  user: 'x',\n};\n</script>\n</head></html>";
    let robots = Robots::parse(page.as_bytes(), "FooBot");
    assert_eq!((robots.rule_count(), robots.sitemap_values().len()), (0, 0));
}

#[test]
fn a_long_line_is_cut() {
    let line =
        |start: &str, letter: &str| format!("{start}/x/{}", letter.repeat(MAX_LINE_BYTES - start.len() - 3));
    let cut = line("disallow: ", "a");
    let lines = format!("user-agent: FooBot\n{cut}/qux\n");
    let path = cut.trim_start_matches("disallow: ");
    check(&lines, "FooBot", "/fux", true);
    check(&lines, "FooBot", &format!("{path}/fux"), false);
    check(&lines, "FooBot", path.get(..path.len() - 1).unwrap(), true);
}

#[test]
fn a_long_file_is_cut_at_a_line() {
    let mut file = "User-agent: *\n".to_owned();
    let line = "Disallow: /0123456789\n";
    while file.len() + line.len() <= MAX_BYTES {
        file.push_str(line);
    }
    file.push_str("Disallow: /a\nDisallow: /b\n");
    let robots = Robots::parse(file.as_bytes(), "FooBot");
    assert!(!robots.allows("/0123456789").allowed);
    assert!(robots.allows("/b").allowed);
    // Nor is half of a line taken for a whole one: `/a` cut to `/` would forbid everything.
    assert!(robots.allows("/other").allowed);
}

#[test]
fn crawl_delay_is_read_for_the_group_that_applies() {
    let delay = |lines: &str, agent: &str| Robots::parse(lines.as_bytes(), agent).crawl_delay();
    let check = |value: &str, want: Option<u64>| {
        let lines = format!("User-agent: *\nCrawl-delay: {value}\nDisallow: /x\n");
        assert_eq!(delay(&lines, "A"), want.map(Duration::from_millis), "{value}");
    };
    check("10", Some(10_000));
    check("0.5", Some(500));
    check("1,5", Some(1_500));
    check("10s", Some(10_000));
    check("2 # seconds", Some(2_000));
    check("999999999999999999999", Some(86_400_000));
    check("-1", None);
    check("fast", None);
    check("", None);
    check("1.2.3", None);
    let lines = "User-agent: *\nCrawl-delay: 10\nUser-agent: A\nCrawl-delay: 1\nCrawl-delay: 3\nAllow: /\n";
    // The first line does not end the list of agents: both groups are one, and A has its own.
    assert_eq!(delay(lines, "A"), Some(Duration::from_secs(3)));
    let lines = "User-agent: *\nDisallow: /x\nCrawl-delay: 10\nUser-agent: A\nDisallow: /y\n";
    assert_eq!(delay(lines, "A"), None);
    assert_eq!(delay(lines, "B"), Some(Duration::from_secs(10)));
}

#[test]
fn sitemaps_are_listed_whoever_they_stand_under() {
    let lines = "Sitemap: https://a.example/1.xml\nUser-agent: X\nDisallow: /\nSITEMAP:/2.xml\n\
        site-map: https://cdn.example/3.xml.gz\nSitemap https://a.example/4.xml\nSitemap: https://a.example/1.xml\n\
        Sitemap:\nSitemap: ftp://a.example/5.xml\nSitemap: //b.example/6.xml # comment\nsitemap: 7.xml";
    let robots = Robots::parse(lines.as_bytes(), "FooBot");
    let base = Url::parse("https://www.a.example/robots.txt").unwrap();
    let found: Vec<String> = robots.sitemaps(&base).iter().map(ToString::to_string).collect();
    assert_eq!(
        found,
        [
            "https://a.example/1.xml",
            "https://www.a.example/2.xml",
            "https://cdn.example/3.xml.gz",
            "https://a.example/4.xml",
            "https://b.example/6.xml",
            "https://www.a.example/7.xml"
        ]
    );
}

#[test]
fn a_verdict_names_the_rule_that_decided() {
    let robots = Robots::parse(b"User-agent: *\nDisallow: /private/*.html$\nAllow: /", "FooBot");
    let verdict = robots.allows("/private/a.html");
    assert_eq!((verdict.allowed, verdict.rule), (false, Some("/private/*.html$")));
    assert_eq!(robots.allows("/x").rule, Some("/"));
    assert_eq!(Robots::allow_all().allows("/x"), Verdict { allowed: true, rule: None });
    assert_eq!(Robots::disallow_all().allows("/x"), Verdict { allowed: false, rule: None });
}

#[test]
fn many_stars_cost_no_more_than_few() {
    let lines = format!("User-agent: *\nDisallow: /{}b$\n", "*a".repeat(5_000));
    check(&lines, "FooBot", &format!("/{}", "a".repeat(8_000)), true);
}

/// A match by trying every way, to hold the quick one against.
fn slow_match(pattern: &[u8], path: &[u8]) -> bool {
    match pattern {
        [] => true,
        [b'$'] => path.is_empty(),
        [b'*', rest @ ..] => (0..=path.len()).any(|skip| slow_match(rest, &path[skip..])),
        [first, rest @ ..] => {
            path.split_first().is_some_and(|(head, tail)| head == first && slow_match(rest, tail))
        }
    }
}

proptest! {
    #[test]
    fn nothing_makes_the_parser_panic(bytes in proptest::collection::vec(any::<u8>(), 0..600), path in "\\PC{0,40}") {
        let robots = Robots::parse(&bytes, "FooBot");
        let _ = robots.allows(&path);
        let _ = robots.sitemaps(&Url::parse("https://a.example/robots.txt").unwrap());
    }

    #[test]
    fn the_quick_match_agrees_with_the_plain_one(pattern in "/[ab*$]{0,7}", path in "/[ab$]{0,9}") {
        let lines = format!("User-agent: *\nDisallow: {pattern}\n");
        prop_assert_eq!(!may(&lines, "FooBot", &path), slow_match(pattern.as_bytes(), path.as_bytes()), "{} {}", pattern, path);
    }

    #[test]
    fn the_order_of_rules_changes_nothing(rules in proptest::collection::vec(("(Allow|Disallow)", "/[ab*]{0,4}"), 1..6), path in "/[ab]{0,5}") {
        let file = |rules: &[(String, String)]| {
            rules.iter().fold("User-agent: *\n".to_owned(), |file, (key, rule)| format!("{file}{key}: {rule}\n"))
        };
        let mut backwards = rules.clone();
        backwards.reverse();
        prop_assert_eq!(may(&file(&rules), "FooBot", &path), may(&file(&backwards), "FooBot", &path));
    }
}
