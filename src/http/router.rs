//! All routes, and what is wrapped around them.

use std::any::Any;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::cors::{AllowOrigin, CorsLayer};
use utoipa::openapi::OpenApi;
use utoipa::openapi::info::InfoBuilder;
use utoipa_axum::router::OpenApiRouter;

use super::idempotency::{Calls, once};
use super::services::Services;
use super::{
    api_keys, canned, compat, connectors, conversation_extras, conversations, demo, dialog, dictionaries,
    document_versions, documents, evaluations, faqs, files, inboxes, intents, jobs, knowledge,
    knowledge_health, lessons, lexicon, quality, reports, shadow, sources, staff, system, teams, training,
    ui, visitor_card, visitors, webhooks, ws,
};
use crate::error::{Code, Error};

/// Everything the server answers.
pub fn router(services: Services) -> Router {
    let limit = services.config.web.max_upload_bytes;
    let calls = Calls::new(services.calls.clone(), services.tasks.clone());
    let visitors = visitors::routes().layer(visitor_origins(&services.config.web.allowed_origins));
    let api = OpenApiRouter::new()
        .merge(visitors)
        .merge(dialog::routes())
        .merge(conversations::routes())
        .merge(conversation_extras::routes())
        .merge(visitor_card::routes())
        .merge(connectors::routes())
        .merge(documents::routes())
        .merge(document_versions::routes())
        .merge(faqs::routes())
        .merge(knowledge::routes())
        .merge(knowledge_health::routes())
        .merge(sources::routes())
        .merge(lexicon::routes())
        .merge(quality::routes())
        .merge(lessons::routes())
        .merge(evaluations::routes())
        .merge(shadow::routes())
        .merge(dictionaries::routes())
        .merge(files::routes())
        .merge(jobs::routes())
        .merge(staff::routes())
        .merge(api_keys::routes())
        .merge(canned::routes())
        .merge(webhooks::routes())
        .merge(teams::routes())
        .merge(inboxes::routes())
        .merge(reports::routes())
        .merge(intents::routes())
        .merge(training::routes())
        .layer(middleware::from_fn_with_state(calls, once));
    let info = InfoBuilder::new().title("Zhike").version(env!("CARGO_PKG_VERSION")).build();
    let (routes, mut document) =
        OpenApiRouter::new().nest("/api/v1", api).merge(compat::routes()).split_for_parts();
    document.info = info;

    routes
        .merge(pages(Arc::new(document)))
        .route("/ws", get(ws::connect))
        .route("/api/v1/ws", get(ws::connect))
        .route("/healthz", get(system::alive))
        .route("/readyz", get(system::ready))
        .route("/metrics", get(system::metrics))
        .fallback(unknown)
        .method_not_allowed_fallback(wrong_method)
        .layer(DefaultBodyLimit::max(limit))
        .layer(middleware::from_fn(safe_headers))
        .layer(middleware::from_fn(measured))
        .layer(CompressionLayer::new())
        .layer(CatchPanicLayer::custom(panicked))
        .with_state(services)
}

fn pages(document: Arc<OpenApi>) -> Router<Services> {
    let described = Router::new()
        .route("/openapi.json", get(system::openapi))
        .route("/docs", get(system::docs))
        .with_state(document);
    Router::new()
        .route("/", get(ui::console))
        .route("/demo", get(ui::demo))
        .route("/demo/identity", get(demo::identity))
        .route("/widget.js", get(ui::widget))
        .route("/favicon.svg", get(ui::favicon))
        .route("/assets/{*file}", get(ui::asset))
        .merge(described)
}

/// The widget runs on other people's pages; staff calls are for our own pages only.
fn visitor_origins(allowed: &[String]) -> CorsLayer {
    let origins = match allowed {
        [] => AllowOrigin::any(),
        listed => AllowOrigin::list(listed.iter().filter_map(|o| HeaderValue::from_str(o).ok())),
    };
    CorsLayer::new()
        .allow_origin(origins)
        .allow_methods([Method::GET, Method::POST, Method::DELETE])
        .allow_headers([
            header::AUTHORIZATION,
            header::CONTENT_TYPE,
            HeaderName::from_static("idempotency-key"),
        ])
        .max_age(Duration::from_secs(600))
}

/// Paths of the console's own router get the console; everything else is not found.
async fn unknown(request: Request) -> Response {
    let path = request.uri().path();
    let is_page = request.method() == Method::GET
        && !path.starts_with("/api/")
        && !path.rsplit('/').next().is_some_and(|last| last.contains('.'))
        && request
            .headers()
            .get(header::ACCEPT)
            .is_some_and(|v| v.to_str().is_ok_and(|v| v.contains("text/html")));
    if is_page {
        return ui::console(request.headers().clone()).await;
    }
    Error::new(Code::NotFound, format!("there is nothing at {path}; see /docs")).into_response()
}

async fn wrong_method(request: Request) -> Response {
    let (method, path) = (request.method(), request.uri().path());
    Error::new(Code::MethodNotAllowed, format!("{method} is not possible on {path}; see /docs"))
        .into_response()
}

async fn safe_headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.entry(header::REFERRER_POLICY).or_insert(HeaderValue::from_static("no-referrer"));
    response
}

async fn measured(request: Request, next: Next) -> Response {
    let started = std::time::Instant::now();
    let method = request.method().as_str().to_string();
    let response = next.run(request).await;
    let status = response.status().as_u16().to_string();
    let labels = [("method", method), ("status", status)];
    metrics::histogram!("zhike_http_request_seconds", &labels).record(started.elapsed().as_secs_f64());
    response
}

fn panicked(_: Box<dyn Any + Send + 'static>) -> Response {
    let mut response = Error::internal("a handler panicked").into_response();
    *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
    response
}
