//! The lexicon: what an administrator says about words counts with the next question, is kept, and is undone as easily.

use std::path::Path;
use std::time::Duration;

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::server::{Server, Staff, problem};

async fn faq(admin: &Staff<'_>, question: &str, answer: &str) {
    let body = json!({"base": "lexicon", "question": question, "answer": answer});
    let made = admin.post("/knowledge/faqs").json(&body).send().await.unwrap();
    assert_eq!(made.status(), StatusCode::CREATED);
}

/// Texts that the keyword path finds, best first.
async fn found(admin: &Staff<'_>, query: &str) -> Vec<String> {
    let body = json!({"query": query, "base": "lexicon", "paths": ["lexical"]});
    let answer = admin.done("/knowledge/search", body).await;
    let hits = answer["hits"].as_array().unwrap().iter();
    hits.map(|hit| hit["text"].as_str().unwrap().to_owned()).collect()
}

async fn patch(admin: &Staff<'_>, body: Value) -> Value {
    let answer = admin.patch("/knowledge/lexicon").json(&body).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    answer.json().await.unwrap()
}

async fn cut(admin: &Staff<'_>) {
    for _ in 0..200 {
        let answer: Value =
            admin.get("/knowledge/lexicon/summary").send().await.unwrap().json().await.unwrap();
        if answer["cutting"] == false {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the passages are not cut anew");
}

#[tokio::test]
async fn requirement_16_synonyms_and_stop_words_count_with_the_next_question() {
    let mut server = Server::demo();
    let password = server.password.clone();
    let admin = server.admin().await;
    faq(&admin, "蓝鲸加湿器怎么除垢", "用白醋泡半小时。").await;
    assert!(found(&admin, "喷雾宝").await.is_empty());

    let summary = patch(
        &admin,
        json!({"put": [
            {"kind": "synonyms", "word": "蓝鲸加湿器", "others": ["喷雾宝", "Mist Pal"]},
            {"kind": "stop", "word": "麻烦"},
        ]}),
    )
    .await;
    assert_eq!((summary["synonyms"].as_u64(), summary["stop"].as_u64()), (Some(1), Some(1)));
    for asked in ["喷雾宝", "噴霧寶", "MIST pal"] {
        assert_eq!(found(&admin, asked).await, ["用白醋泡半小时。"], "{asked}");
    }
    let tried = admin.done("/knowledge/lexicon/try", json!({"text": "麻烦喷雾宝"})).await;
    let words: Vec<&str> =
        tried["words"].as_array().unwrap().iter().map(|w| w["word"].as_str().unwrap()).collect();
    assert!(!words.contains(&"麻烦") && words.contains(&"加湿器"), "{words:?}");
    assert_eq!(tried["also"], "麻烦蓝鲸加湿器");

    server.kill();
    let mut server = Server::start(Path::new(env!("CARGO_BIN_EXE_zhike")), &server.data, &["--demo"]);
    server.password = password;
    let admin = server.admin().await;
    assert_eq!(found(&admin, "喷雾宝").await, ["用白醋泡半小时。"]);

    patch(&admin, json!({"remove": [{"kind": "synonyms", "word": "藍鯨加濕器"}]})).await;
    assert!(found(&admin, "喷雾宝").await.is_empty());
    let audit: Value = admin.get("/audit").send().await.unwrap().json().await.unwrap();
    let acts = audit["items"].as_array().unwrap().iter().filter(|a| a["action"] == "lexicon.changed");
    assert_eq!(acts.count(), 2);
}

#[tokio::test]
async fn requirement_16_a_word_kept_whole_is_not_found_by_its_parts() {
    let server = Server::demo();
    let admin = server.admin().await;
    faq(&admin, "上海交通大学能送吗", "校门口可以。").await;
    faq(&admin, "上海能送吗", "全市可以。").await;
    assert_eq!(found(&admin, "上海").await.len(), 2);
    patch(&admin, json!({"put": [{"kind": "word", "word": "上海交通大学"}]})).await;
    cut(&admin).await;
    assert_eq!(found(&admin, "上海").await, ["全市可以。"]);
    assert!(found(&admin, "交通").await.is_empty());
    assert_eq!(found(&admin, "上海交通大學").await, ["校门口可以。"]);
}

#[tokio::test]
async fn what_is_listed_can_be_looked_through_and_what_cannot_be_listed_is_refused() {
    let server = Server::demo();
    let admin = server.admin().await;
    let refused = async |body: Value| {
        problem(admin.patch("/knowledge/lexicon").json(&body).send().await.unwrap()).await
    };
    let bad = json!({"put": [{"kind": "stop", "word": "亲"}, {"kind": "synonyms", "word": "运费"}]});
    assert_eq!(refused(bad).await, (422, "invalid_input".into()));
    assert_eq!(refused(json!({"put": [{"kind": "verb", "word": "x"}]})).await.0, 422);

    let all = json!({"entries": [
        {"kind": "word", "word": "花字头客服"}, {"kind": "stop", "word": "亲"}, {"kind": "stop", "word": "花花"},
        {"kind": "one_way", "word": "手机", "others": ["iPhone"]},
    ]});
    let put = admin.put("/knowledge/lexicon").json(&all).send().await.unwrap();
    assert_eq!(put.status(), StatusCode::OK);
    let listed = async |query: &str| -> Vec<String> {
        let path = format!("/knowledge/lexicon{query}");
        let page: Value = admin.get(&path).send().await.unwrap().json().await.unwrap();
        page["items"].as_array().unwrap().iter().map(|e| e["word"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(listed("").await.len(), 4);
    assert_eq!(listed("?kind=stop").await, ["亲", "花花"]);
    assert_eq!(listed("?q=花").await.len(), 2);
    assert_eq!(listed("?q=IPHONE").await, ["手机"]);
    assert_eq!(listed("?limit=1").await.len(), 1);
}
