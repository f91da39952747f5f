//! Runs what is imported again and again when its time has come. Of several nodes the one that moves a source's next run
//! does it.

use std::time::Duration;

use jiff::Timestamp;

use crate::http::{Services, start_source};

/// How often it is looked whether something is due.
const LOOK: Duration = Duration::from_secs(15);

/// Looks until the program stops.
pub(super) async fn keep_up(services: Services) {
    let stop = services.tasks.token();
    let mut failing = false;
    loop {
        match services.sources.take_due(Timestamp::now()).await {
            Ok(due) => {
                failing = false;
                for source in due {
                    start_source(&services, &source).await;
                }
            }
            // Said once, not four times a minute.
            Err(e) if !failing => {
                tracing::error!(error = %e, "what is to be imported again cannot be looked up; trying on");
                failing = true;
            }
            Err(_) => {}
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(LOOK) => {}
        }
    }
}
