//! Forms over a real conversation: choosing, correcting, taking back, changing the topic and coming back.

use crate::shop::{Shop, button, text};

#[tokio::test]
async fn a_form_is_corrected_interrupted_resumed_and_taken_back() {
    let shop = Shop::open().await;
    let (visitor, id) = shop.customer().await;
    let orders = shop.orders(&id).await;
    let of = |status: &str| {
        let order = orders.iter().find(|order| order["status"] == status).unwrap();
        order["order_no"].as_str().unwrap().to_owned()
    };
    let (paid, shipped) = (of("paid"), of("shipped"));

    visitor.ask("我昨天买的订单发货没?").await;
    let which = visitor.ask("不对，是另一单").await;
    assert_eq!(which["content"]["type"], "choices", "{which}");
    assert!(!which.to_string().contains(&shipped), "the wrong one is not offered again: {which}");
    let answer = visitor.ask(&paid).await;
    assert!(text(&answer).contains("还没有发货"), "{answer}");

    let asks = visitor.ask(button(&answer, "改地址")).await;
    assert!(text(&asks).contains("新的收货地址"), "{asks}");
    let aside = visitor.ask("包邮要满多少钱？").await;
    assert!(text(&aside).contains("回到刚才的「改地址」"), "answered, and back to the form: {aside}");
    let confirm = visitor.ask("浙江省杭州市余杭区五常大道88号").await;
    assert!(text(&confirm).contains("五常大道88号") && text(&confirm).contains(&paid), "{confirm}");
    let done = visitor.ask("确认").await;
    assert!(text(&done).contains("改好了"), "{done}");
    assert_eq!(shop.changes().await, 1);
    let order = shop.orders(&id).await.into_iter().find(|order| order["order_no"] == paid.as_str()).unwrap();
    assert_eq!(order["address"], "浙江省杭州市余杭区五常大道88号");

    visitor.ask(&format!("取消订单 {paid}")).await;
    let back = visitor.ask("算了").await;
    assert!(text(&back).contains("什么都没有改动"), "{back}");
    assert_eq!(shop.changes().await, 1);
}
