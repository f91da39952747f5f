//! Accounts of staff, their sessions and the audit log in SQL: the implementation of [`StaffStore`].

use async_trait::async_trait;
use jiff::Timestamp;
use sqlx::FromRow;

use crate::chat::{AuditEntry, Listed, StaffStore, StoredUser, UserChange};
use crate::domain::{PresenceState, Role, User, UserId};
use crate::error::{Code, Error, Result};
use crate::nodes::Topic;

use super::columns::{as_limit, from_json, micros, parsed, timestamp, to_json};
use super::nodes::changed;
use super::sql::{Builder, Tx, query, query_as, query_scalar};
use super::{Db, OnConstraint, database_error};

/// Columns of a [`UserRow`].
macro_rules! user_columns {
    () => {
        "u.id, u.email, u.name, u.role, u.password_hash, u.presence, u.capacity, u.created_at"
    };
}
pub(super) use user_columns;

#[derive(FromRow)]
pub(super) struct UserRow {
    id: String,
    email: String,
    name: String,
    role: String,
    password_hash: String,
    presence: String,
    capacity: i64,
    created_at: i64,
}

impl UserRow {
    pub(super) fn into_user(self) -> Result<StoredUser> {
        let user = User {
            id: parsed(&self.id)?,
            email: self.email,
            name: self.name,
            role: named::<Role>(&self.role)?,
            created_at: timestamp(self.created_at)?,
            api_key: None,
        };
        let presence = named::<PresenceState>(&self.presence)?;
        Ok(StoredUser { user, password_hash: self.password_hash, presence, capacity: self.capacity })
    }
}

#[derive(FromRow)]
struct AuditRow {
    id: String,
    actor_id: Option<String>,
    actor_name: String,
    action: String,
    subject: String,
    detail: String,
    created_at: i64,
}

/// Staff in the database. Cheap to clone.
#[derive(Clone)]
pub struct SqlStaffStore {
    pub(super) db: Db,
}

impl SqlStaffStore {
    pub fn new(db: Db) -> Self {
        Self { db }
    }

    async fn one(&self, query: &'static str, bound: &str) -> Result<Option<StoredUser>> {
        let row: Option<UserRow> =
            query_as(query).bind(bound).fetch_optional(self.db.reader()).await.map_err(database_error)?;
        row.map(UserRow::into_user).transpose()
    }
}

#[async_trait]
impl StaffStore for SqlStaffStore {
    async fn create_user(&self, stored: &StoredUser, only_first: bool, audit: &AuditEntry) -> Result<bool> {
        let user = &stored.user;
        let mut tx = self.db.write().await?;
        if only_first {
            let others: i64 = query_scalar("SELECT COUNT(*) FROM users")
                .fetch_one(&mut tx)
                .await
                .map_err(database_error)?;
            if others > 0 {
                return Ok(false);
            }
        }
        query(
            "INSERT INTO users (id, email, name, role, password_hash, presence, capacity, created_at, updated_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8)",
        )
        .bind(user.id.to_string())
        .bind(&user.email)
        .bind(&user.name)
        .bind(name_of(&user.role)?)
        .bind(&stored.password_hash)
        .bind(name_of(&stored.presence)?)
        .bind(stored.capacity)
        .bind(micros(user.created_at))
        .execute(&mut tx)
        .await
        .on_constraint("users.email", || {
            Error::new(Code::Conflict, format!("there is already an account for {}", user.email))
        })?;
        write_audit(&mut tx, audit).await?;
        changed(&mut tx, Topic::Users).await?;
        tx.commit().await.map_err(database_error)?;
        Ok(true)
    }

    async fn user(&self, id: UserId) -> Result<Option<StoredUser>> {
        self.one(concat!("SELECT ", user_columns!(), " FROM users u WHERE u.id = $1"), &id.to_string()).await
    }

    async fn user_by_email(&self, email: &str) -> Result<Option<StoredUser>> {
        self.one(concat!("SELECT ", user_columns!(), " FROM users u WHERE u.email = $1"), email).await
    }

    async fn users(&self) -> Result<Vec<StoredUser>> {
        let rows: Vec<UserRow> =
            query_as(concat!("SELECT ", user_columns!(), " FROM users u ORDER BY u.email"))
                .fetch_all(self.db.reader())
                .await
                .map_err(database_error)?;
        rows.into_iter().map(UserRow::into_user).collect()
    }

    async fn update_user(
        &self,
        id: UserId,
        change: &UserChange,
        audit: Option<&AuditEntry>,
    ) -> Result<StoredUser> {
        let mut tx = self.db.write().await?;
        query(
            "UPDATE users SET name = COALESCE($1, name), role = COALESCE($2, role), \
             password_hash = COALESCE($3, password_hash), presence = COALESCE($4, presence), \
             capacity = COALESCE($5, capacity), updated_at = $6 WHERE id = $7",
        )
        .bind(change.name.as_deref())
        .bind(change.role.as_ref().map(name_of).transpose()?)
        .bind(change.password_hash.as_deref())
        .bind(change.presence.as_ref().map(name_of).transpose()?)
        .bind(change.capacity)
        .bind(micros(Timestamp::now()))
        .bind(id.to_string())
        .execute(&mut tx)
        .await
        .on_constraint("user_capacity", || Error::invalid("capacity must be between 0 and 100"))?;
        if let Some(audit) = audit {
            write_audit(&mut tx, audit).await?;
        }
        let row: Option<UserRow> =
            query_as(concat!("SELECT ", user_columns!(), " FROM users u WHERE u.id = $1"))
                .bind(id.to_string())
                .fetch_optional(&mut tx)
                .await
                .map_err(database_error)?;
        let stored = row.ok_or_else(|| Error::not_found("user", id))?.into_user()?;
        changed(&mut tx, Topic::Users).await?;
        tx.commit().await.map_err(database_error)?;
        Ok(stored)
    }

    async fn delete_user(&self, id: UserId, audit: &AuditEntry) -> Result<()> {
        let mut tx = self.db.write().await?;
        let done = query("DELETE FROM users WHERE id = $1")
            .bind(id.to_string())
            .execute(&mut tx)
            .await
            .map_err(database_error)?;
        if done.rows_affected() == 0 {
            return Err(Error::not_found("user", id));
        }
        write_audit(&mut tx, audit).await?;
        changed(&mut tx, Topic::Users).await?;
        tx.commit().await.map_err(database_error)
    }

    async fn open_session(
        &self,
        user: UserId,
        token_hash: &str,
        expires: Timestamp,
        audit: &AuditEntry,
    ) -> Result<()> {
        let now = micros(Timestamp::now());
        let mut tx = self.db.write().await?;
        query("DELETE FROM staff_sessions WHERE expires_at <= $1")
            .bind(now)
            .execute(&mut tx)
            .await
            .map_err(database_error)?;
        query("INSERT INTO staff_sessions (token_hash, user_id, created_at, expires_at) VALUES ($1, $2, $3, $4)")
            .bind(token_hash)
            .bind(user.to_string())
            .bind(now)
            .bind(micros(expires))
            .execute(&mut tx)
            .await
            .map_err(database_error)?;
        write_audit(&mut tx, audit).await?;
        tx.commit().await.map_err(database_error)
    }

    async fn session_user(&self, token_hash: &str, now: Timestamp) -> Result<Option<User>> {
        let row: Option<UserRow> = query_as(concat!(
            "SELECT ",
            user_columns!(),
            " FROM users u JOIN staff_sessions s ON s.user_id = u.id WHERE s.token_hash = $1 AND s.expires_at > $2"
        ))
        .bind(token_hash)
        .bind(micros(now))
        .fetch_optional(self.db.reader())
        .await
        .map_err(database_error)?;
        Ok(row.map(UserRow::into_user).transpose()?.map(|s| s.user))
    }

    async fn close_session(&self, token_hash: &str) -> Result<()> {
        let mut tx = self.db.write().await?;
        query("DELETE FROM staff_sessions WHERE token_hash = $1")
            .bind(token_hash)
            .execute(&mut tx)
            .await
            .map_err(database_error)?;
        changed(&mut tx, Topic::Sessions).await?;
        tx.commit().await.map_err(database_error)
    }

    async fn close_sessions(&self, user: UserId, except: Option<&str>) -> Result<()> {
        let mut tx = self.db.write().await?;
        query("DELETE FROM staff_sessions WHERE user_id = $1 AND token_hash <> $2")
            .bind(user.to_string())
            .bind(except.unwrap_or_default())
            .execute(&mut tx)
            .await
            .map_err(database_error)?;
        changed(&mut tx, Topic::Sessions).await?;
        tx.commit().await.map_err(database_error)
    }

    async fn audit(&self, entry: &AuditEntry) -> Result<()> {
        let mut tx = self.db.write().await?;
        write_audit(&mut tx, entry).await?;
        tx.commit().await.map_err(database_error)
    }

    async fn audit_entries(&self, cursor: Option<&str>, limit: usize) -> Result<Listed<AuditEntry>> {
        // Ids are UUIDv7: their order is the order of time.
        let mut query =
            Builder::new("SELECT id, actor_id, actor_name, action, subject, detail, created_at FROM audit");
        if let Some(cursor) = cursor {
            query.push(" WHERE id < ").push_bind(cursor.to_owned());
        }
        let fetched = as_limit(limit + 1);
        query.push(" ORDER BY id DESC LIMIT ").push_bind(fetched);
        let mut rows: Vec<AuditRow> =
            query.build_query_as().fetch_all(self.db.reader()).await.map_err(database_error)?;
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next_cursor = rows.last().filter(|_| more).map(|r| r.id.clone());
        let items = rows.into_iter().map(into_audit).collect::<Result<_>>()?;
        Ok(Listed { items, next_cursor })
    }
}

pub(super) async fn write_audit(conn: &mut Tx, entry: &AuditEntry) -> Result<()> {
    query(
        "INSERT INTO audit (id, actor_id, actor_name, action, subject, detail, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(entry.id.to_string())
    .bind(entry.actor_id.map(|id| id.to_string()))
    .bind(&entry.actor)
    .bind(&entry.action)
    .bind(&entry.subject)
    .bind(to_json(&entry.detail)?)
    .bind(micros(entry.created_at))
    .execute(conn)
    .await
    .map_err(database_error)?;
    Ok(())
}

fn into_audit(row: AuditRow) -> Result<AuditEntry> {
    Ok(AuditEntry {
        id: parsed(&row.id)?,
        actor_id: row.actor_id.as_deref().map(parsed).transpose()?,
        actor: row.actor_name,
        action: row.action,
        subject: row.subject,
        detail: from_json(&row.detail)?,
        created_at: timestamp(row.created_at)?,
    })
}

/// The wire name of a role or a state, which is also its name in the database.
fn name_of<T: serde::Serialize>(value: &T) -> Result<String> {
    to_json(value).map(|json| json.trim_matches('"').to_owned())
}

fn named<T: serde::de::DeserializeOwned>(name: &str) -> Result<T> {
    from_json(&format!("\"{name}\""))
}
