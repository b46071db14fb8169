//! Lists of domains as people have them: plain text or CSV, gzipped or not, in any common encoding; each line is
//! accepted, a duplicate or rejected with its reason, and no line spoils another.

use std::collections::HashMap;
use std::io::Read;

use model::Site;

/// The most bytes of a list that are read, after unpacking.
pub const BYTES_MAX: u64 = 256 << 20;
/// The most lines of a list that are read.
pub const LINES_MAX: usize = 5_000_000;
/// The most bytes of a line that a report repeats.
const TEXT_BYTES_MAX: usize = 120;
/// How many rows are looked at to find the column and the separator.
const SAMPLE_ROWS: usize = 200;

/// Names of the column that holds the domain, most telling first; compared in lower case, without `_`, `-`, spaces.
const COLUMN_NAMES: &[&str] = &[
    "domain",
    "domainname",
    "domains",
    "website",
    "websiteurl",
    "websites",
    "url",
    "urls",
    "homepage",
    "site",
    "web",
    "webseite",
    "internetseite",
    "internet",
    "www",
    "host",
    "hostname",
    "siteweb",
    "sitioweb",
    "sitoweb",
    "paginaweb",
    "link",
    "companydomain",
    "companywebsite",
    "webpage",
    "webadresse",
    "adressewebaddress",
    "address",
];

/// What became of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It names a site not named before.
    Accepted(Site),
    /// It names the site of an earlier line.
    Duplicate {
        /// The earlier line, counted from 1.
        first_line: usize,
    },
    /// It names no site.
    Rejected {
        /// Why not.
        reason: String,
    },
}

/// A line of the list with what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Counted from 1, in the unpacked file.
    pub number: usize,
    /// What stands there, shortened.
    pub text: String,
    /// What became of it.
    pub outcome: Outcome,
}

/// Why a list could not be read at all.
#[derive(Debug, thiserror::Error)]
pub enum IntakeError {
    /// Larger than [`BYTES_MAX`].
    #[error("the list is larger than {} MiB unpacked: split it", BYTES_MAX >> 20)]
    TooLarge,
    /// The gzip layer is damaged; nothing was taken from it.
    #[error("the gzip file is damaged ({0}): pack it again or give it unpacked")]
    Gzip(std::io::Error),
}

/// Reads a list. Empty lines, comments (`#`) and a CSV header are passed over.
///
/// # Errors
/// Only for a list that can't be unpacked or is too large; a bad line is an [`Outcome`].
pub fn read(bytes: &[u8]) -> Result<Vec<Line>, IntakeError> {
    let text = decode(&unpack(bytes)?);
    let mut report = Report::default();
    match separator(&text) {
        Some(separator) => read_csv(&text, separator, &mut report),
        None => {
            for (index, line) in text.lines().enumerate().take(LINES_MAX) {
                let line = line.trim();
                let header = report.lines.is_empty() && is_header(line);
                if !header && !line.is_empty() && !line.starts_with('#') {
                    report.add(index + 1, line);
                }
            }
        }
    }
    Ok(report.lines)
}

/// Lines so far, and the sites seen.
#[derive(Default)]
struct Report {
    lines: Vec<Line>,
    first_lines: HashMap<String, usize>,
}

impl Report {
    fn add(&mut self, number: usize, text: &str) {
        let outcome = match Site::parse(text) {
            Ok(site) => match self.first_lines.get(site.name()) {
                Some(&first_line) => Outcome::Duplicate { first_line },
                None => {
                    self.first_lines.insert(site.name().to_owned(), number);
                    Outcome::Accepted(site)
                }
            },
            Err(error) => Outcome::Rejected { reason: error.to_string() },
        };
        let end = text.floor_char_boundary(TEXT_BYTES_MAX);
        self.lines.push(Line { number, text: text[..end].to_owned(), outcome });
    }
}

/// Takes a gzip layer off, by its magic bytes.
fn unpack(bytes: &[u8]) -> Result<Vec<u8>, IntakeError> {
    let mut out = Vec::new();
    if bytes.starts_with(&[0x1f, 0x8b]) {
        flate2::read::MultiGzDecoder::new(bytes)
            .take(BYTES_MAX + 1)
            .read_to_end(&mut out)
            .map_err(IntakeError::Gzip)?;
    } else {
        out.extend_from_slice(bytes);
    }
    if out.len() as u64 > BYTES_MAX { Err(IntakeError::TooLarge) } else { Ok(out) }
}

/// UTF-8, UTF-16 with a byte order mark (as spreadsheets save it), else windows-1252, which cannot fail.
fn decode(bytes: &[u8]) -> String {
    if let Some((encoding, _)) = encoding_rs::Encoding::for_bom(bytes) {
        return encoding.decode(bytes).0.into_owned();
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => encoding_rs::WINDOWS_1252.decode(bytes).0.into_owned(),
    }
}

/// The separator of columns: the one that most of the first lines hold, if at least half of them do.
fn separator(text: &str) -> Option<u8> {
    let sample: Vec<&str> = text.lines().filter(|l| !l.trim().is_empty()).take(SAMPLE_ROWS).collect();
    let holding = |separator: char| {
        sample.iter().filter(|line| line.trim_end_matches(separator).contains(separator)).count()
    };
    let (count, separator) =
        ['\t', ';', ','].into_iter().map(|s| (holding(s), s)).max_by_key(|(count, _)| *count)?;
    let quoted = sample.iter().any(|line| line.starts_with('"'));
    (count > 0 && count * 2 >= sample.len() || quoted).then_some(separator as u8)
}

fn read_csv(text: &str, separator: u8, report: &mut Report) {
    let reader = |text| {
        csv::ReaderBuilder::new().delimiter(separator).has_headers(false).flexible(true).from_reader(text)
    };
    let mut records = reader(text.as_bytes()).into_records();
    let sample: Vec<csv::StringRecord> = records.by_ref().take(SAMPLE_ROWS).flatten().collect();
    let header = sample.first().filter(|first| first.iter().any(is_header));
    let column = header.and_then(named_column).or_else(|| likely_column(&sample)).unwrap_or(0);
    let skipped_rows = usize::from(header.is_some());
    for record in reader(text.as_bytes()).into_records().skip(skipped_rows).take(LINES_MAX) {
        // The text is valid UTF-8 and rows may have any length, so no error is left for the reader to report.
        let Ok(record) = record else { continue };
        let number = record.position().map_or(0, |p| usize::try_from(p.line()).unwrap_or(usize::MAX));
        match record.get(column).map(str::trim) {
            Some(field) if !field.is_empty() => report.add(number, field),
            _ if record.iter().all(|field| field.trim().is_empty()) => {}
            _ if record.get(0).is_some_and(|field| field.starts_with('#')) => {}
            _ => report.lines.push(Line {
                number,
                text: record.iter().take(3).collect::<Vec<_>>().join(" "),
                outcome: Outcome::Rejected { reason: format!("column {} is empty", column + 1) },
            }),
        }
    }
}

/// Whether a cell is a name of the domain column and no domain.
fn is_header(cell: &str) -> bool {
    COLUMN_NAMES.contains(&plain_name(cell).as_str())
}

fn plain_name(cell: &str) -> String {
    cell.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The column with the most telling of the known names.
fn named_column(header: &csv::StringRecord) -> Option<usize> {
    let names: Vec<String> = header.iter().map(plain_name).collect();
    COLUMN_NAMES.iter().find_map(|wanted| names.iter().position(|name| name == wanted))
}

/// The column in which most rows name a site.
fn likely_column(sample: &[csv::StringRecord]) -> Option<usize> {
    let columns = sample.iter().map(csv::StringRecord::len).max()?;
    let sites = |column: usize| {
        sample.iter().filter(|row| row.get(column).is_some_and(|cell| Site::parse(cell).is_ok())).count()
    };
    // The first of equals: `max_by_key` alone would take the last.
    (0..columns.min(256)).rev().max_by_key(|column| sites(*column))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accepted(bytes: &[u8]) -> Vec<String> {
        let name = |line: Line| match line.outcome {
            Outcome::Accepted(site) => Some(site.name().to_owned()),
            _ => None,
        };
        read(bytes).unwrap().into_iter().filter_map(name).collect()
    }

    #[test]
    fn a_text_file_names_one_site_a_line() {
        let text = b"# mine\r\nexample.com\n\n  https://www.acme.org/shop \nexample.com\n";
        assert_eq!(accepted(text), ["example.com", "acme.org"]);
    }

    #[test]
    fn each_bad_line_is_reported_with_its_number_and_reason() {
        let lines = read(b"example.com\nfoo\nwww.example.com\n").unwrap();
        assert_eq!(lines[1].number, 2);
        assert!(matches!(&lines[1].outcome, Outcome::Rejected { reason } if reason.contains("no dot")));
        assert_eq!(lines[2].outcome, Outcome::Duplicate { first_line: 1 });
    }

    #[test]
    fn a_csv_column_is_found_by_its_name_wherever_it_stands() {
        for csv in [
            "Name,Website,City\n\"Acme, Inc\",acme.org,Bonn\nB,b.net,Ulm\n",
            "City;Web-Site;Name\nBonn;acme.org;A\nUlm;b.net;B\n",
            "name\tURL\nA\thttps://acme.org/x\nB\tb.net\n",
        ] {
            assert_eq!(accepted(csv.as_bytes()), ["acme.org", "b.net"], "{csv}");
        }
    }

    #[test]
    fn without_a_header_the_column_with_sites_is_taken() {
        assert_eq!(accepted(b"1,Acme,acme.org\n2,Bee,b.net\n"), ["acme.org", "b.net"]);
    }

    #[test]
    fn a_quoted_field_may_hold_separators_and_line_breaks() {
        let csv = "id,note,domain\n1,\"two\nlines, one; field\",acme.org\n2,,b.net\n3,x,\n";
        assert_eq!(accepted(csv.as_bytes()), ["acme.org", "b.net"]);
        let lines = read(csv.as_bytes()).unwrap();
        assert_eq!(lines.last().map(|l| l.number), Some(5));
        assert!(
            matches!(&lines.last().unwrap().outcome, Outcome::Rejected { reason } if reason == "column 3 is empty")
        );
    }

    #[test]
    fn spreadsheet_encodings_are_read() {
        let utf16: Vec<u8> = [0xFF, 0xFE]
            .into_iter()
            .chain("Domain\nbücher.de\n".encode_utf16().flat_map(u16::to_le_bytes))
            .collect();
        assert_eq!(accepted(&utf16), ["xn--bcher-kva.de"]);
        assert_eq!(accepted(b"\xEF\xBB\xBFdomain\nacme.org\n"), ["acme.org"]);
        assert_eq!(accepted(b"b\xFCcher.de\n"), ["xn--bcher-kva.de"]);
    }

    #[test]
    fn gzip_is_unpacked_and_a_damaged_one_refused() {
        use std::io::Write;
        let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        gz.write_all(b"acme.org\n").unwrap();
        let gz = gz.finish().unwrap();
        assert_eq!(accepted(&gz), ["acme.org"]);
        assert!(matches!(read(&gz[..gz.len() - 9]), Err(IntakeError::Gzip(_))));
    }

    #[test]
    fn an_empty_list_holds_nothing() {
        assert_eq!(read(b"").unwrap(), []);
        assert_eq!(read(b"\n\n#\n").unwrap(), []);
    }
}
