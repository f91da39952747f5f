//! What is uploaded is in the next answer, and what is removed is not.

use serde_json::{Value, json};

use crate::server::Server;

const PARKING: &str =
    "# 门店停车\n\n门店地下停车场前两小时免费，之后每小时收费八元。电动车请停在B2层充电区。\n";

#[tokio::test]
async fn requirement_20_the_next_question_sees_an_edit() {
    let server = Server::demo();
    let admin = server.admin().await;
    let ask = async || -> String {
        let reply = admin.done("/dialog/reply", json!({"text": "门店地下停车场超过两小时怎么收费"})).await;
        reply["text"].as_str().unwrap().to_string()
    };

    let ended = admin.upload(vec![("停车.md", PARKING.as_bytes().to_vec())]).await;
    let document = ended[0]["result"]["id"].as_str().unwrap().to_string();
    assert!(ask().await.contains("八元"));

    admin.upload(vec![("停车.md", PARKING.replace("八元", "十二元").into_bytes())]).await;
    let said = ask().await;
    assert!(said.contains("十二元") && !said.contains("八元"), "{said}");

    let removed = admin.delete(&format!("/knowledge/documents/{document}")).send().await.unwrap();
    assert_eq!(removed.status().as_u16(), 204);
    assert!(!ask().await.contains("十二元"));
}

#[tokio::test]
async fn a_faq_pair_is_effective_at_once() {
    let server = Server::demo();
    let admin = server.admin().await;
    let pair = json!({"question": "店里能给手机充电吗", "similar": ["有充电宝借吗"], "answer": "收银台旁有共享充电宝，前一小时免费。"});
    let faq = admin.done("/knowledge/faqs", pair).await;
    let reply = admin.done("/dialog/reply", json!({"text": "你们店里可以给手机充电不"})).await;
    assert!(reply["text"].as_str().unwrap().contains("充电宝"), "{reply}");

    let gone =
        admin.delete(&format!("/knowledge/faqs/{}", faq["id"].as_str().unwrap())).send().await.unwrap();
    assert_eq!(gone.status().as_u16(), 204);
    let listed: Value = admin.get("/knowledge/faqs").send().await.unwrap().json().await.unwrap();
    assert!(listed["items"].as_array().unwrap().iter().all(|f| f["id"] != faq["id"]));
}
