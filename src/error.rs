//! The one error type that crosses rooms, and the table of codes the outside may rely on.
//!
//! Which error belongs where: a room may have precise error types of its own (a reader's `ReadError`, say) and
//! turns them into [`Error`] at its door. An [`Error`] always says what happened, where, and what to do; its
//! [`Code`] gives the stable name, whose fault it is, the HTTP status and whether trying again can help.

use std::borrow::Cow;
use std::fmt;

/// Result of everything that can fail across rooms.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Who has to act so that the same call works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The caller sent something that can never work as it is.
    Caller,
    /// The installation lacks something: configuration, disk, a model file.
    Operator,
    /// The program itself is at fault, or overloaded.
    Service,
}

macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident = $name:literal, $fault:ident, $status:literal, retry $retry:literal, $title:literal;)*) => {
        /// Stable error codes. The name never changes once published.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Code { $($(#[$doc])* $variant,)* }

        impl Code {
            /// Every code, for documentation and tests.
            pub const ALL: &'static [Code] = &[$(Code::$variant,)*];

            /// The stable name, as in `"code": "not_found"`.
            pub const fn name(self) -> &'static str { match self { $(Code::$variant => $name,)* } }
            /// Whose move it is.
            pub const fn fault(self) -> Fault { match self { $(Code::$variant => Fault::$fault,)* } }
            /// HTTP status of the problem document.
            pub const fn status(self) -> u16 { match self { $(Code::$variant => $status,)* } }
            /// Whether the same call may succeed later without any change.
            pub const fn retryable(self) -> bool { match self { $(Code::$variant => $retry,)* } }
            /// A short human title.
            pub const fn title(self) -> &'static str { match self { $(Code::$variant => $title,)* } }
        }
    };
}

codes! {
    /// A field or body cannot be understood or breaks a rule; the detail names the field.
    InvalidInput = "invalid_input", Caller, 422, retry false, "The request breaks a rule";
    /// The body is not JSON, not the expected shape, or a frame cannot be parsed.
    MalformedBody = "malformed_body", Caller, 400, retry false, "The body cannot be read";
    /// A text, file or body is larger than allowed.
    TooLarge = "too_large", Caller, 413, retry false, "Too large";
    /// The kind of file is not supported, or its content is not what its name says.
    UnsupportedFormat = "unsupported_format", Caller, 415, retry false, "Format not supported";
    /// A document could not be read: corrupt, encrypted, empty, or dangerous.
    UnreadableDocument = "unreadable_document", Caller, 422, retry false, "The document cannot be read";
    /// No, an unknown, or an expired token.
    Unauthorized = "unauthorized", Caller, 401, retry false, "Sign in first";
    /// The token is good but does not allow this.
    Forbidden = "forbidden", Caller, 403, retry false, "Not allowed";
    /// There is no such thing, or the caller may not see it.
    NotFound = "not_found", Caller, 404, retry false, "Not found";
    /// The method does not exist on this path.
    MethodNotAllowed = "method_not_allowed", Caller, 405, retry false, "Method not allowed";
    /// Somebody else was faster: the thing changed since the caller saw it.
    Conflict = "conflict", Caller, 409, retry false, "Changed by somebody else";
    /// The conversation's state does not allow this step.
    InvalidState = "invalid_state", Caller, 409, retry false, "Not possible in this state";
    /// Too many attempts; wait as long as Retry-After says.
    RateLimited = "rate_limited", Caller, 429, retry true, "Too many requests";
    /// The configuration or command line is wrong.
    BadConfig = "bad_config", Operator, 500, retry false, "The configuration is wrong";
    /// A model file is missing, damaged or of an unknown kind.
    BadModel = "bad_model", Operator, 500, retry false, "A model cannot be used";
    /// The disk, a file or a folder does not allow what is needed.
    Io = "io", Operator, 500, retry true, "A file could not be read or written";
    /// The database refused or failed.
    Database = "database", Service, 503, retry true, "The database did not answer";
    /// The work queue is full; the same call later will do.
    Overloaded = "overloaded", Service, 503, retry true, "Too busy right now";
    /// The work did not finish within its deadline.
    Timeout = "timeout", Service, 504, retry true, "Took too long";
    /// The server is stopping or not ready yet.
    Unavailable = "unavailable", Service, 503, retry true, "Not available right now";
    /// A defect in this program. The log has the details.
    Internal = "internal", Service, 500, retry false, "Internal error";
}

/// An error with a stable code and a sentence that says what happened, where, and what to do.
#[derive(Debug)]
pub struct Error {
    code: Code,
    detail: Cow<'static, str>,
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl Error {
    /// An error of `code`; `detail` says what, where and what to do, in one sentence.
    pub fn new(code: Code, detail: impl Into<Cow<'static, str>>) -> Self {
        Self { code, detail: detail.into(), source: None }
    }

    /// Keeps the cause for the log. Causes are never shown to visitors.
    pub fn with_source(mut self, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// Prefixes the detail with where it happened, e.g. a file name.
    pub fn at(mut self, place: impl fmt::Display) -> Self {
        self.detail = Cow::Owned(format!("{place}: {}", self.detail));
        self
    }

    /// The stable code.
    pub fn code(&self) -> Code {
        self.code
    }

    /// The sentence for people.
    pub fn detail(&self) -> &str {
        &self.detail
    }

    /// Shorthand for [`Code::InvalidInput`].
    pub fn invalid(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Code::InvalidInput, detail)
    }

    /// Shorthand for [`Code::NotFound`]: `what` is the kind of thing, `id` which one.
    pub fn not_found(what: &str, id: impl fmt::Display) -> Self {
        Self::new(Code::NotFound, format!("there is no {what} {id}"))
    }

    /// Shorthand for [`Code::Internal`].
    pub fn internal(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Code::Internal, detail)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.detail)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_deref().map(|s| s as &(dyn std::error::Error + 'static))
    }
}

impl From<std::io::Error> for Error {
    fn from(e: std::io::Error) -> Self {
        Self::new(Code::Io, e.to_string()).with_source(e)
    }
}

impl From<zhike_learning::Failed> for Error {
    fn from(e: zhike_learning::Failed) -> Self {
        Self::new(Code::Internal, "a matrix product of the training failed; the log has the cause")
            .with_source(e)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn code_names_are_unique_and_snake_case() {
        let names: HashSet<_> = Code::ALL.iter().map(|c| c.name()).collect();
        assert_eq!(names.len(), Code::ALL.len());
        assert!(names.iter().all(|n| n.chars().all(|c| c.is_ascii_lowercase() || c == '_')));
    }

    #[test]
    fn the_place_comes_first_in_the_message() {
        let e = Error::invalid("row 3 has no answer").at("faq.csv");
        assert_eq!(e.to_string(), "faq.csv: row 3 has no answer");
    }
}
