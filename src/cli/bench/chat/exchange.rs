//! `chat`: visitors and an agent write to each other at a steady rate.

use std::time::{Duration, Instant};

use serde_json::json;
use tokio::time::sleep_until;

use super::client::{Sender, send};
use super::figures::Exchange;
use super::ground::{Ground, Talkers};
use super::talk::{Books, Plan, keep_books};
use crate::error::Result;
use crate::tasks::Tasks;

/// How long is waited for what is still under way at the end.
const PATIENCE: Duration = Duration::from_secs(20);
/// The agent, as a reader.
pub const AGENT: usize = usize::MAX;

/// Clients that write, and the books about what they write.
pub struct Writers {
    books: Books,
    visitors: Vec<Sender>,
    agent: Sender,
    conversations: Vec<String>,
    tasks: Tasks,
}

impl Writers {
    /// Opens conversations, and a socket for every visitor and the agent.
    pub async fn open(ground: &impl Ground, count: usize) -> Result<Self> {
        let Talkers { agent: (agent, receiver), visitors: sockets, conversations } =
            ground.talkers(count).await?;
        let (books, tasks) = (Books::default(), Tasks::new());
        tasks.spawn(keep_books(receiver, books.clone(), AGENT, "agent"));
        let mut visitors = Vec::with_capacity(count);
        for (n, (sender, receiver)) in sockets.into_iter().enumerate() {
            tasks.spawn(keep_books(receiver, books.clone(), n, "visitor"));
            visitors.push(sender);
        }
        Ok(Self { books, visitors, agent, conversations, tasks })
    }

    /// Writes by the timetable, visitors and agent in turns, one conversation after the other.
    pub async fn write(&mut self, plan: Plan, name: &str) -> Instant {
        let started = Instant::now();
        for (n, at) in plan.timetable().enumerate() {
            let due = started + at;
            sleep_until(due.into()).await;
            let (of_agent, conversation) = (n % 2 == 1, n / 2 % self.visitors.len());
            let client_id = format!("{name}{n}");
            self.books.sent(&client_id, due);
            let mut frame =
                json!({"type": "message.create", "client_id": client_id, "text": "请问这款还有现货吗？"});
            if of_agent {
                frame["conversation_id"] = self.conversations[conversation].as_str().into();
            }
            let sender = if of_agent { &mut self.agent } else { &mut self.visitors[conversation] };
            send(sender, &frame).await;
        }
        started
    }

    /// Waits until everything has arrived, and closes.
    pub async fn close(self) -> Books {
        let Self { books, visitors, agent, tasks, .. } = self;
        books.wait(PATIENCE).await;
        drop((visitors, agent));
        tasks.shutdown(Duration::from_millis(100)).await;
        books
    }
}

/// Writes and measures.
pub async fn measure(ground: &impl Ground, plan: Plan) -> Result<Exchange> {
    let process = ground.process();
    let mut writers = Writers::open(ground, plan.conversations).await?;
    let before = process.processor_seconds()?;
    let started = writers.write(plan, "m").await;
    let books = writers.close().await;
    let (acknowledged, delivered) = books.latencies(started, started + plan.time);
    Ok(Exchange {
        rate: plan.rate,
        counts: books.counts(),
        acknowledged,
        delivered,
        processor_share: (process.processor_seconds()? - before) / plan.time.as_secs_f64(),
        memory_mb: process.memory()? as f64 / f64::from(1 << 20),
    })
}
