//! Reading requests: bodies, queries and path ids with errors of ours instead of the framework's plain text.

use axum::body::HttpBody;
use axum::extract::rejection::JsonRejection;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::header;
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use crate::error::{Code, Error};

/// A JSON body.
#[derive(Debug)]
pub struct Body<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = Error;

    async fn from_request(request: Request, state: &S) -> Result<Self, Error> {
        match axum::Json::<T>::from_request(request, state).await {
            Ok(axum::Json(value)) => Ok(Self(value)),
            Err(rejection) => Err(body_error(rejection)),
        }
    }
}

/// A body that may be left out altogether.
impl<S: Send + Sync, T: DeserializeOwned> axum::extract::OptionalFromRequest<S> for Body<T> {
    type Rejection = Error;

    async fn from_request(request: Request, state: &S) -> Result<Option<Self>, Error> {
        let named = request.headers().contains_key(header::CONTENT_TYPE);
        if !named && request.body().size_hint().exact() == Some(0) {
            return Ok(None);
        }
        <Self as FromRequest<S>>::from_request(request, state).await.map(Some)
    }
}

fn body_error(rejection: JsonRejection) -> Error {
    match rejection {
        JsonRejection::JsonDataError(e) => {
            Error::invalid(format!("the JSON body does not fit: {}", inner(&e)))
        }
        JsonRejection::JsonSyntaxError(e) => {
            Error::new(Code::MalformedBody, format!("the body is not valid JSON: {}", inner(&e)))
        }
        JsonRejection::MissingJsonContentType(_) => {
            Error::new(Code::UnsupportedFormat, "send the body as JSON with `Content-Type: application/json`")
        }
        other if other.status().as_u16() == 413 => {
            Error::new(Code::TooLarge, "the body is larger than this call allows")
        }
        other => Error::new(Code::MalformedBody, format!("the body could not be read: {other}")),
    }
}

/// The innermost message of an error chain: the one that names the field.
fn inner(e: &dyn std::error::Error) -> String {
    let mut cause = e;
    while let Some(next) = cause.source() {
        cause = next;
    }
    cause.to_string()
}

/// The query string.
#[derive(Debug)]
pub struct Query<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Error> {
        match axum::extract::Query::<T>::from_request_parts(parts, state).await {
            Ok(axum::extract::Query(value)) => Ok(Self(value)),
            Err(e) => Err(Error::invalid(format!("the query string does not fit: {}", inner(&e)))),
        }
    }
}

/// The values in the path. An id that is no UUID names nothing: not found.
#[derive(Debug)]
pub struct Path<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Path<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Error> {
        match axum::extract::Path::<T>::from_request_parts(parts, state).await {
            Ok(axum::extract::Path(value)) => Ok(Self(value)),
            Err(_) => Err(Error::new(Code::NotFound, format!("there is nothing at {}", parts.uri.path()))),
        }
    }
}
