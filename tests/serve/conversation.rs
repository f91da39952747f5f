//! A visitor asks, the bot answers with its source, a person takes over.

use serde_json::{Value, json};

use crate::server::Server;

#[tokio::test]
async fn a_visitor_is_answered_with_the_source_in_chinese_and_english() {
    let server = Server::demo();
    let zh = server.visitor("zh-CN").await;
    let answer = zh.ask("1", "包邮要满多少钱？").await;
    assert!(!answer["citations"].as_array().unwrap().is_empty(), "{answer}");
    let citation = &answer["citations"][0];
    assert!(
        !citation["quote"].as_str().unwrap().is_empty() && !citation["document"].as_str().unwrap().is_empty()
    );

    let en = server.visitor("en-GB").await;
    let answer = en.ask("1", "How much is shipping to Singapore?").await;
    let said = answer["content"]["text"].as_str().unwrap();
    assert!(said.contains("88"), "{said}");
    assert!(!answer["citations"].as_array().unwrap().is_empty());
}

#[tokio::test]
async fn a_person_takes_over_and_the_bot_is_silent() {
    let server = Server::demo();
    let visitor = server.visitor("zh-CN").await;
    visitor.ask("1", "你好").await;

    let asked: Value = visitor.post("/visitor/handoff").send().await.unwrap().json().await.unwrap();
    assert_eq!(asked["status"], "waiting");

    let admin = server.admin().await;
    let waiting: Value =
        admin.get("/conversations?status=waiting").send().await.unwrap().json().await.unwrap();
    assert_eq!(waiting["items"][0]["id"].as_str().unwrap(), visitor.conversation);

    let path = format!("/conversations/{}", visitor.conversation);
    let serving = admin.done(&format!("{path}/accept"), json!({})).await;
    assert_eq!(serving["status"], "serving");
    admin.done(&format!("{path}/messages"), json!({"client_id": "a1", "text": "您好，我是小林"})).await;

    let question = visitor.say("2", "运费怎么算").await;
    let suggested: Value =
        admin.get(&format!("{path}/suggestions")).send().await.unwrap().json().await.unwrap();
    assert!(!suggested["items"].as_array().unwrap().is_empty(), "the engine helps the agent");
    admin.done(&format!("{path}/messages"), json!({"client_id": "a2", "text": "马上帮您看"})).await;

    let after = question["seq"].as_i64().unwrap();
    let later = visitor.messages_after(after).await;
    assert!(
        later.iter().all(|m| m["sender"]["kind"] != "bot"),
        "REQUIREMENTS 3: the bot speaks no more: {later:?}"
    );
    assert!(later.iter().any(|m| m["content"]["text"] == "马上帮您看"));

    let all: Vec<i64> = visitor.messages_after(0).await.iter().map(|m| m["seq"].as_i64().unwrap()).collect();
    assert_eq!(all, (1..=all.len() as i64).collect::<Vec<_>>(), "numbered without gaps");

    let closed = admin.done(&format!("{path}/close"), json!({})).await;
    assert_eq!(closed["status"], "closed");
}

#[tokio::test]
async fn a_handoff_is_never_silent_and_comes_at_the_visitors_word() {
    let server = Server::demo();
    let visitor = server.visitor("zh-CN").await;
    visitor.ask("1", "给我转人工").await;
    let said = visitor.messages_after(0).await;
    assert!(
        said.iter().any(|m| m["content"]["type"] == "event" && m["content"]["event"] == "handoff_requested")
    );
    let admin = server.admin().await;
    let waiting: Value =
        admin.get("/conversations?status=waiting").send().await.unwrap().json().await.unwrap();
    assert_eq!(waiting["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn the_same_client_id_is_stored_once() {
    let server = Server::demo();
    let visitor = server.visitor("en").await;
    let first = visitor.say("same", "hello").await;
    let again = visitor
        .post("/visitor/messages")
        .json(&json!({"client_id": "same", "text": "hello"}))
        .send()
        .await
        .unwrap();
    assert_eq!(again.status().as_u16(), 200);
    let again: Value = again.json().await.unwrap();
    assert_eq!(again["id"], first["id"]);
}

#[tokio::test]
async fn a_picked_choice_is_answered_with_exactly_that_passage() {
    let server = Server::demo();
    let admin = server.admin().await;
    let asked = json!({"text": "电饭煲显示 E3 是什么意思", "explain": true});
    let reply = admin.done("/dialog/reply", asked).await;
    let candidates = reply["explanation"]["candidates"].as_array().unwrap();
    let named = |c: &&Value| c["section"] == "故障代码";
    let offered = candidates.iter().find(named).expect("the manual's table of codes is found");
    let value = format!("{} · {}", offered["title"].as_str().unwrap(), offered["section"].as_str().unwrap());

    // The choice comes back as the visitor's own text, after the question and the bot's asking back.
    let history = json!([
        {"role": "visitor", "text": "电饭煲显示 E3 是什么意思"},
        {"role": "bot", "text": "您想问的是下面哪一个？"}
    ]);
    let picks = json!({"text": value, "history": history, "explain": true});
    let reply = admin.done("/dialog/reply", picks).await;
    assert_eq!(reply["action"], "answer", "{reply}");
    assert_eq!(reply["explanation"]["reason_code"], "picked");
    assert_eq!(reply["citations"][0]["chunk_id"], offered["chunk_id"]);
    assert_eq!(reply["citations"][0]["quote"], offered["quote"], "the words that answer the question");
    assert_eq!(reply["confidence"], 1.0);

    let reply = admin.done("/dialog/reply", json!({"text": value})).await;
    assert_eq!(reply["action"], "answer", "a program without history picks by the name alone");
    assert_eq!(reply["citations"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn the_engine_answers_programs_without_a_conversation() {
    let server = Server::demo();
    let admin = server.admin().await;
    let reply =
        admin.done("/dialog/reply", json!({"text": "电饭煲显示 E3 是什么意思", "explain": true})).await;
    assert_eq!(reply["action"], "answer", "{reply}");
    assert!(!reply["explanation"]["candidates"].as_array().unwrap().is_empty());
    assert!(!reply["explanation"]["reason"].as_str().unwrap().is_empty());

    let hits = admin.done("/knowledge/search", json!({"query": "包邮", "k": 5})).await;
    assert_eq!(hits["hits"].as_array().unwrap().len(), 5);

    let parsed = admin.done("/dialog/parse", json!({"text": "帮我查下订单 ML20240102030405 到哪了"})).await;
    let slot = &parsed["slots"][0];
    let (start, end) = (slot["start"].as_u64().unwrap() as usize, slot["end"].as_u64().unwrap() as usize);
    let raw: String = "帮我查下订单 ML20240102030405 到哪了".chars().skip(start).take(end - start).collect();
    assert_eq!(slot["raw"].as_str().unwrap(), raw, "offsets are Unicode scalar values");

    let url = server.url("/v1/chat/completions");
    let body = json!({"model": "zhike", "messages": [{"role": "user", "content": "How much is shipping to Singapore?"}]});
    let answer: Value = server
        .http
        .post(url)
        .bearer_auth(&admin.token)
        .json(&body)
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert!(answer["choices"][0]["message"]["content"].as_str().unwrap().contains("88"));
}
