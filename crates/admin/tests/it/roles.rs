//! Which role may do what: the whole table as one snapshot, asked of the way itself.

use admin::{ActionRequest, Role, catalogue};
use serde_json::Value;

use crate::home::{Home, origin, somebody};

/// The table as it is agreed upon. Written anew by this test if `SITELODE_WRITE` is set.
const AGREED: &str = "tests/it/roles.txt";

#[tokio::test]
async fn roles_may_do_what_is_agreed_upon() {
    let home = Home::sqlite().await;
    let mut table = String::new();
    for action in catalogue::CATALOGUE {
        let kind = action.facts().kind;
        let mut line = format!("{kind:<32}");
        for role in Role::ALL {
            // A payload that fits nothing: whoever gets to hear of it was let through.
            let request = ActionRequest::new(kind, Value::Null);
            let refused = home.dispatcher.dispatch(Some(somebody(*role)), origin(), request).await;
            let code = refused.expect_err("it fits nothing").code();
            line.push_str(if code == "forbidden" { " -         " } else { " yes       " });
        }
        table.push_str(line.trim_end());
        table.push('\n');
    }
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(AGREED);
    if std::env::var_os("SITELODE_WRITE").is_some() {
        std::fs::write(&path, &table).expect("written");
    }
    assert_eq!(std::fs::read_to_string(&path).unwrap_or_default(), table, "set SITELODE_WRITE=1 to agree");
}
