//! Figures read off real conversations: in all, by day, by agent, by team, as a table.

use serde_json::{Value, json};

use crate::server::{Server, Staff, problem};

async fn figures(staff: &Staff<'_>, query: &str) -> Value {
    let answer = staff.get(&format!("/reports/overview?{query}")).send().await.unwrap();
    assert!(answer.status().is_success(), "{query}");
    answer.json().await.unwrap()
}

#[tokio::test]
async fn figures_say_who_came_who_was_handed_over_and_how_they_rated_it() {
    let server = Server::plain();
    let admin = server.admin().await;
    let lin = server.staff(&admin, "lin", "agent").await;
    let me: Value = lin.get("/auth/me").send().await.unwrap().json().await.unwrap();
    let team =
        admin.done("/teams", json!({"name": "english", "skills": ["lang:en"], "members": [me["id"]]})).await;

    let quiet = server.visitor("zh-CN").await;
    quiet.say("1", "你好").await;
    let helped = server.visitor("en").await;
    helped.say("1", "hello").await;
    helped.post("/visitor/handoff").send().await.unwrap();
    let path = format!("/conversations/{}", helped.conversation);
    lin.done(&format!("{path}/accept"), json!({})).await;
    lin.done(&format!("{path}/messages"), json!({"client_id": "1", "text": "how can I help?"})).await;
    let rated = helped.post("/visitor/csat").json(&json!({"score": 4})).send().await.unwrap();
    assert_eq!(rated.status().as_u16(), 204);
    lin.done(&format!("{path}/close"), json!({})).await;

    let all = figures(&admin, "").await;
    let total = &all["total"];
    assert_eq!(
        (&total["conversations"], &total["handoffs"], &total["served"]),
        (&json!(2), &json!(1), &json!(1))
    );
    assert_eq!(total["csat"], json!({"count": 1, "mean": 4.0, "satisfied": 1.0}));
    assert_eq!(total["agent_reply"]["count"], 1);
    assert!(total["agent_reply"]["median_s"].as_f64().unwrap() >= 0.0);

    let days = figures(&admin, "by=day&tz=Asia/Shanghai").await;
    let days = days["groups"].as_array().unwrap();
    let counted: u64 = days.iter().map(|day| day["conversations"].as_u64().unwrap()).sum();
    assert_eq!((days.len(), counted), (7, 2), "{days:?}");

    let agents = figures(&admin, "by=agent").await;
    let agent = &agents["groups"].as_array().unwrap()[0];
    assert_eq!(
        (&agent["key"], &agent["conversations"], &agent["csat"]["count"]),
        (&me["id"], &json!(1), &json!(1))
    );
    let teams = figures(&admin, "by=team").await;
    let group = &teams["groups"].as_array().unwrap()[0];
    assert_eq!(
        (&group["key"], &group["name"], &group["handoffs"]),
        (&team["id"], &json!("english"), &json!(1))
    );

    let nobody = figures(&admin, "from=2020-01-01&to=2020-01-31").await;
    assert_eq!(nobody["total"]["conversations"], 0);

    let table = admin.get("/reports/overview?by=agent&format=csv").send().await.unwrap();
    assert_eq!(table.headers()["content-type"], "text/csv; charset=utf-8");
    let table = table.text().await.unwrap();
    let rows: Vec<&str> = table.lines().collect();
    assert_eq!(rows.len(), 3, "{table}");
    assert!(
        rows[0].starts_with("key,name,conversations")
            && rows[1].contains(",lin,1,")
            && rows[2].starts_with("total,")
    );
}

#[tokio::test]
async fn figures_are_of_one_inbox_or_one_team_where_that_is_asked_for() {
    let server = Server::plain();
    let admin = server.admin().await;
    let open = admin.done("/teams", json!({"name": "english", "skills": ["lang:en"]})).await;
    let closed = admin.done("/teams", json!({"name": "legal", "closed": true})).await;
    admin.done("/inboxes", json!({"id": "shop-b", "name": "Shop B"})).await;
    let chinese = server.visitor("zh-CN").await;
    chinese.say("1", "你好").await;
    let english = server.visitor("en").await;
    english.say("1", "hello").await;
    english.post("/visitor/handoff").send().await.unwrap();
    assert_eq!(english.post("/visitor/csat").json(&json!({"score": 5})).send().await.unwrap().status(), 204);

    let counted = async |query: &str| {
        let total = figures(&admin, query).await["total"].clone();
        [&total["conversations"], &total["handoffs"], &total["csat"]["count"]].map(|n| n.as_u64().unwrap())
    };
    assert_eq!(counted("").await, [2, 1, 1]);
    assert_eq!(counted("inbox=default").await, [2, 1, 1]);
    assert_eq!(counted("inbox=shop-b").await, [0, 0, 0]);
    let team = format!("team={}", open["id"].as_str().unwrap());
    assert_eq!(counted(&team).await, [1, 1, 1], "what the team got");
    assert_eq!(counted(&format!("{team}&inbox=shop-b")).await, [0, 0, 0]);
    let groups = figures(&admin, &format!("{team}&by=team")).await;
    assert_eq!(groups["groups"].as_array().unwrap().len(), 1, "no other team is listed: {groups}");
    let table = admin.get(&format!("/reports/overview?{team}&format=csv")).send().await.unwrap();
    assert!(table.text().await.unwrap().contains("\ntotal,total,1,"), "the table is of the team as well");

    // A department of its own is nobody else's, and what is not there is said.
    let outside = server.staff(&admin, "outside", "supervisor").await;
    let of_closed = format!("/reports/overview?team={}", closed["id"].as_str().unwrap());
    assert!(admin.get(&of_closed).send().await.unwrap().status().is_success());
    assert_eq!(problem(outside.get(&of_closed).send().await.unwrap()).await.0, 404);
    let nowhere = admin.get("/reports/overview?inbox=nowhere").send().await.unwrap();
    assert_eq!(problem(nowhere).await, (404, "not_found".to_string()));
}

#[tokio::test]
async fn figures_are_for_supervisors_and_of_a_stretch_that_is_one() {
    let server = Server::plain();
    let admin = server.admin().await;
    let lin = server.staff(&admin, "lin", "agent").await;
    assert_eq!(problem(lin.get("/reports/overview").send().await.unwrap()).await.0, 403);
    for query in
        ["from=2026-02-01&to=2026-01-01", "from=never", "tz=Mars", "by=mood", "format=pdf", "from=2020-01-01"]
    {
        let refused = admin.get(&format!("/reports/overview?{query}")).send().await.unwrap();
        assert_eq!(problem(refused).await, (422, "invalid_input".to_string()), "{query}");
    }
}
