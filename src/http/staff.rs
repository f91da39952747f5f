//! Signing in, accounts, presence, the audit log.

use std::net::{IpAddr, SocketAddr};

use axum::Json;
use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderMap, StatusCode};
use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::{Cookie, SameSite};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::auth::{Admin, Agent, COOKIE, Staff, bearer, cookie};
use super::extract::{Body, Path, Query};
use super::page::Page;
use super::services::Services;
use crate::chat::{AuditEntry, NewUser, Presence, UserUpdate};
use crate::domain::{PresenceState, User, UserId};
use crate::error::Result;

pub(super) fn routes() -> OpenApiRouter<Services> {
    OpenApiRouter::new()
        .routes(routes!(login))
        .routes(routes!(logout))
        .routes(routes!(me))
        .routes(routes!(list_users, add_user))
        .routes(routes!(get_user, update_user, remove_user))
        .routes(routes!(set_presence))
        .routes(routes!(presence))
        .routes(routes!(audit))
}

#[derive(Deserialize, ToSchema)]
struct LoginRequest {
    email: String,
    password: String,
}

#[derive(Serialize, ToSchema)]
struct LoginAnswer {
    /// For programs; browsers get the same as a cookie.
    token: String,
    user: User,
}

/// Signs in; the answer sets the session cookie as well.
#[utoipa::path(post, path = "/auth/login", tag = "staff", request_body = LoginRequest, responses((status = 200, body = LoginAnswer)))]
async fn login(
    State(s): State<Services>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    jar: CookieJar,
    Body(request): Body<LoginRequest>,
) -> Result<(CookieJar, Json<LoginAnswer>)> {
    let address = client_address(peer.ip(), &headers, &s.config.web.trusted_proxies);
    let login = s.staff.login(&request.email, &request.password, Some(address)).await?;
    let cookie = Cookie::build((COOKIE, login.token.clone()))
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(s.config.web.secure_cookies)
        .build();
    Ok((jar.add(cookie), Json(LoginAnswer { token: login.token, user: login.user })))
}

/// The caller's address. `X-Forwarded-For` is believed only from a proxy that the operator trusts.
fn client_address(peer: IpAddr, headers: &HeaderMap, trusted: &[IpAddr]) -> IpAddr {
    if !trusted.contains(&peer) {
        return peer;
    }
    let forwarded = headers.get("x-forwarded-for").and_then(|v| v.to_str().ok()).unwrap_or_default();
    // From the right: the last address that no trusted proxy added for another one.
    let mut hops = forwarded.rsplit(',').filter_map(|hop| hop.trim().parse::<IpAddr>().ok());
    hops.find(|hop| !trusted.contains(hop)).unwrap_or(peer)
}

/// Ends the session.
#[utoipa::path(post, path = "/auth/logout", tag = "staff", responses((status = 204)))]
async fn logout(
    _: Staff,
    State(s): State<Services>,
    headers: HeaderMap,
    jar: CookieJar,
) -> Result<(StatusCode, CookieJar)> {
    if let Some(token) = bearer(&headers).or_else(|| cookie(&headers)) {
        s.staff.logout(&token).await?;
    }
    Ok((StatusCode::NO_CONTENT, jar.remove(Cookie::build(COOKIE).path("/"))))
}

/// Who is signed in.
#[utoipa::path(get, path = "/auth/me", tag = "staff", responses((status = 200, body = User)))]
async fn me(Staff(user): Staff) -> Json<User> {
    Json(user)
}

/// All accounts.
#[utoipa::path(get, path = "/users", tag = "staff", responses((status = 200, body = Page<User>)))]
async fn list_users(_: Staff, State(s): State<Services>) -> Result<Json<Page<User>>> {
    s.staff.users().await.map(Page::whole).map(Json)
}

/// Creates an account.
#[utoipa::path(post, path = "/users", tag = "staff", request_body = NewUser, responses((status = 201, body = User)))]
async fn add_user(
    Admin(actor): Admin,
    State(s): State<Services>,
    Body(new): Body<NewUser>,
) -> Result<(StatusCode, Json<User>)> {
    let user = s.staff.create_user(Some(&actor), &new).await?;
    Ok((StatusCode::CREATED, Json(user)))
}

/// One account.
#[utoipa::path(get, path = "/users/{id}", tag = "staff", params(("id" = UserId, Path)), responses((status = 200, body = User)))]
async fn get_user(_: Staff, State(s): State<Services>, Path(id): Path<UserId>) -> Result<Json<User>> {
    s.staff.user(id).await.map(Json)
}

/// Changes an account. A new password or role ends its sessions.
#[utoipa::path(put, path = "/users/{id}", tag = "staff", params(("id" = UserId, Path)), request_body = UserUpdate, responses((status = 200, body = User)))]
async fn update_user(
    Staff(actor): Staff,
    State(s): State<Services>,
    Path(id): Path<UserId>,
    Body(update): Body<UserUpdate>,
) -> Result<Json<User>> {
    s.staff.update_user(Some(&actor), id, &update).await.map(Json)
}

/// Removes an account.
#[utoipa::path(delete, path = "/users/{id}", tag = "staff", params(("id" = UserId, Path)), responses((status = 204)))]
async fn remove_user(
    Admin(actor): Admin,
    State(s): State<Services>,
    Path(id): Path<UserId>,
) -> Result<StatusCode> {
    s.staff.delete_user(Some(&actor), id).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize, ToSchema)]
struct PresenceRequest {
    state: PresenceState,
    /// Conversations taken at the same time.
    #[serde(default)]
    capacity: Option<i64>,
}

/// Says whether one takes conversations.
#[utoipa::path(put, path = "/agents/me/presence", tag = "staff", request_body = PresenceRequest, responses((status = 200, body = Presence)))]
async fn set_presence(
    Agent(user): Agent,
    State(s): State<Services>,
    Body(request): Body<PresenceRequest>,
) -> Result<Json<Presence>> {
    s.staff.set_presence(&user, request.state, request.capacity).await.map(Json)
}

/// Everybody's state.
#[utoipa::path(get, path = "/agents/presence", tag = "staff", responses((status = 200, body = Page<Presence>)))]
async fn presence(_: Staff, State(s): State<Services>) -> Json<Page<Presence>> {
    Json(Page::whole(s.staff.presence()))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct AuditQuery {
    #[serde(default)]
    cursor: Option<String>,
    #[serde(default)]
    limit: Option<usize>,
}

/// Administrative acts, newest first.
#[utoipa::path(get, path = "/audit", tag = "staff", params(AuditQuery), responses((status = 200, body = Page<AuditEntry>)))]
async fn audit(
    _: Admin,
    State(s): State<Services>,
    Query(q): Query<AuditQuery>,
) -> Result<Json<Page<AuditEntry>>> {
    let listed = s.staff.audit_entries(q.cursor.as_deref(), q.limit.unwrap_or(100)).await?;
    Ok(Json(Page { items: listed.items, next_cursor: listed.next_cursor }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forwarded_addresses_are_believed_only_from_trusted_proxies() {
        let proxy: IpAddr = "10.0.0.1".parse().unwrap();
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", "6.6.6.6, 203.0.113.9, 10.0.0.1".parse().unwrap());
        assert_eq!(client_address(proxy, &headers, &[]), proxy);
        assert_eq!(client_address(proxy, &headers, &[proxy]), "203.0.113.9".parse::<IpAddr>().unwrap());
    }
}
