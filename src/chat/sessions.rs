//! Visitors' sessions: who a token belongs to, and the conversation that goes with it.
//!
//! A visitor is anonymous until the shop's own page vouches for them: it sends an `external_id` with an HMAC-SHA256
//! of that id under the inbox's secret, hex-encoded. Without a valid signature the claim is ignored, and the answer
//! says why; the visitor can chat all the same.

use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use secrecy::ExposeSecret;
use serde::Deserialize;
use sha2::Sha256;
use utoipa::ToSchema;

use crate::domain::{Inbox, Lang, Page};
use crate::error::{Code, Error, Result};
use crate::text;

use super::store::{VisitorPass, VisitorProfile};
use super::{Chat, tokens};

/// Longest name, e-mail, phone number or external id in characters.
const MAX_FIELD: usize = 200;
/// Longest address or title of a page in characters.
const MAX_PAGE: usize = 2000;

/// Who the shop's page says the visitor is.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, ToSchema)]
pub struct Identity {
    pub external_id: String,
    #[serde(default)]
    pub name: Option<String>,
    #[serde(default)]
    pub email: Option<String>,
    #[serde(default)]
    pub phone: Option<String>,
    /// Hex HMAC-SHA256 of `external_id` under the identity secret.
    pub hmac: String,
}

/// What a visitor's client sends to begin or resume a session.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, ToSchema)]
pub struct SessionRequest {
    #[serde(default)]
    pub inbox: Option<String>,
    /// As browsers give it: `zh-CN`, `en`.
    #[serde(default)]
    pub locale: Option<String>,
    #[serde(default)]
    pub identity: Option<Identity>,
    #[serde(default)]
    pub page: Option<Page>,
    /// Where the page is from, as the browser says in a header.
    #[serde(skip)]
    pub origin: Option<String>,
}

/// An open session.
#[derive(Debug)]
pub struct VisitorSession {
    /// The former token when it was still good, else a new one. Not stored anywhere in this form.
    pub token: String,
    pub pass: VisitorPass,
    pub inbox: Inbox,
    /// Why the claimed identity was ignored, when it was.
    pub identity_problem: Option<Error>,
}

impl Chat {
    /// Begins a session, or resumes the one of `former`: the same visitor and the same conversation. A former token
    /// that is unknown, expired, or of another inbox leads to a new visitor, never to an error.
    pub async fn open_session(
        &self,
        former: Option<&str>,
        request: &SessionRequest,
    ) -> Result<VisitorSession> {
        let inbox = self.door(request.inbox.as_deref(), request.origin.as_deref()).await?;
        let (identity, identity_problem) = match request.identity.as_ref().map(|claim| self.verified(claim)) {
            None => (None, None),
            Some(Ok(identity)) => (Some(identity), None),
            Some(Err(problem)) => (None, Some(problem)),
        };
        let profile = profile(request, identity);
        let expires = self.visitor_expiry()?;

        if let Some((token, hash, pass)) = self.resumable(former, &inbox.id, &profile).await? {
            match self.store().update_visitor(&pass, &profile, &hash, expires).await {
                Ok(pass) => return Ok(VisitorSession { token, pass, inbox, identity_problem }),
                // The anonymous visitor turns out to be somebody we know already: go on as that one.
                Err(e) if e.code() == Code::Conflict => {}
                Err(e) => return Err(e),
            }
        }
        let (token, hash) = tokens::new_token()?;
        let pass = self.store().create_visitor(&inbox.id, &profile, &hash, expires).await?;
        Ok(VisitorSession { token, pass, inbox, identity_problem })
    }

    /// The visitor a token belongs to.
    ///
    /// # Errors
    /// [`Code::Unauthorized`] when the token is unknown or has expired.
    pub async fn visitor(&self, token: &str) -> Result<VisitorPass> {
        let found = match tokens::presented(token) {
            Some(hash) => self.store().visitor_by_token(&hash, Timestamp::now()).await?,
            None => None,
        };
        found.ok_or_else(|| {
            Error::new(Code::Unauthorized, "the visitor token is unknown or has expired; open a new session")
        })
    }

    /// The former session, unless its token is no good or the page now vouches for somebody else.
    async fn resumable(
        &self,
        former: Option<&str>,
        inbox: &str,
        profile: &VisitorProfile,
    ) -> Result<Option<(String, String, VisitorPass)>> {
        let Some(token) = former else { return Ok(None) };
        let Some(hash) = tokens::presented(token) else { return Ok(None) };
        let Some(pass) = self.store().visitor_by_token(&hash, Timestamp::now()).await? else {
            return Ok(None);
        };
        let same = match (&profile.external_id, &pass.visitor.external_id) {
            (Some(claimed), Some(known)) => claimed == known,
            _ => true,
        };
        Ok((same && pass.inbox == inbox).then(|| (token.to_owned(), hash, pass)))
    }

    /// The signature under which a page may claim `external_id`.
    ///
    /// # Errors
    /// When no secret is set.
    pub fn sign_identity(&self, external_id: &str) -> Result<String> {
        let mac = self.identity_mac(external_id)?;
        Ok(text::hex(&mac.finalize().into_bytes()))
    }

    fn identity_mac(&self, external_id: &str) -> Result<Hmac<Sha256>> {
        let refuse = |why: &'static str| Error::new(Code::Unauthorized, why);
        let secret = self.inner.settings.identity_secret.as_ref().ok_or_else(|| {
            refuse("the identity was ignored: set chat.identity_secret to accept signed identities")
        })?;
        let mut mac = Hmac::<Sha256>::new_from_slice(secret.expose_secret().as_bytes())
            .map_err(|_| refuse("the identity was ignored: chat.identity_secret cannot be used as a key"))?;
        mac.update(external_id.as_bytes());
        Ok(mac)
    }

    fn verified<'a>(&self, claim: &'a Identity) -> Result<&'a Identity> {
        let refuse = |why: &'static str| Err(Error::new(Code::Unauthorized, why));
        if claim.external_id.is_empty() || claim.external_id.chars().count() > MAX_FIELD {
            return refuse("the identity was ignored: external_id must have 1 to 200 characters");
        }
        let mac = self.identity_mac(&claim.external_id)?;
        let signed = unhex(&claim.hmac).is_some_and(|given| mac.verify_slice(&given).is_ok());
        if !signed {
            return refuse(
                "the identity was ignored: hmac must be the hex HMAC-SHA256 of external_id under the secret",
            );
        }
        Ok(claim)
    }

    fn visitor_expiry(&self) -> Result<Timestamp> {
        Timestamp::now()
            .checked_add(self.inner.settings.visitor_session)
            .map_err(|e| Error::internal(format!("the visitor session is set too long: {e}")))
    }
}

fn profile(request: &SessionRequest, identity: Option<&Identity>) -> VisitorProfile {
    let field = |value: &Option<String>| {
        value.as_deref().map(|v| clipped(v.trim(), MAX_FIELD)).filter(|v| !v.is_empty())
    };
    VisitorProfile {
        external_id: identity.map(|i| i.external_id.clone()),
        name: identity.and_then(|i| field(&i.name)),
        email: identity.and_then(|i| field(&i.email)),
        phone: identity.and_then(|i| field(&i.phone)),
        locale: request.locale.as_deref().map(|l| l.parse::<Lang>().unwrap_or(Lang::En)),
        page: request.page.as_ref().map(|p| Page {
            url: clipped(&p.url, MAX_PAGE),
            title: clipped(&p.title, MAX_FIELD),
            referrer: clipped(&p.referrer, MAX_PAGE),
        }),
    }
}

fn clipped(text: &str, max: usize) -> String {
    text.chars().filter(|c| !c.is_control()).take(max).collect()
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    (0..text.len()).step_by(2).map(|i| u8::from_str_radix(text.get(i..i + 2)?, 16).ok()).collect()
}
