//! Colleagues who help in a conversation: they see it, hear of it and write into it. It stays with its agent, and with
//! their capacity. Who is invited sees this one conversation, also when it is a closed team's: whoever has it decides.

use crate::domain::{Conversation, ConversationId, Role, User, UserId};
use crate::error::{Error, Result};

use super::{Chat, plans};

impl Chat {
    /// Asks a colleague to help.
    ///
    /// # Errors
    /// [`crate::error::Code::InvalidInput`] for somebody who may not speak to visitors, and beyond ten guests;
    /// [`crate::error::Code::Forbidden`] for whoever neither has the conversation nor is a supervisor.
    pub async fn invite(&self, user: &User, id: ConversationId, guest: UserId) -> Result<Conversation> {
        plans::require_agent(user)?;
        let guest = self.staff().user(guest).await?;
        if guest.role < Role::Agent {
            return Err(Error::invalid(format!("{} may not write to visitors", guest.name)));
        }
        let user = user.clone();
        self.step(id, false, move |head| plans::invite(head, &user, &guest)).await
    }

    /// A colleague who helped leaves: by themselves, or sent away by whoever has the conversation.
    pub async fn dismiss(&self, user: &User, id: ConversationId, guest: UserId) -> Result<Conversation> {
        plans::require_agent(user)?;
        let user = user.clone();
        self.step(id, false, move |head| plans::dismiss(head, &user, guest)).await
    }
}
