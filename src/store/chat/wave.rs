//! Some writes of a group: what they are about, read at once, and what their plans decide, one after the other.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use jiff::Timestamp;

use crate::chat::{Change, ClientKey, Closing, Draft, Head, WriteRequest, Written};
use crate::domain::{ConversationId, DialogState, Message, SenderKind, Status};
use crate::error::{Error, Result};
use crate::store::database_error;
use crate::store::sql::{Bind, Builder, Tx, query_scalar};

use super::rows::{HeadRow, MessageRow, head_query, message_columns};

/// A conversation in the course of a wave.
pub(super) struct Known {
    /// As it is in the database.
    pub before: Head,
    /// As the plans have left it so far.
    pub after: Head,
    /// Number of the newest visitor message.
    pub visitor_seq: i64,
    /// Whether a visitor wrote something in this wave.
    pub asked: bool,
    /// Whether any plan has changed something.
    pub touched: bool,
    /// Whether more changed than what new messages change: the next plan must see it as the database tells it.
    unlike: bool,
}

/// One write after its plan has decided.
pub(super) enum Decided {
    /// Nothing is to be written.
    Done(Box<Result<Written>>),
    Write(Box<Decision>),
}

/// What a plan wants written.
pub(super) struct Decision {
    pub before: Head,
    pub after: Head,
    pub messages: Vec<Arc<Message>>,
    /// The state of the dialog: a new one, or none any more.
    pub state: Option<Option<Box<DialogState>>>,
    pub tags: Vec<String>,
    pub closing: Option<Closing>,
    pub unanswered: Option<i64>,
}

type Key = (ConversationId, ClientKey);

/// Writes that are decided together.
pub(super) struct Wave {
    pub conversations: HashMap<ConversationId, Known>,
    pub decided: Vec<Decided>,
    pub now: Timestamp,
    stored: HashMap<Key, Arc<Message>>,
    waiting: usize,
}

impl Wave {
    /// Reads what the plans will ask for.
    pub async fn read(conn: &mut Tx, requests: &[&WriteRequest]) -> Result<Self> {
        let conversations = heads(conn, requests).await?;
        let stored = stored(conn, requests).await?;
        let waiting = if requests.iter().any(|r| r.count_queue) { waiting(conn).await? } else { 0 };
        let decided = Vec::with_capacity(requests.len());
        Ok(Self { conversations, decided, now: Timestamp::now(), stored, waiting })
    }

    /// Whether this request needs the database to hold what the wave has decided so far.
    pub fn must_be_written_before(&self, request: &WriteRequest) -> bool {
        self.conversations.get(&request.conversation).is_some_and(|known| known.unlike)
    }

    /// Lets the request's plan decide on the conversation as it is by now.
    pub fn decide(&mut self, request: &WriteRequest) {
        let decided = self.decision(request);
        self.decided.push(decided);
    }

    fn decision(&mut self, request: &WriteRequest) -> Decided {
        let Some(known) = self.conversations.get_mut(&request.conversation) else {
            return done(Err(Error::not_found("conversation", request.conversation)));
        };
        let mut head = known.after.clone();
        let key = request.key.as_ref().map(|key| (request.conversation, key.clone()));
        if let Some(message) = key.as_ref().and_then(|key| self.stored.get(key)) {
            let messages = vec![message.clone()];
            return done(Ok(Written { head, messages, conversation: None, repeated: true }));
        }
        head.queue_length = if request.count_queue { self.waiting } else { 0 };
        let change = match (request.plan)(&head) {
            Ok(change) if change == Change::default() => {
                let written = Written { head, messages: Vec::new(), conversation: None, repeated: false };
                return done(Ok(written));
            }
            Ok(change) => change,
            Err(refused) => return done(Err(refused)),
        };
        let decision = known.take(head, change, self.now);
        if let (Some(key), Some(message)) = (key, decision.messages.first()) {
            self.stored.insert(key, message.clone());
        }
        let is_waiting = |head: &Head| head.ownership.status == Status::Waiting;
        match (is_waiting(&decision.before), is_waiting(&decision.after)) {
            (false, true) => self.waiting += 1,
            (true, false) => self.waiting = self.waiting.saturating_sub(1),
            _ => {}
        }
        Decided::Write(Box::new(decision))
    }
}

impl Known {
    fn take(&mut self, before: Head, change: Change, now: Timestamp) -> Decision {
        let changed_hands = change.ownership.is_some();
        let messages: Vec<Arc<Message>> = (1..)
            .zip(change.drafts)
            .map(|(i, draft)| Arc::new(numbered(draft, before.id, before.last_seq + i, now)))
            .collect();
        let asked = messages.iter().filter(|m| m.sender.kind == SenderKind::Visitor).map(|m| m.seq).max();
        let after = Head {
            ownership: change.ownership.unwrap_or_else(|| before.ownership.clone()),
            version: before.version + i64::from(changed_hands),
            last_seq: messages.last().map_or(before.last_seq, |m| m.seq),
            bot_seq: change.bot_seq.unwrap_or(before.bot_seq),
            context_seq: change.context_seq.unwrap_or(before.context_seq),
            ..before.clone()
        };
        self.asked |= asked.is_some();
        self.visitor_seq = asked.unwrap_or(self.visitor_seq);
        self.touched = true;
        self.unlike = changed_hands || !change.tags.is_empty() || before.last_seq == 0;
        self.after = after.clone();
        let ended = after.context_seq != before.context_seq || after.ownership.status == Status::Closed;
        let state = (change.state.is_some() || ended).then(|| change.state.filter(|_| !ended));
        let (tags, closing, unanswered) = (change.tags, change.closing, change.unanswered);
        Decision { before, after, messages, state, tags, closing, unanswered }
    }
}

fn done(result: Result<Written>) -> Decided {
    Decided::Done(Box::new(result))
}

impl Decision {
    pub fn changed_hands(&self) -> bool {
        self.after.version != self.before.version
    }
}

fn numbered(draft: Draft, conversation_id: ConversationId, seq: i64, created_at: Timestamp) -> Message {
    let Draft { id, client_id, sender, content, citations } = draft;
    Message { id, conversation_id, seq, client_id, sender, content, citations, created_at }
}

async fn heads(conn: &mut Tx, requests: &[&WriteRequest]) -> Result<HashMap<ConversationId, Known>> {
    let ids: BTreeSet<String> = requests.iter().map(|r| r.conversation.to_string()).collect();
    let mut query = Builder::new(concat!(head_query!(), "WHERE c.id IN ("));
    query.push_list(ids).push(")");
    let rows: Vec<HeadRow> = query.build_query_as().fetch_all(conn).await.map_err(database_error)?;
    let known = |row: HeadRow| {
        let visitor_seq = row.visitor_seq;
        let before = row.into_head()?;
        let (asked, touched, unlike) = (false, false, false);
        Ok((before.id, Known { after: before.clone(), before, visitor_seq, asked, touched, unlike }))
    };
    rows.into_iter().map(known).collect()
}

/// The messages that are stored already under the senders' own names for them.
async fn stored(conn: &mut Tx, requests: &[&WriteRequest]) -> Result<HashMap<Key, Arc<Message>>> {
    let keys: Vec<(ConversationId, &ClientKey)> =
        requests.iter().filter_map(|r| Some((r.conversation, r.key.as_ref()?))).collect();
    if keys.is_empty() {
        return Ok(HashMap::new());
    }
    let mut query = Builder::new("WITH k (conversation, kind, sender, client) AS (");
    query.push_rows(keys.iter().map(|(conversation, key)| {
        let kind = key.kind.as_str();
        [
            conversation.to_string().into_value(),
            kind.into_value(),
            (&key.sender_id).into_value(),
            (&key.client_id).into_value(),
        ]
    }));
    query.push(concat!(
        ") SELECT ",
        message_columns!(),
        " FROM k JOIN messages m ON m.conversation_id = k.conversation AND m.sender_kind = k.kind \
         AND m.sender_id = k.sender AND m.client_id = k.client AND m.client_id IS NOT NULL"
    ));
    let rows: Vec<MessageRow> = query.build_query_as().fetch_all(conn).await.map_err(database_error)?;
    let message = |row: MessageRow| {
        let message = row.into_message()?;
        let (Some(sender_id), Some(client_id)) = (message.sender.id.clone(), message.client_id.clone())
        else {
            return Err(Error::internal("a message found by its names has none"));
        };
        let key = ClientKey { kind: message.sender.kind, sender_id, client_id };
        Ok(((message.conversation_id, key), Arc::new(message)))
    };
    rows.into_iter().map(message).collect()
}

async fn waiting(conn: &mut Tx) -> Result<usize> {
    let n: i64 = query_scalar("SELECT COUNT(*) FROM conversations WHERE status = 'waiting'")
        .fetch_one(conn)
        .await
        .map_err(database_error)?;
    Ok(usize::try_from(n).unwrap_or_default())
}
