//! What breaks: a node, Redis, the database, all nodes one after the other. Nothing that was acknowledged is lost.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::house::House;

#[tokio::test]
async fn a_node_that_dies_redis_and_the_database_going_away_lose_nothing() {
    let mut house = House::with_nodes(3);
    let admin = house.admin(1).await;
    without_redis(&mut house, &admin).await;
    without_the_database(&mut house, &admin).await;
    a_node_dies(&mut house, &admin).await;
}

/// Slower, nothing lost; and quick again when it is back.
async fn without_redis(house: &mut House, admin: &str) {
    let (token, conversation) = house.served_visitor(0, admin).await;
    let (mut visitor, mut agent) = (house.socket(0, &token).await, house.socket(1, admin).await);
    house.redis.stop();
    for n in 0..3 {
        let text = format!("Redis is away, {n}");
        visitor.send(json!({"type": "message.create", "client_id": format!("r{n}"), "text": text})).await;
        visitor.next("message.accepted").await;
        agent
            .next_that("message.created", |frame| frame["message"]["content"]["text"] == text.as_str())
            .await;
    }
    house.redis.go_on();
    // Typing is told over Redis alone: it comes again by itself.
    let back = async {
        loop {
            visitor.send(json!({"type": "typing.start"})).await;
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    };
    tokio::select! {
        () = back => {}
        _ = agent.next("typing") => {}
    }
    house.transcript(2, &conversation, admin).await;
}

/// A clear error, no acknowledgement; and everything goes on when it is back.
async fn without_the_database(house: &mut House, admin: &str) {
    let (token, conversation) = house.served_visitor(0, admin).await;
    let say = |id: &str| json!({"client_id": id, "text": format!("message {id}")});
    house.post(0, "/visitor/messages", &token, say("before")).await;
    house.postgres.stop();
    let refused = house.try_call(0, Method::POST, "/visitor/messages", &token, say("lost")).await.unwrap();
    assert_eq!(refused.status(), StatusCode::SERVICE_UNAVAILABLE);
    let problem: Value = refused.json().await.unwrap();
    assert_eq!(problem["code"], "database", "{problem}");
    house.postgres.go_on();
    house
        .until("the node finds the database again", async || {
            let sent =
                house.try_call(0, Method::POST, "/visitor/messages", &token, say("after")).await.unwrap();
            sent.status().is_success()
        })
        .await;
    let said = texts(&house.transcript(1, &conversation, admin).await);
    assert_eq!(said.iter().filter(|text| *text == "message before").count(), 1);
    assert_eq!(said.iter().filter(|text| *text == "message after").count(), 1);
    assert_eq!(said.iter().filter(|text| *text == "message lost").count(), 0, "not acknowledged, not there");
}

/// Its sockets resume elsewhere; what it had to answer is answered by another.
async fn a_node_dies(house: &mut House, admin: &str) {
    let (token, conversation) = house.visitor(0).await;
    let mut visitor = house.socket(0, &token).await;
    let mut last = 0;
    for n in 0..5 {
        let frame =
            json!({"type": "message.create", "client_id": format!("k{n}"), "text": format!("question {n}")});
        visitor.send(frame).await;
        last = visitor.next("message.accepted").await["seq"].as_i64().unwrap();
    }
    house.nodes[0].kill();
    let mut again = house.socket(1, &token).await;
    again.send(json!({"type": "resume", "conversation_id": conversation, "after_seq": 0})).await;
    for seq in 1..=last {
        assert_eq!(
            again.next("message.created").await["message"]["seq"],
            seq,
            "every message once, in order"
        );
    }
    // The bot answers every question, or brings a person, whichever node was to do it.
    house
        .until("what the dead node left behind is taken over", async || {
            let all = house.transcript(2, &conversation, admin).await;
            let spoken = |kind: &str| all.iter().rposition(|m| m["sender"]["kind"] == kind);
            let status =
                house.get(2, &format!("/conversations/{conversation}"), admin).await["status"].clone();
            status != "bot" || spoken("bot") > spoken("visitor")
        })
        .await;
    let said = texts(&house.transcript(2, &conversation, admin).await);
    for n in 0..5 {
        let question = format!("question {n}");
        assert_eq!(said.iter().filter(|text| **text == question).count(), 1, "{question}");
    }
}

/// Every node is replaced while visitors write: each message that was acknowledged is there once, and sockets are told
/// to come back.
#[tokio::test]
async fn a_rolling_restart_under_load_loses_no_message() {
    let mut house = House::with_nodes(2);
    let admin = house.admin(0).await;
    let mut visitors = Vec::new();
    for n in 0..4 {
        visitors.push(house.served_visitor(n % 2, &admin).await);
    }
    let stop = Arc::new(AtomicBool::new(false));
    let addresses = Arc::new(std::sync::Mutex::new(addresses(&house)));
    let written = Arc::new(AtomicUsize::new(0));
    let mut writers = Vec::new();
    for (token, conversation) in visitors {
        let (stop, addresses, http) = (stop.clone(), addresses.clone(), house.http.clone());
        let written = written.clone();
        writers.push(tokio::spawn(async move {
            let mut acknowledged = HashMap::new();
            let mut turn = 0_usize;
            while !stop.load(Ordering::Relaxed) {
                let text = format!("{conversation} {}", acknowledged.len());
                let body = json!({"client_id": format!("c{}", acknowledged.len()), "text": text});
                // As a balancer would: the next node, until one takes it.
                let address = {
                    let addresses = addresses.lock().unwrap();
                    addresses[turn % addresses.len()].clone()
                };
                turn += 1;
                let url = format!("http://{address}/api/v1/visitor/messages");
                let sent = http.post(url).bearer_auth(&token).json(&body).send().await;
                if let Ok(answer) = sent
                    && answer.status().is_success()
                {
                    let stored: Value = answer.json().await.unwrap();
                    acknowledged.insert(text, stored["seq"].as_i64().unwrap());
                    written.fetch_add(1, Ordering::Relaxed);
                }
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            (conversation, acknowledged)
        }));
    }
    for n in 0..house.nodes.len() {
        let before = written.load(Ordering::Relaxed);
        house.until("there is load", async || written.load(Ordering::Relaxed) > before + 20).await;
        let mut told = house.socket(n, &admin).await;
        let (ended, code) = tokio::join!(house.nodes[n].terminate(), told.closed());
        let () = ended;
        assert_eq!(code, 1001, "sockets are told to come back");
        let node = house.new_node();
        house.nodes[n] = node;
        *addresses.lock().unwrap() = self::addresses(&house);
    }
    stop.store(true, Ordering::Relaxed);
    for writer in writers {
        let (conversation, acknowledged) = writer.await.unwrap();
        assert!(!acknowledged.is_empty());
        let all = house.transcript(0, &conversation, &admin).await;
        for (text, seq) in acknowledged {
            let found: Vec<_> = all.iter().filter(|m| m["content"]["text"] == text.as_str()).collect();
            assert_eq!(found.len(), 1, "once: {text}");
            assert_eq!(found[0]["seq"], seq);
        }
    }
}

fn addresses(house: &House) -> Vec<String> {
    house.nodes.iter().map(|node| node.address.clone()).collect()
}

fn texts(messages: &[Value]) -> Vec<String> {
    messages.iter().map(|m| m["content"]["text"].as_str().unwrap_or_default().to_owned()).collect()
}
