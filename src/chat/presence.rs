//! Who is there: the state an agent has chosen, and whether they are really connected.
//!
//! An agent counts as online when they say so *and* have a live connection or were heard of a moment ago; a closed
//! laptop is not an agent.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::{PresenceState, User, UserId};
use crate::error::{Error, Result};

use super::ChatEvent;
use super::staff::Staff;
use super::staff_store::{StoredUser, UserChange};

/// How long an agent without a live connection still counts as there.
const GRACE: Duration = Duration::from_secs(60);

/// An agent's state as others see it.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Presence {
    pub user_id: UserId,
    pub name: String,
    /// `offline` when the agent is not connected, whatever they have chosen.
    pub state: PresenceState,
    /// Conversations the agent takes at the same time.
    pub capacity: i64,
}

#[derive(Debug)]
struct Entry {
    name: String,
    chosen: PresenceState,
    capacity: i64,
    connections: usize,
    /// Connected to another node.
    elsewhere: bool,
    seen: Option<Instant>,
    /// What others were told last.
    announced: PresenceState,
}

impl Entry {
    fn effective(&self, now: Instant) -> PresenceState {
        if self.elsewhere || self.here(now) { self.chosen } else { PresenceState::Offline }
    }

    fn here(&self, now: Instant) -> bool {
        self.connections > 0 || self.seen.is_some_and(|at| now.duration_since(at) < GRACE)
    }
}

/// The board on which everybody's state is kept, in memory.
#[derive(Debug)]
pub(super) struct PresenceBoard {
    entries: Mutex<HashMap<UserId, Entry>>,
}

impl PresenceBoard {
    pub(super) fn new(users: Vec<StoredUser>) -> Self {
        let board = Self { entries: Mutex::default() };
        users.iter().for_each(|u| board.add(u));
        board
    }

    pub(super) fn add(&self, stored: &StoredUser) {
        let entry = Entry {
            name: stored.user.name.clone(),
            chosen: stored.presence,
            capacity: stored.capacity,
            connections: 0,
            elsewhere: false,
            seen: None,
            announced: PresenceState::Offline,
        };
        self.lock().insert(stored.user.id, entry);
    }

    /// Takes over the accounts as they are written down; who is connected stays as it is.
    fn merge(&self, users: &[StoredUser]) {
        for stored in users {
            let mut entries = self.lock();
            match entries.get_mut(&stored.user.id) {
                Some(entry) => {
                    entry.name.clone_from(&stored.user.name);
                    entry.chosen = stored.presence;
                    entry.capacity = stored.capacity;
                }
                None => {
                    drop(entries);
                    self.add(stored);
                }
            }
        }
        let there: HashSet<UserId> = users.iter().map(|stored| stored.user.id).collect();
        self.lock().retain(|id, _| there.contains(id));
    }

    /// Those who are connected to this node, or were a moment ago.
    fn here(&self, now: Instant) -> Vec<UserId> {
        let mut here: Vec<_> = self.lock().iter().filter(|(_, e)| e.here(now)).map(|(id, _)| *id).collect();
        here.sort();
        here
    }

    /// Who is connected to other nodes.
    fn set_elsewhere(&self, elsewhere: &HashSet<UserId>) {
        self.lock().iter_mut().for_each(|(id, entry)| entry.elsewhere = elsewhere.contains(id));
    }

    pub(super) fn remove(&self, id: UserId) {
        self.lock().remove(&id);
    }

    pub(super) fn seen(&self, id: UserId, now: Instant) {
        if let Some(entry) = self.lock().get_mut(&id) {
            entry.seen = Some(now);
        }
    }

    /// Changes an entry; the new effective state, when others do not know it yet.
    fn change(&self, id: UserId, now: Instant, how: impl FnOnce(&mut Entry)) -> Option<PresenceState> {
        let mut entries = self.lock();
        let entry = entries.get_mut(&id)?;
        how(entry);
        let state = entry.effective(now);
        let news = state != entry.announced;
        entry.announced = state;
        news.then_some(state)
    }

    /// Everybody whose state changed by the passing of time alone.
    fn expired(&self, now: Instant) -> Vec<UserId> {
        let entries = self.lock();
        entries.iter().filter(|(_, e)| e.effective(now) != e.announced).map(|(id, _)| *id).collect()
    }

    fn list(&self, now: Instant) -> Vec<Presence> {
        let entries = self.lock();
        let mut list: Vec<_> = entries
            .iter()
            .map(|(id, e)| Presence {
                user_id: *id,
                name: e.name.clone(),
                state: e.effective(now),
                capacity: e.capacity,
            })
            .collect();
        list.sort_by(|a, b| a.name.cmp(&b.name).then(a.user_id.cmp(&b.user_id)));
        list
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<UserId, Entry>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Staff {
    /// The agent chooses their state, and how many conversations they take at the same time.
    pub async fn set_presence(
        &self,
        user: &User,
        state: PresenceState,
        capacity: Option<i64>,
    ) -> Result<Presence> {
        if capacity.is_some_and(|c| !(0..=100).contains(&c)) {
            return Err(Error::invalid("capacity must be between 0 and 100"));
        }
        let change = UserChange { presence: Some(state), capacity, ..UserChange::default() };
        let stored = self.inner.store.update_user(user.id, &change, None).await?;
        let now = Instant::now();
        self.moved(user.id, now, |entry| {
            entry.chosen = state;
            entry.capacity = stored.capacity;
            entry.seen = Some(now);
        });
        Ok(Presence { user_id: user.id, name: stored.user.name, state, capacity: stored.capacity })
    }

    /// Everybody's state.
    pub fn presence(&self) -> Vec<Presence> {
        self.inner.board.list(Instant::now())
    }

    /// Whether anybody is there to take a conversation.
    pub fn anybody_online(&self) -> bool {
        self.presence().iter().any(|p| p.state == PresenceState::Online)
    }

    /// A live connection of the user was opened.
    pub fn connected(&self, user: UserId) {
        self.moved(user, Instant::now(), |entry| entry.connections += 1);
    }

    /// A live connection of the user was closed. They count as there for a moment longer: a reload is no absence.
    pub fn disconnected(&self, user: UserId) {
        let now = Instant::now();
        self.moved(user, now, |entry| {
            entry.connections = entry.connections.saturating_sub(1);
            entry.seen = Some(now);
        });
    }

    /// Who is connected to this node.
    pub fn here(&self) -> Vec<UserId> {
        self.inner.board.here(Instant::now())
    }

    /// Who is connected to other nodes.
    pub fn elsewhere(&self, elsewhere: &HashSet<UserId>) {
        self.inner.board.set_elsewhere(elsewhere);
        self.announce_changes();
    }

    /// Reads the accounts again: another process has changed one.
    pub async fn reload(&self) -> Result<()> {
        let users = self.inner.store.users().await?;
        self.inner.board.merge(&users);
        self.announce_changes();
        Ok(())
    }

    /// Tells everybody of agents who have been gone for longer than the grace, or came to another node.
    pub(super) fn announce_changes(&self) {
        let now = Instant::now();
        for user in self.inner.board.expired(now) {
            self.moved(user, now, |_| {});
        }
    }

    fn moved(&self, user: UserId, now: Instant, how: impl FnOnce(&mut Entry)) {
        let news = self.inner.board.change(user, now, how);
        self.wake_desks();
        if let Some(state) = news {
            self.inner.listener.happened(&ChatEvent::Presence { user, state });
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::domain::Role;

    fn board() -> (PresenceBoard, UserId) {
        let user = User {
            id: UserId::new(),
            email: "a@shop.example".into(),
            name: "A".into(),
            role: Role::Agent,
            created_at: jiff::Timestamp::now(),
            api_key: None,
        };
        let id = user.id;
        let stored =
            StoredUser { user, password_hash: String::new(), presence: PresenceState::Online, capacity: 3 };
        (PresenceBoard::new(vec![stored]), id)
    }

    #[test]
    fn saying_online_is_not_enough() {
        let (board, id) = board();
        let now = Instant::now();
        assert_eq!(board.list(now)[0].state, PresenceState::Offline);
        assert_eq!(board.change(id, now, |e| e.connections += 1), Some(PresenceState::Online));
    }

    #[test]
    fn a_reload_is_no_absence_but_a_closed_laptop_is() {
        let (board, id) = board();
        let now = Instant::now();
        board.change(id, now, |e| e.connections += 1);
        board.change(id, now, |e| {
            e.connections -= 1;
            e.seen = Some(now);
        });
        assert_eq!(board.list(now + GRACE / 2)[0].state, PresenceState::Online);
        assert!(board.expired(now + GRACE / 2).is_empty());
        assert_eq!(board.list(now + GRACE * 2)[0].state, PresenceState::Offline);
        assert_eq!(board.expired(now + GRACE * 2), [id]);
    }
}
