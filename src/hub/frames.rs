//! The frames of a WebSocket, exactly as clients see them: JSON text, one object a frame, `type` first.
//!
//! Frames of an unknown type are ignored, so that newer clients can talk to older servers. A known type with the
//! wrong fields is an error that names what is wrong.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::chat::{NewMessage, Place};
use crate::domain::{
    Assignee, Conversation, ConversationId, Message, MessageId, PresenceState, Reads, SenderKind, Status,
    Suggestion, User, UserId, VisitorId,
};
use crate::error::{Code, Error};

/// What a client may send.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(tag = "type")]
pub enum ClientFrame {
    /// Sends a message. Staff name the conversation; a visitor has only one.
    #[serde(rename = "message.create")]
    MessageCreate {
        #[serde(default)]
        conversation_id: Option<ConversationId>,
        #[serde(flatten)]
        message: NewMessage,
    },
    /// Everything after `after_seq`, in order.
    #[serde(rename = "resume")]
    Resume { conversation_id: ConversationId, after_seq: i64 },
    /// The reader has seen everything up to `seq`.
    #[serde(rename = "message.read")]
    MessageRead { conversation_id: ConversationId, seq: i64 },
    #[serde(rename = "typing.start")]
    TypingStart {
        #[serde(default)]
        conversation_id: Option<ConversationId>,
    },
    #[serde(rename = "typing.stop")]
    TypingStop {
        #[serde(default)]
        conversation_id: Option<ConversationId>,
    },
    /// Answered by `pong` with the same `t`.
    #[serde(rename = "ping")]
    Ping {
        #[serde(default)]
        t: Value,
    },
}

/// The types [`ClientFrame`] knows.
const KNOWN: [&str; 6] = ["message.create", "resume", "message.read", "typing.start", "typing.stop", "ping"];

/// A frame that could not be understood; `client_id` tells the sender which message it was about.
#[derive(Debug)]
pub struct FrameError {
    pub error: Error,
    pub client_id: Option<String>,
}

/// Reads one frame. `None` for an unknown type.
pub fn parse(text: &str) -> Result<Option<ClientFrame>, FrameError> {
    let malformed =
        |detail: String, client_id| FrameError { error: Error::new(Code::MalformedBody, detail), client_id };
    let value: Value =
        serde_json::from_str(text).map_err(|e| malformed(format!("the frame is not JSON: {e}"), None))?;
    let client_id = value.get("client_id").and_then(Value::as_str).map(str::to_owned);
    let Some(name) = value.get("type").and_then(Value::as_str).map(str::to_owned) else {
        return Err(malformed("a frame is an object with a text `type`".to_owned(), client_id));
    };
    if !KNOWN.contains(&name.as_str()) {
        return Ok(None);
    }
    let frame = serde_json::from_value(value);
    frame.map(Some).map_err(|e| malformed(format!("frame `{name}`: {e}"), client_id))
}

/// A conversation as its visitor sees it: tags, reasons and other internal matters stay inside.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ConversationHead {
    pub id: ConversationId,
    pub status: Status,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assignee: Option<Assignee>,
    pub version: i64,
    pub last_seq: i64,
}

impl From<&Conversation> for ConversationHead {
    fn from(c: &Conversation) -> Self {
        Self {
            id: c.id,
            status: c.status,
            assignee: c.assignee.clone(),
            version: c.version,
            last_seq: c.last_seq,
        }
    }
}

/// The visitor of a `hello`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct VisitorRef {
    pub id: VisitorId,
}

/// Who is typing or reading.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Who {
    pub kind: SenderKind,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<UserId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// What the server sends.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "type")]
pub enum ServerFrame<'a> {
    /// The first frame of every connection.
    #[serde(rename = "hello")]
    Hello {
        #[serde(skip_serializing_if = "Option::is_none")]
        visitor: Option<VisitorRef>,
        #[serde(skip_serializing_if = "Option::is_none")]
        user: Option<&'a User>,
        #[serde(skip_serializing_if = "Option::is_none")]
        conversation: Option<ConversationHead>,
        #[serde(skip_serializing_if = "Option::is_none")]
        last_seq: Option<i64>,
        /// How far the visitor's conversation was read meanwhile.
        #[serde(flatten, skip_serializing_if = "Option::is_none")]
        reads: Option<Reads>,
    },
    /// The message is durable.
    #[serde(rename = "message.accepted")]
    MessageAccepted { client_id: &'a str, id: MessageId, seq: i64 },
    #[serde(rename = "message.created")]
    MessageCreated { conversation_id: ConversationId, message: &'a Message },
    /// The next piece, from 0, of an answer on its way; the message of this id replaces them all.
    #[serde(rename = "message.delta")]
    MessageDelta { conversation_id: ConversationId, message_id: MessageId, index: usize, text: &'a str },
    /// To staff: the whole conversation.
    #[serde(rename = "conversation.updated")]
    ConversationUpdated { conversation: &'a Conversation },
    /// To visitors: what concerns them.
    #[serde(rename = "conversation.updated")]
    ConversationHeadUpdated { conversation: ConversationHead },
    #[serde(rename = "suggestions")]
    Suggestions { conversation_id: ConversationId, items: &'a [Suggestion] },
    #[serde(rename = "typing")]
    Typing { conversation_id: ConversationId, sender: Who, active: bool },
    #[serde(rename = "message.read")]
    MessageRead { conversation_id: ConversationId, seq: i64, reader: Who },
    #[serde(rename = "presence")]
    Presence { user_id: UserId, state: PresenceState },
    /// To a waiting visitor: their `position`, from 1, and in how many seconds it may be their turn. To staff: how many
    /// are `waiting`.
    #[serde(rename = "queue")]
    Queue {
        #[serde(skip_serializing_if = "Option::is_none")]
        conversation_id: Option<ConversationId>,
        #[serde(skip_serializing_if = "Option::is_none")]
        position: Option<usize>,
        #[serde(skip_serializing_if = "Option::is_none")]
        eta_s: Option<u64>,
        #[serde(skip_serializing_if = "Option::is_none")]
        waiting: Option<usize>,
    },
    #[serde(rename = "error")]
    Error {
        code: &'static str,
        detail: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        client_id: Option<&'a str>,
    },
    #[serde(rename = "pong")]
    Pong { t: &'a Value },
}

impl ServerFrame<'_> {
    /// Where a visitor stands in the queue.
    pub fn place(conversation: ConversationId, place: Place) -> Self {
        let (position, eta_s) = (Some(place.position), place.eta_s);
        Self::Queue { conversation_id: Some(conversation), position, eta_s, waiting: None }
    }

    /// How many wait, for staff.
    pub fn queue(waiting: usize) -> Self {
        Self::Queue { conversation_id: None, position: None, eta_s: None, waiting: Some(waiting) }
    }

    /// The frame as it goes over the wire.
    pub fn to_text(&self) -> Arc<str> {
        match serde_json::to_string(self) {
            Ok(text) => text.into(),
            Err(e) => {
                tracing::error!(error = %e, "a frame could not be written as JSON");
                r#"{"type":"error","code":"internal","detail":"a frame could not be written"}"#.into()
            }
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_frames_of_the_contract_are_read() {
        let id = ConversationId::new();
        let frame = parse(&format!(r#"{{"type":"resume","conversation_id":"{id}","after_seq":7}}"#)).unwrap();
        assert_eq!(frame, Some(ClientFrame::Resume { conversation_id: id, after_seq: 7 }));
        let frame =
            parse(r#"{"type":"message.create","client_id":"a","text":"运费多少","later":1}"#).unwrap();
        let Some(ClientFrame::MessageCreate { conversation_id: None, message }) = frame else {
            unreachable!()
        };
        assert_eq!((message.client_id.as_str(), message.text.as_deref()), ("a", Some("运费多少")));
        let typing = parse(r#"{"type":"typing.start"}"#).unwrap();
        assert_eq!(typing, Some(ClientFrame::TypingStart { conversation_id: None }));
    }

    #[test]
    fn unknown_types_are_ignored_and_wrong_fields_are_named() {
        assert_eq!(parse(r#"{"type":"dance","tempo":120}"#).unwrap(), None);
        let wrong = parse(r#"{"type":"message.create","client_id":"c7","text":5}"#).unwrap_err();
        assert_eq!(wrong.client_id.as_deref(), Some("c7"));
        assert_eq!(wrong.error.code(), Code::MalformedBody);
        assert!(wrong.error.detail().contains("message.create"), "{}", wrong.error);
        for text in ["", "{", "[]", "7", r#"{"no":"type"}"#, r#"{"type":5}"#] {
            assert_eq!(parse(text).unwrap_err().error.code(), Code::MalformedBody, "{text}");
        }
    }

    #[test]
    fn the_type_comes_first_in_every_frame() {
        let t = Value::from(5);
        assert_eq!(&*ServerFrame::Pong { t: &t }.to_text(), r#"{"type":"pong","t":5}"#);
        let error = ServerFrame::Error { code: "not_found", detail: "no", client_id: None };
        assert_eq!(&*error.to_text(), r#"{"type":"error","code":"not_found","detail":"no"}"#);
    }
}
