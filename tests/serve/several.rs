//! Several questions in one message, asked of the sample shop.

use serde_json::{Value, json};

use crate::server::{Server, Staff};

async fn reply(admin: &Staff<'_>, text: &str) -> Value {
    admin.done("/dialog/reply", json!({"text": text, "explain": true})).await
}

fn said(reply: &Value) -> &str {
    reply["text"].as_str().unwrap()
}

fn answered(reply: &Value) -> Vec<bool> {
    let questions = reply["explanation"]["questions"].as_array().unwrap();
    questions.iter().map(|question| question["answered"].as_bool().unwrap()).collect()
}

#[tokio::test]
async fn every_question_gets_its_answer_and_what_no_document_says_is_said_to_be_missing() {
    let server = Server::demo();
    let admin = server.admin().await;
    let both = reply(&admin, "包装盒扔了还能退吗？另外会员日是哪一天？").await;
    assert_eq!(both["action"], "answer", "{both}");
    assert!(said(&both).contains("5%") && said(&both).contains("18日"), "{both}");
    assert_eq!(answered(&both), [true, true]);
    let sources = both["citations"].as_array().unwrap();
    assert!(sources.len() >= 2 && sources[0]["chunk_id"] != sources[1]["chunk_id"], "{both}");

    let half = reply(&admin, "会员日是哪一天？你们公司的股票代码是多少？").await;
    assert_eq!((&half["action"], answered(&half)), (&json!("answer"), vec![true, false]), "{half}");
    assert!(said(&half).contains("18日") && said(&half).contains("“你们公司的股票代码是多少？”"), "{half}");
    assert_eq!(half["choices"][0]["label"], "转人工");

    let neither = reply(&admin, "你们公司的股票代码是多少？珠穆朗玛峰有多高？").await;
    assert_ne!(neither["action"], "answer", "{neither}");
    let english = reply(&admin, "Do chestnuts expire? Also, how much is one worth?").await;
    assert!(said(&english).contains("welve months") && said(&english).contains("100 chestnuts"), "{english}");
}

#[tokio::test]
async fn what_the_documents_answer_is_said_before_an_order_is_looked_into() {
    let server = Server::demo();
    let admin = server.admin().await;
    let both = reply(&admin, "我昨天买的订单发货没？另外退货地址在哪里").await;
    assert_eq!(both["action"], "business", "{both}");
    let (address, order) = (said(&both).find("售后单").unwrap(), said(&both).find("订单号").unwrap());
    assert!(address < order, "{both}");
    // A person who is asked for comes whatever else is asked.
    let person = reply(&admin, "退货地址在哪里？算了，给我转人工").await;
    assert_eq!(person["action"], "handoff", "{person}");
}

#[tokio::test]
async fn of_a_long_message_what_is_asked_counts() {
    let server = Server::demo();
    let admin = server.admin().await;
    let story = "上个月我表姐结婚，家里人都来了，热热闹闹的一大桌子菜，大家都说好吃，还拍了好多照片发朋友圈，\
                 我就想着自己家里也得置办点东西，挑来挑去挑花了眼。优惠券可以送人吗？";
    let answer = reply(&admin, story).await;
    assert_eq!(answer["action"], "answer", "{answer}");
    assert!(said(&answer).contains("不能转赠"), "{answer}");
}
