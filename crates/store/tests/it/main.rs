//! The conformance suite: one promise a file, each kept by every database that the store can use.
//!
//! SQLite runs always. PostgreSQL runs where `SITELODE_TEST_POSTGRES` gives the URL of a server whose database may be
//! written to; each promise gets a schema of its own there.

mod home;

/// Runs every promise on every database.
macro_rules! promises {
    ($($name:ident),* $(,)?) => {
        $(mod $name;)*

        mod sqlite {
            $(#[tokio::test]
            async fn $name() {
                super::$name::promise(&super::home::Home::sqlite()).await;
            })*
        }

        mod postgres {
            $(#[tokio::test]
            async fn $name() {
                if let Some(home) = super::home::Home::postgres(stringify!($name)) {
                    super::$name::promise(&home).await;
                }
            })*
        }
    };
}

promises! {
    claims_come_in_order,
}
