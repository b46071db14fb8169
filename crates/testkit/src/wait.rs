//! Waiting for what is to come true, never for a time: looked at again and again, given up after a generous while.

use std::time::Duration;

use clock::{Clock, SystemClock};

use crate::Error;

/// How often it is looked.
const LOOK_EVERY: Duration = Duration::from_millis(10);

/// Waits until `ready` gives something.
///
/// # Errors
/// [`Error::TimedOut`] after `within`.
pub fn until<T>(what: &str, within: Duration, mut ready: impl FnMut() -> Option<T>) -> Result<T, Error> {
    let clock = SystemClock::default();
    loop {
        if let Some(found) = ready() {
            return Ok(found);
        }
        let waited = clock.elapsed();
        if waited >= within {
            return Err(Error::TimedOut { what: what.to_owned(), waited, output: String::new() });
        }
        std::thread::park_timeout(LOOK_EVERY);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_true_is_given_and_what_does_not_is_named() {
        let mut looks = 0;
        let third = || {
            looks += 1;
            (looks == 3).then_some(looks)
        };
        assert_eq!(until("the third look", Duration::from_secs(20), third).unwrap(), 3);
        let error = until("a miracle", Duration::ZERO, || None::<()>).unwrap_err();
        assert!(error.to_string().contains("a miracle"), "{error}");
    }
}
