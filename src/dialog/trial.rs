//! An engine to try things out with: it answers as the one beside it does, and changes nothing in the world.

use std::sync::Arc;

use arc_swap::{ArcSwap, ArcSwapOption};
use async_trait::async_trait;

use super::Engine;
use super::input::{EngineSettings, UNHURRIED};
use super::lookup::Lookup;
use super::systems::{ActionLog, Business, BusinessSystems, Call, Reply, Trouble};
use crate::domain::{ActionOutcome, ActionRecord};
use crate::error::Result;
use crate::nlu::Model;

impl Engine {
    /// An engine over the same knowledge, rules and settings with other heads, or the same ones. Business systems are
    /// asked and never told to do anything; plugins take no part; there is time for every turn.
    pub fn trial(&self, model: Option<Arc<Model>>) -> Self {
        self.beside(model, Arc::new(Asked(self.business.systems.clone())))
    }

    /// [`Engine::trial`] without asking business systems: for it they are all away. What was asked long ago is not asked
    /// of them again.
    pub fn rehearsal(&self, model: Option<Arc<Model>>) -> Self {
        self.beside(model, Arc::new(Away(self.business.systems.clone())))
    }

    fn beside(&self, model: Option<Arc<Model>>, systems: Arc<dyn BusinessSystems>) -> Self {
        let lookup = Lookup {
            encoder: self.lookup.encoder.clone(),
            knowledge: self.lookup.knowledge.clone(),
            ranker: ArcSwap::new(self.lookup.ranker.load_full()),
            reads: ArcSwapOption::new(self.lookup.reads.load_full()),
            listed: ArcSwap::new(self.lookup.listed.load_full()),
            fresh: match model {
                // What another model has learnt is its own affair.
                Some(_) => ArcSwap::default(),
                None => ArcSwap::new(self.lookup.fresh.load_full()),
            },
            tasks: self.lookup.tasks.clone(),
        };
        Self {
            lookup,
            model: ArcSwap::new(model.unwrap_or_else(|| self.model.load_full())),
            shop: ArcSwap::new(self.shop.load_full()),
            business: Business { systems, actions: Arc::new(Nothing) },
            plugins: ArcSwap::default(),
            phraser: None,
            settings: EngineSettings { deadline: UNHURRIED, ..self.settings },
        }
    }
}

/// Systems that are asked only.
struct Asked(Arc<dyn BusinessSystems>);

#[async_trait]
impl BusinessSystems for Asked {
    fn declares(&self, operation: &str) -> bool {
        self.0.declares(operation)
    }

    fn repeatable(&self, _: &str) -> bool {
        false
    }

    async fn call(&self, call: Call) -> std::result::Result<Reply, Trouble> {
        if call.idempotency_key.is_some() {
            return Err(Trouble::Unavailable);
        }
        self.0.call(call).await
    }
}

/// Systems that are declared and cannot be reached.
struct Away(Arc<dyn BusinessSystems>);

#[async_trait]
impl BusinessSystems for Away {
    fn declares(&self, operation: &str) -> bool {
        self.0.declares(operation)
    }

    fn repeatable(&self, _: &str) -> bool {
        false
    }

    async fn call(&self, _: Call) -> std::result::Result<Reply, Trouble> {
        Err(Trouble::Unavailable)
    }
}

/// Nothing is done, so there is nothing to record.
struct Nothing;

#[async_trait]
impl ActionLog for Nothing {
    async fn begun(&self, _: &str) -> Result<bool> {
        Ok(false)
    }

    async fn begin(&self, _: &ActionRecord) -> Result<()> {
        Ok(())
    }

    async fn end(&self, _: &str, _: ActionOutcome) -> Result<()> {
        Ok(())
    }

    async fn list(&self, _: Option<&str>, _: usize) -> Result<Vec<ActionRecord>> {
        Ok(Vec::new())
    }
}
