//! How a business system is reached, as declared in a file or over the API: addresses, credentials by reference,
//! operations, and which fields their answers have. No secret is ever part of it.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A business system: one base address, one way to sign in, named operations.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConnectorSpec {
    /// Lower-case letters, digits and `_`; forms call an operation as `name.operation`.
    pub name: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// `https://host/path`; `${variable}` stands for a value of the configuration's `connect.variables`.
    pub base_url: String,
    /// Whether the address may be private, loopback or link-local. Off, so that a declaration cannot reach into the
    /// server's own network unless somebody means it to.
    #[serde(default)]
    pub allow_private: bool,
    #[serde(default)]
    pub auth: Auth,
    /// Sent with every request.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<String, String>,
    /// Most milliseconds one call may take, retries included; a turn's own deadline may leave less.
    #[serde(default = "default_timeout")]
    pub timeout_ms: u64,
    /// Further attempts of operations that may be repeated.
    #[serde(default = "default_retries")]
    pub retries: u32,
    /// Calls at the same time; more wait within their deadline.
    #[serde(default = "default_concurrent")]
    pub max_concurrent: usize,
    #[serde(default = "default_response")]
    pub max_response_bytes: usize,
    #[serde(default)]
    pub breaker: BreakerSpec,
    /// Opens a connection when the declaration is loaded, so that the first visitor does not wait for it.
    #[serde(default)]
    pub prewarm: bool,
    /// A file of recorded answers that are given instead of asking the system: for tests of forms.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub recorded: Option<PathBuf>,
    pub operations: BTreeMap<String, OperationSpec>,
}

/// When a system that fails is left alone, and for how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct BreakerSpec {
    /// Failures in a row that open it.
    pub failures: u32,
    /// Milliseconds until one call is let through to see whether the system is back.
    pub open_ms: u64,
}

impl Default for BreakerSpec {
    fn default() -> Self {
        Self { failures: 5, open_ms: 10_000 }
    }
}

/// One thing a system can be asked for or told to do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OperationSpec {
    #[serde(default)]
    pub method: Method,
    /// Appended to the base address; `{parameter}` is replaced by its value, percent-encoded as one segment.
    pub path: String,
    /// Parameters of the query string; values may hold `{parameter}`. One without its value is left out.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub query: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<String, String>,
    /// JSON; `{parameter}` inside its strings is replaced. Values stay inside their string whatever they hold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub body: Option<serde_json::Value>,
    /// Header that carries the key under which the system does a thing once however often it is asked. With one, a
    /// call that changes something may be repeated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub idempotency_header: Option<String>,
    /// JSON path (RFC 9535) of the records in the answer: each node, or each element where the node is a list.
    #[serde(default = "default_records")]
    pub records: String,
    #[serde(default)]
    pub fields: BTreeMap<String, FieldSpec>,
    /// Fields that must equal a parameter: `owner = "visitor"`, `order_no = "order_no"`. A record that does not is
    /// never shown.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub check: BTreeMap<String, String>,
    /// The answer is nobody's own, so there is nothing to check.
    #[serde(default)]
    pub public: bool,
    /// How long an answer is used again, in milliseconds; 0 never. Only for GET.
    #[serde(default)]
    pub cache_ms: u64,
    /// How old an answer may be that is used, marked with its age, when the system fails.
    #[serde(default)]
    pub stale_ms: u64,
}

/// How an operation is called.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum Method {
    #[default]
    Get,
    Post,
    Put,
    Patch,
    Delete,
}

impl Method {
    /// The name in a request.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

/// Where a field stands in a record and what it must be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FieldSpec {
    /// JSON path from the record. Several nodes of a text field are joined.
    pub path: String,
    #[serde(default, rename = "type")]
    pub kind: FieldKind,
    /// A record without it is no record.
    #[serde(default)]
    pub required: bool,
    /// Written before an amount of money: `¥`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub unit: String,
}

/// Types of fields. A value of another type counts as missing, and as a failure where the field is required.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum FieldKind {
    #[default]
    Text,
    Number,
    Money,
    /// RFC 3339 with its offset.
    Time,
    Bool,
}

/// How a request is signed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Auth {
    #[default]
    None,
    Basic {
        username: String,
        password: SecretRef,
    },
    /// A key in a header, or in the query string.
    ApiKey {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        header: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        query: Option<String>,
        value: SecretRef,
    },
    Bearer {
        token: SecretRef,
    },
    /// Client credentials; the token is kept until shortly before it expires.
    Oauth2 {
        token_url: String,
        client_id: String,
        client_secret: SecretRef,
        #[serde(default, skip_serializing_if = "String::is_empty")]
        scope: String,
    },
    /// Hex HMAC-SHA256 of `timestamp "\n" method "\n" path-and-query "\n" body`.
    Hmac {
        key: SecretRef,
        #[serde(default = "default_signature_header")]
        header: String,
        #[serde(default = "default_timestamp_header")]
        timestamp_header: String,
    },
}

/// Where a secret lies: in an environment variable or a file. Read when it is needed, never kept in a declaration.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SecretRef {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub env: Option<String>,
    /// Relative to the folder of the shop's settings.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub file: Option<PathBuf>,
}

/// Where a declaration comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ConnectorSource {
    /// A file of the shop's settings; changed there.
    File,
    /// Made over the API.
    Database,
}

/// A declared system and how it is.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct ConnectorStatus {
    pub source: ConnectorSource,
    /// `closed` (calls go through), `open` (left alone after failures) or `half_open` (being tried).
    pub breaker: String,
    pub spec: ConnectorSpec,
}

fn default_timeout() -> u64 {
    1200
}
fn default_retries() -> u32 {
    1
}
fn default_concurrent() -> usize {
    32
}
fn default_response() -> usize {
    256 << 10
}
fn default_records() -> String {
    "$".to_owned()
}
fn default_signature_header() -> String {
    "X-Signature".to_owned()
}
fn default_timestamp_header() -> String {
    "X-Timestamp".to_owned()
}
