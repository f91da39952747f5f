//! Connectors over the API, the stateless reply, and hot reload.

use serde_json::{Value, json};

use crate::server::{Server, problem};

#[tokio::test]
async fn connectors_are_declared_tried_changed_and_removed_over_the_api() {
    let server = Server::demo();
    let admin = server.admin().await;
    let listed: Value = admin.get("/connectors").send().await.unwrap().json().await.unwrap();
    let names: Vec<&str> =
        listed["items"].as_array().unwrap().iter().map(|c| c["spec"]["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["aftersales", "logistics", "orders"]);
    let key = std::fs::read_to_string(server.data.join("shop/secrets/demo_shop.key")).unwrap();
    assert!(!listed.to_string().contains(&key), "secrets are named, never shown");

    let tried = json!({"operation": "recent", "params": {"visitor": "C1001"}});
    let tried = admin.done("/connectors/orders/try", tried).await;
    assert_eq!(tried["outcome"], "ok");
    assert_eq!(tried["records"].as_array().unwrap().len(), 4, "{tried}");

    let spec = json!({"name": "stock", "base_url": "https://stock.invalid/api", "operations": {
        "level": {"path": "/level/{product}", "public": true, "fields": {"level": {"path": "$.level", "type": "number"}}}}});
    let made = admin.done("/connectors", spec.clone()).await;
    assert_eq!(made["source"], "database");
    let tried = json!({"operation": "level", "params": {"product": "rice"}});
    assert_eq!(admin.done("/connectors/stock/try", tried).await["outcome"], "failed");

    let twice = admin.post("/connectors").json(&spec).send().await.unwrap();
    assert_eq!(problem(twice).await.1, "conflict");
    let mut private = spec.clone();
    private["base_url"] = json!("http://169.254.169.254/latest");
    let put = server.http.put(server.api("/connectors/stock")).bearer_auth(&admin.token).json(&private);
    assert_eq!(problem(put.send().await.unwrap()).await.1, "invalid_input");
    let of_file = admin.delete("/connectors/orders").send().await.unwrap();
    assert_eq!(problem(of_file).await.1, "conflict");
    assert_eq!(admin.delete("/connectors/stock").send().await.unwrap().status(), 204);
    assert_eq!(problem(admin.get("/connectors/stock").send().await.unwrap()).await.1, "not_found");
}

#[tokio::test]
async fn a_program_gets_business_replies_with_slots_visitor_and_state() {
    let server = Server::demo();
    let admin = server.admin().await;
    let own = json!({"text": "我昨天买的订单发货没?", "visitor": "C1001"});
    let reply = admin.done("/dialog/reply", own).await;
    assert_eq!(reply["action"], "business", "{reply}");
    let no = reply["card"]["fields"].as_array().unwrap();
    assert!(!no.is_empty(), "{reply}");
    let order = reply["state"]["subject"]["id"].as_str().unwrap();

    let slot = |name: &str, value: &str| json!({"name": name, "value": value, "raw": value, "start": 0, "end": 1, "confidence": 1.0});
    let known = json!({"text": "我的订单发货没有?", "slots": [slot("order_no", order)]});
    let reply = admin.done("/dialog/reply", known).await;
    assert!(reply["text"].as_str().unwrap().contains("后四位"), "{reply}");
    let next = json!({"text": "1234", "state": reply["state"]});
    let reply = admin.done("/dialog/reply", next).await;
    assert!(reply["text"].as_str().unwrap().contains(order), "{reply}");
}

#[tokio::test]
async fn a_changed_form_counts_without_a_restart_and_a_broken_one_does_not() {
    let server = Server::demo();
    let admin = server.admin().await;
    let path = server.data.join("shop/forms.toml");
    let before = std::fs::read_to_string(&path).unwrap();
    let asks = || json!({"text": "我昨天买的订单发货没?"});
    std::fs::write(&path, format!("{before}\n[[form]]\noops = 1\n")).unwrap();
    tokio::time::sleep(std::time::Duration::from_secs(3)).await;
    let reply = admin.done("/dialog/reply", asks()).await;
    assert!(reply["text"].as_str().unwrap().contains("请告诉我订单号"), "the former one stays: {reply}");

    std::fs::write(&path, before.replace("请告诉我订单号", "麻烦报一下单号")).unwrap();
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(30);
    loop {
        let reply = admin.done("/dialog/reply", asks()).await;
        if reply["text"].as_str().unwrap().contains("麻烦报一下单号") {
            break;
        }
        assert!(std::time::Instant::now() < deadline, "{reply}");
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    }
}
