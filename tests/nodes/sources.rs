//! What is imported again and again: every node looks whether it is due, one of them does it, all answer from it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::routing::get;
use serde_json::{Value, json};

use crate::house::House;

/// Longer than a node waits between looking twice whether something is due.
const LOOKED_AGAIN: Duration = Duration::from_secs(17);

type Asked = Arc<Mutex<HashMap<String, u32>>>;

async fn site(asked: Asked) -> String {
    let page = |State(asked): State<Asked>, Path(floor): Path<String>| async move {
        *asked.lock().unwrap().entry(floor.clone()).or_default() += 1;
        (
            [(header::CONTENT_TYPE, "text/html")],
            format!("<h1>Floors</h1><p>Floor {floor} sells lamps of model L{floor}.</p>"),
        )
    };
    let none = || async { StatusCode::NOT_FOUND };
    let app =
        Router::new().route("/floors/{floor}", get(page)).route("/robots.txt", get(none)).with_state(asked);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, app).await });
    format!("http://{address}")
}

#[tokio::test]
async fn a_source_that_is_due_is_read_by_one_node_and_known_to_all() {
    let asked = Asked::default();
    let site = site(Arc::clone(&asked)).await;
    let house = House::with_nodes(3);
    let admin = house.admin(0).await;
    for floor in 1..=4 {
        let source = json!({"kind": "url", "location": format!("{site}/floors/{floor}"), "every_minutes": 5,
            "enabled": true, "allow_private": true});
        house.post(floor % 3, "/knowledge/sources", &admin, source).await;
    }
    house
        .until("every page has been read", async || {
            let listed = house.get(0, "/knowledge/sources", &admin).await;
            let sources = listed["items"].as_array().unwrap();
            sources.len() == 4 && sources.iter().all(|source| source["last_run"]["imported"] == 1)
        })
        .await;
    tokio::time::sleep(LOOKED_AGAIN).await;
    let times: Vec<u32> = asked.lock().unwrap().values().copied().collect();
    assert_eq!(times, [1; 4], "each page was asked for once");

    for node in 0..3 {
        house
            .until("the pages are found on every node", async || {
                let query = json!({"query": "Which floor sells model L3?", "k": 5});
                let found = house.post(node, "/knowledge/search", &admin, query).await;
                let says = |hit: &Value| hit["text"].as_str().unwrap().contains("L3");
                found["hits"].as_array().unwrap().iter().any(says)
            })
            .await;
    }
}
