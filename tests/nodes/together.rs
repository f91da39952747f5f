//! Whoever is connected where: it is one installation.

use reqwest::Method;
use serde_json::{Value, json};

use crate::house::House;

#[tokio::test]
async fn any_node_serves_anybody_and_knows_what_the_others_were_told() {
    let house = House::with_nodes(3);
    let admin = house.admin(0).await;
    a_conversation_across_nodes(&house, &admin).await;
    settings_reach_every_node(&house, &admin).await;
    a_call_with_a_key_is_done_once(&house, &admin).await;
    knowledge_reaches_every_node(&house, &admin).await;
    jobs_and_versions_are_everybodys(&house, &admin).await;
    a_session_ends_everywhere(&house, &admin).await;
}

/// The visitor is connected to one node, the agent to another.
async fn a_conversation_across_nodes(house: &House, admin: &str) {
    let mut agent = house.socket(1, admin).await;
    house.call(1, Method::PUT, "/agents/me/presence", admin, json!({"state": "online"})).await;
    house
        .until("the agent is seen from the other node", async || {
            house.get(2, "/agents/presence", admin).await["items"][0]["state"] == "online"
        })
        .await;
    let (token, conversation) = house.served_visitor(0, admin).await;
    let mut visitor = house.socket(0, &token).await;

    visitor.send(json!({"type": "typing.start"})).await;
    assert_eq!(agent.next("typing").await["conversation_id"], conversation.as_str());
    visitor.send(json!({"type": "message.create", "client_id": "v1", "text": "Hello from node one"})).await;
    let accepted = visitor.next("message.accepted").await;
    let heard = agent
        .next_that("message.created", |frame| frame["message"]["content"]["text"] == "Hello from node one")
        .await;
    assert_eq!(heard["message"]["seq"], accepted["seq"]);

    let answer = json!({"type": "message.create", "client_id": "a1", "conversation_id": conversation,
        "text": "Hello from node two"});
    agent.send(answer).await;
    agent.next("message.accepted").await;
    visitor
        .next_that("message.created", |frame| frame["message"]["content"]["text"] == "Hello from node two")
        .await;
    // The same message again, to a third node: it is one message.
    let again = json!({"client_id": "v1", "text": "Hello from node one"});
    let stored = house.post(2, "/visitor/messages", &token, again).await;
    assert_eq!(stored["seq"], accepted["seq"]);
    house.transcript(2, &conversation, admin).await;

    // A file that one node took is there on the others.
    let part = reqwest::multipart::Part::bytes(b"order 4711, two pieces".to_vec()).file_name("order.txt");
    let url = format!("http://{}/api/v1/visitor/attachments", house.nodes[0].address);
    let form = reqwest::multipart::Form::new().part("file", part);
    let sent = house.http.post(url).bearer_auth(&token).multipart(form).send().await.unwrap();
    let file: Value = sent.json().await.unwrap();
    let url =
        format!("http://{}/api/v1/attachments/{}", house.nodes[2].address, file["id"].as_str().unwrap());
    let got = house.http.get(url).bearer_auth(&token).send().await.unwrap();
    assert_eq!(got.text().await.unwrap(), "order 4711, two pieces");
}

async fn settings_reach_every_node(house: &House, admin: &str) {
    let listed = json!({"entries": [{"value": "Helios 3000", "forms": ["Helios"]}]});
    house.call(0, Method::PUT, "/dictionaries/product", admin, listed).await;
    house
        .until("the dictionary reaches the other node", async || {
            let parsed = house.post(2, "/dialog/parse", admin, json!({"text": "Is Helios in stock?"})).await;
            parsed["slots"].as_array().unwrap().iter().any(|slot| slot["value"] == "Helios 3000")
        })
        .await;
    let inbox = json!({"id": "night", "name": "Night", "allowed_origins": ["https://night.example"]});
    house.post(1, "/inboxes", admin, inbox).await;
    house.post(2, "/visitor/sessions", "", json!({"inbox": "night"})).await;
}

/// The balancer repeats a call elsewhere, while the first try still runs and after it has been answered.
async fn a_call_with_a_key_is_done_once(house: &House, admin: &str) {
    let made = async |node: usize| -> Value {
        let url = format!("http://{}/api/v1/api_keys", house.nodes[node].address);
        let new = json!({"name": "repeated", "scopes": ["knowledge:read"]});
        let call = house.http.post(url).bearer_auth(admin).header("Idempotency-Key", "once-0001");
        let answer = call.json(&new).send().await.unwrap();
        assert_eq!(answer.status().as_u16(), 201);
        answer.json().await.unwrap()
    };
    let (first, second) = tokio::join!(made(0), made(1));
    let third = made(2).await;
    assert!(first["token"].is_string() && first == second && second == third, "{first} {second} {third}");
    let keys = house.get(2, "/api_keys", admin).await;
    let repeated = keys["items"].as_array().unwrap().iter().filter(|key| key["name"] == "repeated");
    assert_eq!(repeated.count(), 1, "{keys}");
}

async fn knowledge_reaches_every_node(house: &House, admin: &str) {
    let faq =
        json!({"question": "Where is the fitting room?", "similar": [], "answer": "On the second floor."});
    house.post(1, "/knowledge/faqs", admin, faq).await;
    for node in [0, 2] {
        house
            .until("the pair reaches the other nodes", async || {
                let query = json!({"query": "Where is the fitting room?", "k": 3});
                let found = house.post(node, "/knowledge/search", admin, query).await;
                found["hits"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .any(|hit| hit["text"].as_str().unwrap().contains("second"))
            })
            .await;
    }
}

async fn jobs_and_versions_are_everybodys(house: &House, admin: &str) {
    let examples = |texts: &[&str]| json!(texts.iter().map(|text| json!({"text": text})).collect::<Vec<_>>());
    let shipping = [
        "how much is shipping",
        "what does delivery cost",
        "shipping fee please",
        "delivery price to Rome",
        "cost of sending it",
        "is shipping free",
    ];
    let returns = [
        "I want to return it",
        "how do I send it back",
        "return this order",
        "can I give it back",
        "start a return",
        "return label please",
    ];
    house.post(0, "/intents", admin, json!({"name": "shipping", "examples": examples(&shipping)})).await;
    house.post(0, "/intents", admin, json!({"name": "returns", "examples": examples(&returns)})).await;
    let job = house.post(0, "/training_runs", admin, json!({"force": true})).await;
    let path = format!("/jobs/{}", job["id"].as_str().unwrap());
    // Another node is asked how far it is.
    house
        .until("the training ends", async || {
            let job = house.get(1, &path, admin).await;
            assert_ne!(job["state"], "failed", "{job}");
            job["state"] == "done"
        })
        .await;
    for node in 0..3 {
        house
            .until("the version reaches every node", async || {
                let parsed = house
                    .post(node, "/dialog/parse", admin, json!({"text": "what does shipping cost"}))
                    .await;
                parsed["intents"][0]["name"] == "shipping"
            })
            .await;
    }
}

/// An account that is changed on one node loses its sockets on the others.
async fn a_session_ends_everywhere(house: &House, admin: &str) {
    let new = json!({"email": "lin@shop.example", "name": "Lin", "role": "agent", "password": "a long enough password"});
    let user = house.post(0, "/users", admin, new).await;
    let login = json!({"email": "lin@shop.example", "password": "a long enough password"});
    let token = house.post(1, "/auth/login", "", login).await["token"].as_str().unwrap().to_owned();
    let mut socket = house.socket(1, &token).await;
    house
        .call(2, Method::DELETE, &format!("/users/{}", user["id"].as_str().unwrap()), admin, Value::Null)
        .await;
    assert_eq!(socket.closed().await, 1008);
}
