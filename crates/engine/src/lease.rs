//! Leases: a claimed job belongs to one life of one process, for a while, and nothing later is believed.

use crate::JobId;

/// One life of one process: a random number drawn at its start, so that a restarted node never takes over what its
/// former self held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Incarnation(pub i64);

impl Incarnation {
    /// Draws a new one; never 0, which stands for nobody.
    pub fn draw(clock: &dyn clock::Clock) -> Self {
        Self(i64::try_from(clock.random() >> 1).unwrap_or(i64::MAX).max(1))
    }
}

/// The right to speak for a job: valid while the stored job still carries the same node and fence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Lease {
    /// Which job.
    pub job: JobId,
    /// Who holds it.
    pub node: Incarnation,
    /// Counts the claims of this job: each claim makes all earlier leases void.
    pub fence: i64,
}
