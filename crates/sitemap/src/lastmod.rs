//! Dates as sitemaps and feeds write them, rightly or wrongly, to a time and how exact it is.

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

/// A time with its precision and the offset it was written with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct LastMod {
    unix_ms: i64,
    precision: Precision,
    offset_minutes: Option<i16>,
}

impl LastMod {
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
