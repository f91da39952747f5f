//! The loop that gives out what waits: woken by every change of a queue, a team or an agent's state. It is the only
//! one of its process, and of several nodes one does it, so what it counts as room is not given away twice.

use std::collections::HashMap;
use std::time::Duration;

use crate::domain::{ConversationId, PresenceState, Role, User, UserId};
use crate::error::Result;

use super::super::{Chat, plans};
use super::{Agent, assign};

/// How often it looks without being woken: teams and queues may have been changed by another process.
const TICK: Duration = Duration::from_secs(5);

impl Chat {
    pub(in crate::chat) fn start_assignment(&self) {
        let (chat, stop) = (self.clone(), self.inner.tasks.token());
        self.inner.tasks.spawn(async move {
            let mut served = HashMap::new();
            while !stop.is_cancelled() {
                if let Err(e) = chat.assignment_round(&mut served).await {
                    tracing::warn!(error = %e, "what waits could not be given out; trying again");
                }
                tokio::select! {
                    () = stop.cancelled() => {}
                    () = chat.staff().desks_woken() => {}
                    () = tokio::time::sleep(TICK) => {}
                }
            }
        });
    }

    async fn assignment_round(&self, served: &mut HashMap<UserId, u64>) -> Result<()> {
        self.reload_teams().await?;
        self.reload_inboxes().await?;
        if !self.settings().nodes.my_duty("assignment").await? {
            return Ok(());
        }
        let desks = self.store().desks().await?;
        if desks.waiting.is_empty() {
            return Ok(());
        }
        let mut agents = self.agents_online(&desks.loads, served).await?;
        for (conversation, user) in assign(&desks.waiting, &mut agents) {
            let user = self.staff().user(user).await?;
            self.give(conversation, user).await;
        }
        served.extend(agents.iter().map(|agent| (agent.id, agent.served)));
        Ok(())
    }

    async fn agents_online(
        &self,
        loads: &[(UserId, i64)],
        served: &HashMap<UserId, u64>,
    ) -> Result<Vec<Agent>> {
        let teams = self.teams().await?;
        let mut agents = Vec::new();
        for presence in self.staff().presence() {
            if presence.state != PresenceState::Online {
                continue;
            }
            let id = presence.user_id;
            if self.staff().user(id).await?.role < Role::Agent {
                continue;
            }
            agents.push(Agent {
                id,
                teams: teams.iter().filter(|team| team.members.contains(&id)).map(|team| team.id).collect(),
                capacity: presence.capacity,
                load: loads.iter().find(|(user, _)| *user == id).map_or(0, |(_, load)| *load),
                served: served.get(&id).copied().unwrap_or_default(),
            });
        }
        Ok(agents)
    }

    /// Somebody may have been faster; then it is theirs.
    async fn give(&self, id: ConversationId, user: User) {
        let name = user.name.clone();
        if let Err(e) = self.step(id, false, move |head| plans::assigned(head, &user)).await {
            tracing::warn!(conversation = %id, agent = name, error = %e, "a conversation could not be given out");
        }
    }
}
