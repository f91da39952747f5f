#![allow(clippy::unwrap_used)]

use std::collections::HashMap;

use jiff::SignedDuration;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use super::*;

fn agent(capacity: i64, load: i64) -> Agent {
    Agent { id: UserId::new(), teams: vec![], capacity, load, served: 0 }
}

fn waiting(second: i64) -> Waiting {
    Waiting {
        id: ConversationId::new(),
        tier: 0,
        since: Timestamp::UNIX_EPOCH + SignedDuration::from_secs(second),
        team: None,
        last_agent: None,
        not: None,
    }
}

#[test]
fn requirement_14_the_oldest_is_taken_first_and_nobody_gets_more_than_they_can_take() {
    let queue = [waiting(30), waiting(10), waiting(20)];
    let mut agents = [agent(3, 1)];
    let given: Vec<_> = assign(&queue, &mut agents).iter().map(|(id, _)| *id).collect();
    assert_eq!(given, [queue[1].id, queue[2].id]);
    assert_eq!(agents[0].load, 3);
}

#[test]
fn a_higher_tier_goes_first_however_short_it_waited() {
    let queue = [waiting(1), Waiting { tier: 2, ..waiting(9) }];
    let given = assign(&queue, &mut [agent(1, 0)]);
    assert_eq!(given[0].0, queue[1].id);
}

#[test]
fn the_skill_team_comes_before_the_last_agent_and_the_last_agent_before_the_load() {
    let team = TeamId::new();
    let mut agents = [agent(5, 0), Agent { teams: vec![team], ..agent(5, 4) }, agent(5, 3)];
    let [_, member, last] = agents.clone().map(|a| a.id);
    let for_team = Waiting { team: Some(team), last_agent: Some(last), ..waiting(1) };
    let for_last = Waiting { last_agent: Some(last), ..waiting(2) };
    let given = assign(&[for_team.clone(), for_last.clone()], &mut agents);
    assert_eq!(given, [(for_team.id, member), (for_last.id, last)]);
}

#[test]
fn a_team_without_room_is_waited_for_and_holds_up_nobody_else() {
    let team = TeamId::new();
    let queue = [Waiting { team: Some(team), ..waiting(1) }, waiting(2)];
    let mut agents = [Agent { teams: vec![team], ..agent(1, 1) }, agent(1, 0)];
    let other = agents[1].id;
    assert_eq!(assign(&queue, &mut agents), [(queue[1].id, other)]);
}

#[test]
fn who_gave_it_back_does_not_get_it_again() {
    let mut agents = [agent(5, 0)];
    let back = Waiting { not: Some(agents[0].id), last_agent: Some(agents[0].id), ..waiting(1) };
    assert!(assign(&[back], &mut agents).is_empty());
}

#[test]
fn shares_of_capacity_are_compared_not_numbers() {
    let mut agents = [agent(10, 3), agent(2, 1)];
    let larger = agents[0].id;
    assert_eq!(assign(&[waiting(1)], &mut agents)[0].1, larger);
}

/// A day of 10,000 conversations at 50 agents: they come, are served for a while, and end; agents go and come back.
#[test]
fn requirement_14_ten_thousand_conversations_and_fifty_agents() {
    let mut random = StdRng::seed_from_u64(14);
    let teams: Vec<TeamId> = (0..3).map(|_| TeamId::new()).collect();
    let mut agents: Vec<Agent> =
        (0..50).map(|i| Agent { teams: vec![teams[i % 3]], ..agent(3 + (i % 3) as i64, 0) }).collect();
    let mut away: Vec<Agent> = Vec::new();
    let mut queue: Vec<Waiting> = Vec::new();
    // Conversation → its agent and when it ends.
    let mut open: HashMap<ConversationId, (UserId, i64)> = HashMap::new();
    let mut given_to: HashMap<UserId, usize> = HashMap::new();
    // Seconds each was there.
    let mut there: HashMap<UserId, usize> = HashMap::new();
    let (mut come, mut served, mut second) = (0, 0, 0);
    while served < 10_000 {
        second += 1;
        if come < 10_000 && random.random_bool(0.8) {
            come += 1;
            let team = random.random_bool(0.4).then(|| teams[random.random_range(0..3)]);
            let tier = i64::from(random.random_bool(0.05));
            queue.push(Waiting { team, tier, ..waiting(second) });
        }
        let ended: Vec<_> =
            open.iter().filter(|(_, (_, end))| *end <= second).map(|(id, (a, _))| (*id, *a)).collect();
        for (id, who) in ended {
            open.remove(&id);
            for agent in agents.iter_mut().chain(&mut away).filter(|a| a.id == who) {
                agent.load -= 1;
            }
        }
        // Now and then somebody goes for a while; whoever comes back gets work at once if there is any for them.
        if random.random_bool(0.02) && agents.len() > 40 {
            away.push(agents.swap_remove(random.random_range(0..agents.len())));
        } else if random.random_bool(0.02) && !away.is_empty() {
            agents.push(away.swap_remove(0));
        }
        for agent in &agents {
            *there.entry(agent.id).or_default() += 1;
        }
        let given = assign(&queue, &mut agents);
        for (id, who) in &given {
            open.insert(*id, (*who, second + random.random_range(60..300)));
            *given_to.entry(*who).or_default() += 1;
            served += 1;
        }
        let taken: Vec<Waiting> = queue.extract_if(.., |w| given.iter().any(|(id, _)| *id == w.id)).collect();

        for agent in &agents {
            assert!((0..=agent.capacity).contains(&agent.load), "over capacity: {agent:?}");
        }
        for left in &queue {
            // Nobody with room was left idle, and nobody who may be served by the same agents was preferred wrongly.
            assert!(!agents.iter().any(|agent| agent.fits(left)), "{left:?} waits while somebody has room");
            let jumped =
                taken.iter().find(|t| t.team == left.team && (t.tier, left.since) < (left.tier, t.since));
            assert!(jumped.is_none(), "{jumped:?} went before {left:?}");
        }
    }
    assert_eq!((come, queue.len()), (10_000, 0));
    // Even: among agents of one capacity nobody got much more than another for the time they were there.
    for capacity in 3..=5 {
        let rates: Vec<f64> = agents
            .iter()
            .chain(&away)
            .filter(|a| a.capacity == capacity)
            .map(|a| given_to.get(&a.id).copied().unwrap_or_default() as f64 / there[&a.id] as f64)
            .collect();
        let mean = rates.iter().sum::<f64>() / rates.len() as f64;
        let apart = rates.iter().map(|rate| (rate / mean - 1.0).abs()).fold(0.0, f64::max);
        assert!(apart < 0.2, "capacity {capacity}: {rates:?}");
    }
}
