//! Events in words: the object it is about, and `event`. In our own shapes, or in Chatwoot's.
//!
//! Pure. A conversation is shown as it is when the event is told, with the status that the event gave it; `changed`
//! says what it was before.

use std::str::FromStr;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::domain::{Conversation, Message, SenderKind, Status, Visitor};
use crate::error::{Error, Result};

use super::WebhookFormat;
use super::store::Happening;

macro_rules! events {
    ($($(#[$doc:meta])* $event:ident = $name:literal),* $(,)?) => {
        /// What can be told.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
        pub enum Event { $($(#[$doc])* #[serde(rename = $name)] $event,)* }

        impl Event {
            /// The name on the wire and in the database.
            pub const fn as_str(self) -> &'static str { match self { $(Event::$event => $name,)* } }
        }

        impl FromStr for Event {
            type Err = String;
            fn from_str(name: &str) -> Result<Self, String> {
                match name { $($name => Ok(Event::$event),)* _ => Err(format!("there is no event `{name}`")) }
            }
        }
    };
}

events! {
    /// The first message of a conversation was stored.
    ConversationCreated = "conversation_created",
    /// Status, owner or tags changed.
    ConversationUpdated = "conversation_updated",
    ConversationStatusChanged = "conversation_status_changed",
    /// A message was stored, whoever wrote it.
    MessageCreated = "message_created",
    /// A visitor said whether an answer helped.
    MessageUpdated = "message_updated",
    ContactCreated = "contact_created",
    ContactUpdated = "contact_updated",
    /// A visitor opened the chat.
    WebwidgetTriggered = "webwidget_triggered",
    /// A person was asked for.
    HandoffRequested = "handoff_requested",
    /// Somebody became responsible.
    ConversationAssigned = "conversation_assigned",
    /// A visitor rated the conversation.
    CsatReceived = "csat_received",
    /// Sent by hand, to try a receiver.
    Ping = "ping",
}

/// What an event is told with.
pub(super) struct Scene<'a> {
    pub happening: &'a Happening,
    pub conversation: &'a Conversation,
    pub message: Option<&'a Message>,
}

impl Scene<'_> {
    /// The body.
    pub(super) fn body(&self, format: WebhookFormat) -> Result<String> {
        let mut body = match format {
            WebhookFormat::Zhike => self.ours()?,
            WebhookFormat::Chatwoot => self.chatwoot(),
        };
        let object = body.as_object_mut().ok_or_else(|| Error::internal("an event is not an object"))?;
        object.insert("event".into(), json!(self.happening.event.as_str()));
        Ok(body.to_string())
    }

    /// The status the event left behind.
    fn status(&self) -> Status {
        let then = self.happening.detail.get("status").and_then(Value::as_str).and_then(Status::parse);
        then.unwrap_or(self.conversation.status)
    }

    fn former_status(&self) -> Option<Status> {
        self.happening.detail.get("previous_status").and_then(Value::as_str).and_then(Status::parse)
    }

    fn ours(&self) -> Result<Value> {
        let mut conversation = value(self.conversation)?;
        conversation["status"] = json!(self.status().as_str());
        let detail = &self.happening.detail;
        let mut body = match self.happening.event {
            Event::MessageCreated | Event::MessageUpdated => {
                let mut message = self.message.map(value).transpose()?.unwrap_or_else(|| json!({}));
                message["conversation"] = conversation;
                if self.happening.event == Event::MessageUpdated {
                    message["feedback"] = detail.clone();
                }
                return Ok(message);
            }
            Event::ContactCreated | Event::ContactUpdated => value(&self.conversation.visitor)?,
            Event::WebwidgetTriggered => json!({
                "visitor": self.conversation.visitor, "page": self.conversation.page, "conversation": conversation,
            }),
            Event::CsatReceived => {
                json!({"score": detail["score"], "comment": detail["comment"], "conversation": conversation})
            }
            _ => conversation,
        };
        if let Some(former) = self.former_status() {
            body["changed"] = json!({"status": {"from": former.as_str(), "to": self.status().as_str()}});
        }
        Ok(body)
    }

    fn chatwoot(&self) -> Value {
        match self.happening.event {
            Event::MessageCreated | Event::MessageUpdated => self.chatwoot_message(),
            Event::ContactCreated | Event::ContactUpdated => contact(&self.conversation.visitor),
            Event::WebwidgetTriggered => json!({
                "contact": contact(&self.conversation.visitor),
                "current_conversation": self.chatwoot_conversation(),
                "event_info": {"referer": self.conversation.page.as_ref().map(|page| &page.url)},
            }),
            Event::CsatReceived => json!({
                "rating": self.happening.detail["score"],
                "feedback_message": self.happening.detail["comment"],
                "conversation": self.chatwoot_conversation(),
            }),
            _ => self.chatwoot_conversation(),
        }
    }

    fn chatwoot_message(&self) -> Value {
        let Some(message) = self.message else {
            return json!({"conversation": self.chatwoot_conversation()});
        };
        let kind = match message.sender.kind {
            SenderKind::Visitor => "incoming",
            SenderKind::Bot | SenderKind::Agent => "outgoing",
            SenderKind::System => "activity",
        };
        let sender = match message.sender.kind {
            SenderKind::Visitor => contact(&self.conversation.visitor),
            SenderKind::Bot => json!({"type": "agent_bot", "name": message.sender.name}),
            SenderKind::Agent => {
                json!({"type": "user", "id": message.sender.id, "name": message.sender.name})
            }
            SenderKind::System => Value::Null,
        };
        json!({
            "id": message.id,
            "content": message.content.as_text(),
            "content_type": "text",
            "message_type": kind,
            "private": false,
            "source_id": message.client_id,
            "created_at": message.created_at,
            "sender": sender,
            "conversation": self.chatwoot_conversation(),
        })
    }

    fn chatwoot_conversation(&self) -> Value {
        let c = self.conversation;
        let mut body = json!({
            "id": c.id,
            "channel": "Channel::WebWidget",
            "status": chatwoot_status(self.status()),
            "labels": c.tags,
            "meta": {
                "sender": contact(&c.visitor),
                "assignee": c.assignee.as_ref().map(|a| json!({"id": a.id, "name": a.name, "type": "user"})),
            },
            "waiting_since": c.waiting_since.map_or(0, |at| at.as_second()),
            "created_at": c.created_at.as_second(),
            "timestamp": self.happening.at.as_second(),
        });
        if let Some(former) = self.former_status() {
            let (previous, current) = (chatwoot_status(former), chatwoot_status(self.status()));
            body["changed_attributes"] =
                json!([{"status": {"previous_value": previous, "current_value": current}}]);
        }
        body
    }
}

const fn chatwoot_status(status: Status) -> &'static str {
    match status {
        Status::Bot => "pending",
        Status::Waiting | Status::Serving | Status::Transferring => "open",
        Status::Closed => "resolved",
    }
}

fn contact(visitor: &Visitor) -> Value {
    json!({
        "type": "contact",
        "id": visitor.id,
        "identifier": visitor.external_id,
        "name": visitor.name,
        "email": visitor.email,
        "phone_number": visitor.phone,
    })
}

fn value<T: Serialize>(object: &T) -> Result<Value> {
    serde_json::to_value(object)
        .map_err(|e| Error::internal(format!("an event cannot be written as JSON: {e}")))
}
