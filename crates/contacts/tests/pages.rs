//! Whole pages of many countries, made for this project: everything they hold is found, and nothing else.

use std::{fs, path::Path};

use contacts::{Address, Contacts, Options, extract};
use serde::Deserialize;

/// What stands beside a page, `<name>.json` beside `<name>.html`; a kind that is absent is not looked at.
#[derive(Deserialize)]
struct Expected {
    url: String,
    emails: Option<Vec<String>>,
    phones: Option<Vec<String>>,
    /// `street | postcode | town | country`.
    addresses: Option<Vec<String>>,
    socials: Option<Vec<String>>,
    organisation: Option<String>,
}

#[test]
fn pages_of_many_countries_give_their_contacts_and_nothing_else() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/html");
    let mut names: Vec<_> = fs::read_dir(&folder)
        .expect("the folder of pages")
        .map(|entry| entry.expect("a file").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .collect();
    names.sort();
    assert!(names.len() >= 13, "{} has too few pages", folder.display());
    for path in names {
        let expected: Expected =
            serde_json::from_slice(&fs::read(&path).expect("expectations")).expect("JSON of expectations");
        let html = fs::read(path.with_extension("html")).expect("a page");
        let options = Options { url: Some(expected.url.clone()), ..Options::default() };
        check(&path.display().to_string(), &extract(&html, &options), expected);
    }
}

fn check(page: &str, found: &Contacts, expected: Expected) {
    let same = |kind: &str, found: Vec<String>, expected: Option<Vec<String>>| {
        let Some(mut expected) = expected else { return };
        let mut found = found;
        found.sort();
        expected.sort();
        assert_eq!(found, expected, "{kind} of {page}");
    };
    same("emails", found.emails.iter().map(|email| email.value.clone()).collect(), expected.emails);
    same("phones", found.phones.iter().map(|phone| phone.e164.clone()).collect(), expected.phones);
    same("addresses", found.addresses.iter().map(parts).collect(), expected.addresses);
    same("socials", found.socials.iter().map(|social| social.url.clone()).collect(), expected.socials);
    if let Some(organisation) = expected.organisation {
        let name = found.organisation.as_ref().map(|organisation| organisation.name.as_str());
        assert_eq!(name, Some(organisation.as_str()), "organisation of {page}");
    }
}

fn parts(address: &Address) -> String {
    let parts = [&address.street, &address.postal_code, &address.city, &address.country];
    parts.map(|part| part.as_deref().unwrap_or_default()).join(" | ")
}
