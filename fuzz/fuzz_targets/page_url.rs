//! Any text, normalised: never a panic, and the normal form is its own normal form.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    if let Ok(once) = model::PageUrl::parse(&text) {
        assert_eq!(model::PageUrl::parse(once.as_str()).as_ref(), Ok(&once));
        assert!(once.path_and_query().starts_with('/'));
        assert!(!once.authority().is_empty());
    }
    let _ = model::Site::parse(&text);
});
