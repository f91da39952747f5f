//! Following the store: what other nodes wrote and did not tell, because Redis was away or there is none.
//!
//! Conversations that were changed lately are looked at, and what was not handed out here is handed out now. It does
//! no harm when some of it was: every connection knows what it has had (`order.rs`).

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};

use crate::chat::{Chat, Touched};
use crate::domain::ConversationId;
use crate::error::Result;
use crate::tasks::Tasks;

use super::abroad::Abroad;
use super::local::Hub;

/// How often the store is looked at while nothing is heard of the others, and while something is.
const ALONE: Duration = Duration::from_millis(400);
const BESIDE: Duration = Duration::from_secs(3);
/// How far back is looked beyond the last time: clocks differ, and a commit comes later than the time written in it.
const OVERLAP: SignedDuration = SignedDuration::from_secs(15);
/// Messages of one conversation that are handed out at a time; more of them a client reads by itself.
const MOST: usize = 100;

/// What was known of a conversation at the last look.
struct Known {
    last_seq: i64,
    version: i64,
    at: Instant,
}

/// Looks until the tasks stop.
pub(super) fn start(hub: Hub, abroad: Arc<Abroad>, chat: Chat, tasks: &Tasks) {
    let stop = tasks.token();
    tasks.spawn(async move {
        let mut known = HashMap::new();
        let mut since = Timestamp::now();
        let mut failing = false;
        loop {
            let pause = if abroad.is_listening() { BESIDE } else { ALONE };
            tokio::select! {
                () = stop.cancelled() => return,
                () = abroad.something_missed() => {}
                () = tokio::time::sleep(pause) => {}
            }
            let now = Timestamp::now();
            match look(&hub, &abroad, &chat, since - OVERLAP, &mut known).await {
                Ok(()) => {
                    since = now;
                    failing = false;
                }
                Err(e) if !failing => {
                    tracing::warn!(error = %e, "what other nodes wrote cannot be read; trying on");
                    failing = true;
                }
                Err(_) => {}
            }
            abroad.forget();
            known.retain(|_, known: &mut Known| known.at.elapsed() < Duration::from_secs(60));
        }
    });
}

async fn look(
    hub: &Hub,
    abroad: &Abroad,
    chat: &Chat,
    since: Timestamp,
    known: &mut HashMap<ConversationId, Known>,
) -> Result<()> {
    if hub.connections() == 0 {
        return Ok(());
    }
    for Touched { id, last_seq, version } in chat.touched(since).await? {
        let before = known.get(&id).map(|known| (known.last_seq, known.version));
        if before == Some((last_seq, version)) {
            continue;
        }
        let told = abroad.told(id);
        let after = before.map(|(seq, _)| seq).max(told);
        let moved = before.is_none_or(|(_, seen)| seen != version);
        if moved || after.is_none_or(|seq| seq < last_seq) {
            let news = chat.news_of(id, after, since, MOST).await?;
            hub.catch_up(&news, moved);
        }
        known.insert(id, Known { last_seq, version, at: Instant::now() });
    }
    Ok(())
}
