//! The shop's plugins: those that files declare, and the quality check; and telling them of stored messages.

use std::path::Path;
use std::sync::Arc;

use tokio::sync::mpsc;

use super::Core;
use crate::chat::{ChatEvent, Listener};
use crate::connect::read_plugins;
use crate::dialog::plugins::{FindingLog, Noticed, Plugin, Plugins};
use crate::domain::{Message, SenderKind};
use crate::error::{Error, Result};
use crate::quality::{Checks, QualityCheck};
use crate::store::SqlFindings;

/// Checks of the shop.
const QUALITY: &str = "quality.toml";
/// Messages that may wait to be looked at; beyond it they are left out, and counted.
const WAITING: usize = 1000;

/// Every plugin of a shop.
///
/// # Errors
/// [`crate::error::Code::BadConfig`] for a file that is wrong.
pub(super) fn load(folder: &Path) -> Result<Plugins> {
    let mut all: Vec<Arc<dyn Plugin>> = Vec::new();
    for webhook in read_plugins(folder)? {
        all.push(Arc::new(webhook));
    }
    let file = folder.join(QUALITY);
    if file.exists() {
        let text = std::fs::read_to_string(&file).map_err(|e| Error::from(e).at(file.display()))?;
        all.push(Arc::new(QualityCheck::new(Checks::parse(&text, QUALITY)?)));
    }
    Ok(Plugins::new(all))
}

/// Hears of stored messages, beside whoever else listens.
pub(super) struct Ears {
    next: Arc<dyn Listener>,
    messages: mpsc::Sender<Arc<Message>>,
}

impl Ears {
    /// Listens before `next` does, and has the plugins look at every message, one after the other.
    pub fn open(core: &Core, next: Arc<dyn Listener>) -> Arc<Self> {
        let (messages, mut stored) = mpsc::channel::<Arc<Message>>(WAITING);
        let (engine, findings, stop) =
            (core.engine.clone(), SqlFindings::new(core.db.clone()), core.tasks.token());
        core.tasks.spawn(async move {
            loop {
                let message = tokio::select! {
                    () = stop.cancelled() => break,
                    message = stored.recv() => message,
                };
                let Some(message) = message else { break };
                if let Err(e) = look(&engine.plugins(), &findings, message).await {
                    tracing::error!("what plugins noted could not be kept: {e}");
                }
            }
        });
        Arc::new(Self { next, messages })
    }
}

async fn look(plugins: &Plugins, findings: &SqlFindings, message: Arc<Message>) -> Result<()> {
    let waited_s = match message.sender.kind {
        SenderKind::Agent => findings.waited_s(&message).await?,
        _ => None,
    };
    let noted = plugins.noticed(&Noticed { message: message.clone(), waited_s }).await;
    findings.put(&message, noted).await
}

impl Listener for Ears {
    fn happened(&self, event: &ChatEvent) {
        if let ChatEvent::Message { message, .. } = event
            && message.sender.kind != SenderKind::System
            && self.messages.try_send(message.clone()).is_err()
        {
            metrics::counter!("zhike_plugin_messages_left_out_total").increment(1);
        }
        self.next.happened(event);
    }
}
