//! The report on the knowledge: what is said twice, what contradicts itself, what nobody needs, what is missing.

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::server::{Server, problem};

#[tokio::test]
async fn the_report_names_what_people_should_look_at() {
    let server = Server::plain();
    let admin = server.admin().await;
    let rules = "# 退货\n\n蓝鲸商城的顾客签收之后七天以内可以无理由退货，运费由顾客承担。\n";
    let other = "# 售后说明\n\n蓝鲸商城的顾客签收之后十五天以内可以无理由退货，运费由顾客承担。\n";
    let again = "# 退货（旧）\n\n蓝鲸商城的顾客签收之后7天以内可以无理由退货，运费由顾客承担。\n";
    admin
        .upload(vec![
            ("退货.md", rules.as_bytes().to_vec()),
            ("售后.md", other.as_bytes().to_vec()),
            ("旧.md", again.as_bytes().to_vec()),
            ("门店.md", "# 门店\n\n蓝鲸商城在杭州有一家门店，上午十点开门。\n".as_bytes().to_vec()),
        ])
        .await;
    for (question, answer) in
        [("蓝鲸积分多久过期", "积分十二个月后过期。"), ("蓝鲸的积分多久过期呢", "积分六个月后过期。")]
    {
        admin.done("/knowledge/faqs", json!({"question": question, "answer": answer})).await;
    }
    let documents: Value = admin.get("/knowledge/documents").send().await.unwrap().json().await.unwrap();
    let shop = documents["items"].as_array().unwrap().iter().find(|d| d["name"] == "门店.md").unwrap();
    let over = json!({"valid_to": "2024-01-01T00:00:00Z", "owner": "小王"});
    let path = format!("/knowledge/documents/{}", shop["id"].as_str().unwrap());
    assert_eq!(admin.patch(&path).json(&over).send().await.unwrap().status(), StatusCode::OK);

    // Three visitors ask for what is not there; a person answers one of them.
    let visitors = ["你们能开增值税专用发票吗", "可以开增值税专用发票吗", "今晚月亮圆不圆"];
    for (at, question) in visitors.into_iter().enumerate() {
        let visitor = server.visitor("zh").await;
        visitor.ask("v-1", question).await;
        if at == 0 {
            let handed = visitor.post("/visitor/handoff").json(&json!({})).send().await.unwrap();
            assert!(handed.status().is_success(), "{handed:?}");
            let conversation = format!("/conversations/{}", visitor.conversation);
            admin.done(&format!("{conversation}/accept"), json!({})).await;
            let said = json!({"client_id": "a-1", "text": "可以，下单时填税号。"});
            admin.done(&format!("{conversation}/messages"), said).await;
        }
    }

    let job = admin.done("/knowledge/health", json!({"unused_days": 0})).await;
    let report = admin.ended(job["id"].as_str().unwrap()).await["result"].clone();
    let names = |pair: &Value| -> Vec<String> {
        let mut names: Vec<String> =
            ["first", "second"].iter().map(|at| pair[at]["document"].as_str().unwrap().to_owned()).collect();
        names.sort();
        names
    };
    let duplicates: Vec<_> = report["duplicates"].as_array().unwrap().iter().map(names).collect();
    assert_eq!(duplicates, [["旧.md", "退货.md"]], "{report}");
    let contradictions: Vec<_> = report["contradictions"].as_array().unwrap().iter().map(names).collect();
    for pair in [["售后.md", "退货.md"], ["售后.md", "旧.md"], ["FAQ", "FAQ"]] {
        assert!(contradictions.contains(&pair.map(str::to_owned).to_vec()), "{pair:?} in {contradictions:?}");
    }
    let stale = report["stale"].as_array().unwrap();
    assert_eq!((&stale[0]["document"], &stale[0]["reason"]), (&json!("门店.md"), &json!("expired")));
    assert_eq!(stale[0]["owner"], "小王");
    let unused: Vec<&str> =
        report["never_cited"].as_array().unwrap().iter().map(|n| n["name"].as_str().unwrap()).collect();
    assert!(unused.contains(&"旧.md") && unused.contains(&"蓝鲸积分多久过期"), "{unused:?}");
    let group = report["unanswered"]
        .as_array()
        .unwrap()
        .iter()
        .find(|g| g["question"].as_str().unwrap().contains("专用发票"))
        .unwrap();
    assert_eq!(
        (group["times"].as_u64(), group["answer"].as_str()),
        (Some(2), Some("可以，下单时填税号。")),
        "{report}"
    );

    // The draft becomes a pair through the lesson it comes from.
    let lesson = group["lessons"][0].as_str().unwrap();
    let draft =
        json!({"question": group["question"], "similar": group["similar"], "answer": group["answer"]});
    let learnt = admin.post(&format!("/lessons/{lesson}/accept")).json(&draft).send().await.unwrap();
    assert_eq!(learnt.status(), StatusCode::OK);
    let wrong = admin.post("/knowledge/health").json(&json!({"unused_days": -1})).send().await.unwrap();
    assert_eq!(problem(wrong).await, (422, "invalid_input".into()));
}
