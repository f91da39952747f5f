//! Systems that fail, hang and lie: the answer says what is missing, and a person comes where nothing can be said.

use serde_json::json;

use crate::shop::{Shop, text};

const ASKS: &str = "我昨天买的订单发货没?";

#[tokio::test]
async fn what_is_missing_is_said_and_a_system_that_comes_back_is_asked_again() {
    let shop = Shop::open().await;
    shop.faults(json!({"shipments": {"hang": true}})).await;
    let (visitor, _) = shop.customer().await;
    let answer = visitor.ask(ASKS).await;
    assert!(text(&answer).contains("已经发货"), "{answer}");
    assert!(text(&answer).contains("物流系统暂时没有回应"), "{answer}");

    // The order system goes: what is known is said with its age.
    tokio::time::sleep(std::time::Duration::from_millis(2100)).await;
    shop.faults(json!({"all": {"failure_rate": 1.0}})).await;
    let answer = visitor.ask(ASKS).await;
    assert!(text(&answer).contains("前的信息"), "{answer}");

    // A visitor of whom nothing is known goes to a person; after some of these the breaker is open.
    let admin = shop.server.admin().await;
    for _ in 0..5 {
        let (stranger, _) = shop.customer().await;
        let answer = stranger.ask(ASKS).await;
        assert!(text(&answer).contains("请同事"), "{answer}");
    }
    let state = async || {
        let answer = admin.get("/connectors/orders").send().await.unwrap();
        answer.json::<serde_json::Value>().await.unwrap()["breaker"].as_str().unwrap().to_owned()
    };
    assert_eq!(state().await, "open");

    shop.faults(json!({})).await;
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(60);
    loop {
        tokio::time::sleep(std::time::Duration::from_secs(1)).await;
        let (stranger, _) = shop.customer().await;
        if text(&stranger.ask(ASKS).await).contains("已经发货") {
            break;
        }
        assert!(std::time::Instant::now() < deadline, "the breaker does not close");
    }
    assert_eq!(state().await, "closed");
}

#[tokio::test]
async fn a_lie_is_never_told_on() {
    let shop = Shop::open().await;
    for lie in ["types", "huge", "redirect", "drip", "owner"] {
        shop.faults(json!({"all": {"lie": lie}})).await;
        let (visitor, _) = shop.customer().await;
        let answer = visitor.ask(ASKS).await;
        assert!(answer["content"]["card"].is_null(), "{lie}: {answer}");
        assert!(!text(&answer).contains("ML"), "{lie}: {answer}");
    }
}
