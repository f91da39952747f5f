//! What an agent sees of a customer's own matters: their orders, as the systems have them now, and nobody else's.

use std::time::Duration;

use serde_json::{Value, json};

use crate::shop::{Customer, Shop};

/// What the agent's card of this visitor shows.
async fn card(shop: &Shop, visitor: &Customer<'_>, query: &str) -> Value {
    let admin = shop.server.admin().await;
    let path = format!("/conversations/{}/business{query}", visitor.conversation().await);
    admin.get(&path).send().await.unwrap().json().await.unwrap()
}

fn titles(kind: &Value) -> Vec<&str> {
    kind["items"].as_array().unwrap().iter().map(|item| item["title"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn an_agent_sees_the_orders_of_the_customer_whom_the_shop_vouches_for() {
    let shop = Shop::open().await;
    let (visitor, id) = shop.customer().await;
    visitor.say("你好").await;
    let theirs = shop.orders(&id).await;

    let shown = card(&shop, &visitor, "").await;
    let orders = &shown["items"][0];
    assert_eq!((&orders["title"], &orders["outcome"]), (&json!("订单"), &json!("ok")), "{shown}");
    let wanted: Vec<String> =
        theirs.iter().map(|order| format!("订单 {}", order["order_no"].as_str().unwrap())).collect();
    assert_eq!(titles(orders), wanted);
    let first = orders["items"][0]["fields"].as_array().unwrap();
    assert!(first.contains(&json!({"label": "状态", "value": "已付款，待发货"})), "{first:?}");
    assert!(orders["items"][0]["actions"].is_null(), "an agent is offered no buttons of the visitor's");

    let english = card(&shop, &visitor, "?lang=en").await;
    assert_eq!(english["items"][0]["title"], "Orders");
    assert!(titles(&english["items"][0])[0].starts_with("Order ML"), "{english}");

    let stranger = shop.stranger().await;
    stranger.say("你好").await;
    assert_eq!(card(&shop, &stranger, "").await["items"], json!([]), "nobody vouches for a stranger");
}

#[tokio::test]
async fn a_system_that_fails_is_named_and_one_that_lies_shows_nothing() {
    let shop = Shop::open().await;
    let (visitor, _) = shop.customer().await;
    visitor.say("你好").await;
    let known = card(&shop, &visitor, "").await;

    // What is known already is shown with its age.
    tokio::time::sleep(Duration::from_millis(2100)).await;
    shop.faults(json!({"customers": {"failure_rate": 1.0}})).await;
    let stale = card(&shop, &visitor, "").await;
    assert_eq!(titles(&stale["items"][0]), titles(&known["items"][0]));
    assert!(stale["items"][0]["age_s"].as_u64().unwrap() >= 2, "{stale}");

    let (unknown, _) = shop.customer().await;
    unknown.say("你好").await;
    let silent = card(&shop, &unknown, "").await;
    assert_eq!(silent["items"][0]["outcome"], "failed", "{silent}");
    assert_eq!(silent["items"][0]["items"], json!([]));

    shop.faults(json!({"customers": {"lie": "owner"}})).await;
    let (robbed, _) = shop.customer().await;
    robbed.say("你好").await;
    let lied = card(&shop, &robbed, "").await;
    assert_eq!(lied["items"][0]["items"], json!([]), "somebody else's orders are never shown: {lied}");
}
