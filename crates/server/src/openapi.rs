//! The document of the API: made from the code, completed with what every operation may answer.

use axum::extract::State;
use axum::response::{Html, IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use serde_json::{Map, Value, json};
use utoipa::OpenApi;

use crate::app::App;
use crate::auth::Admin;
use crate::problem::{MEDIA_TYPE, Problem, ProblemBody};
use crate::router;

/// What the document says of the whole.
#[derive(OpenApi)]
#[openapi(
    info(title = "Sitelode", description = "Domains to sitemaps to pages to contacts, and the control of it.\n\n\
        Sign in with `POST /api/auth/login` for a session cookie or a short-lived bearer token, or send an API token:\n\
        `Authorization: Bearer slk_...`. Times are RFC 3339 in UTC. Every refusal is `application/problem+json` with a \
        stable `code`.", license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0")),
    components(schemas(ProblemBody)),
    tags(
        (name = "scan", description = "One domain, from the wish to its sitemaps."),
        (name = "domains", description = "Domains."),
        (name = "sitemap files", description = "Sitemap files and their imports."),
        (name = "pages", description = "Pages."),
        (name = "contacts", description = "What was extracted."),
        (name = "jobs", description = "Work that waits, runs or is done."),
        (name = "actions", description = "Everything that can be done to the running system."),
        (name = "observation", description = "What is counted and measured."),
        (name = "events", description = "What changes, as it changes."),
        (name = "health", description = "For load balancers."),
        (name = "auth", description = "Signing in and out."),
    )
)]
pub struct Description;

/// What every operation may answer beside what it says itself: status, description.
const REFUSALS: &[(u16, &str)] = &[
    (400, "The request is not well-formed."),
    (401, "Nobody has signed in, or the credential does not hold."),
    (403, "The role does not reach so far, or the request came from another site's page."),
    (404, "There is no such thing."),
    (405, "The path does not know this method."),
    (413, "The body is too large."),
    (414, "The path or query is too long."),
    (415, "The body is of another media type."),
    (422, "Fields are wrong: each is named by its JSON pointer."),
    (429, "Too many requests of this kind; see `Retry-After`."),
    (431, "The headers are too long."),
    (500, "The program failed at this; the log tells more under the trace id."),
    (503, "The database is away, the system is maintained or overloaded; see `Retry-After`."),
];

/// The whole document.
pub fn document() -> Value {
    let document = router::described().into_openapi();
    let mut document = serde_json::to_value(&document).unwrap_or_default();
    if let Some(paths) = document.get_mut("paths").and_then(Value::as_object_mut) {
        for item in paths.values_mut().filter_map(Value::as_object_mut) {
            item.values_mut().filter_map(Value::as_object_mut).for_each(complete);
        }
    }
    let schemes = json!({
        "bearer": {"type": "http", "scheme": "bearer", "description": "A token of `POST /api/auth/login` (JWT) or an API token (`slk_...`)."},
        "session": {"type": "apiKey", "in": "cookie", "name": "sitelode",
            "description": "The cookie that signing in sets; changes also want the header X-CSRF-Token."},
    });
    document["components"]["securitySchemes"] = schemes;
    document["security"] = json!([{"bearer": []}, {"session": []}]);
    document
}

fn complete(operation: &mut Map<String, Value>) {
    let Some(responses) = operation.get_mut("responses").and_then(Value::as_object_mut) else { return };
    for (status, description) in REFUSALS {
        responses.entry(status.to_string()).or_insert_with(|| {
            json!({
                "description": description,
                "content": { MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}} },
            })
        });
    }
    for response in responses.values_mut() {
        let is_problem = |schema: &Value| {
            schema.pointer("/schema/$ref").and_then(Value::as_str) == Some("#/components/schemas/Problem")
        };
        let Some(content) = response.get_mut("content").and_then(Value::as_object_mut) else { continue };
        if content.get("application/json").is_some_and(is_problem)
            && let Some(schema) = content.remove("application/json")
        {
            content.insert(MEDIA_TYPE.to_owned(), schema);
        }
    }
}

/// The document as it is kept in the repository.
pub fn text() -> String {
    let mut text = serde_json::to_string_pretty(&document()).unwrap_or_default();
    text.push('\n');
    text
}

/// Gives the document.
pub async fn get_document(State(_): State<App>, _: Admin) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], text()).into_response()
}

/// Gives the page that shows the document.
pub async fn get_page(State(_): State<App>, _: Admin) -> Html<&'static str> {
    Html(PAGE)
}

const PAGE: &str = r#"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Sitelode API</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="/api/docs/swagger/swagger-ui.css">
</head>
<body>
<div id="swagger-ui"></div>
<script src="/api/docs/swagger/swagger-ui-bundle.js"></script>
<script src="/api/docs/swagger/start.js"></script>
</body>
</html>
"#;

/// Starts the page; a file of its own, since the page may not carry scripts.
const START: &str = "window.ui = SwaggerUIBundle({ url: '/api/docs/openapi.json', dom_id: '#swagger-ui', \
                     deepLinking: true, persistAuthorization: false });\n";

/// Gives a file of the page.
pub async fn get_file(
    State(_): State<App>,
    _: Admin,
    axum::extract::Path(name): axum::extract::Path<String>,
) -> Result<Response, Problem> {
    if name == "start.js" {
        return Ok(([(header::CONTENT_TYPE, "text/javascript")], START).into_response());
    }
    let missing = || Problem::of_status(StatusCode::NOT_FOUND);
    let config = std::sync::Arc::new(utoipa_swagger_ui::Config::from("/api/docs/openapi.json"));
    let file = utoipa_swagger_ui::serve(&name, config).map_err(|error| Problem::internal(&error))?;
    let file = file.ok_or_else(missing)?;
    let kind = HeaderValue::from_str(&file.content_type).map_err(|error| Problem::internal(&error))?;
    Ok(([(header::CONTENT_TYPE, kind)], file.bytes.into_owned()).into_response())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn operations(document: &Value) -> Vec<(String, &Map<String, Value>)> {
        let paths = document["paths"].as_object().unwrap();
        let of = |(path, item): (&String, &Value)| {
            let path = path.clone();
            let item = item.as_object().cloned().unwrap_or_default();
            item.keys().map(move |method| (method.clone(), path.clone())).collect::<Vec<_>>()
        };
        let keys: Vec<(String, String)> = paths.iter().flat_map(of).collect();
        keys.into_iter()
            .filter_map(|(method, path)| {
                Some((format!("{method} {path}"), document["paths"][&path][&method].as_object()?))
            })
            .collect()
    }

    #[test]
    fn every_operation_has_a_name_of_its_own_and_every_answer_a_description() {
        let document = document();
        let mut names = BTreeSet::new();
        for (place, operation) in operations(&document) {
            let name = operation["operationId"].as_str().unwrap_or_default();
            assert!(names.insert(name.to_owned()), "{place}: the name {name} is taken");
            assert!(operation["summary"].as_str().is_some_and(|text| !text.is_empty()), "{place}");
            for (status, response) in operation["responses"].as_object().unwrap() {
                let text = response["description"].as_str().unwrap_or_default();
                assert!(!text.is_empty(), "{place}: {status} has no description");
            }
        }
        assert!(names.len() > 25);
    }

    #[test]
    fn the_kept_document_is_that_of_the_code() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../api/openapi.json");
        let kept = std::fs::read_to_string(path).unwrap_or_default();
        assert!(kept == text(), "api/openapi.json is out of date: run `cargo xtask gen`");
    }
}
