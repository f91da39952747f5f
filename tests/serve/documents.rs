//! Documents over time: versions, what changed, the way back, editing in place, and who may be answered from them.

use reqwest::StatusCode;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};

use crate::server::{Server, Staff, problem};

async fn upload(admin: &Staff<'_>, form: Form) -> Value {
    let started = admin.post("/knowledge/documents").multipart(form).send().await.unwrap();
    assert_eq!(started.status(), StatusCode::ACCEPTED);
    let jobs: Value = started.json().await.unwrap();
    finished(admin, &jobs["jobs"][0]).await
}

/// The document a job made.
async fn finished(admin: &Staff<'_>, job: &Value) -> Value {
    let path = format!("/jobs/{}", job["id"].as_str().unwrap());
    for _ in 0..600 {
        let job = read(admin, &path).await;
        match job["state"].as_str().unwrap() {
            "done" => return job["result"].clone(),
            "failed" => panic!("{job}"),
            _ => tokio::time::sleep(std::time::Duration::from_millis(50)).await,
        }
    }
    panic!("the import does not end");
}

async fn read(admin: &Staff<'_>, path: &str) -> Value {
    let answer = admin.get(path).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK, "{path}");
    answer.json().await.unwrap()
}

fn file(name: &str, text: &str) -> Form {
    Form::new().part("file", Part::bytes(text.as_bytes().to_vec()).file_name(name.to_owned()))
}

/// Documents that are found for a question, best first.
async fn found(admin: &Staff<'_>, query: &str, narrowed: Value) -> Vec<String> {
    let mut body = json!({"query": query, "base": "history"});
    body.as_object_mut().unwrap().extend(narrowed.as_object().unwrap().clone());
    let answer = admin.done("/knowledge/search", body).await;
    let hits = answer["hits"].as_array().unwrap().iter();
    hits.map(|hit| hit["document"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn requirement_20_versions_are_kept_compared_and_gone_back_to() {
    let server = Server::demo();
    let admin = server.admin().await;
    let first = "# 蓝鲸加湿器\n\n## 清洗\n\n每周用白醋清洗一次。\n\n## 保修\n\n保修一年。\n";
    let form =
        file("蓝鲸.md", first).text("base", "history").text("tags", "家电, 说明书").text("owner", "小李");
    let document = upload(&admin, form).await;
    let path = format!("/knowledge/documents/{}", document["id"].as_str().unwrap());
    assert_eq!((&document["owner"], &document["tags"]), (&json!("小李"), &json!(["家电", "说明书"])));

    // Edited where it is; whoever edits what is no longer there is told.
    let text = read(&admin, &format!("{path}/text")).await;
    assert_eq!((text["version"].as_i64(), text["text"].as_str()), (Some(1), Some(first)));
    let edited = json!({"version": 1, "text": first.replace("保修一年", "保修三年")});
    let put = admin.put(&format!("{path}/text")).json(&edited).send().await.unwrap();
    assert_eq!(put.status(), StatusCode::ACCEPTED);
    let jobs: Value = put.json().await.unwrap();
    let second = finished(&admin, &jobs["jobs"][0]).await;
    assert_eq!((second["version"].as_i64(), &second["owner"]), (Some(2), &json!("小李")));
    let late = admin.put(&format!("{path}/text")).json(&edited).send().await.unwrap();
    assert_eq!(problem(late).await, (409, "conflict".into()));

    let changes = read(&admin, &format!("{path}/versions/1/compare/2")).await;
    assert_eq!(changes["changes"].as_array().unwrap().len(), 1, "{changes}");
    let lines: Vec<(&str, &str)> = changes["changes"][0]["lines"]
        .as_array()
        .unwrap()
        .iter()
        .map(|l| (l["side"].as_str().unwrap(), l["text"].as_str().unwrap()))
        .collect();
    assert_eq!(lines, [("before", "保修一年。"), ("after", "保修三年。")]);

    let restored = admin.post(&format!("{path}/versions/1/restore")).send().await.unwrap();
    assert_eq!(restored.status(), StatusCode::ACCEPTED);
    let jobs: Value = restored.json().await.unwrap();
    assert_eq!(finished(&admin, &jobs["jobs"][0]).await["version"], 3);
    let versions = read(&admin, &format!("{path}/versions")).await;
    let versions: Vec<(i64, bool, bool)> = versions["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|v| (v["version"].as_i64().unwrap(), v["kept"] == true, v["author"].is_string()))
        .collect();
    assert_eq!(versions, [(1, true, true), (2, true, true), (3, true, true)]);
    let old = admin.get(&format!("{path}/file?version=2")).send().await.unwrap().text().await.unwrap();
    assert!(old.contains("保修三年"));
    let gone = admin.get(&format!("{path}/file?version=9")).send().await.unwrap();
    assert_eq!(problem(gone).await, (404, "not_found".into()));

    let audit = read(&admin, "/audit").await;
    let acts: Vec<&str> =
        audit["items"].as_array().unwrap().iter().filter_map(|a| a["action"].as_str()).collect();
    for act in ["document.imported", "document.edited", "document.restored"] {
        assert!(acts.contains(&act), "{act} is not in {acts:?}");
    }
}

#[tokio::test]
async fn what_is_for_staff_is_never_said_to_visitors() {
    let server = Server::demo();
    let admin = server.admin().await;
    let secret = "# 独角鲸保温杯进货价\n\n独角鲸保温杯的进货价是 41 元。\n";
    let form = file("内部.md", secret).text("base", "history").text("audience", "staff").text("tags", "进价");
    let document = upload(&admin, form).await;
    let asked = "独角鲸保温杯的进货价是多少";
    assert!(found(&admin, asked, json!({})).await.is_empty());
    assert_eq!(found(&admin, asked, json!({"audience": "staff"})).await, ["内部.md"]);
    assert_eq!(found(&admin, asked, json!({"audience": "staff", "tags": ["进价"]})).await, ["内部.md"]);
    assert!(found(&admin, asked, json!({"audience": "staff", "tags": ["别的"]})).await.is_empty());
    assert!(found(&admin, asked, json!({"audience": "staff", "lang": "en"})).await.is_empty());
    let reply = admin.done("/dialog/reply", json!({"text": asked, "explain": true})).await;
    assert!(!reply.to_string().contains("41 元"), "{reply}");

    let path = format!("/knowledge/documents/{}", document["id"].as_str().unwrap());
    let opened = admin.patch(&path).json(&json!({"audience": "visitors"})).send().await.unwrap();
    assert_eq!(opened.status(), StatusCode::OK);
    assert_eq!(found(&admin, asked, json!({})).await, ["内部.md"], "the next question goes by it");
    let over = json!({"valid_to": "2020-01-01T00:00:00Z"});
    assert_eq!(admin.patch(&path).json(&over).send().await.unwrap().status(), StatusCode::OK);
    assert!(found(&admin, asked, json!({"audience": "staff"})).await.is_empty(), "its time is over");
    let again = admin.patch(&path).json(&json!({"valid_to": null})).send().await.unwrap();
    assert_eq!(again.json::<Value>().await.unwrap()["tags"], json!(["进价"]), "the rest stays");
    assert_eq!(found(&admin, asked, json!({})).await, ["内部.md"]);

    let listed = read(&admin, "/knowledge/documents?base=history&tag=进价&audience=visitors").await;
    assert_eq!(listed["items"].as_array().unwrap().len(), 1);
    let listed = read(&admin, "/knowledge/documents?base=history&audience=staff").await;
    assert!(listed["items"].as_array().unwrap().is_empty());
}
