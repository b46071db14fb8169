//! What a person or a token may do, in steps: each role may all that the one before it may.

use crate::words::words;

/// A role. They are ordered: `viewer < operator < admin < superadmin`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Looks at everything but secrets, changes nothing.
    Viewer,
    /// Does the daily work: retries, cancels, curates, pauses.
    Operator,
    /// Changes limits and settings, deletes, makes tokens.
    Admin,
    /// Makes users, restarts and migrates the system.
    Superadmin,
}

words! { Role, UnknownRole, "role", {
    Viewer => "viewer",
    Operator => "operator",
    Admin => "admin",
    Superadmin => "superadmin",
}}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_stand_in_order() {
        assert!(Role::ALL.is_sorted());
        assert!(Role::Superadmin > Role::Admin && Role::Operator > Role::Viewer);
    }
}
