//! The sample sites of the demo give exactly the contacts that they were made with.

use std::collections::BTreeSet;

use serde_json::Value;
use testkit::samples::{self, Sample};
use testkit::site::Web;

use crate::home::{Home, values};

#[test]
fn every_sample_site_gives_its_contacts_and_nothing_else() {
    let web = Web::builder().sites(samples::sites()).start_on_thread().expect("a web");
    let mut wrong = Vec::new();
    for sample in samples::all() {
        let home = Home::new();
        let summary = home.scan(&["--select", "all", &web.url(sample.host, "/")]);
        compare(sample, &summary, &mut wrong);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn compare(sample: &Sample, summary: &Value, wrong: &mut Vec<String>) {
    let expected = sample.expected();
    for (kind, expected) in
        [("email", &expected.emails), ("phone", &expected.phones), ("social", &expected.socials)]
    {
        let expected: BTreeSet<String> = expected.iter().cloned().collect();
        let found: BTreeSet<String> = values(summary, kind).into_iter().collect();
        let mut note =
            |what: &str, value: &String| wrong.push(format!("{}: {kind} {what}: {value}", sample.host));
        expected.difference(&found).for_each(|value| note("missing", value));
        found.difference(&expected).for_each(|value| note("too much", value));
    }
    let found = values(summary, "address");
    for address in &expected.addresses {
        let parts = [&address.street, &address.postal_code, &address.city];
        if !found.iter().any(|found| parts.iter().all(|part| found.contains(part.as_str()))) {
            wrong.push(format!("{}: address missing: {address:?} among {found:?}", sample.host));
        }
    }
    if found.len() != expected.addresses.len() {
        wrong.push(format!("{}: {} addresses: {found:?}", sample.host, found.len()));
    }
}
