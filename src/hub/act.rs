//! What a client's frames do.

use std::sync::Arc;

use crate::chat::{NewMessage, Posted, Reader};
use crate::domain::{ConversationId, Role, SenderKind};
use crate::error::{Error, Result};

use super::frames::{ClientFrame, ServerFrame, Who, parse};
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
            ClientFrame::MessageRead { conversation_id, seq } => self.read(conversation_id, seq).await,
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

    async fn typing(&mut self, named: Option<ConversationId>, active: bool) -> Result<(), Gone> {
        let conversation_id = match self.conversation_of(named).await {
            Ok(id) => id,
            Err(e) => return self.complain(&e, None).await,
        };
        let frame = ServerFrame::Typing { conversation_id, sender: self.who(), active };
        self.tell_other_side(conversation_id, frame.to_text()).await;
        Ok(())
    }

    /// Notes how far was read, and tells the reader's other devices and the other side.
    async fn read(&mut self, named: ConversationId, seq: i64) -> Result<(), Gone> {
        let conversation_id = match self.conversation_of(Some(named)).await {
            Ok(id) => id,
            Err(e) => return self.complain(&e, None).await,
        };
        // Nobody has read what was not said yet.
        let last = self.chat.last_seq(conversation_id).await;
        let seq = match last {
            Ok(last) => seq.clamp(0, last),
            Err(e) => return self.complain(&e, None).await,
        };
        let text = ServerFrame::MessageRead { conversation_id, seq, reader: self.who() }.to_text();
        let push = || Push::Other(text.clone());
        let reader = match &self.principal {
            Principal::Visitor(_) => {
                self.hub.to_visitor(conversation_id, push);
                Reader::Visitor
            }
            Principal::Staff { user, .. } => {
                self.hub.to_member(user.id, push);
                Reader::staff(user)
            }
        };
        self.chat.note_read(conversation_id, reader, seq);
        self.tell_other_side(conversation_id, text).await;
        Ok(())
    }

    fn who(&self) -> Who {
        match &self.principal {
            Principal::Visitor(pass) => {
                Who { kind: SenderKind::Visitor, id: None, name: pass.visitor.name.clone() }
            }
            Principal::Staff { user, .. } => {
                Who { kind: SenderKind::Agent, id: Some(user.id), name: Some(user.name.clone()) }
            }
        }
    }

    /// What a visitor does goes to staff, what an agent does to the visitor.
    async fn tell_other_side(&mut self, id: ConversationId, text: Arc<str>) {
        let push = || Push::Other(text);
        match &self.principal {
            Principal::Visitor(_) => match self.chat.closed_route(id).await {
                Ok(None) => self.hub.to_staff(push),
                Ok(Some(route)) => self.hub.to_staff_of(&route, push),
                Err(e) => tracing::debug!(conversation = %id, error = %e, "staff were not told"),
            },
            Principal::Staff { user, .. } if user.role >= Role::Agent => self.hub.to_visitor(id, push),
            // Viewers are not seen.
            Principal::Staff { .. } => {}
        }
    }
}
