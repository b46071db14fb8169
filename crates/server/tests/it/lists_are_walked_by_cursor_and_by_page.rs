//! Lists give every item once, by cursor and by page number, filtered by any words, with wildcards taken literally.

use admin::Role;
use http::Method;
use serde_json::{Value, json};

use crate::home::Home;

pub(crate) async fn promise(home: &Home) {
    let domains: Vec<String> = (0..25).map(|number| format!("site{number:02}.example")).collect();
    let answer = home.post("/api/v3/domains", &json!({ "domains": domains })).await;
    assert_eq!((answer.status.as_u16(), answer.json()["accepted"].as_u64()), (202, Some(25)), "{answer:?}");

    let walked = walk(home, "/api/v3/domains?sort=created_at&size=10").await;
    assert_eq!(walked, domains);
    let second = home.get("/api/v3/domains?sort=created_at&size=10&page=2").await.json();
    let names: Vec<&str> = second["items"].as_array().expect("items").iter().map(name).collect();
    assert_eq!(names, domains[10..20]);
    assert_eq!((second["page"].as_u64(), second["total"].as_u64()), (Some(2), Some(25)));
    assert_eq!(second["total_is_estimate"], false);

    for (query, expected) in [
        ("domain=SITE1", 10),
        ("domain=%25", 0),
        ("domain=_ite", 0),
        ("sitemap_analysis_status=Queued", 25),
        ("sitemap_analysis_status=Error,none", 0),
        ("sitemap_curation_status=Selected&domain=7", 2),
        ("sitemap_curation_status=New", 0),
    ] {
        let found = home.get(&format!("/api/v3/domains?{query}")).await.json();
        assert_eq!(found["items"].as_array().map(Vec::len), Some(expected), "{query}");
    }
    files(home).await;
}

fn name(item: &Value) -> &str {
    item["domain"].as_str().unwrap_or_default()
}

async fn walk(home: &Home, path: &str) -> Vec<String> {
    let (mut names, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = home.get(&format!("{path}{cursor}")).await.json();
        names.extend(page["items"].as_array().expect("items").iter().map(|item| name(item).to_owned()));
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return names,
        }
    }
}

/// Sitemap files are added, shown, found by each filter, and removed.
async fn files(home: &Home) {
    let domain = home.get("/api/v3/domains?domain=site03").await.json()["items"][0]["id"].clone();
    let body = json!({ "domain_id": domain, "url": "https://site03.example/map_1.xml", "import": false });
    let added = home.post("/api/v3/sitemap-files", &body).await;
    assert_eq!(added.status.as_u16(), 201, "{added:?}");
    assert_eq!(home.post("/api/v3/sitemap-files", &body).await.status.as_u16(), 200);
    let id = added.json()["id"].as_str().expect("an id").to_owned();
    let domain = domain.as_str().expect("an id");
    for (query, expected) in [
        (format!("domain_id={domain}"), 1),
        ("url_contains=map_".to_owned(), 1),
        ("url_contains=map%25".to_owned(), 0),
        ("domain=site03&sitemap_type=none".to_owned(), 1),
        ("sitemap_import_status=none&sitemap_curation_status=New".to_owned(), 1),
        ("error_contains=time".to_owned(), 0),
        ("created_after=2020-01-01T00:00:00Z".to_owned(), 1),
        ("updated_before=2020-01-01T00:00:00Z".to_owned(), 0),
    ] {
        let found = home.get(&format!("/api/v3/sitemap-files?{query}")).await;
        assert_eq!(found.json()["items"].as_array().map(Vec::len), Some(expected), "{query}: {found:?}");
    }
    let path = format!("/api/v3/sitemap-files/{id}");
    assert_eq!(home.get(&path).await.json()["found_by"], "given");
    let gone = home.send(home.request(Role::Admin, Method::DELETE, &path, None)).await;
    assert_eq!(gone.status.as_u16(), 204);
    assert_eq!(home.get(&path).await.status.as_u16(), 404);
    assert_eq!(home.store.check().await.expect("check"), Vec::<String>::new());
}
