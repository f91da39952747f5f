//! Dictionaries: what an administrator lists is found in the next message, misspelt too, and after a restart.

use std::path::Path;

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::server::{Server, Staff, problem};

/// `value ← raw` of the slots of one name that the engine finds in a text.
async fn found(admin: &Staff<'_>, slot: &str, text: &str) -> Vec<String> {
    let parse = admin.done("/dialog/parse", json!({"text": text})).await;
    let slots = parse["slots"].as_array().unwrap().iter().filter(|s| s["name"] == slot);
    slots.map(|s| format!("{} ← {}", s["value"].as_str().unwrap(), s["raw"].as_str().unwrap())).collect()
}

async fn read(admin: &Staff<'_>, path: &str) -> Value {
    let answer = admin.get(path).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK, "{path}");
    answer.json().await.unwrap()
}

#[tokio::test]
async fn a_change_is_effective_with_the_next_message_and_kept() {
    let mut server = Server::demo();
    let password = server.password.clone();
    let admin = server.admin().await;
    assert!(found(&admin, "gadget", "有蓝鲸加湿器吗").await.is_empty());

    let entries = json!({"entries": [
        {"value": "蓝鲸加湿器", "forms": ["Blue Whale", "BW-200"]},
        {"value": "云朵护颈枕"},
    ]});
    let put = admin.put("/dictionaries/gadget").json(&entries).send().await.unwrap();
    assert_eq!(put.status(), StatusCode::OK);
    let summary: Value = put.json().await.unwrap();
    assert_eq!((summary["values"].as_u64(), summary["forms"].as_u64()), (Some(2), Some(2)));

    // As listed, by another name, in traditional characters, by its sound, with a slip of the finger.
    assert_eq!(found(&admin, "gadget", "有蓝鲸加湿器吗").await, ["蓝鲸加湿器 ← 蓝鲸加湿器"]);
    assert_eq!(found(&admin, "gadget", "is the blue whale in stock").await, ["蓝鲸加湿器 ← blue whale"]);
    assert_eq!(found(&admin, "gadget", "藍鯨加濕器多少錢").await, ["蓝鲸加湿器 ← 藍鯨加濕器"]);
    assert_eq!(found(&admin, "gadget", "兰鲸加湿器怎么用").await, ["蓝鲸加湿器 ← 兰鲸加湿器"]);
    assert_eq!(found(&admin, "gadget", "is the blue whsle in stock").await, ["蓝鲸加湿器 ← blue whsle"]);

    let difference = json!({"put": [{"value": "云朵护颈枕", "forms": ["云枕头"]}], "remove": ["蓝鲸加湿器"]});
    let patched = admin.patch("/dictionaries/gadget").json(&difference).send().await.unwrap();
    assert_eq!(patched.status(), StatusCode::OK);
    assert!(found(&admin, "gadget", "有蓝鲸加湿器吗").await.is_empty());
    assert_eq!(found(&admin, "gadget", "云枕头可以洗吗").await, ["云朵护颈枕 ← 云枕头"]);

    server.kill();
    let mut server = Server::start(Path::new(env!("CARGO_BIN_EXE_zhike")), &server.data, &["--demo"]);
    server.password = password;
    let admin = server.admin().await;
    assert_eq!(found(&admin, "gadget", "云枕头可以洗吗").await, ["云朵护颈枕 ← 云枕头"]);

    let removed = admin.delete("/dictionaries/gadget").send().await.unwrap();
    assert_eq!(removed.status(), StatusCode::NO_CONTENT);
    assert!(found(&admin, "gadget", "云枕头可以洗吗").await.is_empty());
    let again = admin.delete("/dictionaries/gadget").send().await.unwrap();
    assert_eq!(problem(again).await, (404, "not_found".into()));
    let acts = read(&admin, "/audit").await;
    let acts: Vec<&str> =
        acts["items"].as_array().unwrap().iter().filter_map(|a| a["action"].as_str()).collect();
    assert!(acts.contains(&"dictionary.changed") && acts.contains(&"dictionary.removed"), "{acts:?}");
}

#[tokio::test]
async fn tables_are_read_whole_or_not_at_all() {
    let server = Server::demo();
    let admin = server.admin().await;
    let import = async |query: &str, table: String| {
        admin.post(&format!("/dictionaries/sku/import{query}")).body(table).send().await.unwrap()
    };

    let refused = import("", "值,同义词\n蓝鲸,BW\n,x\n云朵枕,BW\n\"很长\n的\",\n".into()).await;
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let body: Value = refused.json().await.unwrap();
    let detail = body["detail"].as_str().unwrap();
    assert!(detail.contains("line 3:") && detail.contains("line 5:"), "{detail}");
    let ambiguous = import("", "value,forms\n蓝鲸,BW\n云朵枕,bw\n".into()).await;
    assert_eq!(problem(ambiguous).await, (422, "invalid_input".into()));
    assert!(read(&admin, "/dictionaries").await["items"].as_array().unwrap().is_empty());

    // Ten thousand products, then one more, then a page of them and the table back.
    let rows: String = (0..10_000).map(|i| format!("测试商品型号{i:05},SKU{i:05}\n")).collect();
    let imported = import("", format!("值,同义词\n{rows}")).await;
    assert_eq!(imported.status(), StatusCode::OK);
    assert_eq!(found(&admin, "sku", "测试商品型号04711有货吗").await.len(), 1);
    assert_eq!(found(&admin, "sku", "sku09999有货吗").await, ["测试商品型号09999 ← sku09999"]);
    assert_eq!(import("", "value\n另一件\n".into()).await.status(), StatusCode::OK);
    let listed = read(&admin, "/dictionaries").await;
    assert_eq!(listed["items"][0]["values"], 10_001);
    let page = read(&admin, "/dictionaries/sku?q=0471&limit=2").await;
    assert_eq!(page["items"][0]["value"], "测试商品型号00471");
    assert!(page["next_cursor"].is_string());
    let table = admin.get("/dictionaries/sku/export").send().await.unwrap().text().await.unwrap();
    assert_eq!(table.lines().count(), 10_002);
    let replaced: Value = import("?replace=true", table).await.json().await.unwrap();
    assert_eq!(replaced["values"], 10_001);
}

#[tokio::test]
async fn synonyms_name_values_of_any_slot_and_bad_calls_are_refused() {
    let server = Server::demo();
    let admin = server.admin().await;
    let put = async |path: &str, body: Value| admin.put(path).json(&body).send().await.unwrap();

    let cities = json!({"entries": [{"value": "上海市中心"}, {"value": "魔都"}]});
    assert_eq!(put("/dictionaries/place", cities).await.status(), StatusCode::OK);
    assert_eq!(found(&admin, "place", "到魔都要几天").await, ["魔都 ← 魔都"]);
    let synonyms = json!({"entries": [{"value": "上海", "forms": ["魔都"]}]});
    assert_eq!(put("/dictionaries/synonyms", synonyms).await.status(), StatusCode::OK);
    assert_eq!(found(&admin, "place", "到魔都要几天").await, ["上海 ← 魔都"]);

    let wrong = put("/dictionaries/a%20b", json!({"entries": []})).await;
    assert_eq!(problem(wrong).await, (422, "invalid_input".into()));
    let unknown = put("/dictionaries/place", json!({"entries": [{"value": "a", "synonyms": []}]})).await;
    assert_eq!(problem(unknown).await, (422, "invalid_input".into()));
    let visitor = server.visitor("zh").await;
    let by_visitor = visitor.get("/dictionaries").send().await.unwrap();
    assert_eq!(by_visitor.status(), StatusCode::UNAUTHORIZED);
}
