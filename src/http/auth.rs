//! Who is calling: visitors by bearer token, staff by bearer token or session cookie, programs by API key.
//!
//! A program acts for a member of staff: what its key's scopes leave out is refused here, what the role leaves out too.
//!
//! A cookie travels by itself, so an unsafe call that relies on one must come from a page of the same origin.

use axum::extract::{FromRequestParts, MatchedPath};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, header};
use axum_extra::extract::CookieJar;
use serde::Deserialize;

use super::access;
use super::extract::Path;
use super::services::Services;
use crate::chat::VisitorPass;
use crate::domain::{ConversationId, Role, User};
use crate::error::{Code, Error, Result};

/// Name of the staff cookie.
pub(super) const COOKIE: &str = "zhike_session";

/// The conversation of a path, whatever else the path names.
#[derive(Deserialize)]
struct Named {
    id: ConversationId,
}

/// A signed-in member of staff, whatever their role.
#[derive(Clone, Debug)]
pub(super) struct Staff(pub User);

/// A member of staff who talks to visitors.
#[derive(Clone, Debug)]
pub(super) struct Agent(pub User);

/// A member of staff who looks after other people's conversations.
#[derive(Clone, Debug)]
pub(super) struct Supervisor(pub User);

/// A member of staff who manages knowledge and people.
#[derive(Clone, Debug)]
pub(super) struct Admin(pub User);

/// A visitor.
#[derive(Clone, Debug)]
pub(super) struct VisitorCaller(pub VisitorPass);

impl FromRequestParts<Services> for Staff {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, s: &Services) -> Result<Self> {
        let token = match bearer(&parts.headers) {
            Some(token) => token,
            None => {
                let token = cookie(&parts.headers).ok_or_else(unauthorized)?;
                if !is_safe(&parts.method) {
                    check_origin(&parts.headers)?;
                }
                token
            }
        };
        let caller = s.staff.caller(&token).await?;
        let path = parts.extensions.get::<MatchedPath>().map_or("", MatchedPath::as_str);
        let (areas, write) = access::needed(&parts.method, path);
        caller.check(areas, write)?;
        if access::names_conversation(path) {
            let Path(Named { id }) = Path::<Named>::from_request_parts(parts, s).await?;
            s.chat.check_seen(&caller.user, id).await?;
        }
        Ok(Staff(caller.user))
    }
}

impl FromRequestParts<Services> for Agent {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, s: &Services) -> Result<Self> {
        at_least(parts, s, Role::Agent).await.map(Agent)
    }
}

impl FromRequestParts<Services> for Supervisor {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, s: &Services) -> Result<Self> {
        at_least(parts, s, Role::Supervisor).await.map(Supervisor)
    }
}

impl FromRequestParts<Services> for Admin {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, s: &Services) -> Result<Self> {
        at_least(parts, s, Role::Admin).await.map(Admin)
    }
}

async fn at_least(parts: &mut Parts, s: &Services, role: Role) -> Result<User> {
    let Staff(user) = Staff::from_request_parts(parts, s).await?;
    if user.role < role {
        return Err(Error::new(
            Code::Forbidden,
            format!("this needs the role {role:?} or higher").to_lowercase(),
        ));
    }
    Ok(user)
}

impl FromRequestParts<Services> for VisitorCaller {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, s: &Services) -> Result<Self> {
        let token = bearer(&parts.headers).ok_or_else(unauthorized)?;
        s.chat.visitor(&token).await.map(VisitorCaller)
    }
}

/// The token of `Authorization: Bearer …`.
pub(super) fn bearer(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    (scheme.eq_ignore_ascii_case("bearer") && !token.trim().is_empty()).then(|| token.trim().to_string())
}

/// The token of the staff cookie.
pub(super) fn cookie(headers: &HeaderMap) -> Option<String> {
    CookieJar::from_headers(headers).get(COOKIE).map(|c| c.value().to_string()).filter(|v| !v.is_empty())
}

/// The error of a call without a usable token.
pub(super) fn unauthorized() -> Error {
    Error::new(Code::Unauthorized, "send a token as `Authorization: Bearer …`, or sign in first")
}

/// Whether a page of this very server sent the request.
pub(super) fn check_origin(headers: &HeaderMap) -> Result<()> {
    let host = headers.get(header::HOST).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let origin = headers.get(header::ORIGIN).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let authority = origin.split_once("://").map(|(_, rest)| rest).unwrap_or_default();
    if !host.is_empty() && authority.eq_ignore_ascii_case(host) {
        return Ok(());
    }
    Err(Error::new(
        Code::Forbidden,
        "a call that relies on the session cookie must come from a page of this server",
    ))
}

fn is_safe(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(header::HeaderName, &str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.clone(), value.parse().unwrap())).collect()
    }

    #[test]
    fn a_bearer_token_is_read_whatever_the_case_of_the_scheme() {
        assert_eq!(bearer(&headers(&[(header::AUTHORIZATION, "bearer abc")])).as_deref(), Some("abc"));
        assert_eq!(bearer(&headers(&[(header::AUTHORIZATION, "Basic abc")])), None);
        assert_eq!(bearer(&headers(&[(header::AUTHORIZATION, "Bearer ")])), None);
    }

    #[test]
    fn a_cookie_call_from_another_page_is_refused() {
        let same = headers(&[(header::HOST, "chat.shop.cn"), (header::ORIGIN, "https://chat.shop.cn")]);
        let other = headers(&[(header::HOST, "chat.shop.cn"), (header::ORIGIN, "https://evil.cn")]);
        let none = headers(&[(header::HOST, "chat.shop.cn")]);
        assert!(check_origin(&same).is_ok());
        assert!(check_origin(&other).is_err());
        assert!(check_origin(&none).is_err());
    }
}
