//! How words, times and lists of words are read from queries, written in answers and shown in the document.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;

use clock::Timestamp;
use model::{ContactKind, CurationStatus, FoundBy, PageType, ProcessingStatus, Role, SitemapType};
use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::openapi::{KnownFormat, RefOr, SchemaFormat};
use utoipa::{PartialSchema, ToSchema};

/// A point in time, as RFC 3339 in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Time(pub Timestamp);

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Times out of the calendar's reach are nobody's; the epoch stands for them.
        let time = jiff::Timestamp::from_millisecond(self.0.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
        write!(f, "{time:.3}")
    }
}

impl From<Timestamp> for Time {
    fn from(time: Timestamp) -> Self {
        Self(time)
    }
}

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<str>::deserialize(deserializer)?;
        let time: jiff::Timestamp = text
            .parse()
            .map_err(|_| D::Error::custom(format!("{text:?} is no time; write 2025-09-06T10:00:00Z")))?;
        Ok(Self(Timestamp(time.as_millisecond())))
    }
}

impl PartialSchema for Time {
    fn schema() -> RefOr<Schema> {
        let format = SchemaFormat::KnownFormat(KnownFormat::DateTime);
        ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(format))
            .examples(["2025-09-06T10:00:00.000Z"])
            .into()
    }
}

impl ToSchema for Time {
    fn name() -> Cow<'static, str> {
        "Time".into()
    }
}

/// Writes the schema of a type that has words.
macro_rules! schemas {
    ($($name:ident, $type:ty, $shown:literal;)*) => {$(
        #[doc = concat!("The words of `", stringify!($type), "`, for the document.")]
        #[derive(Debug)]
        pub struct $name;

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                let words = <$type>::ALL.iter().map(|word| word.as_str());
                ObjectBuilder::new().schema_type(Type::String).enum_values(Some(words)).into()
            }
        }

        impl ToSchema for $name {
            fn name() -> Cow<'static, str> {
                $shown.into()
            }
        }
    )*};
}

schemas! {
    CurationWord, CurationStatus, "CurationStatus";
    ProcessingWord, ProcessingStatus, "ProcessingStatus";
    SitemapTypeWord, SitemapType, "SitemapType";
    FoundByWord, FoundBy, "FoundBy";
    PageTypeWord, PageType, "PageType";
    ContactKindWord, ContactKind, "ContactKind";
    RoleWord, Role, "Role";
}

/// Words separated by commas.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words<T>(pub Vec<T>);

impl<T> Default for Words<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'de, T: FromStr<Err: fmt::Display>> Deserialize<'de> for Words<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(Reader(PhantomData))
    }
}

struct Reader<T>(PhantomData<T>);

impl<T: FromStr<Err: fmt::Display>> Visitor<'_> for Reader<T> {
    type Value = Words<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("words separated by commas")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Words<T>, E> {
        let words = text.split(',').map(str::trim).filter(|word| !word.is_empty());
        words.map(|word| word.parse().map_err(E::custom)).collect::<Result<_, _>>().map(Words)
    }
}

/// A word, or `none` where there is none yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Maybe<T>(pub Option<T>);

impl<T: FromStr> FromStr for Maybe<T> {
    type Err = T::Err;

    fn from_str(word: &str) -> Result<Self, T::Err> {
        if word == "none" { Ok(Self(None)) } else { word.parse().map(|word| Self(Some(word))) }
    }
}

impl<T> Words<Maybe<T>> {
    /// The words, `none` as none.
    pub fn into_options(self) -> Vec<Option<T>> {
        self.0.into_iter().map(|word| word.0).collect()
    }
}

/// JSON that is kept as text, put into an answer as it is.
pub fn kept_json(text: &str) -> serde_json::Value {
    serde_json::from_str(text).unwrap_or(serde_json::Value::Null)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_written_and_read_back() {
        let time = Time(Timestamp(1_757_152_800_123));
        let text = serde_json::to_string(&time).unwrap();
        assert_eq!(text, "\"2025-09-06T10:00:00.123Z\"");
        assert_eq!(serde_json::from_str::<Time>(&text).unwrap(), time);
        assert!(serde_json::from_str::<Time>("\"yesterday\"").is_err());
    }

    #[test]
    fn words_are_separated_by_commas() {
        let words: Words<Maybe<ProcessingStatus>> = serde_json::from_str("\"Error, none\"").unwrap();
        assert_eq!(words.into_options(), [Some(ProcessingStatus::Error), None]);
        assert!(serde_json::from_str::<Words<CurationStatus>>("\"Chosen\"").is_err());
    }
}
