//! Dates as sitemaps and feeds write them, rightly or wrongly, to a time and how exact it is.

mod numeric;
mod worded;

use std::fmt;

/// How much of a date was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Precision {
    /// `2024`
    Year,
    /// `2024-05`
    Month,
    /// `2024-05-06`
    Day,
    /// `2024-05-06T07:08`
    Minute,
    /// `2024-05-06T07:08:09`
    Second,
    /// `2024-05-06T07:08:09.123`: kept to the millisecond.
    Millisecond,
}

/// A time with its precision and the offset it was written with. Shown as W3C-DTF, in UTC, as precise as it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct LastMod {
    unix_ms: i64,
    precision: Precision,
    offset_minutes: Option<i16>,
}

impl LastMod {
    /// Reads a date in any form of W3C-DTF, ISO 8601, RFC 822, C's and JavaScript's date printing, seconds since 1970,
    /// and their common distortions. None if no sure date can be made of it: `06/05/2024` may be May or June.
    pub fn parse(text: &str) -> Option<Self> {
        let text = crate::loc::trim(text);
        let parts = numeric::parse(text.as_bytes()).or_else(|| worded::parse(text))?;
        parts.resolve()
    }

    /// The first moment of the date as written, in milliseconds since 1970-01-01T00:00:00Z. Dates without a zone
    /// are taken as UTC.
    pub fn unix_ms(self) -> i64 {
        self.unix_ms
    }

    /// How much was written.
    pub fn precision(self) -> Precision {
        self.precision
    }

    /// The offset from UTC it was written with, in minutes, east positive; none if no zone was written.
    pub fn offset_minutes(self) -> Option<i16> {
        self.offset_minutes
    }
}

impl fmt::Display for LastMod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (days, ms) = (self.unix_ms.div_euclid(DAY_MS), self.unix_ms.rem_euclid(DAY_MS));
        let (year, month, day) = date_of(days);
        let (hour, minute, second) = (ms / 3_600_000, ms / 60_000 % 60, ms / 1_000 % 60);
        match self.precision {
            Precision::Year => write!(f, "{year:04}"),
            Precision::Month => write!(f, "{year:04}-{month:02}"),
            Precision::Day => write!(f, "{year:04}-{month:02}-{day:02}"),
            Precision::Minute => write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}Z"),
            Precision::Second => {
                write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
            }
            Precision::Millisecond => {
                let ms = ms % 1_000;
                write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{ms:03}Z")
            }
        }
    }
}

const DAY_MS: i64 = 86_400_000;

/// A date as its written parts, not yet checked.
#[derive(Clone, Copy, Debug)]
struct Parts {
    year: i64,
    month: Option<i64>,
    day: Option<i64>,
    time: Option<Time>,
    offset_minutes: Option<i16>,
}

/// A time of day as written.
#[derive(Clone, Copy, Debug, Default)]
struct Time {
    hour: i64,
    minute: i64,
    second: Option<i64>,
    ms: Option<i64>,
}

impl Parts {
    /// Checks the parts. A date that does not exist is none; an impossible time of day is left out.
    fn resolve(self) -> Option<LastMod> {
        let Self { year, month, day, time, offset_minutes } = self;
        let exists = (1..=9999).contains(&year)
            && month.is_none_or(|month| (1..=12).contains(&month))
            && day.is_none_or(|day| (1..=days_in(year, month.unwrap_or(1))).contains(&day));
        if !exists {
            return None;
        }
        let midnight = days_since_1970(year, month.unwrap_or(1), day.unwrap_or(1)) * DAY_MS;
        let precision = match (month, day) {
            (None, _) => Precision::Year,
            (Some(_), None) => Precision::Month,
            (Some(_), Some(_)) => Precision::Day,
        };
        match time.filter(|time| precision == Precision::Day && time.exists()) {
            None => Some(LastMod { unix_ms: midnight, precision, offset_minutes: None }),
            Some(time) => {
                let shift = i64::from(offset_minutes.unwrap_or(0)) * 60_000;
                let unix_ms = midnight + time.ms_of_day() - shift;
                Some(LastMod { unix_ms, precision: time.precision(), offset_minutes })
            }
        }
    }
}

impl Time {
    /// 24:00 is the end of a day, second 60 a leap second.
    fn exists(self) -> bool {
        let second = self.second.unwrap_or(0);
        let in_day = (0..24).contains(&self.hour) || (self.hour == 24 && self.minute == 0 && second == 0);
        in_day && (0..60).contains(&self.minute) && (0..=60).contains(&second)
    }

    fn ms_of_day(self) -> i64 {
        (self.hour * 3_600 + self.minute * 60 + self.second.unwrap_or(0).min(59)) * 1_000
            + self.ms.unwrap_or(0)
    }

    fn precision(self) -> Precision {
        match (self.second, self.ms) {
            (None, _) => Precision::Minute,
            (Some(_), None) => Precision::Second,
            (Some(_), Some(_)) => Precision::Millisecond,
        }
    }
}

fn days_in(year: i64, month: i64) -> i64 {
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        2 => 28 + i64::from(is_leap),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days from 1970-01-01 in the Gregorian calendar, counted in years that begin in March, so that the leap day is last.
fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    365 * year + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400) + day_of_year - 719_468
}

/// The reverse of [`days_since_1970`].
fn date_of(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march_month = (5 * day_of_year + 2) / 153;
    let month = if march_month < 10 { march_month + 3 } else { march_month - 9 };
    let year = era * 400 + year_of_era + i64::from(month <= 2);
    (year, month, day_of_year - (153 * march_month + 2) / 5 + 1)
}

#[cfg(test)]
mod tests;
