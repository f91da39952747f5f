//! An operation with its parameters becomes a request.

use std::collections::BTreeMap;

use reqwest::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use reqwest::{Body, Request};
use url::Url;

use super::compile::{Compiled, Operation};
use super::template::segment;
use crate::dialog::systems::Trouble;

/// What is asked of an operation.
#[derive(Clone, Copy, Debug)]
pub struct Ask<'a> {
    pub params: &'a BTreeMap<String, String>,
    pub idempotency_key: Option<&'a str>,
}

/// The request, not yet signed.
///
/// # Errors
/// When a parameter of the path is missing: the form that calls does not give what the connector needs.
pub fn build(system: &Compiled, operation: &Operation, ask: &Ask<'_>) -> Result<Request, Trouble> {
    let path = operation
        .path
        .fill(ask.params, segment)
        .ok_or_else(|| Trouble::Broken("a parameter of the path has no value".to_owned()))?;
    let base = system.base.as_str().trim_end_matches('/');
    let mut url = Url::parse(&format!("{base}{path}"))
        .map_err(|e| Trouble::Broken(format!("the address cannot be built: {e}")))?;
    let plain = |value: &str| value.to_owned();
    for (name, template) in &operation.query {
        if let Some(value) = template.fill(ask.params, plain) {
            url.query_pairs_mut().append_pair(name, &value);
        }
    }
    let method = reqwest::Method::from_bytes(operation.method.as_str().as_bytes())
        .map_err(|e| Trouble::Broken(e.to_string()))?;
    let mut request = Request::new(method, url);
    let fixed = system.spec.headers.iter().map(|(name, value)| (name, Some(value.clone())));
    let filled = operation.headers.iter().map(|(name, template)| (name, template.fill(ask.params, plain)));
    let key = ask.idempotency_key.map(str::to_owned);
    let once = operation.idempotency_header.iter().map(|name| (name, key.clone()));
    for (name, value) in fixed.chain(filled).chain(once) {
        let Some(value) = value else { continue };
        set_header(&mut request, name, &value)?;
    }
    if let Some(body) = operation.body.as_ref().and_then(|body| body.fill(ask.params)) {
        request.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        *request.body_mut() = Some(Body::from(body.to_string()));
    }
    Ok(request)
}

/// Sets a header; a value that no header can hold is an error, never two headers.
pub fn set_header(request: &mut Request, name: &str, value: &str) -> Result<(), Trouble> {
    let wrong = |what: &str| Trouble::Broken(format!("the header {name} cannot be set: {what}"));
    let header = HeaderName::from_bytes(name.as_bytes()).map_err(|_| wrong("its name"))?;
    let value =
        HeaderValue::from_bytes(value.as_bytes()).map_err(|_| wrong("its value has control characters"))?;
    request.headers_mut().insert(header, value);
    Ok(())
}
