//! Who may call what: every route of the OpenAPI document, as everybody there is, against the table below. A route
//! that is not in the table fails the test.
//!
//! Calls carry ids that name nothing and bodies that are no JSON, so that whoever is let in gets no further: 401 and
//! 403 say that somebody was kept out, everything else that they were not.

use std::collections::{BTreeMap, BTreeSet};

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::server::{Server, Staff, problem};

/// Who is let in.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Who {
    Everybody,
    Visitor,
    /// Visitors and staff: of files.
    Both,
    Viewer,
    Agent,
    Supervisor,
    Admin,
}
use Who::{Admin, Agent, Both, Everybody, Supervisor, Viewer, Visitor};

const ROLES: [(&str, Who); 5] =
    [("viewer", Viewer), ("agent", Agent), ("supervisor", Supervisor), ("admin", Admin), ("owner", Admin)];

/// Method, path, who, and the scopes of an API key of which one is needed: `-` for none will do, `*` for any.
#[rustfmt::skip]
const TABLE: &[(&str, &str, Who, &str)] = &[
    ("POST",   "/api/v1/visitor/sessions",                 Everybody,  "-"),
    ("POST",   "/api/v1/visitor/messages",                 Visitor,    "-"),
    ("GET",    "/api/v1/visitor/messages",                 Visitor,    "-"),
    ("POST",   "/api/v1/visitor/messages/{id}/feedback",   Visitor,    "-"),
    ("POST",   "/api/v1/visitor/attachments",              Visitor,    "-"),
    ("POST",   "/api/v1/visitor/handoff",                  Visitor,    "-"),
    ("DELETE", "/api/v1/visitor/handoff",                  Visitor,    "-"),
    ("POST",   "/api/v1/visitor/csat",                     Visitor,    "-"),
    ("POST",   "/api/v1/visitor/contact",                  Visitor,    "-"),
    ("GET",    "/api/v1/attachments/{id}",                 Both,       "conversations:read"),

    ("POST",   "/api/v1/auth/login",                       Everybody,  "-"),
    ("POST",   "/api/v1/auth/logout",                      Viewer,     "-"),
    ("GET",    "/api/v1/auth/me",                          Viewer,     "*"),

    ("GET",    "/api/v1/conversations",                    Viewer,     "conversations:read"),
    ("GET",    "/api/v1/conversations/{id}",               Viewer,     "conversations:read"),
    ("GET",    "/api/v1/conversations/{id}/messages",      Viewer,     "conversations:read"),
    ("POST",   "/api/v1/conversations/{id}/messages",      Agent,      "conversations:write"),
    ("GET",    "/api/v1/conversations/{id}/handoff",       Viewer,     "conversations:read"),
    ("POST",   "/api/v1/conversations/{id}/accept",        Agent,      "conversations:write"),
    ("POST",   "/api/v1/conversations/{id}/release",       Agent,      "conversations:write"),
    ("POST",   "/api/v1/conversations/{id}/transfer",      Agent,      "conversations:write"),
    ("POST",   "/api/v1/conversations/{id}/close",         Agent,      "conversations:write"),
    ("POST",   "/api/v1/conversations/{id}/reopen",        Agent,      "conversations:write"),
    ("POST",   "/api/v1/conversations/{id}/snooze",        Agent,      "conversations:write"),
    ("DELETE", "/api/v1/conversations/{id}/snooze",        Agent,      "conversations:write"),
    ("POST",   "/api/v1/conversations/{id}/invite",        Agent,      "conversations:write"),
    ("DELETE", "/api/v1/conversations/{id}/invite/{user}", Agent,      "conversations:write"),
    ("GET",    "/api/v1/conversations/{id}/export",        Viewer,     "conversations:read"),
    ("GET",    "/api/v1/conversations/export.csv",         Supervisor, "conversations:read"),
    ("GET",    "/api/v1/conversations/{id}/notes",         Viewer,     "conversations:read"),
    ("POST",   "/api/v1/conversations/{id}/notes",         Agent,      "conversations:write"),
    ("POST",   "/api/v1/conversations/{id}/tags",          Agent,      "conversations:write"),
    ("POST",   "/api/v1/conversations/{id}/tier",          Supervisor, "conversations:write"),
    ("GET",    "/api/v1/conversations/{id}/business",      Agent,      "conversations:read"),
    ("GET",    "/api/v1/conversations/{id}/alike",         Viewer,     "conversations:read"),
    ("POST",   "/api/v1/conversations/{id}/merge",         Supervisor, "conversations:write"),
    ("GET",    "/api/v1/conversations/{id}/suggestions",   Agent,      "conversations:read"),
    ("POST",   "/api/v1/conversations/{id}/attachments",   Agent,      "conversations:write"),
    ("POST",   "/api/v1/suggestions/{id}/used",            Agent,      "conversations:write"),
    ("PUT",    "/api/v1/agents/me/presence",               Agent,      "conversations:write"),
    ("GET",    "/api/v1/agents/presence",                  Viewer,     "conversations:read"),
    ("GET",    "/api/v1/canned_responses",                 Viewer,     "conversations:read"),
    ("POST",   "/api/v1/canned_responses",                 Agent,      "conversations:write"),
    ("GET",    "/api/v1/canned_responses/{id}",            Viewer,     "conversations:read"),
    ("PUT",    "/api/v1/canned_responses/{id}",            Agent,      "conversations:write"),
    ("DELETE", "/api/v1/canned_responses/{id}",            Agent,      "conversations:write"),

    ("POST",   "/api/v1/dialog/parse",                     Viewer,     "dialog:read"),
    ("POST",   "/api/v1/dialog/reply",                     Viewer,     "dialog:write"),
    ("POST",   "/v1/embeddings",                           Viewer,     "dialog:read"),
    ("POST",   "/v1/chat/completions",                     Viewer,     "dialog:write"),
    ("POST",   "/webhooks/rest/webhook",                   Viewer,     "dialog:write"),
    ("POST",   "/model/parse",                             Viewer,     "dialog:read"),

    ("GET",    "/api/v1/knowledge/documents",              Viewer,     "knowledge:read"),
    ("POST",   "/api/v1/knowledge/documents",              Admin,      "knowledge:write"),
    ("GET",    "/api/v1/knowledge/documents/{id}",         Viewer,     "knowledge:read"),
    ("PUT",    "/api/v1/knowledge/documents/{id}",         Admin,      "knowledge:write"),
    ("DELETE", "/api/v1/knowledge/documents/{id}",         Admin,      "knowledge:write"),
    ("PATCH",  "/api/v1/knowledge/documents/{id}",         Admin,      "knowledge:write"),
    ("GET",    "/api/v1/knowledge/documents/{id}/file",    Viewer,     "knowledge:read"),
    ("GET",    "/api/v1/knowledge/documents/{id}/text",    Viewer,     "knowledge:read"),
    ("PUT",    "/api/v1/knowledge/documents/{id}/text",    Admin,      "knowledge:write"),
    ("GET",    "/api/v1/knowledge/documents/{id}/versions", Viewer,    "knowledge:read"),
    ("GET",    "/api/v1/knowledge/documents/{id}/versions/{before}/compare/{after}", Viewer, "knowledge:read"),
    ("POST",   "/api/v1/knowledge/documents/{id}/versions/{version}/restore", Admin, "knowledge:write"),
    ("GET",    "/api/v1/knowledge/documents/{id}/chunks",  Viewer,     "knowledge:read"),
    ("GET",    "/api/v1/knowledge/faqs",                   Viewer,     "knowledge:read"),
    ("POST",   "/api/v1/knowledge/faqs",                   Admin,      "knowledge:write"),
    ("GET",    "/api/v1/knowledge/faqs/{id}",              Viewer,     "knowledge:read"),
    ("PUT",    "/api/v1/knowledge/faqs/{id}",              Admin,      "knowledge:write"),
    ("DELETE", "/api/v1/knowledge/faqs/{id}",              Admin,      "knowledge:write"),
    ("POST",   "/api/v1/knowledge/search",                 Viewer,     "knowledge:read"),
    ("GET",    "/api/v1/knowledge/sources",                Admin,      "knowledge:read"),
    ("POST",   "/api/v1/knowledge/sources",                Admin,      "knowledge:write"),
    ("GET",    "/api/v1/knowledge/sources/{id}",           Admin,      "knowledge:read"),
    ("PUT",    "/api/v1/knowledge/sources/{id}",           Admin,      "knowledge:write"),
    ("DELETE", "/api/v1/knowledge/sources/{id}",           Admin,      "knowledge:write"),
    ("POST",   "/api/v1/knowledge/sources/{id}/run",       Admin,      "knowledge:write"),
    ("POST",   "/api/v1/knowledge/health",                 Admin,      "knowledge:write"),
    ("GET",    "/api/v1/knowledge/lexicon",                Viewer,     "knowledge:read"),
    ("PUT",    "/api/v1/knowledge/lexicon",                Admin,      "knowledge:write"),
    ("PATCH",  "/api/v1/knowledge/lexicon",                Admin,      "knowledge:write"),
    ("GET",    "/api/v1/knowledge/lexicon/summary",        Viewer,     "knowledge:read"),
    ("POST",   "/api/v1/knowledge/lexicon/try",            Viewer,     "knowledge:read"),
    ("GET",    "/api/v1/jobs/{id}",                        Viewer,     "knowledge:read training:read"),
    ("GET",    "/api/v1/jobs/{id}/events",                 Viewer,     "knowledge:read training:read"),
    ("POST",   "/api/v1/jobs/{id}/cancel",                 Admin,      "knowledge:write training:write"),

    ("GET",    "/api/v1/intents",                          Viewer,     "training:read"),
    ("POST",   "/api/v1/intents",                          Admin,      "training:write"),
    ("GET",    "/api/v1/intents/{name}",                   Viewer,     "training:read"),
    ("PUT",    "/api/v1/intents/{name}",                   Admin,      "training:write"),
    ("DELETE", "/api/v1/intents/{name}",                   Admin,      "training:write"),
    ("GET",    "/api/v1/training_runs",                    Viewer,     "training:read"),
    ("POST",   "/api/v1/training_runs",                    Admin,      "training:write"),
    ("GET",    "/api/v1/training_runs/{id}",               Viewer,     "training:read"),
    ("POST",   "/api/v1/training_runs/{id}/promote",       Admin,      "training:write"),
    ("GET",    "/api/v1/lessons",                          Admin,       "training:read"),
    ("POST",   "/api/v1/lessons",                          Viewer,      "training:write"),
    ("POST",   "/api/v1/lessons/{id}/accept",              Admin,       "training:write"),
    ("POST",   "/api/v1/lessons/{id}/dismiss",             Admin,       "training:write"),
    ("GET",    "/api/v1/evaluations",                      Viewer,      "training:read"),
    ("POST",   "/api/v1/evaluations",                      Admin,       "training:write"),
    ("POST",   "/api/v1/evaluations/replay",               Admin,       "training:write"),
    ("GET",    "/api/v1/shadow_runs",                      Admin,       "training:read"),
    ("POST",   "/api/v1/shadow_runs",                      Admin,       "training:write"),
    ("POST",   "/api/v1/shadow_runs/{id}/end",             Admin,       "training:write"),
    ("GET",    "/api/v1/shadow_runs/{id}/turns",           Admin,       "training:read"),
    ("GET",    "/api/v1/evaluations/{id}",                 Viewer,      "training:read"),
    ("DELETE", "/api/v1/evaluations/{id}",                 Admin,       "training:write"),
    ("GET",    "/api/v1/evaluations/{id}/report.html",     Viewer,      "training:read"),
    ("GET",    "/api/v1/evaluations/{before}/compare/{after}", Viewer,      "training:read"),
    ("GET",    "/api/v1/dictionaries",                     Viewer,      "training:read"),
    ("GET",    "/api/v1/dictionaries/{slot}",              Viewer,      "training:read"),
    ("PUT",    "/api/v1/dictionaries/{slot}",              Admin,       "training:write"),
    ("PATCH",  "/api/v1/dictionaries/{slot}",              Admin,       "training:write"),
    ("DELETE", "/api/v1/dictionaries/{slot}",              Admin,       "training:write"),
    ("POST",   "/api/v1/dictionaries/{slot}/import",       Admin,       "training:write"),
    ("GET",    "/api/v1/dictionaries/{slot}/export",       Viewer,      "training:read"),
    ("GET",    "/api/v1/quality/findings",                 Supervisor, "reports:read"),
    ("GET",    "/api/v1/reports/overview",                 Supervisor, "reports:read"),

    ("GET",    "/api/v1/users",                            Viewer,     "staff:read"),
    ("POST",   "/api/v1/users",                            Admin,      "staff:write"),
    ("GET",    "/api/v1/users/{id}",                       Viewer,     "staff:read"),
    // One's own name and password; whose it is, is asked once the body is read.
    ("PUT",    "/api/v1/users/{id}",                       Viewer,     "staff:write"),
    ("DELETE", "/api/v1/users/{id}",                       Admin,      "staff:write"),
    ("GET",    "/api/v1/teams",                            Viewer,     "staff:read"),
    ("POST",   "/api/v1/teams",                            Admin,      "staff:write"),
    ("GET",    "/api/v1/teams/{id}",                       Viewer,     "staff:read"),
    ("PUT",    "/api/v1/teams/{id}",                       Admin,      "staff:write"),
    ("DELETE", "/api/v1/teams/{id}",                       Admin,      "staff:write"),
    ("GET",    "/api/v1/audit",                            Admin,      "staff:read"),
    ("GET",    "/api/v1/api_keys",                         Admin,      "-"),
    ("POST",   "/api/v1/api_keys",                         Admin,      "-"),
    ("GET",    "/api/v1/api_keys/{id}",                    Admin,      "-"),
    ("PUT",    "/api/v1/api_keys/{id}",                    Admin,      "-"),
    ("DELETE", "/api/v1/api_keys/{id}",                    Admin,      "-"),

    ("GET",    "/api/v1/connectors",                       Admin,      "settings:read"),
    ("POST",   "/api/v1/connectors",                       Admin,      "settings:write"),
    ("GET",    "/api/v1/connectors/{name}",                Admin,      "settings:read"),
    ("PUT",    "/api/v1/connectors/{name}",                Admin,      "settings:write"),
    ("DELETE", "/api/v1/connectors/{name}",                Admin,      "settings:write"),
    ("POST",   "/api/v1/connectors/{name}/try",            Admin,      "settings:write"),
    ("GET",    "/api/v1/actions",                          Admin,      "settings:read"),
    ("GET",    "/api/v1/inboxes",                          Viewer,     "settings:read"),
    ("POST",   "/api/v1/inboxes",                          Admin,      "settings:write"),
    ("GET",    "/api/v1/inboxes/{id}",                     Viewer,     "settings:read"),
    ("PUT",    "/api/v1/inboxes/{id}",                     Admin,      "settings:write"),
    ("DELETE", "/api/v1/inboxes/{id}",                     Admin,      "settings:write"),
    ("GET",    "/api/v1/webhooks",                         Admin,      "settings:read"),
    ("POST",   "/api/v1/webhooks",                         Admin,      "settings:write"),
    ("GET",    "/api/v1/webhooks/{id}",                    Admin,      "settings:read"),
    ("PUT",    "/api/v1/webhooks/{id}",                    Admin,      "settings:write"),
    ("DELETE", "/api/v1/webhooks/{id}",                    Admin,      "settings:write"),
    ("POST",   "/api/v1/webhooks/{id}/ping",               Admin,      "settings:write"),
    ("POST",   "/api/v1/webhooks/{id}/replay",             Admin,      "settings:write"),
    ("GET",    "/api/v1/webhooks/{id}/deliveries",         Admin,      "settings:read"),
    ("GET",    "/api/v1/webhooks/{id}/deliveries/{delivery}", Admin,   "settings:read"),
    ("POST",   "/api/v1/webhooks/{id}/deliveries/{delivery}/replay", Admin, "settings:write"),
];

/// Served in other programs' clothes, and described by those.
const BORROWED: [&str; 4] =
    ["/model/parse", "/v1/chat/completions", "/v1/embeddings", "/webhooks/rest/webhook"];

const AREAS: [&str; 7] = ["conversations", "dialog", "knowledge", "training", "reports", "staff", "settings"];

fn routes_of(document: &Value) -> BTreeSet<(String, String)> {
    let mut found = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for method in item.as_object().unwrap().keys() {
            found.insert((method.to_uppercase(), path.clone()));
        }
    }
    found
}

/// The status of a call that gets no further than the door.
async fn knock(server: &Server, method: &str, path: &str, token: Option<&str>) -> StatusCode {
    let nothing = uuid::Uuid::now_v7().to_string();
    let named = ["{id}", "{name}", "{delivery}", "{slot}", "{user}", "{before}", "{after}", "{version}"];
    let path = named.into_iter().fold(path.to_owned(), |path, name| path.replace(name, &nothing));
    let mut call = server.http.request(method.parse::<Method>().unwrap(), server.url(&path));
    if let Some(token) = token {
        call = call.bearer_auth(token);
    }
    if method != "GET" && method != "DELETE" {
        call = call.header("content-type", "application/json").body("no JSON");
    }
    call.send().await.unwrap().status()
}

fn kept_out(status: StatusCode) -> bool {
    status == StatusCode::UNAUTHORIZED || status == StatusCode::FORBIDDEN
}

async fn key(admin: &Staff<'_>, scopes: &[String]) -> String {
    let name = format!("key {}", uuid::Uuid::now_v7());
    let made = admin.done("/api_keys", json!({"name": name, "scopes": scopes})).await;
    made["token"].as_str().unwrap().to_string()
}

#[tokio::test]
async fn requirement_24_every_route_lets_in_whom_the_table_names_and_nobody_else() {
    let server = Server::plain();
    let document: Value =
        server.http.get(server.url("/openapi.json")).send().await.unwrap().json().await.unwrap();
    let written: BTreeSet<(String, String)> =
        TABLE.iter().map(|(method, path, ..)| (method.to_string(), path.to_string())).collect();
    let served = routes_of(&document);
    assert_eq!(written.len(), TABLE.len(), "a route is in the table twice");
    let unlisted: Vec<_> = served.difference(&written).collect();
    assert!(unlisted.is_empty(), "not in the table: {unlisted:?}");
    let borrowed: Vec<_> = written.difference(&served).map(|(_, path)| path.as_str()).collect();
    assert_eq!(borrowed, BORROWED, "in the table, and not served");

    let admin = server.admin().await;
    let mut tokens: BTreeMap<&str, String> = BTreeMap::from([("owner", admin.token.clone())]);
    for role in ["viewer", "agent", "supervisor", "admin"] {
        tokens.insert(role, server.staff(&admin, role, role).await.token);
    }
    let mut keys: BTreeMap<String, String> = BTreeMap::new();
    for area in AREAS {
        for access in ["read", "write"] {
            let scope = format!("{area}:{access}");
            keys.insert(scope.clone(), key(&admin, &[scope]).await);
        }
    }
    let visitor = server.visitor("zh-CN").await;
    let mut wrong = Vec::new();
    // Signing out ends the session it is tried with: last.
    let (last, rest): (Vec<_>, Vec<_>) =
        TABLE.iter().partition(|(_, path, ..)| path.ends_with("/auth/logout"));
    for (method, path, who, scopes) in rest.into_iter().chain(last) {
        let mut expect = |as_whom: &str, let_in: bool, status: StatusCode| {
            if let_in == kept_out(status) {
                wrong.push(format!("{method} {path} as {as_whom}: {status}, let in should be {let_in}"));
            }
        };
        expect("nobody", who == Everybody, knock(&server, method, path, None).await);
        expect("somebody unknown", who == Everybody, knock(&server, method, path, Some("zk_unknown")).await);
        let as_visitor = matches!(who, Everybody | Visitor | Both);
        expect("a visitor", as_visitor, knock(&server, method, path, Some(&visitor.token)).await);
        for (role, rank) in ROLES {
            let let_in = match who {
                Everybody | Both => true,
                Visitor => false,
                least => rank as u8 >= least as u8,
            };
            expect(role, let_in, knock(&server, method, path, Some(&tokens[role])).await);
        }
        if matches!(who, Everybody | Visitor) {
            continue;
        }
        let needed: Vec<&str> = scopes.split(' ').collect();
        for (scope, token) in &keys {
            let (area, _) = scope.split_once(':').unwrap();
            let read = format!("{area}:read");
            let covers = |needed: &&str| {
                *needed == "*" || needed == scope || (**needed == *read && scope.ends_with(":write"))
            };
            let let_in = needed.iter().any(covers);
            expect(&format!("a key for {scope}"), let_in, knock(&server, method, path, Some(token)).await);
        }
    }
    assert!(wrong.is_empty(), "{} answers against the table:\n{}", wrong.len(), wrong.join("\n"));
}

#[tokio::test]
async fn requirement_24_another_visitor_finds_nothing_by_any_id() {
    let server = Server::plain();
    let (one, other) = (server.visitor("zh-CN").await, server.visitor("zh-CN").await);
    let asked = one.ask("1", "你好").await;
    let form = reqwest::multipart::Form::new()
        .part("file", reqwest::multipart::Part::bytes(b"plain words".to_vec()).file_name("a.txt"));
    let file: Value =
        one.post("/visitor/attachments").multipart(form).send().await.unwrap().json().await.unwrap();
    let (message, file) = (asked["id"].as_str().unwrap(), file["id"].as_str().unwrap());

    let feedback =
        other.post(&format!("/visitor/messages/{message}/feedback")).json(&json!({"helpful": true}));
    assert_eq!(problem(feedback.send().await.unwrap()).await.0, 404);
    let download = other.get(&format!("/attachments/{file}")).send().await.unwrap();
    assert_eq!(problem(download).await.0, 404);
    let by_link = server.http.get(server.api(&format!("/attachments/{file}?token={}", other.token)));
    assert_eq!(problem(by_link.send().await.unwrap()).await.0, 404);
    let sent = json!({"client_id": "1", "attachment_ids": [file]});
    let sent = other.post("/visitor/messages").json(&sent).send().await.unwrap();
    assert!(sent.status().is_client_error(), "{}", sent.status());
    assert!(other.messages_now().await.is_empty());

    assert!(one.get(&format!("/attachments/{file}")).send().await.unwrap().status().is_success());
    let mine = one.post(&format!("/visitor/messages/{message}/feedback")).json(&json!({"helpful": true}));
    assert_eq!(mine.send().await.unwrap().status(), StatusCode::NO_CONTENT);
}
