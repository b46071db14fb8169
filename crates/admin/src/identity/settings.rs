//! What can be set about identity, with the usual values.

use std::time::Duration;

use store::ThrottleRule;

/// The settings of identity.
#[derive(Clone, Debug)]
pub struct IdentitySettings {
    /// A session that is not used for so long is over.
    pub session_idle: Duration,
    /// A session is over after so long, however much it is used.
    pub session_max: Duration,
    /// How long a signed token holds.
    pub bearer_life: Duration,
    /// How old a signing key gets before a new one signs.
    pub key_rotation: Duration,
    /// What hashing a password costs.
    pub hashing: HashCost,
    /// How failures of one account are answered.
    pub account_rule: ThrottleRule,
    /// How failures from one address are answered.
    pub address_rule: ThrottleRule,
    /// How long an account is trusted at an address after a sign-in that went well.
    pub trust: Duration,
}

/// What hashing a password costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HashCost {
    /// Memory in KiB.
    pub memory_kib: u32,
    /// Passes over it.
    pub passes: u32,
    /// Lanes.
    pub lanes: u32,
}

impl HashCost {
    /// OWASP, "Password Storage Cheat Sheet": argon2id with 19 MiB, 2 passes, 1 lane.
    pub const OWASP: Self = Self { memory_kib: 19 * 1_024, passes: 2, lanes: 1 };
}

impl Default for IdentitySettings {
    fn default() -> Self {
        let minutes = |minutes: u64| Duration::from_secs(minutes * 60);
        let hours = |hours: u64| minutes(hours * 60);
        Self {
            session_idle: hours(12),
            session_max: hours(7 * 24),
            bearer_life: minutes(15),
            key_rotation: hours(7 * 24),
            hashing: HashCost::OWASP,
            account_rule: ThrottleRule {
                free: 5,
                first_wait: Duration::from_secs(5),
                longest_wait: minutes(15),
                forgotten_after: hours(24),
            },
            // Many people may come from one address.
            address_rule: ThrottleRule {
                free: 30,
                first_wait: Duration::from_secs(5),
                longest_wait: minutes(15),
                forgotten_after: hours(24),
            },
            trust: hours(30 * 24),
        }
    }
}
