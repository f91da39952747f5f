//! Staff: accounts, signing in, sessions, and the audit log. Who is online lives in [`presence`](super::presence).

use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use serde::Deserialize;
use tokio::sync::Notify;
use utoipa::ToSchema;

use crate::domain::{PresenceState, Role, User, UserId};
use crate::error::{Code, Error, Result};
use crate::tasks::Tasks;

use super::presence::PresenceBoard;
use super::staff_store::{AuditEntry, StaffStore, StoredUser, UserChange};
use super::store::Listed;
use super::throttle::Throttle;
use super::{ChatEvent, Listener, password, tokens};

/// Conversations an agent takes at the same time, unless set otherwise.
const DEFAULT_CAPACITY: i64 = 5;

/// What can be set about staff.
#[derive(Clone, Debug)]
pub struct StaffSettings {
    /// How long a session lasts.
    pub session: Duration,
}

impl Default for StaffSettings {
    fn default() -> Self {
        Self { session: Duration::from_secs(7 * 24 * 3600) }
    }
}

/// An account to create.
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub struct NewUser {
    pub email: String,
    pub name: String,
    pub role: Role,
    pub password: String,
}

/// What may change about an account; what is absent stays.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct UserUpdate {
    #[serde(default)]
    pub name: Option<String>,
    #[serde(default)]
    pub role: Option<Role>,
    #[serde(default)]
    pub password: Option<String>,
}

/// A session that has just been opened.
#[derive(Clone, Debug)]
pub struct Login {
    pub token: String,
    pub user: User,
    pub expires_at: Timestamp,
}

/// The accounts of this server. Cheap to clone.
#[derive(Clone)]
pub struct Staff {
    pub(super) inner: Arc<Inner>,
}

pub(super) struct Inner {
    pub(super) store: Arc<dyn StaffStore>,
    pub(super) listener: Arc<dyn Listener>,
    pub(super) board: PresenceBoard,
    /// Somebody may have room for what waits.
    pub(super) desks: Notify,
    throttle: Throttle,
    pub(super) tasks: Tasks,
    settings: StaffSettings,
    /// A hash that belongs to nobody: an unknown e-mail takes as long as a wrong password.
    decoy: String,
}

impl Staff {
    /// Reads the accounts' presence and prepares signing in.
    pub async fn open(
        store: Arc<dyn StaffStore>,
        listener: Arc<dyn Listener>,
        tasks: Tasks,
        settings: StaffSettings,
    ) -> Result<Self> {
        let board = PresenceBoard::new(store.users().await?);
        let decoy = password::hash(&password::generate()?)?;
        let desks = Notify::new();
        let inner =
            Inner { store, listener, board, desks, throttle: Throttle::default(), tasks, settings, decoy };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Creates the owner's account when there is no account at all, and returns its password: the only time anybody
    /// sees it. `None` when there are accounts already.
    pub async fn create_first_admin(&self, email: &str) -> Result<Option<(User, String)>> {
        if !self.inner.store.users().await?.is_empty() {
            return Ok(None);
        }
        let password = password::generate()?;
        let new = NewUser {
            email: email.to_owned(),
            name: "Admin".to_owned(),
            role: Role::Owner,
            password: password.clone(),
        };
        let stored = self.prepared(&new).await?;
        let audit = AuditEntry::of(None, "user.created", &stored.user.email);
        let created = self.inner.store.create_user(&stored, true, &audit).await?;
        Ok(created.then(|| {
            self.inner.board.add(&stored);
            (stored.user, password)
        }))
    }

    /// Creates an account. `actor` is `None` for the command line.
    ///
    /// # Errors
    /// [`Code::Conflict`] when the e-mail is taken, [`Code::Forbidden`] when the actor may not.
    pub async fn create_user(&self, actor: Option<&User>, new: &NewUser) -> Result<User> {
        may_manage(actor, new.role)?;
        if new.role == Role::Owner {
            return Err(Error::invalid("there is one owner; create an admin instead"));
        }
        let stored = self.prepared(new).await?;
        let audit = AuditEntry::of(actor, "user.created", &stored.user.email);
        self.inner.store.create_user(&stored, false, &audit).await?;
        self.inner.board.add(&stored);
        Ok(stored.user)
    }

    /// Changes an account. A new password or a new role ends its sessions. Everybody may change their own name and
    /// password, admins those of others.
    pub async fn update_user(&self, actor: Option<&User>, id: UserId, update: &UserUpdate) -> Result<User> {
        let before = self.user(id).await?;
        let own = actor.is_some_and(|a| a.id == id);
        if !own || update.role.is_some() {
            may_manage(actor, before.role.max(update.role.unwrap_or(before.role)))?;
        }
        let role = update.role.filter(|r| *r != before.role);
        if role.is_some() && (before.role == Role::Owner || role == Some(Role::Owner)) {
            return Err(Error::invalid("the owner stays the owner, and there is only one"));
        }
        let change = UserChange {
            name: update.name.as_deref().map(checked_name).transpose()?,
            role,
            password_hash: match &update.password {
                Some(p) => Some(self.hashed(p).await?),
                None => None,
            },
            ..UserChange::default()
        };
        let audit = AuditEntry::of(actor, "user.updated", &before.email);
        let after = self.inner.store.update_user(id, &change, Some(&audit)).await?.user;
        if change.password_hash.is_some() || change.role.is_some() {
            self.inner.store.close_sessions(id, None).await?;
            self.inner.listener.happened(&ChatEvent::SignedOut(id));
        }
        Ok(after)
    }

    /// Removes an account. The owner cannot be removed, and nobody removes themselves.
    pub async fn delete_user(&self, actor: Option<&User>, id: UserId) -> Result<()> {
        let user = self.user(id).await?;
        may_manage(actor, user.role)?;
        if user.role == Role::Owner || actor.is_some_and(|a| a.id == id) {
            return Err(Error::new(Code::Forbidden, "the owner and your own account cannot be removed"));
        }
        self.inner.store.delete_user(id, &AuditEntry::of(actor, "user.deleted", &user.email)).await?;
        self.inner.board.remove(id);
        self.inner.listener.happened(&ChatEvent::SignedOut(id));
        Ok(())
    }

    /// The account.
    pub async fn user(&self, id: UserId) -> Result<User> {
        let found = self.inner.store.user(id).await?;
        found.map(|s| s.user).ok_or_else(|| Error::not_found("user", id))
    }

    /// The account of an e-mail address.
    pub async fn user_by_email(&self, email: &str) -> Result<User> {
        let found = self.inner.store.user_by_email(&normal_email(email)).await?;
        found.map(|s| s.user).ok_or_else(|| Error::not_found("user", email))
    }

    /// All accounts, by e-mail.
    pub async fn users(&self) -> Result<Vec<User>> {
        Ok(self.inner.store.users().await?.into_iter().map(|s| s.user).collect())
    }

    /// Signs in. `address` is the caller's, as far as it is known for certain.
    ///
    /// # Errors
    /// [`Code::Unauthorized`] for a wrong e-mail or password, without saying which; [`Code::RateLimited`] after
    /// many.
    pub async fn login(&self, email: &str, password: &str, address: Option<IpAddr>) -> Result<Login> {
        let email = normal_email(email);
        if let Some(wait) = self.inner.throttle.attempt(&email, address, Instant::now()) {
            let seconds = wait.as_secs().max(1);
            let text = format!("too many wrong passwords; try again in {seconds} seconds");
            return Err(Error::new(Code::RateLimited, text));
        }
        let stored = self.inner.store.user_by_email(&email).await?;
        let hash = stored.as_ref().map_or(&self.inner.decoy, |s| &s.password_hash).clone();
        let given = password.to_owned();
        let right = self.blocking(move || Ok(password::matches(&given, &hash))).await?;
        let Some(user) = stored.filter(|_| right).map(|s| s.user) else {
            return Err(Error::new(Code::Unauthorized, "the e-mail or the password is wrong"));
        };
        self.inner.throttle.succeeded(&email, address);
        let (token, token_hash) = tokens::new_token()?;
        let expires_at = Timestamp::now()
            .checked_add(self.inner.settings.session)
            .map_err(|e| Error::internal(format!("the staff session is set too long: {e}")))?;
        let audit = AuditEntry::of(Some(&user), "session.opened", &user.email);
        self.inner.store.open_session(user.id, &token_hash, expires_at, &audit).await?;
        Ok(Login { token, user, expires_at })
    }

    /// The user a session token belongs to.
    ///
    /// # Errors
    /// [`Code::Unauthorized`] when it is unknown, expired or revoked.
    pub async fn authenticate(&self, token: &str) -> Result<User> {
        Ok(self.authenticate_session(token).await?.0)
    }

    /// As [`Staff::authenticate`], with the name of the session that [`ChatEvent::SessionEnded`] will carry.
    pub async fn authenticate_session(&self, token: &str) -> Result<(User, String)> {
        let ended = || Error::new(Code::Unauthorized, "the session has ended; sign in again");
        let hash = tokens::presented(token).ok_or_else(ended)?;
        let user = self.inner.store.session_user(&hash, Timestamp::now()).await?.ok_or_else(ended)?;
        self.inner.board.seen(user.id, Instant::now());
        Ok((user, hash))
    }

    /// Ends the session of this token, and its live connections. An unknown token is no error.
    pub async fn logout(&self, token: &str) -> Result<()> {
        let Some(hash) = tokens::presented(token) else { return Ok(()) };
        self.inner.store.close_session(&hash).await?;
        self.inner.listener.happened(&ChatEvent::SessionEnded(hash));
        Ok(())
    }

    /// Writes an administrative act of another room into the audit log.
    pub async fn record(
        &self,
        actor: Option<&User>,
        action: &str,
        subject: &str,
        detail: serde_json::Value,
    ) -> Result<()> {
        let entry = AuditEntry::of(actor, action, subject).with(detail);
        self.inner.store.audit(&entry).await
    }

    /// The audit log, newest first.
    pub async fn audit_entries(&self, cursor: Option<&str>, limit: usize) -> Result<Listed<AuditEntry>> {
        self.inner.store.audit_entries(cursor, limit.clamp(1, 200)).await
    }

    /// Has what waits looked at: a queue, a team or somebody's state has changed.
    pub fn wake_desks(&self) {
        self.inner.desks.notify_one();
    }

    /// Waits until then.
    pub(super) async fn desks_woken(&self) {
        self.inner.desks.notified().await;
    }

    async fn prepared(&self, new: &NewUser) -> Result<StoredUser> {
        let user = User {
            id: UserId::new(),
            email: checked_email(&new.email)?,
            name: checked_name(&new.name)?,
            role: new.role,
            created_at: Timestamp::now(),
            api_key: None,
        };
        let password_hash = self.hashed(&new.password).await?;
        Ok(StoredUser { user, password_hash, presence: PresenceState::Offline, capacity: DEFAULT_CAPACITY })
    }

    async fn hashed(&self, password: &str) -> Result<String> {
        password::check(password)?;
        let password = password.to_owned();
        self.blocking(move || password::hash(&password)).await
    }

    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let done = self.inner.tasks.spawn_blocking(work).await;
        done.map_err(|e| Error::internal(format!("a password could not be checked: {e}")))?
    }
}

/// Admins manage everybody below them, the owner everybody, the command line everything.
pub(super) fn may_manage(actor: Option<&User>, role: Role) -> Result<()> {
    match actor {
        None => Ok(()),
        Some(a) if a.role == Role::Owner || (a.role == Role::Admin && role < Role::Owner) => Ok(()),
        Some(_) => Err(Error::new(Code::Forbidden, "only admins manage accounts")),
    }
}

fn normal_email(email: &str) -> String {
    email.trim().to_lowercase()
}

fn checked_email(email: &str) -> Result<String> {
    let email = normal_email(email);
    let fits = email.len() <= 200
        && !email.chars().any(|c| c.is_whitespace() || c.is_control())
        && email
            .split_once('@')
            .is_some_and(|(name, host)| !name.is_empty() && !host.is_empty() && !host.contains('@'));
    if fits { Ok(email) } else { Err(Error::invalid("email must look like name@shop.example")) }
}

fn checked_name(name: &str) -> Result<String> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > 80 || name.chars().any(char::is_control) {
        return Err(Error::invalid("name must have 1 to 80 characters"));
    }
    Ok(name.to_owned())
}
