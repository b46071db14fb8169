//! The body of a response: decoded, counted and timed as it is read.

use bytes::Bytes;

use crate::error::Error;

/// A body still to be read. It holds the host's turn until it is read to its end or dropped.
pub struct Body {
    _private: (),
}

impl Body {
    /// The next part, decoded; none at the end.
    ///
    /// # Errors
    /// [`Error::TooLarge`], [`Error::Timeout`], [`Error::Decode`], [`Error::Protocol`]; the parts before stay good.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, Error> {
        Ok(None)
    }

    /// The whole body.
    ///
    /// # Errors
    /// Those of [`Body::chunk`].
    pub async fn bytes(self) -> Result<Bytes, Error> {
        Ok(Bytes::new())
    }

    /// What the first bytes look like, whatever the headers say.
    pub async fn sniff(&mut self) -> Result<crate::Sniffed, Error> {
        Ok(crate::sniff(&[]))
    }

    /// Bytes read from the wire so far.
    pub fn wire_bytes(&self) -> u64 {
        0
    }

    /// Bytes handed out so far.
    pub fn decoded_bytes(&self) -> u64 {
        0
    }
}

impl std::fmt::Debug for Body {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Body").finish_non_exhaustive()
    }
}
