//! The judge: what a disturbed run has left is what an undisturbed one leaves, and nothing contradicts itself.

use std::collections::BTreeMap;
use std::time::Duration;

use testkit::rows;
use testkit::site::{Hit, Web};

use super::place::Place;
use super::world::{DELAY, World};
use crate::home::Home;

/// What is to be the same, by name.
const SAME: [(&str, &str); 5] = [
    (
        "domains",
        "SELECT domain || ' ' || COALESCE(sitemap_analysis_status, '-') || ' ' || COALESCE(sitemap_analysis_error, '') \
         || ' files ' || CAST(sitemap_file_count AS TEXT) || ' pages ' || CAST(page_count AS TEXT) || ' contacts ' \
         || CAST(contact_count AS TEXT) FROM domains ORDER BY domain",
    ),
    (
        "sitemap files",
        "SELECT url || ' ' || COALESCE(sitemap_type, '-') || ' ' || sitemap_curation_status || ' ' \
         || COALESCE(sitemap_import_status, '-') || ' ' || COALESCE(sitemap_import_error, '') || ' urls ' \
         || CAST(url_count AS TEXT) || ' new ' || CAST(new_count AS TEXT) || ' duplicate ' \
         || CAST(duplicate_count AS TEXT) || ' rejected ' || CAST(rejected_count AS TEXT) FROM sitemap_files ORDER BY url",
    ),
    (
        "pages",
        "SELECT url || ' ' || page_type || ' ' || page_curation_status || ' ' || COALESCE(page_processing_status, '-') \
         || ' ' || COALESCE(page_processing_error, '') || ' ' || COALESCE(CAST(http_status AS TEXT), '-') || ' ' \
         || COALESCE(title, '-') || ' contacts ' || CAST(contact_count AS TEXT) FROM pages ORDER BY url",
    ),
    (
        "contacts",
        "SELECT pages.url || ' ' || kind || ' ' || value || ' ' || source FROM contacts JOIN pages \
         ON pages.domain_id = contacts.domain_id AND pages.id = contacts.page_id ORDER BY pages.url, kind, value",
    ),
    (
        "finished jobs",
        "SELECT queue || ' ' || state || ' ' || CAST(count(*) AS TEXT) FROM job_history GROUP BY queue, state \
         ORDER BY queue, state",
    ),
];

/// What must not be there at the end: a sentence, and a query for it.
const NEVER: [(&str, &str); 4] = [
    ("a job is left", "SELECT queue || ' ' || state || ' ' || CAST(id AS TEXT) FROM jobs"),
    (
        "a record had two jobs",
        "SELECT subject_kind || ' ' || CAST(subject_id AS TEXT) || ' ' || queue FROM job_history \
         WHERE subject_id IS NOT NULL GROUP BY subject_kind, subject_id, domain_id, queue HAVING count(*) > 1",
    ),
    (
        "the minutes do not add up to what is finished, in queue",
        "SELECT queue FROM (SELECT queue, complete + failed AS jobs FROM job_minutes UNION ALL \
         SELECT queue, -1 FROM job_history WHERE state IN ('complete', 'failed')) AS both_sides \
         GROUP BY queue HAVING sum(jobs) <> 0",
    ),
    (
        "a job was claimed less often than it ended",
        "SELECT CAST(id AS TEXT) FROM job_history WHERE fence < 1 + (SELECT count(*) FROM job_attempts \
         WHERE job_attempts.job_id = job_history.id) AND state = 'complete'",
    ),
];

/// The shortest time between two requests that the sites may see as shorter than it was: messages overtake nobody, but
/// one may be noticed late.
const NOTICED_LATE: Duration = Duration::from_secs(1);

/// What a run found, by name.
pub(crate) type Found = BTreeMap<&'static str, Vec<String>>;

/// Reads what a run found.
pub(crate) fn found(location: &str) -> Result<Found, String> {
    let read = |(name, query): &(&'static str, &'static str)| {
        rows(location, query).map(|rows| (*name, rows)).map_err(|error| format!("{name}: {error}"))
    };
    SAME.iter().map(read).collect()
}

/// Everything that is wrong with a run that has ended.
pub(crate) fn judge(place: &Place, world: &World) -> Vec<String> {
    let location = &*place.location();
    let calm = &world.calm;
    let mut problems = impolite(&world.web);
    match found(location) {
        Ok(disturbed) => {
            for (name, rows) in calm {
                differences(name, rows, &disturbed[name], &mut problems);
            }
        }
        Err(error) => problems.push(error),
    }
    for (sentence, query) in NEVER {
        match rows(location, query) {
            Ok(rows) => problems.extend(rows.iter().map(|row| format!("{sentence}: {row}"))),
            Err(error) => problems.push(format!("{sentence}: {error}")),
        }
    }
    let home = Home::new();
    let [option, value] = place.arguments();
    let checked = home.run(&["db", "check", &option, &value]);
    if checked.stdout != "ok\n" {
        problems.push(format!("db check: {}{}", checked.stdout, checked.stderr));
    }
    problems
}

fn differences(name: &str, calm: &[String], disturbed: &[String], problems: &mut Vec<String>) {
    const SHOWN: usize = 10;
    let missing = calm.iter().filter(|row| !disturbed.contains(row)).map(|row| format!("missing {row}"));
    let surplus = disturbed.iter().filter(|row| !calm.contains(row)).map(|row| format!("surplus {row}"));
    let different: Vec<String> = missing.chain(surplus).take(SHOWN).collect();
    if !different.is_empty() {
        problems.push(format!("{name} differ: {}", different.join("; ")));
    } else if calm.len() != disturbed.len() {
        problems.push(format!("{name}: {} rows instead of {}", disturbed.len(), calm.len()));
    }
}

/// What the sites have to say of politeness: no two nodes on one host at a time, nobody faster than allowed.
fn impolite(web: &Web) -> Vec<String> {
    web.hosts().iter().flat_map(|host| impolite_to(host, web.log(host))).collect()
}

fn impolite_to(host: &str, mut hits: Vec<Hit>) -> Vec<String> {
    let mut problems = Vec::new();
    hits.sort_by_key(|hit| hit.started);
    for two in hits.windows(2) {
        let [first, second] = two else { continue };
        let who = |hit: &Hit| hit.header("user-agent").unwrap_or("nobody").to_owned();
        let (one, other) = (who(first), who(second));
        // Of one node a connection that was cut may be noticed late; two nodes are kept apart by their leases.
        let late = if one == other { NOTICED_LATE } else { Duration::ZERO };
        if first.ended.is_none_or(|ended| ended > second.started + late) {
            problems.push(format!("{host}: {} by {other} during {} by {one}", second.target, first.target));
        }
    }
    // Over many requests: what is noticed late here and there does not add up.
    for from in 0..hits.len() {
        for to in from + 1..hits.len() {
            let least = DELAY * u32::try_from(to - from).unwrap_or(u32::MAX);
            let took = hits[to].started.saturating_sub(hits[from].started);
            if took + NOTICED_LATE < least {
                problems.push(format!("{host}: {} requests in {took:?}, at least {least:?}", to - from));
                return problems;
            }
        }
    }
    problems
}
