//! Lists with further columns (CSV and its kin): by what the fields of a line are parted, and which one is the address.

use crate::lastmod::LastMod;
use crate::loc;

/// What parts fields, the surest first.
const DELIMITERS: [char; 4] = ['\t', ';', '|', ','];
/// Lines that are looked at to tell the columns.
const SAMPLE_LINES: usize = 20;
/// Fields of a line that are looked at.
const FIELDS_MAX: usize = 32;
/// What the address's column is called, in lower case.
const ADDRESS_NAMES: [&str; 9] =
    ["url", "urls", "loc", "location", "link", "address", "page", "uri", "canonical"];

/// How the lines of a list are laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Columns {
    delimiter: char,
    address: usize,
}

impl Columns {
    /// The layout of a list; none if its lines have no further columns. A comma or semicolon may belong to an address:
    /// it parts fields only where a heading, quotes or a date in another field say so.
    pub(super) fn of(text: &str) -> Option<Self> {
        let lines = text.split(['\n', '\r']).map(loc::trim_space);
        let sample: Vec<&str> =
            lines.filter(|line| !line.is_empty() && !line.starts_with('#')).take(SAMPLE_LINES).collect();
        DELIMITERS.into_iter().find_map(|delimiter| Self::parted_by(delimiter, &sample))
    }

    fn parted_by(delimiter: char, sample: &[&str]) -> Option<Self> {
        let rows: Vec<Vec<&str>> = sample.iter().map(|line| fields(line, delimiter).collect()).collect();
        let (first, others) = rows.split_first()?;
        if first.len() < 2 {
            return None;
        }
        if let Some(address) = first.iter().position(|name| is_address_name(name)) {
            let fitting = others.iter().filter(|row| row.get(address).is_some_and(|field| is_address(field)));
            return (2 * fitting.count() > others.len()).then_some(Self { delimiter, address });
        }
        let address = first.iter().position(|field| is_address(field))?;
        let sure = matches!(delimiter, '\t' | '|') || sample.iter().all(|line| line.contains('"'));
        let fitting = rows.iter().filter(|row| {
            let dated =
                row.iter().enumerate().any(|(at, field)| at != address && LastMod::parse(field).is_some());
            row.get(address).is_some_and(|field| is_address(field)) && (sure || dated)
        });
        (2 * fitting.count() > rows.len()).then_some(Self { delimiter, address })
    }

    /// The address of a line and the date in another of its fields; none if the line has no address in its place.
    pub(super) fn read<'l>(&self, line: &'l str) -> Option<(&'l str, Option<LastMod>)> {
        let address = fields(line, self.delimiter).nth(self.address).filter(|field| is_address(field))?;
        let others = fields(line, self.delimiter).enumerate().filter(|(at, _)| *at != self.address);
        Some((address, others.take(FIELDS_MAX).find_map(|(_, field)| LastMod::parse(field))))
    }

    /// Whether a line is the heading.
    pub(super) fn is_heading(&self, line: &str) -> bool {
        fields(line, self.delimiter).nth(self.address).is_some_and(is_address_name)
    }
}

/// The fields of a line, without the quotes around them; a quoted one may hold the delimiter.
fn fields(line: &str, delimiter: char) -> impl Iterator<Item = &str> {
    let mut rest = Some(line);
    std::iter::from_fn(move || {
        let line = rest?;
        let quoted = line.trim_start_matches(' ').strip_prefix('"');
        let closing = quoted.and_then(|inside| Some((inside, inside.find('"')?)));
        let (field, after) = match closing {
            Some((inside, end)) => {
                (&inside[..end], inside[end + 1..].split_once(delimiter).map(|(_, after)| after))
            }
            None => line.split_once(delimiter).map_or((line, None), |(field, after)| (field, Some(after))),
        };
        rest = after;
        Some(loc::trim(field))
    })
    .take(FIELDS_MAX)
}

fn is_address_name(field: &str) -> bool {
    ADDRESS_NAMES.iter().any(|name| field.eq_ignore_ascii_case(name))
}

fn is_address(field: &str) -> bool {
    super::address(field).is_some_and(|(address, _)| address.len() == field.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_layout_is_told_by_heading_quotes_or_dates() {
        let check = |text: &str, want: Option<(char, usize)>| {
            let want = want.map(|(delimiter, address)| Columns { delimiter, address });
            assert_eq!(Columns::of(text), want, "{text:?}");
        };
        check("url,lastmod\nhttp://a.example/1,2024-05-06\n", Some((',', 0)));
        check("Title;URL\nOne;http://a.example/1\nTwo;http://a.example/2", Some((';', 1)));
        check("http://a.example/1,2024-05-06\nhttp://a.example/2,2024-05-07", Some((',', 0)));
        check("\"http://a.example/1,x\",\"One\"\n\"http://a.example/2\",\"Two\"", Some((',', 0)));
        check("http://a.example/1\tOne\nhttp://a.example/2\tTwo", Some(('\t', 0)));
        check("1 | http://a.example/1\n2 | http://a.example/2", Some(('|', 1)));
        check("http://a.example/1,2\nhttp://a.example/2,3", None);
        check("http://a.example/;jsessionid=1\nhttp://a.example/2", None);
        check("http://a.example/1\nhttp://a.example/2", None);
        check("url,lastmod\n", None);
        check("", None);
    }

    #[test]
    fn a_quoted_field_may_hold_the_delimiter() {
        let all: Vec<&str> = fields("\"a,b\", c ,\"\",d\"e,\"f", ',').collect();
        assert_eq!(all, ["a,b", "c", "", "d\"e", "\"f"]);
    }
}
