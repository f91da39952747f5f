//! Teams: closed ones are departments of their own; what waits is given to somebody who has room.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::server::{Server, Staff, Visitor, problem};

async fn id_of(staff: &Staff<'_>) -> String {
    let me: Value = staff.get("/auth/me").send().await.unwrap().json().await.unwrap();
    me["id"].as_str().unwrap().to_string()
}

async fn listed(staff: &Staff<'_>, query: &str) -> Vec<String> {
    let list: Value =
        staff.get(&format!("/conversations?{query}")).send().await.unwrap().json().await.unwrap();
    list["items"].as_array().unwrap().iter().map(|c| c["id"].as_str().unwrap().to_string()).collect()
}

async fn waiting<'a>(server: &'a Server, locale: &str) -> Visitor<'a> {
    let visitor = server.visitor(locale).await;
    visitor.say("1", "hello").await;
    visitor.post("/visitor/handoff").send().await.unwrap();
    visitor
}

async fn online(staff: &Staff<'_>, capacity: i64) {
    let presence = json!({"state": "online", "capacity": capacity});
    assert!(staff.put("/agents/me/presence").json(&presence).send().await.unwrap().status().is_success());
}

/// Waits until the conversation has an agent; their id.
async fn agent_of(admin: &Staff<'_>, conversation: &str) -> String {
    let deadline = Instant::now() + Duration::from_secs(60);
    loop {
        let path = format!("/conversations/{conversation}");
        let now: Value = admin.get(&path).send().await.unwrap().json().await.unwrap();
        if let Some(id) = now["assignee"]["id"].as_str() {
            return id.to_string();
        }
        assert!(Instant::now() < deadline, "nobody got it: {now}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn a_closed_teams_conversations_do_not_exist_for_the_others() {
    let server = Server::plain();
    let admin = server.admin().await;
    let inside = server.staff(&admin, "inside", "agent").await;
    let outside = server.staff(&admin, "outside", "supervisor").await;
    let team =
        json!({"name": "legal", "closed": true, "skills": ["lang:en"], "members": [id_of(&inside).await]});
    let team = admin.done("/teams", team).await;
    let team_id = team["id"].as_str().unwrap();

    let english = waiting(&server, "en").await;
    let chinese = waiting(&server, "zh-CN").await;
    let path = format!("/conversations/{}", english.conversation);
    let seen: Value = inside.get(&path).send().await.unwrap().json().await.unwrap();
    assert_eq!(seen["team"], json!({"id": team_id, "name": "legal"}));

    assert_eq!(listed(&inside, "status=waiting").await.len(), 2);
    assert_eq!(listed(&admin, &format!("team={team_id}")).await, [english.conversation.as_str()]);
    for query in ["status=waiting", "q=hello", &format!("team={team_id}"), ""] {
        assert!(!listed(&outside, query).await.contains(&english.conversation), "{query}");
    }
    assert_eq!(listed(&outside, "status=waiting").await, [chinese.conversation.as_str()]);
    // Written in any way, the id leads nowhere.
    let first = &english.conversation[..1];
    let encoded = format!("%{:02X}{}", first.as_bytes()[0], &english.conversation[1..]);
    for id in [
        english.conversation.clone(),
        english.conversation.to_uppercase(),
        english.conversation.replace('-', ""),
        encoded,
    ] {
        for below in ["", "/messages", "/notes", "/handoff", "/suggestions"] {
            let refused = outside.get(&format!("/conversations/{id}{below}")).send().await.unwrap();
            assert_eq!(problem(refused).await, (404, "not_found".to_string()), "{id}{below}");
        }
    }
    for step in ["accept", "close", "tags", "messages", "transfer"] {
        let body = json!({"tags": [], "client_id": "x", "text": "x"});
        let refused = outside.post(&format!("{path}/{step}")).json(&body).send().await.unwrap();
        assert_eq!(problem(refused).await.0, 404, "{step}");
    }
    let filled = format!("/canned_responses?conversation_id={}", english.conversation);
    assert_eq!(problem(outside.get(&filled).send().await.unwrap()).await.0, 404);

    // Opened, everybody sees it again.
    let open = json!({"name": "legal", "skills": ["lang:en"], "members": [id_of(&inside).await]});
    assert!(admin.put(&format!("/teams/{team_id}")).json(&open).send().await.unwrap().status().is_success());
    assert!(outside.get(&path).send().await.unwrap().status().is_success());
}

#[tokio::test]
async fn what_is_noted_in_a_closed_teams_conversations_is_not_for_the_others() {
    let server = Server::demo();
    let admin = server.admin().await;
    let outside = server.staff(&admin, "outside", "supervisor").await;
    admin
        .done("/teams", json!({"name": "legal", "closed": true, "skills": ["lang:en"], "members": []}))
        .await;
    let english = waiting(&server, "en").await;
    english.say("2", "you are a scam").await;

    let findings = async |staff: &Staff<'_>| {
        let list: Value = staff.get("/quality/findings").send().await.unwrap().json().await.unwrap();
        list["items"].as_array().unwrap().len()
    };
    let deadline = Instant::now() + Duration::from_secs(60);
    while findings(&admin).await == 0 {
        assert!(Instant::now() < deadline, "anger is not noted");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(findings(&outside).await, 0);
}

#[tokio::test]
async fn requirement_14_an_agent_who_comes_online_gets_what_waits_at_once() {
    let server = Server::plain();
    let admin = server.admin().await;
    let auto = json!({"name": "default", "assignment": "auto"});
    assert!(admin.put("/inboxes/default").json(&auto).send().await.unwrap().status().is_success());
    let (a, b, c) =
        (waiting(&server, "zh-CN").await, waiting(&server, "zh-CN").await, waiting(&server, "zh-CN").await);
    let tier = admin.post(&format!("/conversations/{}/tier", c.conversation)).json(&json!({"tier": 1}));
    assert_eq!(tier.send().await.unwrap().status().as_u16(), 204);
    assert_eq!(listed(&admin, "status=waiting").await, [&c, &a, &b].map(|v| v.conversation.clone()));
    let path = format!("/conversations/{}", c.conversation);
    let shown: Value = admin.get(&path).send().await.unwrap().json().await.unwrap();
    assert_eq!(shown["visitor"]["tier"], 1, "staff see it");
    let own: Value = c.post("/visitor/handoff").send().await.unwrap().json().await.unwrap();
    assert!(own["visitor"]["tier"].is_null() && own["handoff_reason"].is_null(), "visitors do not: {own}");

    let lin = server.staff(&admin, "lin", "agent").await;
    online(&lin, 2).await;
    let lin_id = id_of(&lin).await;
    assert_eq!(agent_of(&admin, &c.conversation).await, lin_id);
    assert_eq!(agent_of(&admin, &a.conversation).await, lin_id);
    assert_eq!(
        listed(&admin, "status=waiting").await,
        [b.conversation.as_str()],
        "no more than the capacity"
    );

    // Room again: the next one comes. Closed and asked for again, it goes to who knows the visitor.
    lin.done(&format!("/conversations/{}/close", a.conversation), json!({})).await;
    assert_eq!(agent_of(&admin, &b.conversation).await, lin_id);
    let wang = server.staff(&admin, "wang", "agent").await;
    online(&wang, 5).await;
    online(&lin, 5).await;
    a.say("2", "还有一件事").await;
    a.post("/visitor/handoff").send().await.unwrap();
    assert_eq!(agent_of(&admin, &a.conversation).await, lin_id);
    // Given back, it goes to somebody else.
    lin.done(&format!("/conversations/{}/release", a.conversation), json!({})).await;
    assert_eq!(agent_of(&admin, &a.conversation).await, id_of(&wang).await);
}

#[tokio::test]
async fn a_transfer_to_a_team_comes_to_its_members() {
    let server = Server::plain();
    let admin = server.admin().await;
    let auto = json!({"name": "default", "assignment": "auto"});
    assert!(admin.put("/inboxes/default").json(&auto).send().await.unwrap().status().is_success());
    let (lin, wang) =
        (server.staff(&admin, "lin", "agent").await, server.staff(&admin, "wang", "agent").await);
    let visitor = waiting(&server, "zh-CN").await;
    online(&lin, 5).await;
    let (lin_id, wang_id) = (id_of(&lin).await, id_of(&wang).await);
    assert_eq!(agent_of(&admin, &visitor.conversation).await, lin_id);
    let team = admin.done("/teams", json!({"name": "refunds", "members": [wang_id]})).await;
    let path = format!("/conversations/{}", visitor.conversation);
    let offered = lin.done(&format!("{path}/transfer"), json!({"team_id": team["id"]})).await;
    assert_eq!((&offered["status"], &offered["team"]["name"]), (&json!("transferring"), &json!("refunds")));
    online(&wang, 1).await;
    let deadline = Instant::now() + Duration::from_secs(60);
    while agent_of(&admin, &visitor.conversation).await != wang_id {
        assert!(Instant::now() < deadline);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn teams_are_checked_and_on_record() {
    let server = Server::plain();
    let admin = server.admin().await;
    for (body, reason) in [
        (json!({"name": " "}), "name"),
        (json!({"name": "x", "members": ["0190a0a0-0000-7000-8000-000000000000"]}), "members"),
    ] {
        let refused = admin.post("/teams").json(&body).send().await.unwrap();
        assert_eq!(refused.status().as_u16(), 422);
        let text = refused.text().await.unwrap();
        assert!(text.contains(reason), "{text}");
    }
    let team = admin.done("/teams", json!({"name": "x"})).await;
    let twice = admin.post("/teams").json(&json!({"name": "x"})).send().await.unwrap();
    assert_eq!(problem(twice).await, (409, "conflict".to_string()));
    let path = format!("/teams/{}", team["id"].as_str().unwrap());
    assert_eq!(admin.delete(&path).send().await.unwrap().status().as_u16(), 204);
    let audit = admin.get("/audit").send().await.unwrap().text().await.unwrap();
    assert!(audit.contains("team.created") && audit.contains("team.deleted"));
}
