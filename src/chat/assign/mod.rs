//! Who gets what waits: a pure function, and the loop that carries it out.
//!
//! What waits is taken in the order of its queue: higher tiers first, among equals who waits longest. For each the
//! candidates are the agents of its team (everybody, when it has none) who are online and have room. The agent who
//! served the visitor last gets it if they are one of them; else whoever has the smallest share of their capacity in
//! use, and among equals whoever got something longest ago. Whoever gave a conversation back, or let it pass, is not
//! given it again.

mod round;

use jiff::Timestamp;

use crate::domain::{ConversationId, TeamId, UserId};

/// A conversation that somebody has to be found for.
#[derive(Clone, Debug, PartialEq)]
pub struct Waiting {
    pub id: ConversationId,
    pub tier: i64,
    pub since: Timestamp,
    pub team: Option<TeamId>,
    /// Who served the visitor last.
    pub last_agent: Option<UserId>,
    /// Who gave it back, let it pass, or passes it on.
    pub not: Option<UserId>,
}

/// An agent who is online.
#[derive(Clone, Debug, PartialEq)]
pub struct Agent {
    pub id: UserId,
    pub teams: Vec<TeamId>,
    pub capacity: i64,
    /// Conversations they have.
    pub load: i64,
    /// When they last got one, as a number that rises; 0 for never.
    pub served: u64,
}

/// What the store knows of queues and loads.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Desks {
    pub waiting: Vec<Waiting>,
    pub loads: Vec<(UserId, i64)>,
}

impl Agent {
    fn fits(&self, waiting: &Waiting) -> bool {
        self.load < self.capacity
            && waiting.not != Some(self.id)
            && waiting.team.is_none_or(|team| self.teams.contains(&team))
    }

    /// Whether this agent's share in use is smaller, or equal and they got something longer ago.
    fn before(&self, other: &Agent) -> bool {
        let (mine, theirs) = (self.load * other.capacity, other.load * self.capacity);
        (mine, self.served, self.id) < (theirs, other.served, other.id)
    }
}

/// Who gets what. `agents` are left as they will be: with what they got.
pub fn assign(waiting: &[Waiting], agents: &mut [Agent]) -> Vec<(ConversationId, UserId)> {
    let mut order: Vec<&Waiting> = waiting.iter().collect();
    order.sort_by_key(|w| (std::cmp::Reverse(w.tier), w.since, w.id));
    let mut given = Vec::new();
    let mut clock = agents.iter().map(|agent| agent.served).max().unwrap_or_default();
    for waiting in order {
        let Some(at) = choose(waiting, agents) else { continue };
        let Some(agent) = agents.get_mut(at) else { continue };
        clock += 1;
        agent.load += 1;
        agent.served = clock;
        given.push((waiting.id, agent.id));
    }
    given
}

fn choose(waiting: &Waiting, agents: &[Agent]) -> Option<usize> {
    let mut best: Option<(usize, &Agent)> = None;
    for (at, agent) in agents.iter().enumerate().filter(|(_, agent)| agent.fits(waiting)) {
        if waiting.last_agent == Some(agent.id) {
            return Some(at);
        }
        if best.is_none_or(|(_, so_far)| agent.before(so_far)) {
            best = Some((at, agent));
        }
    }
    best.map(|(at, _)| at)
}

#[cfg(test)]
mod tests;
