//! Digit groups that are dates, hours, prices, coordinates or other numbers by their shape alone.

use super::scan::Group;

/// Years that pages write.
const YEARS: std::ops::RangeInclusive<u32> = 1900..=2099;

/// What parts two groups without any blank.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Tight {
    Dot,
    Slash,
    Dash,
}

/// The groups of a run that are no part of a telephone number. `labelled` says that a word before the run calls
/// it a telephone number: then only dates are taken out.
pub(crate) fn foreign(run: &[Group], labelled: bool) -> Vec<bool> {
    let mut mask = vec![false; run.len()];
    let mut at = 0;
    while at < run.len() {
        let length = foreign_at(run, at, labelled);
        for masked in mask.iter_mut().skip(at).take(length) {
            *masked = true;
        }
        at += length.max(1);
    }
    mask
}

/// How many groups from `at` on are something else.
fn foreign_at(run: &[Group], at: usize, labelled: bool) -> usize {
    let rest = &run[at..];
    if rest.first().is_none_or(|group| group.gap.plus || group.gap.open) {
        return 0;
    }
    let dated = date(run, at).max(hours(run, at));
    if dated > 0 || labelled {
        return dated;
    }
    [
        grouped_amount(run, at),
        dotted_quad(run, at),
        coordinate(run, at),
        card(rest),
        book(rest),
        person_id(run, at),
    ]
    .into_iter()
    .max()
    .unwrap_or(0)
}

/// The tight separator before a group.
fn tight(run: &[Group], at: usize) -> Option<Tight> {
    let gap = run.get(at)?.gap;
    match (gap.dot, gap.slash, gap.dash) {
        _ if gap.open || gap.close || gap.plus || at == 0 => None,
        (true, false, false) => Some(Tight::Dot),
        (false, true, false) if !gap.space => Some(Tight::Slash),
        (false, false, true) if !gap.space => Some(Tight::Dash),
        _ => None,
    }
}

/// Whether groups `at..at + count` are joined to a neighbour by the separator they use themselves.
fn is_joined(run: &[Group], at: usize, count: usize, by: Tight) -> bool {
    tight(run, at) == Some(by) || tight(run, at + count) == Some(by)
}

/// Dates and ranges of years: `06.11.2023`, `2015-03-01`, `9-12.06.2015`, `03/2015`, `1998-2014`.
fn date(run: &[Group], at: usize) -> usize {
    let Some(first) = run.get(at) else { return 0 };
    let (second, third) = (run.get(at + 1), run.get(at + 2));
    let Some(by) = tight(run, at + 1) else { return 0 };
    let Some(second) = second else { return 0 };
    if let Some(third) = third.filter(|_| tight(run, at + 2) == Some(by))
        && tight(run, at + 3) != Some(by)
    {
        let year_last = is_day(first) && is_day(second) && (is_year(third) || third.len() == 2);
        let year_first = is_year(first) && is_day(second) && is_day(third);
        let months = first.value() <= 12 || second.value() <= 12;
        if (year_last && months || year_first) && tight(run, at) != Some(by) {
            return 3;
        }
    }
    // A range of days before the month: the days are masked, the date follows.
    if by == Tight::Dash && is_day(first) && tight(run, at) != Some(by) && date(run, at + 1) == 3 {
        return 1;
    }
    let month_and_year = first.value() <= 12 && first.len() <= 2 && is_year(second) && by != Tight::Dash;
    let years = is_year(first) && is_year(second) && by != Tight::Dot;
    if (month_and_year || years) && !is_joined(run, at, 2, by) {
        return 2;
    }
    0
}

/// Whether a group may be a day or month.
fn is_day(group: &Group) -> bool {
    group.len() <= 2 && (1..=31).contains(&group.value())
}

/// Whether a group is a year in four digits.
fn is_year(group: &Group) -> bool {
    group.len() == 4 && YEARS.contains(&group.value())
}

/// Opening hours with dots (`09.00 - 13.30`), short date ranges (`03.07 - 17.07.15`), hours without dots
/// (`0900-1730`).
fn hours(run: &[Group], at: usize) -> usize {
    if is_pair(run, at) {
        let mut end = at + 2;
        while is_pair(run, end) {
            end += 2;
        }
        let another = end > at + 2 || date(run, at + 2) == 3;
        return if another { end - at } else { 0 };
    }
    match (run.get(at), run.get(at + 1)) {
        (Some(open), Some(close)) if is_clock(open) && is_clock(close) && close.gap.dash => {
            2 * usize::from(open.value() < close.value() && tight(run, at) != Some(Tight::Dash))
        }
        _ => 0,
    }
}

/// Whether two groups at `at` are an hour and its minutes, or a day and its month, parted by a dot and set off.
fn is_pair(run: &[Group], at: usize) -> bool {
    let (Some(first), Some(second)) = (run.get(at), run.get(at + 1)) else { return false };
    let alone =
        !second.gap.space && !is_joined(run, at, 2, Tight::Dot) && tight(run, at + 1) == Some(Tight::Dot);
    let hour = first.value() <= 24 && second.value() < 60 && second.value() % 5 == 0;
    let day = is_day(first) && (1..=12).contains(&second.value());
    alone && first.len() <= 2 && second.len() == 2 && (hour || day)
}

/// Whether a group is a time of four digits on a quarter of an hour.
fn is_clock(group: &Group) -> bool {
    let value = group.value();
    group.len() == 4 && value <= 2400 && matches!(value % 100, 0 | 15 | 30 | 45)
}

/// Amounts and identity numbers with dots between thousands: `1.395.000`, `12.345.678-9`.
fn grouped_amount(run: &[Group], at: usize) -> usize {
    let starts = run.get(at).is_some_and(|group| group.len() <= 2 && !group.digits.starts_with('0'));
    if !starts || tight(run, at) == Some(Tight::Dot) {
        return 0;
    }
    let thousands = (at + 1..run.len())
        .take_while(|next| {
            tight(run, *next) == Some(Tight::Dot) && !run[*next].gap.space && run[*next].len() == 3
        })
        .count();
    if tight(run, at + 1 + thousands) == Some(Tight::Dot) {
        return 0;
    }
    // The parts that follow a company or identity number belong to it: `12.345.678/0001-90`.
    let tail = (at + 1 + thousands..run.len())
        .take_while(|next| matches!(tight(run, *next), Some(Tight::Slash | Tight::Dash)))
        .count();
    if thousands >= 1 { 1 + thousands + if thousands == 2 { tail } else { 0 } } else { 0 }
}

/// IPv4 addresses, and versions of four parts.
fn dotted_quad(run: &[Group], at: usize) -> usize {
    let dotted = (at + 1..run.len()).take_while(|next| tight(run, *next) == Some(Tight::Dot)).count();
    let quad = dotted == 3 && tight(run, at) != Some(Tight::Dot);
    let small = |group: &Group| group.len() <= 3 && group.value() <= 255;
    let even = run[at..].iter().take(4).all(|group| group.len() == 2);
    if quad && !even && run[at..].iter().take(4).all(small) { 4 } else { 0 }
}

/// A decimal fraction of four digits or more: coordinates, random numbers in addresses of pages.
fn coordinate(run: &[Group], at: usize) -> usize {
    let (Some(whole), Some(fraction)) = (run.get(at), run.get(at + 1)) else { return 0 };
    let zero = whole.digits == "0" || !whole.digits.starts_with('0');
    let alone =
        tight(run, at + 1) == Some(Tight::Dot) && !fraction.gap.space && !is_joined(run, at, 2, Tight::Dot);
    if alone && whole.len() <= 3 && zero && fraction.len() >= 4 && tight(run, at + 2).is_none() {
        2
    } else {
        0
    }
}

/// A payment card: 13 to 19 digits in fours, or unbroken, whose check digit is right.
fn card(rest: &[Group]) -> usize {
    let fours = rest.iter().take(5).take_while(|group| group.len() == 4).count();
    let count = if fours >= 4 { 4 } else { usize::from(rest.first().is_some_and(|group| group.len() >= 13)) };
    let digits: Vec<u8> =
        rest.iter().take(count).flat_map(|group| group.digits.bytes()).map(|byte| byte - b'0').collect();
    let issuer = digits.first().is_some_and(|first| (3..=6).contains(first));
    if (13..=19).contains(&digits.len()) && issuer && luhn(&digits) { count } else { 0 }
}

/// The check of ISO/IEC 7812-1.
fn luhn(digits: &[u8]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(index, digit)| match u32::from(*digit) * if index % 2 == 1 { 2 } else { 1 } {
            value @ 10.. => value - 9,
            value => value,
        })
        .sum();
    sum.is_multiple_of(10)
}

/// An ISBN of thirteen digits.
fn book(rest: &[Group]) -> usize {
    if !rest.first().is_some_and(|group| group.digits.starts_with("978") || group.digits.starts_with("979")) {
        return 0;
    }
    let mut digits = 0;
    for (index, group) in rest.iter().enumerate().take(5) {
        digits += group.len();
        if digits == 13 && (index == 0 || index == 4) {
            return index + 1;
        }
    }
    0
}

/// A Brazilian CPF, `123.456.789-09`.
fn person_id(run: &[Group], at: usize) -> usize {
    let lengths: Vec<usize> = run[at..].iter().take(4).map(Group::len).collect();
    let dots = tight(run, at + 1) == Some(Tight::Dot) && tight(run, at + 2) == Some(Tight::Dot);
    if lengths == [3, 3, 3, 2] && dots && tight(run, at + 3) == Some(Tight::Dash) { 4 } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::{super::scan::runs, foreign};

    /// What stays of a text's groups.
    fn kept(text: &str) -> String {
        let mut kept = Vec::new();
        for run in runs(text) {
            let mask = foreign(&run, false);
            kept.extend(
                run.into_iter().zip(mask).filter(|(_, masked)| !masked).map(|(group, _)| group.digits),
            );
        }
        kept.join(" ")
    }

    #[test]
    fn dates_hours_and_amounts_vanish() {
        for text in [
            "06.11.2023",
            "2015-03-01",
            "08/05/21",
            "03.07 - 17.07.15",
            "09.00 - 13.30",
            "08.30 - 12.00 13.00 - 17.30",
            "9-12.06.2015",
            "03/2015 – 03/2016",
            "1998-2014",
            "0900-1730",
            "1.395.000",
            "12.345.678/0001-90",
            "192.168.10.1",
            "50.032892, 20.191637",
            "0.11631881890755",
            "4111 1111 1111 1111",
            "978-3-16-148410-0",
            "9783161484100",
            "123.456.789-09",
            "06. 11. 2023",
        ] {
            assert_eq!(kept(text), "", "{text}");
        }
    }

    #[test]
    fn telephone_numbers_stay() {
        for (text, groups) in [
            ("01.40.20.50.50", "01 40 20 50 50"),
            ("0731/153 87-0", "0731 153 87 0"),
            ("(202) 623-3900", "202 623 3900"),
            ("800.123.456", "800 123 456"),
            ("1.800.123.4567", "1 800 123 4567"),
            ("22 33 20 15", "22 33 20 15"),
            ("06.11.2023 0731 15387", "0731 15387"),
            ("02/12.34.56.78", "02 12 34 56 78"),
        ] {
            assert_eq!(kept(text), groups, "{text}");
        }
    }
}
