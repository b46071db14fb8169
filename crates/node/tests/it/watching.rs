//! What the leader watches over, and whom it tells.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::time::Duration;

use node::{BackupPlan, Hook, HookFormat};
use store::{AlertFilter, Dialect};
use url::Url;

use crate::home::Home;

/// A service that takes one piece of news: its address, and what it was sent.
fn listener() -> (Url, std::sync::mpsc::Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}/hook", listener.local_addr().expect("an address"));
    let (sender, receiver) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            let mut text = Vec::new();
            let mut buffer = [0; 4_096];
            while !text.ends_with(b"}") {
                match stream.read(&mut buffer) {
                    Ok(read) if read > 0 => text.extend_from_slice(&buffer[..read]),
                    _ => break,
                }
            }
            let _ = stream.write_all(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n");
            if sender.send(String::from_utf8_lossy(&text).into_owned()).is_err() {
                return;
            }
        }
    });
    (Url::parse(&url).expect("a URL"), receiver)
}

pub(crate) async fn a_silent_node_is_told_of(home: &Home) {
    let (url, news) = listener();
    let hook = Hook { name: "team".to_owned(), url, format: HookFormat::Slack };
    let (silent, node) =
        (home.node().await, home.node_with(|options| options.services.hooks = vec![hook]).await);
    silent.step().await;
    drop(silent);
    home.pass(Duration::from_secs(20));
    for _ in 0..2 {
        node.step().await;
        node.turn_services().await;
        home.pass(Duration::from_secs(3));
    }
    let store = home.store().await;
    let open = AlertFilter { open: true, ..AlertFilter::default() };
    let alerts = store.alerts(&open, 10).await.expect("alerts");
    assert_eq!(
        (alerts.len(), alerts[0].kind.as_str(), alerts[0].subject.as_str()),
        (1, "dead_node", "node-1")
    );
    let told = news.recv_timeout(Duration::from_secs(60)).expect("the hook was told");
    assert!(told.starts_with("POST /hook HTTP/1.1"), "{told}");
    assert!(told.contains("{\"text\":\"[critical] the node node-1"), "{told}");
    assert!(store.due_deliveries(10, store.now()).await.expect("deliveries").is_empty(), "once is enough");
}

pub(crate) async fn scheduled_copies_are_made_and_kept(home: &Home) {
    let folder = home.folder.path().join("backups");
    let plan = BackupPlan { folder: folder.clone(), every: Duration::from_secs(3_600), keep: 2 };
    let node = home.node_with(|options| options.services.backup = Some(plan)).await;
    for _ in 0..8 {
        node.step().await;
        node.turn_services().await;
        home.pass(Duration::from_secs(1_800));
    }
    let copies = std::fs::read_dir(&folder).map_or(0, Iterator::count);
    // A server has its own ways.
    let expected = if home.store().await.dialect() == Dialect::Sqlite { 2 } else { 0 };
    assert_eq!(copies, expected);
}
