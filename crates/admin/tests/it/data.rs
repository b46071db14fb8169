//! Actions on the database, on people and on tokens.

use serde_json::{Value, json};

use crate::bulk::work;
use crate::home::Home;

/// The result of a maintenance job, once it is done.
async fn worked(home: &Home, begun: &Value) -> Value {
    work(home).await;
    let id = begun["job_id"].as_str().expect("a job").parse().expect("a UUID");
    let number = model::RecordKind::Job.number(id).expect("a job");
    let view = home.job(engine::JobId(number)).await;
    let result = view.result.unwrap_or_else(|| panic!("{:?}", view.error));
    serde_json::from_str(&result).expect("JSON")
}

async fn text_of(home: &Home, artifact: &Value) -> String {
    let id = artifact["artifact_id"].as_str().expect("an id").parse().expect("a UUID");
    let number = model::RecordKind::Artifact.number(id).expect("an artifact");
    let row = home.store.artifact(number).await.expect("kept");
    assert!(row.finished_at.is_some());
    let mut bytes = Vec::new();
    for part in 0..row.parts {
        bytes.extend(home.store.artifact_part(number, part).await.expect("read").expect("there"));
    }
    String::from_utf8(bytes).expect("text")
}

pub(crate) async fn jobs_and_tables_are_exported(home: &Home) {
    let job = home.failed_job().await;
    let begun = home.done("job.export", json!({"filter": {"states": ["failed"]}, "format": "csv"})).await;
    let result = worked(home, &begun).await;
    let text = text_of(home, &result["artifacts"][0]).await;
    assert!(
        text.starts_with("id,queue,state,") && text.contains(&crate::home::id(job).to_string()),
        "{text}"
    );
    let begun =
        home.done("database.export_data", json!({"tables": ["job_history"], "format": "jsonl"})).await;
    let result = worked(home, &begun).await;
    let text = text_of(home, &result["artifacts"][0]).await;
    let row: Value = serde_json::from_str(text.lines().next().expect("a line")).expect("JSON");
    assert_eq!(row["error_code"], json!("timeout"));
}

pub(crate) async fn old_jobs_are_cleaned_up(home: &Home) {
    home.failed_job().await;
    home.clock.advance(std::time::Duration::from_secs(3 * 86_400));
    let payload = json!({"older_than_days": 2, "kinds": ["failed_jobs", "artifacts"], "dry_run": true});
    let tried = home.done("database.cleanup_old_data", payload).await;
    assert_eq!(tried["would_delete"], json!({"failed_jobs": 1, "artifacts": 0}));
    let begun =
        home.done("database.cleanup_old_data", json!({"older_than_days": 2, "kinds": ["failed_jobs"]})).await;
    assert_eq!(worked(home, &begun).await["deleted"], json!({"failed_jobs": 1}));
}

pub(crate) async fn the_database_is_looked_after(home: &Home) {
    let status = home.done("database.status", json!({})).await;
    assert!(status["bytes"].as_u64().is_some_and(|bytes| bytes > 0), "{status}");
    assert_eq!(status["pending_migrations"], json!(0));
    home.done("database.performance_check", json!({})).await;
    let begun = home.done("database.vacuum", json!({"table": "pages"})).await;
    assert!(worked(home, &begun).await["bytes_after"].is_u64());
    let begun = home.done("database.optimize_indexes", json!({"table": "jobs"})).await;
    assert!(worked(home, &begun).await["bytes_after"].is_u64());
    assert_eq!(home.refused("database.vacuum", json!({"table": "jobs; DROP TABLE jobs"})).await, "not_found");
    assert_eq!(home.refused("database.create_backup", json!({"label": "../x"})).await, "invalid_payload");
}

pub(crate) async fn backups_are_made_and_listed(home: &Home) {
    if home.store.dialect() == store::Dialect::Postgres {
        // Made with the server's own tools.
        assert_eq!(home.done("database.list_backups", json!({})).await["backups"], json!([]));
        return;
    }
    let begun = home.done("database.create_backup", json!({"label": "before"})).await;
    let made = worked(home, &begun).await;
    let listed = home.done("database.list_backups", json!({})).await;
    assert_eq!(listed["backups"][0], made["backup"]);
    assert_eq!(listed["backups"][0]["verified"], json!(true));
}

pub(crate) async fn people_and_tokens_are_made_and_secrets_shown_once(home: &Home) {
    let root = json!({"name": "root", "role": "superadmin", "password": "nine purple kettles sing"});
    home.done("user.create", root).await;
    let request = admin::ActionRequest {
        idempotency_key: Some("k".into()),
        ..admin::ActionRequest::new("user.create", json!({"name": "ann", "role": "operator"}))
    };
    let first = home.ask(request.clone()).await.expect("made");
    assert!(first.result["one_time_password"].as_str().is_some_and(|password| password.len() > 8));
    let again = home.ask(request).await.expect("answered");
    assert_eq!(again.result["one_time_password"], json!("(shown once)"));
    assert_eq!(again.result["name"], json!("ann"));
    let ann = home.done("user.set_role", json!({"user": "ann", "role": "admin"})).await;
    assert_eq!(ann["role"], json!("admin"));
    assert_eq!(home.done("user.disable", json!({"user": "ann"})).await["disabled"], json!(true));
    assert_eq!(
        home.done("user.disable", json!({"user": "ann", "disabled": false})).await["disabled"],
        json!(false)
    );
    let reset = home.done("user.reset_password", json!({"user": "ann"})).await;
    assert!(reset["one_time_password"].is_string());
    assert_eq!(home.refused("user.set_role", json!({"user": "nobody", "role": "viewer"})).await, "not_found");

    let token =
        home.done("token.create", json!({"name": "export", "role": "viewer", "expires": "90d"})).await;
    assert!(token["token"].as_str().is_some_and(|text| text.starts_with("slk_")));
    let revoked = home.done("token.revoke", json!({"token": token["id"]})).await;
    assert!(revoked["revoked_at"].is_string());
    assert_eq!(home.refused("token.revoke", json!({"token": token["id"]})).await, "conflict");
}
