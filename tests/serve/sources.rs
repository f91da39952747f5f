//! Folders and pages that are imported again and again.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect};
use axum::routing::get;
use serde_json::{Value, json};

use crate::server::{Server, Staff, problem};

/// Runs a source and gives what the run came to.
async fn run(admin: &Staff<'_>, source: &Value) -> Value {
    let path = format!("/knowledge/sources/{}/run", source["id"].as_str().unwrap());
    let job = admin.done(&path, json!({})).await;
    let ended = admin.ended(job["id"].as_str().unwrap()).await;
    assert_eq!(ended["state"], "done", "{ended}");
    ended["result"].clone()
}

fn counts(run: &Value) -> (u64, u64, u64, u64) {
    let count = |name: &str| run[name].as_u64().unwrap();
    (count("imported"), count("unchanged"), count("removed"), count("failed"))
}

async fn names(admin: &Staff<'_>) -> Vec<String> {
    let listed: Value =
        admin.get("/knowledge/documents?base=mirror").send().await.unwrap().json().await.unwrap();
    listed["items"].as_array().unwrap().iter().map(|d| d["name"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_folder_is_followed_as_it_changes() {
    let dir = tempfile::tempdir().unwrap();
    let (data, shared) = (dir.path().join("data"), dir.path().join("shared"));
    std::fs::create_dir_all(shared.join("rules")).unwrap();
    let write = |name: &str, text: &str| std::fs::write(shared.join(name), text).unwrap();
    write("rules/退货.md", "# 退货\n\n签收后七天内可以退货，运费由顾客承担。\n");
    write("配送.txt", "江浙沪满五十九元包邮，其他地区满九十九元包邮。");
    write("空.md", "");
    let config = dir.path().join("zhike.toml");
    std::fs::write(&config, format!("[knowledge]\nfolders = [{:?}]\n", shared.display().to_string()))
        .unwrap();
    let server =
        Server::start(Path::new(env!("CARGO_BIN_EXE_zhike")), &data, &["--config", config.to_str().unwrap()]);
    let admin = server.admin().await;

    let folder = |location: &Path| {
        json!({"kind": "folder", "location": location.display().to_string(), "base": "mirror",
            "every_minutes": 60, "remove_missing": true, "tags": ["shared"], "owner": "小李"})
    };
    let outside = admin.post("/knowledge/sources").json(&folder(&data)).send().await.unwrap();
    assert_eq!(problem(outside).await, (422, "invalid_input".into()));

    let source = admin.done("/knowledge/sources", folder(&shared)).await;
    // Its first run begins by itself.
    for _ in 0..300 {
        if names(&admin).await.len() == 2 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(names(&admin).await, ["rules/退货.md", "配送.txt"]);
    let again = run(&admin, &source).await;
    assert_eq!(counts(&again), (0, 2, 0, 1), "{again}");
    assert_eq!(again["failures"][0]["name"], "空.md");

    write("配送.txt", "江浙沪满七十九元包邮，其他地区满九十九元包邮。");
    std::fs::remove_file(shared.join("rules/退货.md")).unwrap();
    assert_eq!(counts(&run(&admin, &source).await), (1, 0, 1, 1));
    assert_eq!(names(&admin).await, ["配送.txt"]);
    let listed: Value =
        admin.get("/knowledge/documents?base=mirror&tag=shared").send().await.unwrap().json().await.unwrap();
    let document = &listed["items"][0];
    assert_eq!((&document["owner"], document["version"].as_i64()), (&json!("小李"), Some(2)));

    // A folder that cannot be opened for a while takes nothing away.
    std::fs::rename(&shared, dir.path().join("elsewhere")).unwrap();
    assert_eq!(counts(&run(&admin, &source).await), (0, 0, 0, 1));
    assert_eq!(names(&admin).await, ["配送.txt"]);
    let path = format!("/knowledge/sources/{}", source["id"].as_str().unwrap());
    let seen: Value = admin.get(&path).send().await.unwrap().json().await.unwrap();
    assert_eq!(seen["last_run"]["failed"], 1);
    assert_eq!(admin.delete(&path).send().await.unwrap().status().as_u16(), 204);
    assert_eq!(names(&admin).await, ["配送.txt"], "what it brought stays");
}

/// A site with a page, rules for robots, and a way out of it.
#[derive(Clone)]
struct Site {
    page: Arc<Mutex<String>>,
}

async fn site() -> (SocketAddr, Site) {
    let site =
        Site { page: Arc::new(Mutex::new("<h1>停车</h1><p>门店停车每小时八元。</p>".into())) };
    let robots = |headers: HeaderMap| async move {
        assert!(headers[header::USER_AGENT].to_str().unwrap().starts_with("zhike/"));
        "User-agent: *\nDisallow: /private\n"
    };
    let page = |State(site): State<Site>| async move {
        let text = site.page.lock().unwrap().clone();
        ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], text).into_response()
    };
    let router = Router::new()
        .route("/robots.txt", get(robots))
        .route("/parking", get(page))
        .route("/private/prices", get(page))
        .route("/moved", get(|| async { Redirect::temporary("/parking") }))
        .route("/away", get(|| async { Redirect::temporary("ftp://127.0.0.1/x") }))
        .route("/broken", get(|| async { StatusCode::INTERNAL_SERVER_ERROR }))
        .with_state(site.clone());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    #[allow(clippy::disallowed_methods)] // a server of the test, which ends with it
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    (address, site)
}

#[tokio::test]
async fn requirement_25_a_page_is_followed_where_its_owner_and_ours_allow_it() {
    let (address, site) = site().await;
    let server = Server::plain();
    let admin = server.admin().await;
    let page = |path: &str, allow_private: bool| {
        json!({"kind": "url", "location": format!("http://{address}{path}"), "base": "mirror",
            "every_minutes": 5, "enabled": false, "allow_private": allow_private})
    };
    let inside = admin.post("/knowledge/sources").json(&page("/parking", false)).send().await.unwrap();
    assert_eq!(problem(inside).await, (422, "invalid_input".into()));

    let source = admin.done("/knowledge/sources", page("/moved", true)).await;
    assert_eq!(counts(&run(&admin, &source).await), (1, 0, 0, 0));
    assert_eq!(names(&admin).await, [format!("{}/parking.html", address.ip())]);
    assert_eq!(counts(&run(&admin, &source).await), (0, 1, 0, 0));
    *site.page.lock().unwrap() = "<h1>停车</h1><p>门店停车每小时十二元。</p>".into();
    assert_eq!(counts(&run(&admin, &source).await), (1, 0, 0, 0));
    let reply = admin.done("/dialog/reply", json!({"text": "门店停车每小时多少钱", "base": "mirror"})).await;
    assert!(reply.to_string().contains("十二元"), "{reply}");

    for (path, says) in
        [("/private/prices", "robots.txt"), ("/away", "neither http nor https"), ("/broken", "500")]
    {
        let source = admin.done("/knowledge/sources", page(path, true)).await;
        let run = run(&admin, &source).await;
        assert_eq!(counts(&run), (0, 0, 0, 1), "{path}");
        assert!(run["failures"][0]["reason"].as_str().unwrap().contains(says), "{run}");
    }
}
