//! What a client's frames do.

use std::sync::Arc;

use crate::chat::{NewMessage, Posted};
use crate::domain::{ConversationId, Role, SenderKind};
use crate::error::{Error, Result};

use super::frames::{ClientFrame, ServerFrame, Typist, parse};
use super::local::Push;
use super::session::{Gone, Principal, Session, Socket};
use super::writes::Done;

impl<S: Socket> Session<S> {
    /// One frame of the client. What is wrong with it is told to the client; the connection goes on.
    pub(super) async fn frame(&mut self, text: &str) -> Result<(), Gone> {
        let frame = match parse(text) {
            Ok(Some(frame)) => frame,
            Ok(None) => return Ok(()),
            Err(bad) => return self.complain(&bad.error, bad.client_id.as_deref()).await,
        };
        if let ClientFrame::Resume { conversation_id, after_seq } = frame {
            if let Err(e) = self.resume(conversation_id, after_seq).await? {
                self.complain(&e, None).await?;
            }
            return self.flush().await;
        }
        self.end_opening().await?;
        match frame {
            ClientFrame::MessageCreate { conversation_id, message } => {
                self.create(conversation_id, message).await
            }
            ClientFrame::MessageRead { conversation_id, seq } => {
                self.relay(Some(conversation_id), |conversation_id, reader| {
                    ServerFrame::MessageRead { conversation_id, seq, reader }.to_text()
                })
                .await
            }
            ClientFrame::TypingStart { conversation_id } => self.typing(conversation_id, true).await,
            ClientFrame::TypingStop { conversation_id } => self.typing(conversation_id, false).await,
            ClientFrame::Ping { t } => self.send_text(ServerFrame::Pong { t: &t }.to_text()).await,
            ClientFrame::Resume { .. } => Ok(()),
        }
    }

    /// The conversation a frame is about. A visitor can name no other than their own, staff none that they may not see.
    pub(super) async fn conversation_of(&mut self, named: Option<ConversationId>) -> Result<ConversationId> {
        match (&self.principal, named) {
            (Principal::Visitor(pass), None) => Ok(pass.conversation),
            (Principal::Visitor(pass), Some(id)) if id == pass.conversation => Ok(id),
            (Principal::Visitor(_), Some(id)) => Err(Error::not_found("conversation", id)),
            (Principal::Staff { user, .. }, Some(id)) => self.chat.check_seen(user, id).await.map(|()| id),
            (Principal::Staff { .. }, None) => Err(Error::invalid("conversation_id is missing")),
        }
    }

    /// Hands a message to the store. A client that named no conversation it could write to is told at once.
    async fn create(&mut self, named: Option<ConversationId>, new: NewMessage) -> Result<(), Gone> {
        let conversation = match self.conversation_of(named).await {
            Ok(conversation) => conversation,
            Err(e) => return self.complain(&e, Some(&new.client_id)).await,
        };
        let (chat, principal, message) = (self.chat.clone(), self.principal.clone(), new.clone());
        let posting = async move {
            match &principal {
                Principal::Visitor(pass) => chat.post_visitor(pass, &message).await,
                Principal::Staff { user, .. } => chat.post_agent(user, conversation, &message).await,
            }
        };
        self.writes.push(conversation, &new, Box::pin(posting));
        Ok(())
    }

    /// Tells the client that a message is stored, or why it is not.
    pub(super) async fn acknowledge(&mut self, Done { client_id, posted, .. }: Done) -> Result<(), Gone> {
        match posted {
            Ok(Posted { message, .. }) => {
                let (id, seq) = (message.id, message.seq);
                self.send_text(ServerFrame::MessageAccepted { client_id: &client_id, id, seq }.to_text())
                    .await
            }
            Err(e) => self.complain(&e, Some(&client_id)).await,
        }
    }

    async fn typing(&mut self, conversation: Option<ConversationId>, active: bool) -> Result<(), Gone> {
        self.relay(conversation, |conversation_id, sender| {
            ServerFrame::Typing { conversation_id, sender, active }.to_text()
        })
        .await
    }

    /// Tells the other side: what a visitor does goes to staff, what an agent does to the visitor.
    async fn relay(
        &mut self,
        named: Option<ConversationId>,
        frame: impl FnOnce(ConversationId, Typist) -> Arc<str>,
    ) -> Result<(), Gone> {
        let id = match self.conversation_of(named).await {
            Ok(id) => id,
            Err(e) => return self.complain(&e, None).await,
        };
        match &self.principal {
            Principal::Visitor(pass) => {
                let visitor = Typist { kind: SenderKind::Visitor, name: pass.visitor.name.clone() };
                let push = || Push::Other(frame(id, visitor));
                match self.chat.closed_route(id).await {
                    Ok(None) => self.hub.to_staff(push),
                    Ok(Some(route)) => self.hub.to_staff_of(&route, push),
                    Err(e) => tracing::debug!(conversation = %id, error = %e, "typing was not passed on"),
                }
            }
            Principal::Staff { user, .. } if user.role >= Role::Agent => {
                let agent = Typist { kind: SenderKind::Agent, name: Some(user.name.clone()) };
                self.hub.to_visitor(id, || Push::Other(frame(id, agent)));
            }
            // Viewers are not seen.
            Principal::Staff { .. } => {}
        }
        Ok(())
    }
}
