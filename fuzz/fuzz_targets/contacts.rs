//! Any bytes are a page: extraction ends, repeats itself, and every value it reports is well-formed.

#![no_main]

use contacts::{Document, Options, extract};

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let options = Options { url: Some("https://www.acme.org/contact".into()), ..Options::default() };
    let found = extract(data, &options);
    assert_eq!(found, extract(data, &options));
    for email in &found.emails {
        let (local, domain) = email.value.rsplit_once('@').expect("an address has an @");
        assert!(!local.is_empty() && domain.contains('.') && domain.is_ascii(), "{}", email.value);
        assert!(email.context.len() <= contacts::document::MAX_CONTEXT_BYTES);
    }
    for phone in &found.phones {
        let digits = phone.e164.strip_prefix('+').expect("E.164 starts with +");
        // Germany's plan goes beyond E.164's 15 digits.
        assert!((4..=17).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit()));
    }
    for address in &found.addresses {
        assert!((0.0..=1.0).contains(&address.confidence) && !address.text.is_empty());
    }
    for social in &found.socials {
        assert!(social.url.starts_with("https://"), "{}", social.url);
    }
    let text = String::from_utf8_lossy(data);
    let document = Document::parse(&text);
    for line in &document.lines {
        assert!(document.text.get(line.start..line.end).is_some_and(|line| !line.is_empty()));
    }
});
