//! Dates in figures: W3C-DTF and ISO 8601 with their distortions, day first with dots or slashes, seconds since 1970.

use super::{Parts, Time};

/// Reads a date in figures from the beginning of `text`; what follows it is not looked at.
pub(super) fn parse(text: &[u8]) -> Option<Parts> {
    standard(text).or_else(|| {
        let run = digits(text);
        match run {
            8 | 12 | 14 => compact(text, run),
            10 | 13 => epoch(text, run),
            4 => year_first(text),
            1 | 2 => day_first(text, run),
            _ => None,
        }
    })
}

/// The straight way for `YYYY-MM-DD` and `YYYY-MM-DDThh:mm:ss` with anything behind.
#[inline]
fn standard(text: &[u8]) -> Option<Parts> {
    let date: &[u8; 10] = text.first_chunk()?;
    if date[4] != b'-' || date[7] != b'-' {
        return None;
    }
    let year = two(date[0], date[1])? * 100 + two(date[2], date[3])?;
    let (month, day) = (Some(two(date[5], date[6])?), Some(two(date[8], date[9])?));
    let rest = &text[10..];
    let Some((time, zone)) = rest.split_first_chunk::<9>() else {
        return Some(with_rest(year, month, day, rest));
    };
    if !matches!(time[0], b'T' | b't' | b' ')
        || time[3] != b':'
        || time[6] != b':'
        || matches!(zone.first(), Some(b'.' | b',' | b':'))
    {
        return Some(with_rest(year, month, day, rest));
    }
    let (hour, minute, second) = (two(time[1], time[2])?, two(time[4], time[5])?, two(time[7], time[8])?);
    let time = Time { hour, minute, second: Some(second), ms: None };
    Some(Parts { year, month, day, time: Some(time), offset_minutes: offset(zone) })
}

fn with_rest(year: i64, month: Option<i64>, day: Option<i64>, rest: &[u8]) -> Parts {
    let (time, offset_minutes) = time_and_zone(rest);
    Parts { year, month, day, time, offset_minutes }
}

/// `YYYYMMDD`, `YYYYMMDDThhmmss`, `YYYYMMDDhhmm`, `YYYYMMDDhhmmss`.
fn compact(text: &[u8], run: usize) -> Option<Parts> {
    let (year, month, day) = (number(&text[..4])?, number(&text[4..6])?, number(&text[6..8])?);
    if run == 8 {
        return Some(with_rest(year, Some(month), Some(day), &text[8..]));
    }
    let time = compact_time(&text[8..run]);
    Some(Parts { year, month: Some(month), day: Some(day), time, offset_minutes: offset(&text[run..]) })
}

/// `hhmm` or `hhmmss`.
fn compact_time(figures: &[u8]) -> Option<Time> {
    let second = if figures.len() == 6 { Some(number(&figures[4..])?) } else { None };
    Some(Time { hour: number(figures.get(..2)?)?, minute: number(figures.get(2..4)?)?, second, ms: None })
}

/// Ten figures are seconds, thirteen milliseconds since 1970, if nothing follows.
fn epoch(text: &[u8], run: usize) -> Option<Parts> {
    if text.len() > run {
        return None;
    }
    let value = number(text)?;
    let (seconds, ms) = if run == 10 { (value, None) } else { (value / 1_000, Some(value % 1_000)) };
    let (year, month, day) = super::date_of(seconds / 86_400);
    let of_day = seconds % 86_400;
    let time = Time { hour: of_day / 3_600, minute: of_day / 60 % 60, second: Some(of_day % 60), ms };
    Some(Parts { year, month: Some(month), day: Some(day), time: Some(time), offset_minutes: Some(0) })
}

/// `YYYY`, `YYYY-M`, `YYYY-M-D`, with `-`, `/` or `.`, and a time behind.
fn year_first(text: &[u8]) -> Option<Parts> {
    let year = number(&text[..4])?;
    let bare = Parts { year, month: None, day: None, time: None, offset_minutes: None };
    let Some((&separator, rest)) = text[4..].split_first() else { return Some(bare) };
    if !matches!(separator, b'-' | b'/' | b'.') {
        // `2024 May 6` is for the reader of words.
        return (separator == b' ' && !text.iter().any(u8::is_ascii_alphabetic)).then_some(bare);
    }
    let (month, rest) = short_number(rest)?;
    let Some((_, rest)) = rest.split_first().filter(|&(&next, _)| next == separator) else {
        return Some(Parts { month: Some(month), ..bare });
    };
    let Some((day, rest)) = short_number(rest) else { return Some(Parts { month: Some(month), ..bare }) };
    Some(with_rest(year, Some(month), Some(day), rest))
}

/// `D.M.YYYY`, and with slashes or hyphens where the order is certain.
fn day_first(text: &[u8], run: usize) -> Option<Parts> {
    let first = number(&text[..run])?;
    let (&separator, rest) = text[run..].split_first()?;
    let (second, rest) = short_number(rest)?;
    let (&again, rest) = rest.split_first()?;
    if separator != again || !matches!(separator, b'.' | b'/' | b'-') || digits(rest) != 4 {
        return None;
    }
    let (day, month) = match separator {
        b'.' => (first, second),
        _ if first > 12 || first == second => (first, second),
        _ if second > 12 => (second, first),
        _ => return None,
    };
    Some(with_rest(number(&rest[..4])?, Some(month), Some(day), &rest[4..]))
}

/// The time and zone at the beginning of `rest`, behind a `T` or white space.
fn time_and_zone(rest: &[u8]) -> (Option<Time>, Option<i16>) {
    let marks =
        rest.iter().take_while(|byte| matches!(byte, b'T' | b't' | b' ' | b'_' | b',' | b'-')).count();
    let has_t = rest.first().is_some_and(|first| first.eq_ignore_ascii_case(&b'T'));
    let rest = &rest[marks..];
    if has_t && matches!(digits(rest), 4 | 6) {
        let run = digits(rest);
        return (compact_time(&rest[..run]), offset(&rest[run..]));
    }
    match clock_time(rest) {
        Some((time, rest)) if marks > 0 => (Some(time), offset(rest)),
        _ => (None, None),
    }
}

/// `h:mm`, `h:mm:ss`, `h:mm:ss.fff`, with `am` or `pm`; and what follows it.
pub(super) fn clock_time(text: &[u8]) -> Option<(Time, &[u8])> {
    let (hour, rest) = short_number(text)?;
    let (minute, mut rest) = short_number(rest.strip_prefix(b":")?)?;
    let mut time = Time { hour, minute, second: None, ms: None };
    if let Some((second, after)) = rest.strip_prefix(b":").and_then(short_number) {
        time.second = Some(second);
        rest = after;
        if let [b'.' | b',' | b':', fraction @ ..] = rest
            && digits(fraction) > 0
        {
            let run = digits(fraction);
            time.ms = Some(milliseconds(&fraction[..run]));
            rest = &fraction[run..];
        }
    }
    let after = rest.trim_ascii_start();
    match after.get(..2).map(<[u8]>::to_ascii_lowercase).as_deref() {
        Some(b"pm") if time.hour < 12 => (time.hour, rest) = (time.hour + 12, &after[2..]),
        Some(b"am") if time.hour == 12 => (time.hour, rest) = (0, &after[2..]),
        Some(b"am" | b"pm") => rest = &after[2..],
        _ => {}
    }
    Some((time, rest))
}

/// The first three figures of a fraction, cut, not rounded.
fn milliseconds(fraction: &[u8]) -> i64 {
    let figure = |at: usize| fraction.get(at).map_or(0, |figure| i64::from(figure - b'0'));
    figure(0) * 100 + figure(1) * 10 + figure(2)
}

/// The offset at the beginning of `text`, in minutes: `Z`, `+hh:mm`, `+hhmm`, `+hh`, `UTC+2`, or a name.
pub(super) fn offset(text: &[u8]) -> Option<i16> {
    let text = text.trim_ascii_start();
    let letters = text.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
    let (name, rest) = text.split_at(letters);
    let rest = if letters > 0 { rest.trim_ascii_start() } else { rest };
    let named = if letters > 0 { Some(named_offset(name)?) } else { None };
    let (sign, figures) = match rest {
        [b'+', figures @ ..] => (1, figures),
        [b'-', figures @ ..] => (-1, figures),
        // A true minus sign, U+2212.
        [0xE2, 0x88, 0x92, figures @ ..] => (-1, figures),
        _ => return named,
    };
    let (hours, minutes) = match digits(figures) {
        4 => (number(&figures[..2])?, number(&figures[2..4])?),
        1 | 2 => {
            let (hours, rest) = short_number(figures)?;
            (hours, rest.strip_prefix(b":").and_then(short_number).map_or(0, |(minutes, _)| minutes))
        }
        _ => return named,
    };
    if hours > 15 || minutes > 59 {
        return named;
    }
    i16::try_from(sign * (hours * 60 + minutes)).ok()
}

/// Zone names of RFC 822 section 5 and the European ones that servers print.
fn named_offset(name: &[u8]) -> Option<i16> {
    let hours = match name.to_ascii_uppercase().as_slice() {
        b"Z" | b"UTC" | b"GMT" | b"UT" | b"WET" => 0,
        b"CET" | b"WEST" | b"BST" | b"MEZ" => 1,
        b"CEST" | b"EET" | b"MESZ" => 2,
        b"EEST" | b"MSK" => 3,
        b"JST" => 9,
        b"EDT" => -4,
        b"EST" | b"CDT" => -5,
        b"CST" | b"MDT" => -6,
        b"MST" | b"PDT" => -7,
        b"PST" => -8,
        _ => return None,
    };
    Some(hours * 60)
}

#[inline]
fn two(tens: u8, ones: u8) -> Option<i64> {
    let (tens, ones) = (tens.wrapping_sub(b'0'), ones.wrapping_sub(b'0'));
    (tens < 10 && ones < 10).then(|| i64::from(tens) * 10 + i64::from(ones))
}

/// How many figures `text` begins with.
pub(super) fn digits(text: &[u8]) -> usize {
    text.iter().take_while(|byte| byte.is_ascii_digit()).count()
}

/// A number of one or two figures and what follows it.
pub(super) fn short_number(text: &[u8]) -> Option<(i64, &[u8])> {
    match digits(text) {
        run @ (1 | 2) => Some((number(&text[..run])?, &text[run..])),
        _ => None,
    }
}

pub(super) fn number(figures: &[u8]) -> Option<i64> {
    std::str::from_utf8(figures).ok()?.parse().ok()
}
