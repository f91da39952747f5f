//! What handlers reach: the services, built and joined by `app.rs`.

use std::sync::Arc;

use crate::chat::{Chat, Staff};
use crate::config::Config;
use crate::desk::canned::CannedResponses;
use crate::desk::reports::Reports;
use crate::desk::webhooks::Webhooks;
use crate::dialog::plugins::FindingLog;
use crate::dialog::systems::{ActionLog, ConnectorDesk};
use crate::dialog::{DictionaryDesk, Engine};
use crate::encoder::Encoder;
use crate::error::{Code, Error, Result};
use crate::hub::Hub;
use crate::jobs::JobBoard;
use crate::knowledge::KnowledgeBase;
use crate::knowledge::sources::Sources;
use crate::learn::health::Health;
use crate::learn::{Evaluations, Intents, Lessons, Shadow, Trainer};
use crate::nodes::{Nodes, OnceStore};
use crate::observe::Metrics;
use crate::tasks::Tasks;

/// All services. Cheap to clone: everything in it is shared.
#[derive(Clone)]
pub struct Services {
    pub config: Arc<Config>,
    pub chat: Chat,
    pub staff: Staff,
    pub canned: CannedResponses,
    pub webhooks: Webhooks,
    pub reports: Reports,
    pub hub: Hub,
    pub engine: Arc<Engine>,
    pub dictionaries: DictionaryDesk,
    pub knowledge: Arc<KnowledgeBase>,
    pub encoder: Encoder,
    pub intents: Intents,
    pub lessons: Lessons,
    pub health: Health,
    pub sources: Sources,
    pub evaluations: Evaluations,
    pub trainer: Trainer,
    pub shadow: Shadow,
    pub jobs: JobBoard,
    /// This node among the others.
    pub nodes: Nodes,
    /// Calls that are done once on all of them.
    pub calls: Arc<dyn OnceStore>,
    pub metrics: Metrics,
    pub connectors: Arc<dyn ConnectorDesk>,
    pub actions: Arc<dyn ActionLog>,
    pub findings: Arc<dyn FindingLog>,
    /// The sample shop is served: its page vouches for made-up customers.
    pub sample: bool,
    pub tasks: Tasks,
}

impl Services {
    /// Refuses a text that is empty or longer than a message may be.
    pub(super) fn check_length(&self, text: &str) -> Result<()> {
        let limit = self.config.chat.max_message_chars;
        if text.trim().is_empty() {
            return Err(Error::invalid("text is empty: send something to read"));
        }
        let length = text.chars().count();
        if length > limit {
            return Err(Error::new(
                Code::TooLarge,
                format!("text has {length} characters; at most {limit} are read"),
            ));
        }
        Ok(())
    }
}
