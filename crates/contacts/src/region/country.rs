//! Countries by their ISO 3166-1 code, and the names under which pages write them.

use std::{collections::HashMap, fmt, sync::LazyLock};

use foldhash::fast::RandomState;
use rlibphonenumber::{PHONE_NUMBER_UTIL, Region};

use super::fold::fold;

/// A country, by its ISO 3166-1 alpha-2 code.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Country([u8; 2]);

/// The table of names; its head says where they come from.
const TABLE: &str = include_str!("countries.tsv");

/// Longest name in the table, in bytes, with room for an article or an abbreviation's dots.
const MAX_NAME_BYTES: usize = 64;

/// Comparable name to country.
static NAMES: LazyLock<HashMap<String, Country, RandomState>> = LazyLock::new(|| {
    let mut names = HashMap::default();
    for row in TABLE.lines().filter(|row| !row.starts_with('#')) {
        let mut columns = row.split('\t');
        let Some(country) = columns.next().and_then(Country::parse) else { continue };
        let all = columns.nth(1).unwrap_or_default();
        names.extend(all.split('|').map(|name| (comparable(name), country)));
    }
    names
});

/// Top-level domains that say a country by another code than its own, or a region or city of one.
/// IANA root zone database.
#[rustfmt::skip]
const OTHER_DOMAINS: &[(&str, &str)] = &[
    ("amsterdam", "NL"), ("barcelona", "ES"), ("bayern", "DE"), ("berlin", "DE"), ("boston", "US"),
    ("brussels", "BE"), ("bzh", "FR"), ("capetown", "ZA"), ("cat", "ES"), ("cologne", "DE"),
    ("corsica", "FR"), ("cymru", "GB"), ("durban", "ZA"), ("edu", "US"), ("eus", "ES"), ("frl", "NL"),
    ("gal", "ES"), ("gent", "BE"), ("gov", "US"), ("hamburg", "DE"), ("helsinki", "FI"), ("irish", "IE"),
    ("istanbul", "TR"), ("joburg", "ZA"), ("kiwi", "NZ"), ("koeln", "DE"), ("london", "GB"),
    ("madrid", "ES"), ("melbourne", "AU"), ("miami", "US"), ("mil", "US"), ("moscow", "RU"), ("nrw", "DE"),
    ("nyc", "US"), ("osaka", "JP"), ("paris", "FR"), ("quebec", "CA"), ("rio", "BR"), ("ruhr", "DE"),
    ("saarland", "DE"), ("scot", "GB"), ("stockholm", "SE"), ("su", "RU"), ("swiss", "CH"),
    ("sydney", "AU"), ("taipei", "TW"), ("tirol", "AT"), ("tokyo", "JP"), ("uk", "GB"), ("vegas", "US"),
    ("versicherung", "DE"), ("vlaanderen", "BE"), ("wales", "GB"), ("wien", "AT"), ("xn--90a3ac", "RS"),
    ("xn--90ais", "BY"), ("xn--d1acj3b", "RU"), ("xn--e1a4c", "BG"), ("xn--fiqs8s", "CN"),
    ("xn--j1amh", "UA"), ("xn--j6w193g", "HK"), ("xn--kprw13d", "TW"), ("xn--p1acf", "RU"),
    ("xn--p1ai", "RU"), ("xn--qxam", "GR"), ("zuerich", "CH"),
];

/// Country codes that are sold as words: they say nothing of the country.
const GENERIC_DOMAINS: &[&str] = &[
    "ac", "ai", "cc", "eu", "fm", "gg", "im", "io", "la", "ly", "me", "nu", "sh", "st", "to", "tv", "vc",
    "ws", "cx", "gl", "ms", "pw", "tk", "ml", "ga", "cf", "gq", "co", "bz", "sc", "mn", "vg", "ag", "so",
];

impl Country {
    /// A country by its code of two letters; `UK` is taken for the United Kingdom.
    pub(crate) fn parse(code: &str) -> Option<Self> {
        let &[first, second] = code.trim().as_bytes() else { return None };
        let code = [first.to_ascii_uppercase(), second.to_ascii_uppercase()];
        match &code {
            b"UK" => Some(Self(*b"GB")),
            _ => code.iter().all(u8::is_ascii_uppercase).then_some(Self(code)),
        }
    }

    /// A country by its code, written in the source: for tables and tests.
    pub(crate) const fn of(code: &[u8; 2]) -> Self {
        Self(*code)
    }

    /// A country by a name or code as pages write it: `Germany`, `DEUTSCHLAND`, `U.S.A.`.
    pub(crate) fn by_name(text: &str) -> Option<Self> {
        let text = text.trim().trim_end_matches(['.', ',', ';', ':']).trim_start_matches(['-', '(']);
        let text = text.trim_end_matches(')').trim();
        if text.len() < 2 || text.len() > MAX_NAME_BYTES || text.bytes().any(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let folded = comparable(text);
        let bare = folded.strip_prefix("the ").unwrap_or(&folded);
        NAMES.get(bare).copied()
    }

    /// A country by the last label of a host name; none for generic domains and those used as such.
    pub(crate) fn by_domain(host: &str) -> Option<Self> {
        let mut labels = host.trim_end_matches('.').rsplit('.');
        let last = labels.next()?.to_ascii_lowercase();
        let second = labels.next().unwrap_or_default();
        if let Ok(at) = OTHER_DOMAINS.binary_search_by(|(domain, _)| (*domain).cmp(&last)) {
            return OTHER_DOMAINS.get(at).and_then(|(_, code)| Self::parse(code));
        }
        let official = matches!(second, "com" | "co" | "gov" | "edu" | "org" | "net" | "gob" | "ac");
        if last.len() != 2 || (GENERIC_DOMAINS.contains(&last.as_str()) && !official) {
            return None;
        }
        Self::parse(&last)
    }

    /// The code.
    pub(crate) fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The numbering plan of this country, when libphonenumber has one.
    pub(crate) fn plan(self) -> Option<Region> {
        let region = Region::from_code(self.as_str()).ok()?;
        PHONE_NUMBER_UTIL.get_country_code_for_region(region).map(|_| region)
    }
}

/// A name without accents, case and dots.
fn comparable(name: &str) -> String {
    let mut folded = fold(name);
    folded.retain(|letter| letter != '.');
    folded
}

impl fmt::Debug for Country {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_many_languages_are_known() {
        for (name, code) in [
            ("Deutschland", "DE"),
            ("ALLEMAGNE", "DE"),
            ("U.S.A.", "US"),
            ("The Netherlands", "NL"),
            ("Österreich", "AT"),
            ("Россия", "RU"),
            ("中国", "CN"),
            ("Ελλάδα", "GR"),
            ("(UK)", "GB"),
        ] {
            assert_eq!(Country::by_name(name), Country::parse(code), "{name}");
        }
        assert_eq!(Country::by_name("Atlantis"), None);
    }

    #[test]
    fn a_host_says_its_country_unless_its_domain_is_sold_as_a_word() {
        for (host, code) in [
            ("www.acme.de", Some("DE")),
            ("acme.co.uk", Some("GB")),
            ("acme.com.co", Some("CO")),
            ("acme.co", None),
            ("acme.io", None),
            ("acme.com", None),
            ("acme.wien", Some("AT")),
            ("acme.xn--p1ai", Some("RU")),
        ] {
            assert_eq!(Country::by_domain(host), code.and_then(Country::parse), "{host}");
        }
    }

    #[test]
    fn tables_are_sorted() {
        let mut sorted = OTHER_DOMAINS.to_vec();
        sorted.sort_unstable();
        assert_eq!(sorted, OTHER_DOMAINS);
    }
}
