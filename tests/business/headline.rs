//! The headline: 「我昨天买的订单发货没?」, from identity to order, logistics and card, and on to an action.

use crate::shop::{Shop, button, text};

const ASKS: &str = "我昨天买的订单发货没?";

#[tokio::test]
async fn who_asks_for_yesterdays_order_is_told_where_it_is_and_can_act_on_it() {
    let shop = Shop::open().await;
    let (visitor, id) = shop.customer().await;
    let orders = shop.orders(&id).await;
    let yesterdays = orders.iter().find(|order| order["status"] == "shipped").unwrap();
    let no = yesterdays["order_no"].as_str().unwrap();

    let answer = visitor.ask(ASKS).await;
    assert!(text(&answer).contains(no) && text(&answer).contains("已经发货"), "{answer}");
    assert_eq!(answer["content"]["type"], "card");
    let fields = answer["content"]["card"]["fields"].as_array().unwrap();
    let field = |label: &str| fields.iter().find(|f| f["label"] == label).unwrap()["value"].as_str().unwrap();
    assert_eq!(field("状态"), "已发货");
    assert!(field("物流").contains("SF"), "{answer}");

    let asks = visitor.ask(button(&answer, "催配送")).await;
    assert!(text(&asks).contains(no) && text(&asks).contains('吗'), "{asks}");
    assert_eq!(shop.changes().await, 0, "nothing is done before a yes");
    let done = visitor.ask(button(&asks, "确认")).await;
    assert!(text(&done).contains("催过了"), "{done}");
    assert_eq!(shop.changes().await, 1);
    let record = visitor.messages(0, 0).await;
    assert!(record.iter().any(|m| m["content"]["event"] == "action_done"), "it is on record: {record:?}");

    let again = visitor.ask("确认").await;
    assert_eq!(shop.changes().await, 1, "a second yes does nothing: {again}");

    let english = shop.customer().await.0.ask("Has the order I placed yesterday been shipped?").await;
    assert!(text(&english).contains("has been shipped"), "{english}");
}

#[tokio::test]
async fn nobody_sees_the_order_of_another() {
    let shop = Shop::open().await;
    let (visitor, _) = shop.customer().await;
    let (_, other) = shop.customer().await;
    let theirs = shop.orders(&other).await[1]["order_no"].as_str().unwrap().to_owned();
    let answer = visitor.ask(&format!("订单{theirs}发货没有")).await;
    assert!(text(&answer).contains("没有订单") && answer["content"]["card"].is_null(), "{answer}");

    // A system that answers with somebody else's order is not believed.
    shop.faults(serde_json::json!({"customers": {"lie": "owner"}, "orders": {"lie": "owner"}})).await;
    let (visitor, _) = shop.customer().await;
    let answer = visitor.ask(ASKS).await;
    assert!(!answer.to_string().contains("ML0000000000") && answer["content"]["card"].is_null(), "{answer}");
}

#[tokio::test]
async fn a_stranger_proves_whose_order_it_is_and_a_restart_forgets_nothing() {
    let mut shop = Shop::open().await;
    let known = shop.orders("C1001").await;
    let order = known.iter().find(|order| order["status"] == "shipped").unwrap();
    let no = order["order_no"].as_str().unwrap();

    let visitor = shop.stranger().await;
    let asks = visitor.ask(ASKS).await;
    assert!(text(&asks).contains("订单号"), "{asks}");
    let asks = visitor.ask(no).await;
    assert!(text(&asks).contains("后四位"), "{asks}");

    let (token, sent) = visitor.token();
    drop(visitor);
    shop.restart();
    let visitor = shop.again(&token, sent);
    let wrong = visitor.ask("0000").await;
    assert!(text(&wrong).contains("对不上") && wrong["content"]["card"].is_null(), "{wrong}");
    visitor.ask(no).await;
    let answer = visitor.ask("1234").await;
    assert!(text(&answer).contains("已经发货") && text(&answer).contains(no), "{answer}");
}
