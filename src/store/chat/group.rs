//! Group commit: writes that arrive while a transaction is being synced to disk share the next one.
//!
//! A commit costs one fsync, whether it holds one message or two hundred. Writers queue here; a task that lives only
//! while there is work takes all that wait, runs them in one transaction in the order they came, commits, and only
//! then tells each writer, in the same order. Nobody waits for a timer: a lone message is committed at once.
//!
//! The task belongs to nobody's request, so a client that hangs up cannot abort the writes of others.

use std::collections::{BTreeSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::oneshot;

use crate::chat::{WriteRequest, Written};
use crate::domain::ConversationId;
use crate::error::{Code, Error, Result};
use crate::store::sql::{Builder, Tx};
use crate::store::{Db, database_error};
use crate::tasks::Tasks;

use super::append::{Around, append};
use super::outbox::is_watched;

/// Most writes one transaction holds: bounds how long a single one waits.
const MAX_BATCH: usize = 256;
/// Most writes that may wait. Beyond it the caller is told at once.
const MAX_WAITING: usize = 20_000;
/// How long a transaction may take: a database that has vanished without a word is given up. Beyond any lock's timeout.
const PATIENCE: Duration = Duration::from_secs(25);

struct Job {
    request: WriteRequest,
    reply: oneshot::Sender<Result<Written>>,
}

#[derive(Default)]
struct State {
    waiting: VecDeque<Job>,
    running: bool,
}

/// The queue in front of the writer connection.
pub(super) struct Group {
    db: Db,
    tasks: Tasks,
    /// The name of this node.
    node: String,
    state: Mutex<State>,
}

impl Group {
    pub(super) fn new(db: Db, tasks: Tasks, node: String) -> Arc<Self> {
        Arc::new(Self { db, tasks, node, state: Mutex::default() })
    }

    /// Queues a write and waits for its commit.
    pub(super) async fn write(self: &Arc<Self>, request: WriteRequest) -> Result<Written> {
        let (reply, done) = oneshot::channel();
        let start = {
            let mut state = self.lock();
            if state.waiting.len() >= MAX_WAITING {
                return Err(Error::new(
                    Code::Overloaded,
                    "too many messages at once; send it again in a moment",
                ));
            }
            state.waiting.push_back(Job { request, reply });
            !std::mem::replace(&mut state.running, true)
        };
        if start {
            let group = self.clone();
            self.tasks.spawn(async move { group.work().await });
        }
        done.await.map_err(|_| Error::internal("the writer ended before it answered"))?
    }

    async fn work(&self) {
        let _guard = NotRunning(self);
        loop {
            let batch: Vec<Job> = {
                let mut state = self.lock();
                let n = state.waiting.len().min(MAX_BATCH);
                if n == 0 {
                    // Under the same lock as the look into the queue: no job can slip in between unseen.
                    state.running = false;
                    return;
                }
                state.waiting.drain(..n).collect()
            };
            metrics::histogram!("zhike_group_commit_size").record(batch.len() as f64);
            self.commit(batch).await;
        }
    }

    /// One transaction for all. When a statement fails, the group is taken apart and each is tried alone, so that
    /// one bad write cannot fail its neighbours.
    async fn commit(&self, batch: Vec<Job>) {
        let requests: Vec<&WriteRequest> = batch.iter().map(|j| &j.request).collect();
        match self.together(&requests).await {
            Ok(results) => batch.into_iter().zip(results).for_each(|(job, result)| finish(job, result)),
            Err(Failure::Statement(e)) if batch.len() > 1 => {
                tracing::warn!(error = %e, writes = batch.len(), "a group of writes failed; each is tried alone");
                self.one_by_one(batch).await;
            }
            Err(failure) => {
                let e = failure.into_error();
                tracing::error!(error = %e, source = ?std::error::Error::source(&e), "messages could not be stored");
                for job in batch {
                    finish(job, Err(again(&e)));
                }
            }
        }
    }

    /// Each write in a transaction of its own. When the database has gone away nobody waits for it in turn.
    async fn one_by_one(&self, batch: Vec<Job>) {
        let mut away: Option<Error> = None;
        for job in batch {
            let result = match &away {
                Some(e) => Err(again(e)),
                None => match self.together(&[&job.request]).await {
                    Ok(mut results) => results.pop().unwrap_or_else(nothing),
                    Err(Failure::Statement(e)) => Err(e),
                    Err(Failure::Transaction(e)) => Err(again(away.insert(e))),
                },
            };
            finish(job, result);
        }
    }

    async fn together(&self, requests: &[&WriteRequest]) -> Result<Vec<Result<Written>>, Failure> {
        match tokio::time::timeout(PATIENCE, self.transaction(requests)).await {
            Ok(outcome) => outcome,
            Err(_) => Err(Failure::Transaction(Error::new(
                Code::Database,
                "the database has not answered in time; what was sent may not be stored: send it again",
            ))),
        }
    }

    async fn transaction(&self, requests: &[&WriteRequest]) -> Result<Vec<Result<Written>>, Failure> {
        let mut tx = self.db.write_group().await.map_err(Failure::Transaction)?;
        if self.db.dialect().lock_rows() {
            let conversations = requests.iter().map(|request| request.conversation);
            lock_rows(&mut tx, conversations).await.map_err(Failure::Transaction)?;
        }
        let watched = is_watched(&mut tx).await.map_err(Failure::Transaction)?;
        let around = Around { node: &self.node, watched };
        let results = append(&mut tx, requests, &around).await.map_err(Failure::Statement)?;
        tx.commit().await.map_err(|e| Failure::Transaction(database_error(e)))?;
        Ok(results)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Takes the rows of these conversations, so that a group of another node waits until this one is committed. All of
/// them at once and in the order of their ids: two groups never wait for each other.
async fn lock_rows(tx: &mut Tx, conversations: impl Iterator<Item = ConversationId>) -> Result<()> {
    let conversations: BTreeSet<String> = conversations.map(|id| id.to_string()).collect();
    let mut query = Builder::new("SELECT id FROM conversations WHERE id IN (");
    query.push_list(conversations).push(") ORDER BY id FOR UPDATE");
    query.build().execute(tx).await.map_err(database_error)?;
    Ok(())
}

/// Where a group failed: in one of its statements, or as a whole.
enum Failure {
    Statement(Error),
    Transaction(Error),
}

impl Failure {
    fn into_error(self) -> Error {
        match self {
            Failure::Statement(e) | Failure::Transaction(e) => e,
        }
    }
}

fn finish(job: Job, result: Result<Written>) {
    if let Ok(written) = &result {
        (job.request.on_commit)(written);
    }
    // The caller may have hung up; what is stored is stored.
    let _ = job.reply.send(result);
}

/// The same error for one more writer.
fn again(e: &Error) -> Error {
    Error::new(e.code(), e.detail().to_owned())
}

fn nothing() -> Result<Written> {
    Err(Error::internal("a write had no result"))
}

/// Should the task end in any other way than by an empty queue, the next writer starts another one.
struct NotRunning<'a>(&'a Group);

impl Drop for NotRunning<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.lock().running = false;
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use jiff::Timestamp;

    use super::*;
    use crate::chat::{Change, ChatStore, Draft, VisitorProfile};
    use crate::domain::{Content, ConversationId, MessageId, Sender, SenderKind};
    use crate::store::SqlChatStore;
    use crate::store::tests::scratch;

    async fn conversation(store: &SqlChatStore) -> ConversationId {
        let token = uuid::Uuid::now_v7().to_string();
        let expires = Timestamp::now() + Duration::from_secs(60);
        store
            .create_visitor("default", &VisitorProfile::default(), &token, expires)
            .await
            .unwrap()
            .conversation
    }

    fn draft(id: MessageId) -> Draft {
        let sender = Sender { kind: SenderKind::System, id: None, name: None };
        Draft { id, client_id: None, sender, content: Content::text("x"), citations: vec![] }
    }

    fn request(conversation: ConversationId, id: MessageId) -> WriteRequest {
        let plan = Box::new(move |_: &_| Ok(Change { drafts: vec![draft(id)], ..Change::default() }));
        WriteRequest { conversation, key: None, count_queue: false, plan, on_commit: Box::new(|_| {}) }
    }

    /// Counts the commits of the writer connection as SQLite itself sees them.
    async fn count_commits(db: &Db) -> Arc<AtomicUsize> {
        let commits = Arc::new(AtomicUsize::new(0));
        let seen = commits.clone();
        let Tx::Sqlite(mut tx) = db.write().await.unwrap() else { panic!("counted in SQLite only") };
        tx.lock_handle().await.unwrap().set_commit_hook(move || {
            seen.fetch_add(1, Ordering::SeqCst);
            true
        });
        tx.rollback().await.unwrap();
        commits
    }

    #[tokio::test]
    async fn messages_that_wait_together_share_one_commit() {
        let (db, _dir) = scratch().await;
        let store = SqlChatStore::new(db.clone(), Tasks::new());
        let id = conversation(&store).await;
        let commits = count_commits(&db).await;
        // Somebody else holds the writer; meanwhile a hundred messages come in.
        let other = db.write().await.unwrap();
        let mut writes: Vec<_> =
            (0..100).map(|_| Box::pin(store.write(request(id, MessageId::new())))).collect();
        for write in &mut writes {
            assert!(futures_util::poll!(write.as_mut()).is_pending());
        }
        tokio::task::yield_now().await;
        other.rollback().await.unwrap();
        let mut seqs = Vec::new();
        for write in writes {
            seqs.push(write.await.unwrap().messages[0].seq);
        }
        assert_eq!(seqs, (1..=100).collect::<Vec<i64>>(), "in the order they came");
        assert_eq!(commits.load(Ordering::SeqCst), 1);
    }

    #[tokio::test]
    async fn a_write_that_fails_does_not_take_its_neighbours_with_it() {
        let (db, _dir) = scratch().await;
        let store = SqlChatStore::new(db.clone(), Tasks::new());
        let id = conversation(&store).await;
        let taken = MessageId::new();
        store.write(request(id, taken)).await.unwrap();
        let other = db.write().await.unwrap();
        let (a, b, c, release) = tokio::join!(
            store.write(request(id, MessageId::new())),
            store.write(request(id, taken)),
            store.write(request(id, MessageId::new())),
            async { other.rollback().await }
        );
        release.unwrap();
        assert_eq!(a.unwrap().messages[0].seq, 2);
        assert_eq!(b.unwrap_err().code(), Code::Conflict);
        assert_eq!(c.unwrap().messages[0].seq, 3);
        assert_eq!(store.messages(id, 0, 10).await.unwrap().len(), 3);
    }

    #[tokio::test]
    async fn listeners_hear_of_commits_in_their_order() {
        let (db, _dir) = scratch().await;
        let store = SqlChatStore::new(db, Tasks::new());
        let id = conversation(&store).await;
        let heard = Arc::new(Mutex::new(Vec::new()));
        let mut writes = Vec::new();
        for _ in 0..300 {
            let heard = heard.clone();
            let on_commit = Box::new(move |w: &Written| heard.lock().unwrap().push(w.messages[0].seq));
            let write = WriteRequest { on_commit, ..request(id, MessageId::new()) };
            writes.push(store.write(write));
        }
        futures_util::future::join_all(writes).await;
        assert_eq!(*heard.lock().unwrap(), (1..=300).collect::<Vec<i64>>());
    }

    #[tokio::test]
    async fn a_caller_that_goes_away_does_not_abort_the_write() {
        let (db, _dir) = scratch().await;
        let tasks = Tasks::new();
        let store = SqlChatStore::new(db.clone(), tasks.clone());
        let id = conversation(&store).await;
        let other = db.write().await.unwrap();
        {
            let mut write = Box::pin(store.write(request(id, MessageId::new())));
            assert!(futures_util::poll!(write.as_mut()).is_pending());
        }
        other.rollback().await.unwrap();
        assert!(tasks.shutdown(Duration::from_secs(10)).await, "shutdown waits for what is queued");
        assert_eq!(store.messages(id, 0, 10).await.unwrap().len(), 1);
    }
}
