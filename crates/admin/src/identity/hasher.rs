//! Hashing passwords with argon2id: on threads of its own, a few at a time, as often for unknown people as for known.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use clock::SharedClock;
use store::StoreError;
use tokio::sync::Semaphore;

use super::settings::HashCost;
use super::{IdentityError, password};

/// Passwords that are hashed at the same time; each takes a core and the memory that it costs.
const AT_ONCE: usize = 2;
/// Most that wait; further ones are turned away.
const WAITING_MAX: usize = 64;
/// For how long.
const TURNED_AWAY: Duration = Duration::from_secs(2);
/// Bytes of salt.
const SALT: usize = 16;

/// What came of a verification.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Verified {
    /// The password is another one, or there is none.
    Wrong,
    /// It is the one.
    Right,
    /// It is the one, but its hash costs less than it should now: a new one.
    Outdated(String),
}

/// Hashes and verifies.
#[derive(Debug)]
pub(super) struct Hasher {
    argon: Argon2<'static>,
    clock: SharedClock,
    permits: Arc<Semaphore>,
    places: Arc<Semaphore>,
    /// A hash of a password that nobody has: what unknown people are verified against.
    decoy: String,
    verifications: AtomicU64,
}

impl Hasher {
    pub(super) fn new(cost: HashCost, clock: SharedClock) -> Self {
        let params = Params::new(cost.memory_kib, cost.passes, cost.lanes, None).unwrap_or_default();
        let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        Self {
            decoy: decoy(&argon),
            argon,
            clock,
            permits: Arc::new(Semaphore::new(AT_ONCE)),
            places: Arc::new(Semaphore::new(AT_ONCE + WAITING_MAX)),
            verifications: AtomicU64::new(0),
        }
    }

    /// The hash of a password, as a PHC string.
    pub(super) async fn hash(&self, password: &str) -> Result<String, IdentityError> {
        let (argon, password) = (self.argon.clone(), password::normal(password));
        let salt = self.salt();
        self.apart(move || hash(&argon, &password, &salt)).await?
    }

    /// Compares a password with a hash. Without one it takes just as long and is wrong.
    pub(super) async fn verify(
        &self,
        password: &str,
        stored: Option<&str>,
    ) -> Result<Verified, IdentityError> {
        self.verifications.fetch_add(1, Ordering::Relaxed);
        if password.len() > password::BYTES_MAX {
            // Nobody has such a password; whether somebody exists is not told by that.
            return Ok(Verified::Wrong);
        }
        let (argon, password, salt) = (self.argon.clone(), password::normal(password), self.salt());
        let is_decoy = stored.is_none();
        let stored = stored.unwrap_or(&self.decoy).to_owned();
        self.apart(move || {
            let is_right = argon.verify_password(password.as_bytes(), stored.as_str()).is_ok();
            if is_decoy || !is_right {
                return Ok(Verified::Wrong);
            }
            if is_current(&argon, &stored) {
                return Ok(Verified::Right);
            }
            hash(&argon, &password, &salt).map(Verified::Outdated)
        })
        .await?
    }

    /// How often a password was verified, against a hash or the decoy: what an attempt costs.
    pub(super) fn verifications(&self) -> u64 {
        self.verifications.load(Ordering::Relaxed)
    }

    fn salt(&self) -> [u8; SALT] {
        let mut salt = [0; SALT];
        salt.iter_mut().zip(self.clock.secret()).for_each(|(to, from)| *to = from);
        salt
    }

    /// Does it on a thread that may block, when it is its turn.
    async fn apart<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, IdentityError> {
        let busy = || IdentityError::Throttled { retry_after: TURNED_AWAY };
        let _place = Arc::clone(&self.places).try_acquire_owned().map_err(|_| busy())?;
        let permit = Arc::clone(&self.permits).acquire_owned().await.map_err(|_| busy())?;
        let done = tokio::task::spawn_blocking(move || {
            let done = work();
            drop(permit);
            done
        });
        done.await.map_err(|error| StoreError::Refused(format!("hashing ended early: {error}")).into())
    }
}

fn hash(argon: &Argon2<'_>, password: &str, salt: &[u8]) -> Result<String, IdentityError> {
    let hash = argon.hash_password_with_salt(password.as_bytes(), salt);
    hash.map(|hash| hash.to_string())
        .map_err(|error| StoreError::Refused(format!("the password cannot be hashed: {error}")).into())
}

/// A hash that no password gives, at the same cost as a real one.
fn decoy(argon: &Argon2<'_>) -> String {
    let params = argon.params();
    format!(
        "$argon2id$v=19$m={},t={},p={}$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        params.m_cost(),
        params.t_cost(),
        params.p_cost()
    )
}

/// True if a hash costs what it should now.
fn is_current(argon: &Argon2<'_>, stored: &str) -> bool {
    let params = argon.params();
    let wanted = format!("$argon2id$v=19$m={},t={},p={}$", params.m_cost(), params.t_cost(), params.p_cost());
    stored.starts_with(&wanted)
}

#[cfg(test)]
mod tests {
    use clock::SystemClock;

    use super::*;

    const CHEAP: HashCost = HashCost { memory_kib: 64, passes: 1, lanes: 1 };

    #[tokio::test]
    async fn a_password_is_right_for_its_own_hash_alone() {
        let hasher = Hasher::new(CHEAP, SystemClock::shared());
        let stored = hasher.hash("plenty of turtles").await.unwrap();
        assert_eq!(hasher.verify("plenty of turtles", Some(&stored)).await.unwrap(), Verified::Right);
        for (password, against) in [
            ("plenty of turtle", Some(stored.as_str())),
            ("plenty of turtles", None),
            ("", Some("")),
            ("", None),
            (&"x".repeat(1 << 20), Some(stored.as_str())),
        ] {
            assert_eq!(hasher.verify(password, against).await.unwrap(), Verified::Wrong);
        }
        assert_ne!(hasher.hash("plenty of turtles").await.unwrap(), stored, "each has a salt of its own");
    }

    #[tokio::test]
    async fn a_hash_that_has_become_too_cheap_is_made_anew() {
        let clock = SystemClock::shared();
        let cheap = Hasher::new(CHEAP, clock.clone()).hash("plenty of turtles").await.unwrap();
        let dear = Hasher::new(HashCost { passes: 2, ..CHEAP }, clock);
        let Verified::Outdated(anew) = dear.verify("plenty of turtles", Some(&cheap)).await.unwrap() else {
            panic!("not made anew")
        };
        assert_eq!(dear.verify("plenty of turtles", Some(&anew)).await.unwrap(), Verified::Right);
        assert_eq!(dear.verify("wrong", Some(&cheap)).await.unwrap(), Verified::Wrong);
    }

    #[test]
    fn the_decoy_is_a_hash_like_any_other() {
        let hasher = Hasher::new(HashCost::OWASP, SystemClock::shared());
        assert!(argon2::password_hash::phc::PasswordHash::new(&hasher.decoy).is_ok());
        assert!(is_current(&hasher.argon, &hasher.decoy));
    }
}
