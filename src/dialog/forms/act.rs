//! Doing what was confirmed: once, under one key, on record before it is sent, and never told as done unless the
//! system said so.

use jiff::Timestamp;

use super::declare::{FormSpec, SubjectSpec};
use super::locate::Located;
use super::scene::{Outcome, Scene};
use super::words::Facts;
use crate::dialog::systems::{Call, Reply, Trouble, VISITOR};
use crate::domain::{Act, ActionOutcome, ActionRecord, DialogState, Waits};
use crate::error::Result;
use crate::policy::Reason;

impl Scene<'_> {
    /// The visitor said yes.
    pub(super) async fn confirm(&self, state: &mut DialogState) -> Outcome {
        let Some(mut open) = state.form.take() else { return self.lost() };
        let (Some((form, subject)), Waits::Confirm { key }) = (self.declared(&open.name), open.waits.clone())
        else {
            return self.lost();
        };
        let Some(operation) = &form.operation else { return self.lost() };
        // Between question and yes the world goes on: whose it is and whether it is possible is looked at again.
        let record = match self.locate(subject, &mut open, state, true).await {
            Located::Is { record, .. } => record,
            Located::Says { outcome, .. } => return outcome,
        };
        let mut facts = Facts::default();
        facts.add_record(&subject.name, &record);
        facts.add_values(&open.values);
        let action = self.action(form, operation, subject, &facts, key);
        let sent = match self.send(form, &facts, &action).await {
            Ok(sent) => sent,
            Err(e) => {
                tracing::error!("an action was not sent because it could not be recorded: {e}");
                return Outcome::person(self.phrases().system_silent(), "system_silent");
            }
        };
        self.tell(form, facts, &action, sent, state)
    }

    fn action(
        &self,
        form: &FormSpec,
        operation: &str,
        subject: &SubjectSpec,
        facts: &Facts,
        key: String,
    ) -> ActionRecord {
        let mut params = facts.params(&subject.name);
        params.extend(self.visitor.map(|visitor| (VISITOR.to_owned(), visitor.to_owned())));
        ActionRecord {
            key,
            form: form.name.clone(),
            operation: operation.to_owned(),
            subject: params.get(&subject.id).cloned().unwrap_or_default(),
            visitor: self.visitor.map(str::to_owned),
            conversation_id: self.conversation,
            params,
            outcome: ActionOutcome::Begun,
            begun_at: Timestamp::now(),
            ended_at: None,
        }
    }

    /// Records and sends it. A turn that is done again after it was cut off sends it again under the same key, which
    /// the system answers with what it did the first time; where the system knows no keys, somebody has to look.
    async fn send(&self, form: &FormSpec, facts: &Facts, action: &ActionRecord) -> Result<Sent> {
        let again = self.actions.begun(&action.key).await?;
        if again && !self.systems.repeatable(&action.operation) {
            self.actions.end(&action.key, ActionOutcome::Unconfirmed).await?;
            return Ok(Sent::Answered(Err(Trouble::Late)));
        }
        if !again && !facts.meet(&form.allowed) {
            return Ok(Sent::NotAllowed);
        }
        self.actions.begin(action).await?;
        let call = Call {
            operation: action.operation.clone(),
            params: action.params.clone(),
            deadline: self.deadline,
            idempotency_key: Some(action.key.clone()),
            fresh: true,
        };
        let answered = self.systems.call(call).await;
        if let Err(e) = self.actions.end(&action.key, outcome(&answered)).await {
            tracing::error!(key = %action.key, "how an action ended could not be recorded: {e}");
        }
        Ok(Sent::Answered(answered))
    }

    fn tell(
        &self,
        form: &FormSpec,
        mut facts: Facts,
        action: &ActionRecord,
        sent: Sent,
        state: &mut DialogState,
    ) -> Outcome {
        let title = form.title.text(self.lang);
        let act = |confirmed: bool| Act {
            form: form.name.clone(),
            operation: action.operation.clone(),
            key: action.key.clone(),
            confirmed,
            text: self.phrases().act(title, &action.subject, confirmed),
        };
        let answered = match sent {
            Sent::Answered(answered) => answered,
            Sent::NotAllowed => {
                let text = self.writing().fill(form.refused.text(self.lang), &facts);
                let text = text.unwrap_or_else(|| self.phrases().not_possible().to_owned());
                return self.resume(state, Outcome::said(text));
            }
        };
        let ended = outcome(&answered);
        match ended {
            ActionOutcome::Done => {
                if let Some(result) = answered.ok().as_ref().and_then(|reply| reply.records.first()) {
                    facts.add_record("result", result);
                }
                let text = self.writing().fill(form.done.text(self.lang), &facts);
                let text = text.unwrap_or_else(|| self.phrases().act(title, &action.subject, true));
                self.resume(state, Outcome { acts: vec![act(true)], ..Outcome::said(text) })
            }
            ActionOutcome::Refused => {
                let choices = vec![self.phrases().person()];
                self.resume(state, Outcome { choices, ..Outcome::said(self.phrases().not_possible()) })
            }
            ActionOutcome::NotSent => Outcome::person(self.phrases().system_silent(), "system_silent"),
            ActionOutcome::Begun | ActionOutcome::Unconfirmed => Outcome {
                acts: vec![act(false)],
                ..Outcome::person(self.phrases().unconfirmed(), "action_unconfirmed")
            },
        }
    }

    fn lost(&self) -> Outcome {
        Outcome::person(self.phrases().needs_order(), Reason::Business.as_str())
    }
}

/// What became of an action.
enum Sent {
    /// The shop's own rule does not allow it; nothing was sent.
    NotAllowed,
    Answered(std::result::Result<Reply, Trouble>),
}

/// Only a record that passed the connector's checks confirms anything; a call that broke off may have been heard.
fn outcome(answered: &std::result::Result<Reply, Trouble>) -> ActionOutcome {
    match answered {
        Ok(reply) if !reply.records.is_empty() => ActionOutcome::Done,
        Err(Trouble::Refused) => ActionOutcome::Refused,
        Err(Trouble::Undeclared | Trouble::Unavailable) => ActionOutcome::NotSent,
        Ok(_) | Err(Trouble::Late | Trouble::Failed(_) | Trouble::Broken(_)) => ActionOutcome::Unconfirmed,
    }
}
