//! Pages are told by their URLs, in many languages, and nothing is told where nothing can be.

use super::*;
use proptest::prelude::*;

mod table;

#[test]
fn the_built_in_rules_are_valid() {
    Rules::from_toml(DEFAULT_RULES).unwrap();
}

/// Checks lines of `url type depth`.
#[track_caller]
fn check(lines: &str) {
    let rules = Rules::default();
    let wrong: Vec<String> = lines
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .filter_map(|line| {
            let mut fields = line.split_ascii_whitespace();
            let (url, page_type, depth) = (fields.next()?, fields.next()?, fields.next());
            let found = rules.classify(url);
            let right = found.page_type.as_str() == page_type
                && depth.is_none_or(|depth| depth.parse() == Ok(found.depth));
            (!right).then(|| format!("{url}: expected {page_type}, got {found:?}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

fn confidence(url: &str) -> f32 {
    Rules::default().classify(url).confidence
}

#[test]
fn a_segment_that_is_the_word_beats_one_that_holds_it() {
    let order = ["/contact", "/our-contact", "/contact-berlin", "/contact-berlin-north"];
    assert!(order.windows(2).all(|two| confidence(two[0]) > confidence(two[1])));
}

#[test]
fn confidence_falls_with_depth() {
    let order = ["/contact", "/a/contact", "/a/b/contact", "/a/b/c/contact", "/a/b/c/d/contact"];
    assert!(order.windows(2).all(|two| confidence(two[0]) > confidence(two[1])));
    assert!(confidence("/contact") > confidence("/contact/berlin"));
}

#[test]
fn profiles_select_what_they_promise() {
    let rules = Rules::default();
    let selected = |url: &str| {
        let page = rules.classify(url);
        [Profile::Auto, Profile::Wide, Profile::All, Profile::None].map(|profile| page.selected(profile))
    };
    for url in ["/contact", "/de/impressum.html", "/karriere/", "/kontakt/anfahrt", "/info/contact-us"] {
        assert_eq!(selected(url), [true, true, true, false], "{url}");
    }
    for url in ["/about-us", "/ueber-uns/team", "/standorte"] {
        assert_eq!(selected(url), [false, true, true, false], "{url}");
    }
    for url in
        ["/", "/contact-lenses/", "/a/b/contact", "/blog/how-to-contact-us", "/services", "/contact-fatigue"]
    {
        assert_eq!(selected(url), [false, false, true, false], "{url}");
    }
}

#[test]
fn the_text_of_a_link_tells_what_its_url_does_not() {
    let rules = Rules::default();
    let check = |url: &str, text: &str, want: &str| {
        let found = rules.classify_link(url, text);
        assert_eq!(found.page_type.as_str(), want, "{url} {text}");
        assert_eq!(
            found.selected(Profile::Auto),
            matches!(want, "contact_root" | "legal_root"),
            "{url} {text}"
        );
    };
    check("/node/17", "Kontakt", "contact_root");
    check("/a/b/c/d/17", "Contact us", "contact_root");
    check("/?p=9", "Impressum", "legal_root");
    check("/x", "\u{41a}\u{43e}\u{43d}\u{442}\u{430}\u{43a}\u{442}\u{44b}", "contact_root");
    check("/impressum", "Kontakt", "legal_root");
    check("/x", "Contact lenses and glasses", "product");
    check("/x", "Read how you can contact us whenever you wish to talk to somebody who cares", "unknown");
    check("/contact.pdf", "Contact", "unknown");
    check("/x", "", "unknown");
}

#[test]
fn priority_follows_type_and_certainty() {
    let rules = Rules::default();
    let priority = |url| i64::from(rules.classify(url).priority_level);
    assert_eq!((priority("/contact"), priority("/team"), priority("/blog/x")), (1, 2, 3));
    assert_eq!((priority("/"), priority("/some-page"), priority("/a/b/c/d/e/contact")), (2, 3, 2));
}

#[test]
fn the_rule_that_decided_is_named() {
    let rules = Rules::default();
    assert_eq!(rules.classify("/Kontakt.html").rule, "contact_root de kontakt");
    assert_eq!(rules.classify("/2024/05/a-title").rule, "blog dated path");
    assert_eq!(rules.classify("/a-b-c").rule, "");
}

#[test]
fn a_file_of_rules_can_be_of_ones_own() {
    let own = DEFAULT_RULES.replace("\"imprint\"", "\"blurb\"");
    let rules = Rules::from_toml(&own).unwrap();
    assert_eq!(rules.classify("/blurb").page_type, PageType::LegalRoot);
    assert_eq!(rules.classify("/imprint").page_type, PageType::Unknown);
}

#[test]
fn wrong_rules_say_where_and_what_is_expected() {
    for (from, to, expected) in [
        ("[types.blog", "[types.blogs", "expected one of contact_root"),
        ("priority = 3\nsection", "priority = 4\nsection", "a priority is 1, 2 or 3"),
        ("extra_word = 0.55", "extra_word = 5.5", "scoring.extra_word is 5.5"),
        ("\"imprint\"", "\"!!\"", "types.legal_root.words.en holds \"!!\""),
        ("\"imprint\"", "\"kontakt\"", "a word can mean only one thing"),
        ("select = \"auto\"", "select = \"often\"", "unknown variant `often`"),
        ("[query]", "[queries]", "unknown field `queries`"),
        ("depth = [", "depth = [[", "the rules cannot be read"),
    ] {
        let error = Rules::from_toml(&DEFAULT_RULES.replace(from, to)).unwrap_err().to_string();
        assert!(error.contains(expected), "{to}: {error}");
    }
}

#[test]
fn profiles_have_names() {
    for name in ["auto", "wide", "all", "none"] {
        assert_eq!(name.parse::<Profile>().unwrap().to_string(), name);
    }
    let error = "most".parse::<Profile>().unwrap_err().to_string();
    assert!(error.contains("auto, wide, all or none"), "{error}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn any_text_gets_an_answer(url in ".{0,300}") {
        let rules = rules();
        let page = rules.classify(&url);
        prop_assert!((0.0..=1.0).contains(&page.confidence));
        prop_assert_eq!(page.page_type == PageType::Unknown, page.confidence == 0.0);
    }

    #[test]
    fn url_shaped_text_gets_an_answer(url in "(https?://[a-z.]{1,9})?(/[a-zA-Z0-9%._ü-]{0,12}){0,9}([?&;=][a-z0-9/%]{0,9}){0,5}") {
        let page = rules().classify(&url);
        prop_assert!((0.0..=1.0).contains(&page.confidence));
        prop_assert_eq!(page.page_type == PageType::Unknown, page.confidence == 0.0);
    }

    #[test]
    fn a_host_changes_nothing(path in "(/[a-z0-9._-]{1,12}){0,5}") {
        let whole = format!("https://example.org{path}");
        prop_assert_eq!(rules().classify(&whole), rules().classify(&path));
    }

    #[test]
    fn case_and_percent_codes_change_nothing(path in "(/[a-z0-9_-]{1,12}){1,4}") {
        let coded: String = path.bytes().map(|b| if b == b'/' { "/".into() } else { format!("%{b:02X}") }).collect();
        prop_assert_eq!(rules().classify(&coded), rules().classify(&path));
        prop_assert_eq!(rules().classify(&path.to_uppercase()), rules().classify(&path));
    }
}

fn rules() -> &'static Rules {
    static RULES: std::sync::LazyLock<Rules> = std::sync::LazyLock::new(Rules::default);
    &RULES
}
