//! One of several nodes: says that it runs, follows what the others change, and takes over what a dead one left behind.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use secrecy::ExposeSecret;

use crate::config::Config;
use crate::connect::Connectors;
use crate::error::Result;
use crate::http::Services;
use crate::hub::{Hub, Ways};
use crate::nodes::{BEAT, NodeStore, Nodes, Topic};
use crate::store::{Db, SqlNodes};
use crate::tasks::Tasks;

/// How often changes of other processes are looked for.
const LOOK: Duration = Duration::from_secs(1);

/// This node among the others of its database.
pub(super) fn this_node(config: &Config, db: &Db, tasks: &Tasks) -> Nodes {
    match config.database_url {
        Some(_) => {
            Nodes::among(Arc::new(SqlNodes::new(db.clone())), config.listen.to_string(), tasks.clone())
        }
        None => Nodes::alone(),
    }
}

/// The hub of this node, and the way to the others when there may be some.
pub(super) fn hub_of(nodes: &Nodes) -> (Hub, Option<Ways>) {
    if !nodes.several() {
        return (Hub::new(), None);
    }
    let (hub, ways) = Hub::among_others();
    (hub, Some(ways))
}

/// Joins the others. When this returns the node has said that it runs and knows of them.
pub(super) async fn join(
    services: &Services,
    connectors: &Arc<Connectors>,
    store: Arc<dyn NodeStore>,
    ways: Option<Ways>,
) -> Result<()> {
    if let Some(ways) = ways {
        beat(services).await?;
        let redis = services.config.redis_url.as_ref().map(|url| url.expose_secret());
        let place = (store.installation().await?, services.nodes.id().to_owned());
        let staff = services.staff.clone();
        let on_news = Arc::new(move || staff.wake_desks());
        services.hub.join(ways, services.chat.clone(), redis, place, on_news, &services.tasks)?;
    }
    // What was read while the program started may have been changed since: the first look reads all of it again.
    let cached = Cached { services: services.clone(), connectors: connectors.clone() };
    services.tasks.spawn(follow(cached, store, BTreeMap::new()));
    Ok(())
}

/// What is kept in memory and follows the database.
struct Cached {
    services: Services,
    connectors: Arc<Connectors>,
}

/// Follows until the program stops.
async fn follow(cached: Cached, store: Arc<dyn NodeStore>, mut seen: BTreeMap<String, i64>) {
    let services = &cached.services;
    let stop = services.tasks.token();
    let beats = u32::try_from(BEAT.as_millis() / LOOK.as_millis()).unwrap_or(1).max(1);
    let mut round = 0_u32;
    let mut failing = false;
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(LOOK) => {}
        }
        round = round.wrapping_add(1);
        let looked = async {
            changes(&cached, &*store, &mut seen).await?;
            if services.nodes.several() && round.is_multiple_of(beats) {
                beat(services).await?;
                services.chat.resume_turns().await?;
            }
            Ok::<_, crate::error::Error>(())
        };
        match looked.await {
            Ok(()) => failing = false,
            // Said once, not every second.
            Err(e) if !failing => {
                tracing::error!(error = %e, "the other nodes cannot be followed; trying on");
                failing = true;
            }
            Err(_) => {}
        }
    }
}

async fn beat(services: &Services) -> Result<()> {
    services.nodes.beat(services.staff.here()).await?;
    services.staff.elsewhere(&services.nodes.staff_elsewhere());
    Ok(())
}

/// Reads again what another process has changed. What cannot be read is tried again.
async fn changes(cached: &Cached, store: &dyn NodeStore, seen: &mut BTreeMap<String, i64>) -> Result<()> {
    let now = store.setting_changes().await?;
    for topic in Topic::ALL {
        let n = now.get(topic.as_str()).copied();
        if n == seen.get(topic.as_str()).copied() {
            continue;
        }
        take_over(cached, topic).await?;
        seen.extend(n.map(|n| (topic.as_str().to_owned(), n)));
    }
    Ok(())
}

async fn take_over(cached: &Cached, topic: Topic) -> Result<()> {
    let services = &cached.services;
    match topic {
        Topic::Connectors => cached.connectors.reload().await,
        Topic::Dictionaries => services.dictionaries.reload().await,
        Topic::Inboxes => services.chat.reload_inboxes().await,
        Topic::Lexicon => services.knowledge.reload_lexicon().await,
        Topic::Sessions => end_sessions(services).await,
        Topic::Teams => services.chat.reload_teams().await,
        Topic::Users => {
            services.staff.reload().await?;
            end_sessions(services).await
        }
    }
}

/// Ends the connections of sessions and keys that another node has ended.
async fn end_sessions(services: &Services) -> Result<()> {
    for session in services.hub.sessions() {
        if !services.staff.lives(&session).await? {
            services.hub.end_session(&session);
        }
    }
    Ok(())
}
