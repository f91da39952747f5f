//! Another version played over the conversations of the last days, beside the one in use.

use jiff::Timestamp;
use serde::Deserialize;
use utoipa::ToSchema;

use super::evaluations::{Evaluation, EvaluationKind, Evaluations};
use super::recordings::Excerpt;
use crate::domain::{EvaluationId, TrainingRunId};
use crate::error::{Error, Result};
use crate::eval::replay::{Recorded, replay, report};

/// Most conversations of one replay.
const MOST: usize = 2_000;
/// Conversations when nothing is said.
const USUAL: usize = 200;

/// What is to be played again.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct NewReplay {
    /// The yardstick; the version in use when not given.
    pub before: Option<TrainingRunId>,
    /// The version to try; the version in use when not given.
    pub after: Option<TrainingRunId>,
    /// The newest conversations, at most so many: 1 to 2000, 200 when not given.
    pub conversations: Option<usize>,
    /// Only conversations that began at this time or later.
    #[schema(value_type = Option<String>, format = "date-time")]
    pub since: Option<Timestamp>,
}

impl NewReplay {
    /// Checks it before anything is started.
    ///
    /// # Errors
    /// `invalid_input` when it asks for the same version twice, or for too much.
    pub fn check(&self) -> Result<()> {
        if self.before == self.after {
            return Err(Error::invalid("before and after are the same version; name another one"));
        }
        match self.conversations {
            Some(n) if n == 0 || n > MOST => {
                Err(Error::invalid(format!("conversations: 1 to {MOST} are played again, not {n}")))
            }
            _ => Ok(()),
        }
    }

    /// What it is called in the list.
    pub fn name(&self) -> String {
        let version = |id: Option<TrainingRunId>| id.map_or_else(|| "in use".to_owned(), |id| id.to_string());
        format!("{} → {}", version(self.before), version(self.after))
    }
}

impl Evaluations {
    /// Plays the turns the bot answered in stored conversations with both versions, and keeps what differs. `progress`
    /// hears the share done. Business systems are not asked.
    ///
    /// # Errors
    /// `not_found` without such a version, `invalid_input` when nobody has asked the bot anything yet.
    pub async fn replay(
        &self,
        new: NewReplay,
        author: &str,
        progress: impl Fn(f32) + Send + Sync,
    ) -> Result<Evaluation> {
        new.check()?;
        let conversations = new.conversations.unwrap_or(USUAL);
        let excerpt = Excerpt { conversations, since: new.since, judged: false };
        let turns = self.turns(excerpt).await?;
        if turns.is_empty() {
            return Err(Error::invalid(
                "the bot has answered nobody in this time; there is nothing to play again",
            ));
        }
        let (before, after) =
            (self.trainer.model_of(new.before).await?, self.trainer.model_of(new.after).await?);
        let engines = (self.engine.rehearsal(before), self.engine.rehearsal(after));
        let all = turns.len() as f32;
        let pairs = replay(&engines.0, &engines.1, &turns, &|done| progress(done as f32 / all)).await?;
        let report = report(pairs).about("versions", new.name());
        let evaluation = Evaluation {
            id: EvaluationId::new(),
            kind: EvaluationKind::Replay,
            name: new.name(),
            training_run: new.after,
            turns: turns.len(),
            metrics: report.measures.metrics.clone(),
            counts: report.measures.counts.clone(),
            fell_short: Vec::new(),
            author: author.to_owned(),
            created_at: report.created_at,
        };
        self.store.save(&evaluation, &report.json()?).await?;
        Ok(evaluation)
    }

    async fn turns(&self, excerpt: Excerpt) -> Result<Vec<Recorded>> {
        let recordings = self.recordings.recent(excerpt).await?;
        Ok(recordings.iter().flat_map(|recording| recording.turns()).collect())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_not_held_against_itself() {
        let version = Some(TrainingRunId::new());
        let replay = |before, after| NewReplay { before, after, ..NewReplay::default() };
        assert!(replay(None, None).check().unwrap_err().detail().contains("the same version"));
        assert!(replay(version, version).check().is_err());
        assert!(replay(None, version).check().is_ok());
    }

    #[test]
    fn more_conversations_than_can_be_played_are_refused_with_the_bound() {
        let many = NewReplay {
            after: Some(TrainingRunId::new()),
            conversations: Some(MOST + 1),
            ..NewReplay::default()
        };
        assert!(many.check().unwrap_err().detail().contains("1 to 2000"));
    }
}
