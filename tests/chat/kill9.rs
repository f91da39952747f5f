//! Kill −9 in the middle of writing: what was acknowledged is there, once, in order, and answered once.
//!
//! The test runs itself again as a child process, which posts messages as fast as it can and prints a line for each
//! acknowledgement. The parent kills it without warning, after another number of them each time, and reads the file.
//! A few rounds here; `make soak` does two hundred on each database.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use zhike::chat::{NewMessage, SessionRequest};
use zhike::domain::{ConversationId, SenderKind};

use crate::desk::Desk;

const FILE: &str = "TEST_KILL_FILE";
/// How often is killed, where it is set.
const ROUNDS: &str = "TEST_KILLS";
/// Most acknowledgements that are waited for before a kill.
const ACKS: usize = 300;

#[test]
fn an_acknowledged_message_survives_kill_9_once_and_is_answered_once() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("zhike.db");
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let rounds = std::env::var(ROUNDS).map_or(4, |n| n.parse().unwrap());
    let mut everything: HashMap<Key, i64> = HashMap::new();
    for round in 0..rounds {
        // Numbers that share no divisor: over many rounds every moment is met.
        let acknowledged = killed_round(&file, 1 + round * 67 % ACKS);
        runtime.block_on(check(&file, &acknowledged));
        for (key, seq) in acknowledged {
            assert!(everything.insert(key, seq).is_none());
        }
    }
    // What outlived one kill outlives the next ones.
    runtime.block_on(check(&file, &everything));
    println!("{rounds} kills, {} acknowledged messages, each there once", everything.len());
}

/// A message: its conversation, and its sender's name for it.
type Key = (ConversationId, String);

/// Runs the child, kills it after some acknowledgements, and returns all it printed.
fn killed_round(file: &Path, enough: usize) -> HashMap<Key, i64> {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["kill9::the_child_that_is_killed", "--exact", "--nocapture", "--ignored"])
        .env(FILE, file)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut acks = HashMap::new();
    let take = |line: std::io::Result<String>, acks: &mut HashMap<_, _>| {
        let line = line.unwrap();
        let Some(rest) = line.strip_prefix("acked ") else { return };
        // The last line may be cut off in the middle; whole ones end with a full stop.
        let Some(rest) = rest.strip_suffix('.') else { return };
        let mut parts = rest.split(' ');
        let id: ConversationId = parts.next().unwrap().parse().unwrap();
        let client_id = parts.next().unwrap().to_owned();
        let seq = parts.next().unwrap().parse().unwrap();
        assert!(acks.insert((id, client_id), seq).is_none(), "acknowledged twice");
    };
    while acks.len() < enough {
        take(lines.next().expect("the child ended by itself"), &mut acks);
    }
    child.kill().unwrap();
    child.wait().unwrap();
    lines.for_each(|line| take(line, &mut acks));
    acks
}

async fn check(file: &Path, acknowledged: &HashMap<Key, i64>) {
    let desk = Desk::on(file, |s| s).await;
    desk.chat.start().await.unwrap();
    desk.quiet().await;
    let mut conversations: Vec<_> = acknowledged.keys().map(|(id, _)| *id).collect();
    conversations.sort();
    conversations.dedup();
    let mut found = HashMap::new();
    for id in conversations {
        desk.transcript(id).await;
        let messages = desk.messages(id).await;
        let mut answers: HashMap<String, usize> = HashMap::new();
        for m in messages.iter().filter(|m| m.sender.kind == SenderKind::Bot) {
            *answers.entry(m.content.as_text().to_owned()).or_default() += 1;
        }
        for m in messages.iter().filter(|m| m.sender.kind == SenderKind::Visitor) {
            let answer = format!("re: {}", m.content.as_text());
            assert_eq!(answers.get(&answer), Some(&1), "{answer}");
            let twice = found.insert((id, m.client_id.clone().unwrap()), m.seq);
            assert!(twice.is_none(), "stored twice");
        }
    }
    for (key, seq) in acknowledged {
        assert_eq!(found.get(key), Some(seq), "an acknowledged message is missing or has another number");
    }
    assert!(desk.tasks.shutdown(std::time::Duration::from_secs(10)).await);
}

/// Posts until it is killed. Not a test of its own.
#[test]
#[ignore = "run by the test above, in a process of its own"]
fn the_child_that_is_killed() {
    let Some(file) = std::env::var_os(FILE) else { return };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let desk = Desk::on(Path::new(&file), |s| s).await;
        desk.chat.start().await.unwrap();
        let mut senders = tokio::task::JoinSet::new();
        for _ in 0..6 {
            let v = desk.chat.open_session(None, &SessionRequest::default()).await.unwrap().pass;
            let chat = desk.chat.clone();
            senders.spawn(async move {
                loop {
                    let client_id = uuid::Uuid::now_v7().to_string();
                    let text = Some(format!("问题 {client_id}"));
                    let new = NewMessage { client_id: client_id.clone(), text, attachment_ids: vec![] };
                    let seq = chat.post_visitor(&v, &new).await.unwrap().message.seq;
                    let line = format!("acked {} {client_id} {seq}.\n", v.conversation);
                    std::io::stdout().write_all(line.as_bytes()).unwrap();
                }
            });
        }
        while senders.join_next().await.is_some() {}
    });
}
