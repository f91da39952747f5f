//! Two visitors who are one person: known by the shop on one device, by a phone number on another.
//!
//! The conversation of the one that is merged ends and stays as it is, numbers and all; it shows the visitor they turned
//! out to be. The other conversation goes on, and every token of both leads there. Connections of old are cut, so that
//! their clients come back and are told where they are.

use crate::domain::{Conversation, ConversationId, User};
use crate::error::{Code, Error, Result};

use super::machine::By;
use super::staff_store::AuditEntry;
use super::store::{ConversationFilter, Head};
use super::{Chat, ChatEvent, plans};

/// Most that are shown as perhaps the same.
const MOST_ALIKE: usize = 5;

impl Chat {
    /// Conversations of visitors who left the same e-mail address or phone number as the one of `id`, as far as `user`
    /// may see them.
    pub async fn alike(&self, user: &User, id: ConversationId) -> Result<Vec<Conversation>> {
        let filter = ConversationFilter {
            hidden: self.hidden_from(user),
            viewer: Some(user.id),
            limit: MOST_ALIKE,
            ..ConversationFilter::default()
        };
        self.store().alike(id, &filter).await
    }

    /// Makes the visitor of `other` the one of `kept`. Who may not see one of the two conversations cannot.
    ///
    /// # Errors
    /// [`Code::NotFound`] for a conversation that does not exist for `user`, [`Code::Conflict`] for visitors who cannot
    /// be one: of different inboxes, with two accounts of the shop, or merged already. What is refused changes nothing.
    pub async fn merge(
        &self,
        user: &User,
        kept: ConversationId,
        other: ConversationId,
    ) -> Result<Conversation> {
        for id in [kept, other] {
            self.check_seen(user, id).await?;
        }
        self.store().check_mergeable(kept, other).await?;
        let (keeps, goes) = (self.conversation(kept).await?, self.conversation(other).await?);
        self.step(other, false, |head| plans::close(head, By::Supervisor, None)).await?;
        let detail = serde_json::json!({
            "conversation": other, "into": kept, "visitor": goes.visitor.id, "into_visitor": keeps.visitor.id,
        });
        let subject = keeps.visitor.id.to_string();
        let audit = AuditEntry::of(Some(user), "visitor.merged", &subject).with(detail);
        self.store().merge_visitors(kept, other, &audit).await?;
        self.append(kept, None, false, |head| Ok(plans::merged(head))).await?;
        self.tell(ChatEvent::VisitorMoved(other));
        self.tell_changed(other).await?;
        self.tell_changed(kept).await
    }
}

/// Nothing is written any more where the visitor has moved on.
pub(super) fn refuse_merged(head: &Head) -> Result<()> {
    if head.merged {
        return Err(Error::new(
            Code::InvalidState,
            "this visitor was merged with another and goes on in that conversation; write there",
        ));
    }
    Ok(())
}
