//! Time limits: an offered transfer that nobody accepts returns to the queue, what was put off comes back, a conversation
//! whose visitor has gone ends, an agent who is gone is offline.

use std::time::Duration;

use jiff::Timestamp;

use crate::error::{Error, Result};

use super::{Chat, plans};

/// How often time limits are looked at.
const TICK: Duration = Duration::from_secs(5);

impl Chat {
    pub(super) fn start_timers(&self) {
        let chat = self.clone();
        let stop = self.inner.tasks.token();
        self.inner.tasks.spawn(async move {
            let mut tick = tokio::time::interval(TICK);
            tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
            loop {
                tokio::select! {
                    () = stop.cancelled() => break,
                    _ = tick.tick() => {}
                }
                chat.staff().announce_changes();
                if let Err(e) = chat.expire_transfers(Timestamp::now()).await {
                    tracing::warn!(error = %e, "expired transfers could not be looked up; trying again");
                }
                if let Err(e) = chat.end_snoozes(Timestamp::now()).await {
                    tracing::warn!(error = %e, "what was put off could not be looked up; trying again");
                }
                if let Err(e) = chat.end_idle(Timestamp::now()).await {
                    tracing::warn!(error = %e, "idle conversations could not be looked up; trying again");
                }
            }
        });
    }

    /// Returns every transfer offered longer ago than the limit to the queue.
    pub async fn expire_transfers(&self, now: Timestamp) -> Result<usize> {
        let limit = before(now, self.inner.settings.transfer_patience)?;
        if !self.settings().nodes.my_duty("transfers").await? {
            return Ok(0);
        }
        let expired = self.store().expired_transfers(limit).await?;
        for id in &expired {
            self.step(*id, false, move |head| plans::transfer_expired(head, limit)).await?;
        }
        Ok(expired.len())
    }
}

/// The moment so long before `now`.
pub(super) fn before(now: Timestamp, limit: Duration) -> Result<Timestamp> {
    now.checked_sub(limit).map_err(|e| Error::internal(format!("a time limit is out of range: {e}")))
}
