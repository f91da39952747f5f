//! The embedded web pages: console, demo shop, widget.
//!
//! Pages are revalidated by ETag; files under `assets/` carry a hash in their name and never change.

use axum::body::Body;
use axum::extract::Path;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::assets::WebPages;
use crate::error::{Code, Error};
use crate::text;

/// The console may load nothing from elsewhere and may not be framed.
const CONSOLE_POLICY: &str = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; \
     connect-src 'self' ws: wss:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'";

/// `/` and every page of the console: its router reads the path in the browser.
pub async fn console(headers: HeaderMap) -> Response {
    page("index.html", &headers)
}

/// `/demo`
pub async fn demo(headers: HeaderMap) -> Response {
    page("demo.html", &headers)
}

/// `/widget.js`: fetched by other people's pages, so any origin may load it.
pub async fn widget(headers: HeaderMap) -> Response {
    let mut response = file("widget.js", &headers, "public, max-age=300, must-revalidate");
    response.headers_mut().insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    let cross_origin = HeaderValue::from_static("cross-origin");
    response.headers_mut().insert("cross-origin-resource-policy", cross_origin);
    response
}

/// `/assets/{file}`
pub async fn asset(Path(name): Path<String>, headers: HeaderMap) -> Response {
    file(&format!("assets/{name}"), &headers, "public, max-age=31536000, immutable")
}

/// Files at the top, such as the icon.
pub async fn favicon(headers: HeaderMap) -> Response {
    file("favicon.svg", &headers, "public, max-age=86400")
}

fn page(name: &str, headers: &HeaderMap) -> Response {
    let mut response = file(name, headers, "no-cache");
    let out = response.headers_mut();
    out.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(CONSOLE_POLICY));
    out.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    response
}

fn file(name: &str, headers: &HeaderMap, caching: &'static str) -> Response {
    let Some(file) = WebPages::get(name) else {
        if WebPages::iter().next().is_none() {
            return Error::new(
                Code::Unavailable,
                "this program was compiled without its web pages: run `make build`",
            )
            .into_response();
        }
        return Error::new(Code::NotFound, format!("there is no file {name}")).into_response();
    };
    let hash = file.metadata.sha256_hash();
    let etag = format!("\"{}\"", text::hex(&hash[..8]));
    let known = headers.get(header::IF_NONE_MATCH).is_some_and(|v| v.as_bytes() == etag.as_bytes());
    let status = if known { StatusCode::NOT_MODIFIED } else { StatusCode::OK };
    let body = if known { Body::empty() } else { Body::from(file.data) };

    let mut response = (status, body).into_response();
    let out = response.headers_mut();
    out.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type(name)));
    out.insert(header::CACHE_CONTROL, HeaderValue::from_static(caching));
    if let Ok(etag) = HeaderValue::from_str(&etag) {
        out.insert(header::ETAG, etag);
    }
    response
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("jpg" | "jpeg") => "image/jpeg",
        Some("webp") => "image/webp",
        Some("woff2") => "font/woff2",
        Some("json" | "map") => "application/json",
        _ => "application/octet-stream",
    }
}
