//! The chain: what an entry's hash covers, and the seals over the log's two ends.

use std::fmt;

use ring::{digest, hmac};

use super::{AuditClosing, AuditEntry, AuditOpening};
use crate::StoreError;

/// The hash that stands before the first entry.
pub(super) const ROOT: [u8; 32] = [0; 32];
/// What the bytes under a hash begin with: the form of what follows.
const ENTRY_FORM: &[u8] = b"sitelode audit entry 1";
const HEAD_FORM: &[u8] = b"sitelode audit head 1";
const STUB_FORM: &[u8] = b"sitelode audit stub 1";

/// A hash of an entry and all before it.
pub(super) type Hash = [u8; 32];

/// A secret that seals the ends of the log, so that nobody without it can write the log anew.
#[derive(Clone)]
pub struct AuditKey {
    id: String,
    key: hmac::Key,
}

impl AuditKey {
    /// A key from secret bytes; more than 32 are as good as 32.
    pub fn new(secret: &[u8]) -> Self {
        let id = digest::digest(&digest::SHA256, secret).as_ref().iter().take(6).fold(
            String::new(),
            |mut text, byte| {
                text.push_str(&format!("{byte:02x}"));
                text
            },
        );
        Self { id, key: hmac::Key::new(hmac::HMAC_SHA256, secret) }
    }

    /// What tells it from other keys, and nothing about it.
    pub fn id(&self) -> &str {
        &self.id
    }
}

impl fmt::Debug for AuditKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AuditKey({})", self.id)
    }
}

/// The keys that count: the first one seals, each of them is believed.
#[derive(Clone, Debug)]
pub struct AuditKeyring {
    first: AuditKey,
    older: Vec<AuditKey>,
}

impl AuditKeyring {
    /// Seals with `first`; believes `older` ones too.
    pub const fn new(first: AuditKey, older: Vec<AuditKey>) -> Self {
        Self { first, older }
    }

    pub(super) fn seal_head(&self, head: &Head) -> Vec<u8> {
        hmac::sign(&self.first.key, &head_bytes(head)).as_ref().to_vec()
    }

    pub(super) fn seal_stub(&self, stub: &Stub) -> Vec<u8> {
        hmac::sign(&self.first.key, &stub_bytes(stub)).as_ref().to_vec()
    }

    pub(super) fn key_id(&self) -> &str {
        self.first.id()
    }

    /// True if a head is as one of the keys sealed it. An empty log has no seal yet.
    pub(super) fn holds_head(&self, head: &Head, seal: &[u8], key_id: &str) -> bool {
        let empty = head.seq == 0 && head.hash == ROOT && head.suspect_since == 0 && seal.is_empty();
        empty || self.holds(&head_bytes(head), seal, key_id)
    }

    pub(super) fn holds_stub(&self, stub: &Stub, seal: &[u8], key_id: &str) -> bool {
        self.holds(&stub_bytes(stub), seal, key_id)
    }

    fn holds(&self, bytes: &[u8], seal: &[u8], key_id: &str) -> bool {
        std::iter::once(&self.first)
            .chain(&self.older)
            .any(|key| key.id == key_id && hmac::verify(&key.key, bytes, seal).is_ok())
    }
}

/// Where the log ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) seq: i64,
    pub(super) hash: Hash,
    pub(super) suspect_since: i64,
}

/// What retention took away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Stub {
    pub(super) first_seq: i64,
    pub(super) last_seq: i64,
    pub(super) hash: Hash,
    pub(super) at: i64,
    pub(super) pruned_by: String,
}

/// The hash of the entry with this number and everything before it.
pub(super) fn hash(before: &Hash, seq: i64, node: i64, entry: &AuditEntry) -> Hash {
    let mut bytes = Bytes::of(ENTRY_FORM);
    bytes.blob(before).int(seq).int(node);
    match entry {
        AuditEntry::Opened(opening) => add_opening(&mut bytes, opening),
        AuditEntry::Closed(closing) => add_closing(&mut bytes, closing),
    }
    let mut hash = ROOT;
    hash.copy_from_slice(digest::digest(&digest::SHA256, &bytes.0).as_ref());
    hash
}

fn add_opening(bytes: &mut Bytes, opening: &AuditOpening) {
    bytes.text("opened").int(opening.at.0).text(opening.level.as_str()).text(&opening.action);
    opening.texts().iter().for_each(|field| bytes.maybe(field.as_deref()));
}

fn add_closing(bytes: &mut Bytes, closing: &AuditClosing) {
    bytes.text("closed").int(closing.at.0).int(closing.record).text(closing.outcome.as_str());
    closing.texts().iter().for_each(|field| bytes.maybe(field.as_deref()));
    bytes.int(closing.duration_ms);
}

fn head_bytes(head: &Head) -> Vec<u8> {
    let mut bytes = Bytes::of(HEAD_FORM);
    bytes.int(head.seq).blob(&head.hash).int(head.suspect_since);
    bytes.0
}

fn stub_bytes(stub: &Stub) -> Vec<u8> {
    let mut bytes = Bytes::of(STUB_FORM);
    bytes.int(stub.first_seq).int(stub.last_seq).blob(&stub.hash).int(stub.at).text(&stub.pruned_by);
    bytes.0
}

/// Fields one after the other, each with its length, so that no two lists of fields give the same bytes.
struct Bytes(Vec<u8>);

impl Bytes {
    fn of(form: &[u8]) -> Self {
        let mut bytes = Self(Vec::with_capacity(512));
        bytes.blob(form);
        bytes
    }

    fn blob(&mut self, blob: &[u8]) -> &mut Self {
        self.0.extend_from_slice(&(blob.len() as u64).to_le_bytes());
        self.0.extend_from_slice(blob);
        self
    }

    fn text(&mut self, text: &str) -> &mut Self {
        self.blob(text.as_bytes())
    }

    fn int(&mut self, number: i64) -> &mut Self {
        self.0.extend_from_slice(&number.to_le_bytes());
        self
    }

    fn maybe(&mut self, text: Option<&str>) {
        self.0.push(u8::from(text.is_some()));
        self.text(text.unwrap_or(""));
    }
}

/// A stored hash.
pub(super) fn stored_hash(bytes: &[u8]) -> Result<Hash, StoreError> {
    bytes.try_into().map_err(|_| StoreError::Corrupt("a hash of the audit log has not 32 bytes".into()))
}

#[cfg(test)]
mod tests {
    use clock::Timestamp;
    use model::AuditOutcome;

    use super::*;

    fn closing(code: Option<&str>, message: Option<&str>) -> AuditEntry {
        AuditEntry::Closed(AuditClosing {
            record: 1,
            at: Timestamp(5),
            outcome: AuditOutcome::Done,
            code: code.map(str::to_owned),
            message: message.map(str::to_owned),
            counts: None,
            duration_ms: 3,
        })
    }

    #[test]
    fn a_hash_tells_fields_apart_and_depends_on_what_was_before() {
        let one = hash(&ROOT, 1, 7, &closing(Some("ab"), Some("c")));
        assert_eq!(one, hash(&ROOT, 1, 7, &closing(Some("ab"), Some("c"))));
        for other in [
            hash(&ROOT, 1, 7, &closing(Some("a"), Some("bc"))),
            hash(&ROOT, 1, 7, &closing(Some("abc"), None)),
            hash(&ROOT, 1, 7, &closing(Some("abc"), Some(""))),
            hash(&ROOT, 2, 7, &closing(Some("ab"), Some("c"))),
            hash(&ROOT, 1, 8, &closing(Some("ab"), Some("c"))),
            hash(&[1; 32], 1, 7, &closing(Some("ab"), Some("c"))),
        ] {
            assert_ne!(one, other);
        }
    }

    #[test]
    fn a_seal_holds_only_for_what_it_was_made_over_and_with_its_key() {
        let ring = AuditKeyring::new(AuditKey::new(b"new"), vec![AuditKey::new(b"old")]);
        let head = Head { seq: 3, hash: [9; 32], suspect_since: 0 };
        let seal = ring.seal_head(&head);
        assert!(ring.holds_head(&head, &seal, ring.key_id()));
        assert!(!ring.holds_head(&Head { seq: 2, ..head }, &seal, ring.key_id()));
        assert!(!ring.holds_head(&Head { suspect_since: 1, ..head }, &seal, ring.key_id()));
        let stranger = AuditKeyring::new(AuditKey::new(b"other"), Vec::new());
        assert!(!stranger.holds_head(&head, &seal, ring.key_id()));
        assert!(!stranger.holds_head(&head, &seal, stranger.key_id()));
        let old = AuditKeyring::new(AuditKey::new(b"old"), Vec::new());
        assert!(ring.holds_head(&head, &old.seal_head(&head), old.key_id()), "an older key is believed");
    }
}
