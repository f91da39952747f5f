//! For operators and programmers: liveness, readiness, metrics, the API document and its reading page.

use std::fmt::Write;

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{Html, IntoResponse, Response};
use serde_json::Value;
use utoipa::openapi::OpenApi;

use super::services::Services;
use crate::error::{Code, Error, Fault, Result};

/// `/healthz`: the process answers.
pub(super) async fn alive() -> &'static str {
    "ok"
}

/// `/readyz`: the process can serve: the database answers and the server is not stopping.
pub(super) async fn ready(State(s): State<Services>) -> Result<&'static str> {
    if s.tasks.token().is_cancelled() {
        return Err(Error::new(Code::Unavailable, "the server is stopping"));
    }
    s.chat.ping().await?;
    Ok("ready")
}

/// `/metrics` in Prometheus' text format.
pub(super) async fn metrics(State(s): State<Services>) -> Response {
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], s.metrics.render()).into_response()
}

/// `/openapi.json`
pub(super) async fn openapi(State(document): State<std::sync::Arc<OpenApi>>) -> Json<OpenApi> {
    Json((*document).clone())
}

/// `/docs`: every call and every error code on one plain page, made from the same document.
pub(super) async fn docs(State(document): State<std::sync::Arc<OpenApi>>) -> Result<Html<String>> {
    let document =
        serde_json::to_value(&*document).map_err(|e| Error::internal("the API document").with_source(e))?;
    Ok(Html(reading_page(&document)))
}

fn reading_page(document: &Value) -> String {
    let mut page = String::from(PAGE_HEAD);
    let empty = serde_json::Map::new();
    let mut area = String::new();
    for (path, methods) in document["paths"].as_object().unwrap_or(&empty) {
        for (method, call) in methods.as_object().unwrap_or(&empty) {
            let tag = call["tags"][0].as_str().unwrap_or_default();
            if tag != area {
                area = tag.to_string();
                let _ = write!(page, "<h2>{}</h2>", escape(tag));
            }
            let text = call["summary"].as_str().or(call["description"].as_str()).unwrap_or_default();
            let _ = write!(
                page,
                "<p><b>{}</b> <code>{}</code><br>{}</p>",
                escape(&method.to_uppercase()),
                escape(path),
                escape(text)
            );
        }
    }
    page.push_str(
        "<h2>errors</h2><p>Every error is <code>application/problem+json</code> with one of these codes.</p>",
    );
    page.push_str("<table><tr><th>code<th>status<th>who can mend it<th>try again<th>meaning</tr>");
    for code in Code::ALL {
        let who = match code.fault() {
            Fault::Caller => "the caller",
            Fault::Operator => "the operator",
            Fault::Service => "the service",
        };
        let again = if code.retryable() { "yes" } else { "no" };
        let (name, status, title) = (code.name(), code.status(), code.title());
        let _ = write!(
            page,
            "<tr id={name}><td><code>{name}</code><td>{status}<td>{who}<td>{again}<td>{title}</tr>"
        );
    }
    page.push_str("</table>");
    page
}

const PAGE_HEAD: &str = "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content='width=device-width'>\
<title>Zhike API</title><style>body{font:16px/1.6 system-ui,sans-serif;max-width:52rem;margin:2rem auto;padding:0 1rem;\
color:#1d2a2f;background:#fbfbf9}code{font-size:.95em;background:#eef1ef;padding:.1em .3em;border-radius:4px}\
td,th{text-align:left;padding:.2rem .8rem .2rem 0}h2{margin-top:2.2rem;text-transform:capitalize}\
@media(prefers-color-scheme:dark){body{color:#dfe6e4;background:#14191b}code{background:#222a2c}}</style>\
<h1>Zhike API</h1><p>The machine-readable form is <a href=/openapi.json>/openapi.json</a>. Staff calls take \
<code>Authorization: Bearer …</code> from <code>POST /api/v1/auth/login</code>, or its cookie; visitors' calls take the \
token of <code>POST /api/v1/visitor/sessions</code>.</p>";

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
