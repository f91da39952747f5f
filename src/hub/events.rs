//! What happened in a conversation, as frames for those whom it concerns.

use crate::chat::{ChatEvent, Listener};
use crate::domain::{Conversation, Message};

use super::abroad::{Delivery, To};
use super::frames::{ConversationHead, ServerFrame};
use super::local::{Hub, Push};

impl Listener for Hub {
    fn happened(&self, event: &ChatEvent) {
        match event {
            ChatEvent::Message { route, message } => {
                self.deliver(To::Everybody(route.clone()), || message_push(message));
            }
            ChatEvent::Delta { route, message, index, text } => {
                let (conversation_id, message_id, index) = (route.conversation, *message, *index);
                self.deliver(To::Everybody(route.clone()), || {
                    let frame = ServerFrame::MessageDelta { conversation_id, message_id, index, text };
                    Push::Other(frame.to_text())
                });
            }
            ChatEvent::Conversation { route, conversation } => {
                let (visitor, staff) = conversation_pushes(conversation);
                self.to_visitor(conversation.id, visitor);
                self.to_staff_of(route, staff);
            }
            ChatEvent::Suggestions { route, items } => self.to_staff_of(route, || {
                Push::Other(ServerFrame::Suggestions { conversation_id: route.conversation, items }.to_text())
            }),
            ChatEvent::Queue(queue) => {
                self.tell(|| Delivery::Queue(queue.clone()));
                self.queue_here(queue);
            }
            ChatEvent::Presence { user, state } => self
                .to_staff(|| Push::News(ServerFrame::Presence { user_id: *user, state: *state }.to_text())),
            ChatEvent::VisitorMoved(from) => {
                self.tell(|| Delivery::VisitorMoved(*from));
                self.end_visitor(*from);
            }
            ChatEvent::SignedOut(gone) => {
                self.tell(|| Delivery::SignedOut(*gone));
                self.cut(|user, _| user == *gone);
            }
            ChatEvent::SessionEnded(ended) => {
                self.tell(|| Delivery::SessionEnded(ended.clone()));
                self.end_session(ended);
            }
        }
    }
}

/// A stored message, for connections.
pub(super) fn message_push(message: &Message) -> Push {
    let conversation = message.conversation_id;
    let text = ServerFrame::MessageCreated { conversation_id: conversation, message }.to_text();
    Push::Message { conversation, seq: message.seq, text }
}

/// What the visitor sees of a conversation, and what staff do.
pub(super) fn conversation_pushes(
    conversation: &Conversation,
) -> (impl FnOnce() -> Push, impl FnOnce() -> Push) {
    let visitor = move || {
        let conversation = ConversationHead::from(conversation);
        Push::Other(ServerFrame::ConversationHeadUpdated { conversation }.to_text())
    };
    let staff = move || Push::News(ServerFrame::ConversationUpdated { conversation }.to_text());
    (visitor, staff)
}
