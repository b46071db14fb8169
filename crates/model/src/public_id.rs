//! Records' numbers as the API shows them: UUIDs that say what kind of record they name.

use std::fmt;

use uuid::Uuid;

/// A kind of record that the API names by id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RecordKind {
    /// A domain.
    Domain,
    /// A sitemap file.
    SitemapFile,
    /// A page.
    Page,
    /// A contact on a page.
    Contact,
    /// A job, live or finished.
    Job,
    /// A bulk operation.
    Operation,
    /// A person who may sign in.
    User,
    /// An API token.
    Token,
    /// A line of the audit log.
    Audit,
    /// An alert.
    Alert,
    /// A file to download.
    Artifact,
}

impl RecordKind {
    /// The first 48 bits of its ids: letters that a reader of hexadecimal finds again.
    const fn mark(self) -> u64 {
        match self {
            Self::Domain => 0xd0_0a10,
            Self::SitemapFile => 0xf1_1e00,
            Self::Page => 0xba_9e00,
            Self::Contact => 0xc0_4a00,
            Self::Job => 0x10_b000,
            Self::Operation => 0x0b_e400,
            Self::User => 0x05_e400,
            Self::Token => 0x70_ce40,
            Self::Audit => 0xa0_d170,
            Self::Alert => 0xa1_e470,
            Self::Artifact => 0xa4_7f00,
        }
    }

    /// The public id of the record of this kind with that number.
    pub const fn id(self, number: i64) -> PublicId {
        // Numbers are below 2^62: the variant's two bits hide nothing.
        PublicId(Uuid::from_u64_pair(self.mark() << 16 | 0x8000, number.unsigned_abs() | 1 << 63))
    }

    /// The number behind `id`, or none if it names no record of this kind.
    pub fn number(self, id: PublicId) -> Option<i64> {
        let number = i64::try_from(id.0.as_u64_pair().1 & (u64::MAX >> 2)).ok()?;
        (self.id(number) == id).then_some(number)
    }
}

/// A UUID (RFC 9562, version 8) that names one record of one kind: the kind stands in its first half, the number in
/// its second. Other UUIDs are valid and name nothing.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PublicId(Uuid);

/// A text that is no UUID.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an id is a UUID such as {}", RecordKind::Job.id(1))]
pub struct NotAnId;

impl std::str::FromStr for PublicId {
    type Err = NotAnId;

    /// Takes the hyphenated form, in either case.
    fn from_str(text: &str) -> Result<Self, NotAnId> {
        if text.len() != 36 {
            return Err(NotAnId);
        }
        Uuid::try_parse(text).map(Self).map_err(|_| NotAnId)
    }
}

impl fmt::Display for PublicId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.hyphenated().fmt(f)
    }
}

impl fmt::Debug for PublicId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl serde::Serialize for PublicId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for PublicId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_leads_back_to_its_number() {
        for number in [0, 1, 42, i64::from(u32::MAX), (1 << 62) - 1] {
            let id = RecordKind::Page.id(number);
            assert_eq!(id.to_string().parse(), Ok(id));
            assert_eq!(RecordKind::Page.number(id), Some(number));
            assert_eq!(RecordKind::Job.number(id), None, "a page's id names no job");
        }
    }

    #[test]
    fn ids_are_uuids_of_version_8() {
        let id = RecordKind::Job.id(42);
        assert_eq!(id.to_string(), "00000010-b000-8000-8000-00000000002a");
        assert_eq!((id.0.get_version_num(), id.0.get_variant()), (8, uuid::Variant::RFC4122));
    }

    #[test]
    fn other_uuids_name_nothing_and_other_texts_are_refused() {
        let other: PublicId = "f47ac10b-58cc-4372-a567-0e02b2c3d479".parse().unwrap();
        assert_eq!(RecordKind::Domain.number(other), None);
        for text in [
            "",
            "42",
            "not-an-id",
            "f47ac10b58cc4372a5670e02b2c3d479",
            "{f47ac10b-58cc-4372-a567-0e02b2c3d479}",
        ] {
            assert_eq!(text.parse::<PublicId>(), Err(NotAnId), "{text}");
        }
    }
}
