//! A declaration with everything in it parsed: what can be wrong is found when it is loaded, not when a visitor asks.

use std::collections::{BTreeMap, BTreeSet};

use url::Url;

use super::mapping::Mapping;
use super::template::{Body, Template};
use super::{address, secrets};
use crate::domain::{Auth, ConnectorSpec, Method, OperationSpec};

/// Longest name of a connector or an operation.
const LONGEST_NAME: usize = 60;
const TIMEOUTS: std::ops::RangeInclusive<u64> = 50..=60_000;

/// A declaration that can be used.
#[derive(Debug)]
pub struct Compiled {
    pub spec: ConnectorSpec,
    pub base: Url,
    pub operations: BTreeMap<String, Operation>,
}

/// One operation that can be called.
#[derive(Debug)]
pub struct Operation {
    pub name: String,
    pub method: Method,
    pub path: Template,
    pub query: Vec<(String, Template)>,
    pub headers: Vec<(String, Template)>,
    pub body: Option<Body>,
    pub idempotency_header: Option<String>,
    pub mapping: Mapping,
    pub cache_ms: u64,
    pub stale_ms: u64,
    /// Every parameter the request or its checks look at.
    pub params: BTreeSet<String>,
}

impl Operation {
    /// Whether an answer may be used again.
    pub fn is_read(&self) -> bool {
        self.method == Method::Get
    }
}

impl Compiled {
    /// Checks and parses a declaration.
    ///
    /// # Errors
    /// Says which key is wrong, and why.
    pub fn new(spec: ConnectorSpec, variables: &BTreeMap<String, String>) -> Result<Self, String> {
        check_name("name", &spec.name)?;
        let base = Url::parse(&with_variables(&spec.base_url, variables)?)
            .map_err(|e| format!("base_url `{}`: {e}", spec.base_url))?;
        address::check(&base, spec.allow_private).map_err(|e| format!("base_url: {e}"))?;
        check_auth(&spec)?;
        if !TIMEOUTS.contains(&spec.timeout_ms) {
            return Err("timeout_ms must be from 50 to 60000".to_owned());
        }
        if spec.max_concurrent == 0 || spec.max_response_bytes == 0 {
            return Err("max_concurrent and max_response_bytes must be at least 1".to_owned());
        }
        check_headers(spec.headers.keys())?;
        let compile = |(name, declared): (&String, &OperationSpec)| {
            let operation = operation(name, declared).map_err(|e| format!("operations.{name}: {e}"))?;
            Ok((name.clone(), operation))
        };
        let operations = spec.operations.iter().map(compile).collect::<Result<_, String>>()?;
        Ok(Self { spec, base, operations })
    }
}

fn operation(name: &str, spec: &OperationSpec) -> Result<Operation, String> {
    check_name("the name", name)?;
    if !spec.path.starts_with('/') {
        return Err(format!("path `{}` must begin with /", spec.path));
    }
    if !spec.public && spec.check.is_empty() {
        return Err("an answer about somebody needs `check`, e.g. check = { owner = \"visitor\" }; \
                    set public = true if it is nobody's own"
            .to_owned());
    }
    if spec.cache_ms + spec.stale_ms > 0 && spec.method != Method::Get {
        return Err("only answers to GET are kept: leave out cache_ms and stale_ms".to_owned());
    }
    check_headers(spec.headers.keys().chain(&spec.idempotency_header))?;
    let path = Template::parse(&spec.path)?;
    let pairs = |map: &BTreeMap<String, String>| {
        map.iter().map(|(k, v)| Ok((k.clone(), Template::parse(v)?))).collect::<Result<Vec<_>, String>>()
    };
    let (query, headers) = (pairs(&spec.query)?, pairs(&spec.headers)?);
    let body = spec.body.as_ref().map(Body::parse).transpose()?;
    let mapping = Mapping::new(&spec.records, &spec.fields, &spec.check)?;
    let named = query.iter().chain(&headers).flat_map(|(_, template)| template.params());
    let inside = body.iter().flat_map(Body::params);
    let params = path.params().chain(named).chain(inside).chain(mapping.checked_params());
    Ok(Operation {
        name: name.to_owned(),
        method: spec.method,
        params: params.map(str::to_owned).collect(),
        path,
        query,
        headers,
        body,
        idempotency_header: spec.idempotency_header.clone(),
        mapping,
        cache_ms: spec.cache_ms,
        stale_ms: spec.stale_ms,
    })
}

fn check_name(what: &str, name: &str) -> Result<(), String> {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    if name.is_empty() || name.len() > LONGEST_NAME || !name.chars().all(fits) {
        return Err(format!("{what} `{name}` must be of lower-case letters, digits and _"));
    }
    Ok(())
}

fn check_headers<'a>(names: impl Iterator<Item = &'a String>) -> Result<(), String> {
    for name in names {
        reqwest::header::HeaderName::from_bytes(name.as_bytes())
            .map_err(|_| format!("`{name}` is no name of a header"))?;
    }
    Ok(())
}

fn check_auth(spec: &ConnectorSpec) -> Result<(), String> {
    let checked = match &spec.auth {
        Auth::None => Ok(()),
        Auth::Basic { password, .. } => secrets::check(password),
        Auth::Bearer { token } => secrets::check(token),
        Auth::ApiKey { header, query, value } => match (header, query) {
            (Some(_), None) | (None, Some(_)) => check_headers(header.iter()).and(secrets::check(value)),
            _ => Err("an API key goes either into a `header` or into the `query`".to_owned()),
        },
        Auth::Oauth2 { token_url, client_secret, .. } => {
            let url = Url::parse(token_url).map_err(|e| format!("auth: token_url `{token_url}`: {e}"))?;
            address::check(&url, spec.allow_private).and(secrets::check(client_secret))
        }
        Auth::Hmac { key, header, timestamp_header } => {
            check_headers([header, timestamp_header].into_iter()).and(secrets::check(key))
        }
    };
    checked.map_err(|e| format!("auth: {e}"))
}

/// Replaces `${name}`.
fn with_variables(text: &str, variables: &BTreeMap<String, String>) -> Result<String, String> {
    let (mut whole, mut rest) = (String::new(), text);
    while let Some(at) = rest.find("${") {
        let end = rest[at..].find('}').ok_or_else(|| format!("`{text}`: ${{ without }}"))?;
        let name = &rest[at + 2..at + end];
        let value = variables
            .get(name)
            .ok_or_else(|| format!("the variable `{name}` is not set: give it under [connect.variables]"))?;
        whole.push_str(&rest[..at]);
        whole.push_str(value);
        rest = &rest[at + end + 1..];
    }
    Ok(whole + rest)
}
