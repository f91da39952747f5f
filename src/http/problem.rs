//! Errors as `application/problem+json` (RFC 9457) with a stable `code`.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::error::{Code, Error, Fault};

/// The body of every error answer.
#[derive(Debug, Serialize, ToSchema)]
pub struct Problem {
    /// Where the code is documented.
    #[serde(rename = "type")]
    kind: String,
    title: &'static str,
    status: u16,
    /// Stable name of the error.
    code: &'static str,
    /// What happened, where, and what to do.
    detail: String,
    /// Whether the same call may succeed later.
    retryable: bool,
}

impl Problem {
    /// The problem document of an error. Causes stay in the log; a defect's detail is not shown.
    pub fn of(e: &Error) -> Self {
        let code = e.code();
        let detail = match code {
            Code::Internal => {
                "something went wrong on our side; the server's log has the details".to_string()
            }
            _ => e.detail().to_string(),
        };
        Self {
            kind: format!("/docs#{}", code.name()),
            title: code.title(),
            status: code.status(),
            code: code.name(),
            detail,
            retryable: code.retryable(),
        }
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        log(&self);
        let code = self.code();
        let status = StatusCode::from_u16(code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, Json(Problem::of(&self))).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if code.retryable() {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        }
        response
    }
}

fn log(e: &Error) {
    let cause = std::error::Error::source(e).map(ToString::to_string).unwrap_or_default();
    match e.code().fault() {
        Fault::Caller => tracing::debug!(code = e.code().name(), %cause, "refused: {e}"),
        Fault::Operator | Fault::Service => tracing::error!(code = e.code().name(), %cause, "failed: {e}"),
    }
}
