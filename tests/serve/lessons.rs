//! What conversations teach: an agent's edit, a visitor's mark and an unanswered question wait for a decision, and what
//! is accepted answers the next visitor.

use std::path::Path;

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::server::{Server, Staff, Visitor};

const UNKNOWN: &str = "门店能不能举办生日派对？";

async fn lessons(admin: &Staff<'_>, kind: &str) -> Vec<Value> {
    let page: Value = admin.get(&format!("/lessons?kind={kind}")).send().await.unwrap().json().await.unwrap();
    page["items"].as_array().unwrap().clone()
}

/// A visitor asks what nobody knows; a person is brought and answers.
async fn answered_by_a_person(visitor: &Visitor<'_>, admin: &Staff<'_>, answer: &str) {
    visitor.ask("1", UNKNOWN).await;
    visitor.post("/visitor/handoff").send().await.unwrap();
    let path = format!("/conversations/{}", visitor.conversation);
    admin.done(&format!("{path}/accept"), json!({})).await;
    admin.done(&format!("{path}/messages"), json!({"client_id": "a1", "text": answer})).await;
}

#[tokio::test]
async fn what_the_bot_could_not_answer_is_answered_once_a_persons_answer_is_accepted() {
    let mut server = Server::demo();
    let answer = "可以，请提前三天预约，我们来布置气球。";
    {
        let admin = server.admin().await;
        let visitor = server.visitor("zh-CN").await;
        answered_by_a_person(&visitor, &admin, answer).await;

        let open = lessons(&admin, "unanswered").await;
        assert_eq!(open.len(), 1, "{open:?}");
        assert_eq!((open[0]["question"].as_str(), open[0]["answer"].as_str()), (Some(UNKNOWN), Some(answer)));
        let accept = format!("/lessons/{}/accept", open[0]["id"].as_str().unwrap());
        let learnt = admin.done(&accept, json!({"similar": ["可以在店里办生日会吗"]})).await;
        assert_eq!(learnt["faq"]["question"], UNKNOWN);

        let other = server.visitor("zh-CN").await;
        let said = other.ask("1", UNKNOWN).await;
        assert!(said["content"]["text"].as_str().unwrap().contains("气球"), "{said}");
        let again = admin.post(&accept).json(&json!({})).send().await.unwrap();
        assert_eq!(again.status(), StatusCode::NOT_FOUND, "a lesson is learnt once");
        assert!(lessons(&admin, "unanswered").await.is_empty());
    }
    let password = server.password.take();
    server.kill();
    let mut server = Server::start(Path::new(env!("CARGO_BIN_EXE_zhike")), &server.data, &["--demo"]);
    server.password = password;
    let said = server.visitor("zh-CN").await.ask("1", "可以在店里办生日会吗").await;
    assert!(said["content"]["text"].as_str().unwrap().contains("气球"), "it survives a restart: {said}");
}

#[tokio::test]
async fn edits_marks_and_corrections_are_lessons_and_can_be_dismissed() {
    let server = Server::demo();
    let admin = server.admin().await;
    let visitor = server.visitor("zh-CN").await;
    let answer = visitor.ask("1", "包邮要满多少钱？").await;
    let mark = format!("/visitor/messages/{}/feedback", answer["id"].as_str().unwrap());
    visitor.post(&mark).json(&json!({"helpful": false})).send().await.unwrap();

    visitor.post("/visitor/handoff").send().await.unwrap();
    let path = format!("/conversations/{}", visitor.conversation);
    admin.done(&format!("{path}/accept"), json!({})).await;
    visitor.say("2", "运费怎么算").await;
    let suggested: Value =
        admin.get(&format!("{path}/suggestions")).send().await.unwrap().json().await.unwrap();
    let used = format!("/suggestions/{}/used", suggested["items"][0]["id"].as_str().unwrap());
    let edited =
        admin.post(&used).json(&json!({"edited_text": "满99元包邮，不满收8元。"})).send().await.unwrap();
    assert!(edited.status().is_success());
    let right = json!({"question": "能在店里求婚吗", "answer": "可以。", "said": "没有找到"});
    admin.done("/lessons", right).await;

    let unhelpful = lessons(&admin, "unhelpful").await;
    assert_eq!(unhelpful[0]["question"], "包邮要满多少钱？");
    assert!(unhelpful[0]["answer"].is_null(), "nobody has said yet what is right");
    let edited = lessons(&admin, "edited").await;
    assert_eq!(edited[0]["question"], "运费怎么算");
    assert_eq!(edited[0]["answer"], "满99元包邮，不满收8元。");
    let corrected = lessons(&admin, "corrected").await;
    assert_eq!(corrected[0]["answer"], "可以。");

    for lesson in [&unhelpful[0], &edited[0], &corrected[0]] {
        let dismiss = format!("/lessons/{}/dismiss", lesson["id"].as_str().unwrap());
        let done = admin.post(&dismiss).json(&json!({})).send().await.unwrap();
        assert_eq!(done.status(), StatusCode::NO_CONTENT);
        let again = admin.post(&dismiss).json(&json!({})).send().await.unwrap();
        assert_eq!(again.status(), StatusCode::NOT_FOUND);
    }
    for kind in ["edited", "unhelpful", "corrected"] {
        assert!(lessons(&admin, kind).await.is_empty(), "{kind}");
    }
}

#[tokio::test]
async fn a_lesson_that_says_nothing_is_refused() {
    let server = Server::demo();
    let admin = server.admin().await;
    for (nothing, named) in
        [(json!({"question": " ", "answer": "a"}), "question"), (json!({"question": "a"}), "answer")]
    {
        let refused = admin.post("/lessons").json(&nothing).send().await.unwrap();
        assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
        let problem: Value = refused.json().await.unwrap();
        assert!(problem["detail"].as_str().unwrap().contains(named), "{problem}");
    }
    let visitor = server.visitor("zh-CN").await;
    visitor.ask("1", UNKNOWN).await;
    let open = lessons(&admin, "unanswered").await;
    let accept = format!("/lessons/{}/accept", open[0]["id"].as_str().unwrap());
    let refused = admin.post(&accept).json(&json!({})).send().await.unwrap();
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY, "there is no answer yet");
    let learnt = admin.done(&accept, json!({"intent": "party"})).await;
    assert_eq!(learnt["intent"], "party");
    let intent: Value = admin.get("/intents/party").send().await.unwrap().json().await.unwrap();
    assert_eq!(intent["examples"][0]["origin"], "correction");
}
