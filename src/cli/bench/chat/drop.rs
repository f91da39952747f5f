//! `drop`: every client is cut every two seconds, and nothing may be lost, doubled or out of order.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use serde_json::json;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::time::sleep_until;

use super::client::{Receiver, Sender, connect, send};
use super::exchange::AGENT;
use super::figures::Dropped;
use super::server::Server;
use super::talk::{Books, Plan, conversations};
use crate::error::Result;
use crate::tasks::Tasks;

/// How long a connection lives.
const LIFE: Duration = Duration::from_secs(2);
/// Between two attempts to connect.
const PAUSE: Duration = Duration::from_millis(50);
/// How long is waited for what is still under way at the end.
const PATIENCE: Duration = Duration::from_secs(30);

/// A message that is due.
struct Order {
    client_id: String,
    conversation: String,
}

/// Somebody who writes and reads, is cut, and comes back.
struct Person {
    server: SocketAddr,
    number: usize,
    reader: usize,
    token: String,
    /// The kind of sender it is.
    kind: &'static str,
    conversations: Vec<String>,
    orders: UnboundedReceiver<Order>,
    books: Books,
    /// Sent, as far as is known, or to be sent.
    outstanding: Vec<(String, String)>,
    cuts: usize,
}

/// Writes by the timetable while everybody is cut again and again.
pub async fn measure(server: &Server, plan: Plan) -> Result<Dropped> {
    let visits = conversations(server, plan.conversations).await?;
    let (books, tasks) = (Books::default(), Tasks::new());
    let ids: Vec<String> = visits.iter().map(|visit| visit.conversation.clone()).collect();
    let person = |number: usize, kind, token: &str, conversations: Vec<String>, orders| Person {
        server: server.address,
        number,
        reader: if kind == "agent" { AGENT } else { number },
        token: token.to_owned(),
        kind,
        conversations,
        orders,
        books: books.clone(),
        outstanding: Vec::new(),
        cuts: 0,
    };
    let mut desks: Vec<UnboundedSender<Order>> = Vec::new();
    let mut people = Vec::new();
    for (n, visit) in visits.iter().enumerate() {
        let (desk, orders) = unbounded_channel();
        people.push(
            tasks.spawn(person(n, "visitor", &visit.token, vec![visit.conversation.clone()], orders).live()),
        );
        desks.push(desk);
    }
    let (agent, orders) = unbounded_channel();
    people.push(tasks.spawn(person(plan.conversations, "agent", &server.staff, ids.clone(), orders).live()));

    let started = Instant::now();
    for (n, at) in plan.timetable().enumerate() {
        let due = started + at;
        sleep_until(due.into()).await;
        let at = n / 2 % ids.len();
        let order = Order { client_id: format!("d{n}"), conversation: ids[at].clone() };
        books.sent(&order.client_id, due);
        let _ = if n % 2 == 1 { agent.send(order) } else { desks[at].send(order) };
    }
    books.wait(PATIENCE).await;
    drop((desks, agent));
    let mut cuts = 0;
    for person in people {
        cuts += person.await.unwrap_or_default();
    }
    let (acknowledged, delivered) = books.latencies(started, started + plan.time);
    Ok(Dropped { cuts, counts: books.counts(), acknowledged, delivered })
}

impl Person {
    /// Connects, resumes and writes until there is nothing more to write; returns how often it was cut.
    async fn live(mut self) -> usize {
        loop {
            let token = self.token.clone();
            let Ok((mut sender, mut receiver)) = connect(self.server, self.number, Some(&token)).await else {
                tokio::time::sleep(PAUSE).await;
                continue;
            };
            if self.resume(&mut sender).await && !self.stay(&mut sender, &mut receiver).await {
                return self.cuts;
            }
            self.cuts += 1;
            // Both halves are dropped without a word: the network is gone.
        }
    }

    /// Asks for what was missed, and sends again what was not acknowledged.
    async fn resume(&mut self, sender: &mut Sender) -> bool {
        for conversation in &self.conversations {
            let after = self.books.last_seen(self.reader, conversation);
            let frame = json!({"type": "resume", "conversation_id": conversation, "after_seq": after});
            if !send(sender, &frame).await {
                return false;
            }
        }
        let ids: Vec<String> = self.outstanding.iter().map(|(id, _)| id.clone()).collect();
        let open = self.books.unacknowledged(&ids);
        self.outstanding.retain(|(id, _)| open.contains(id));
        for (id, conversation) in &self.outstanding {
            if !send(sender, &self.message(id, conversation)).await {
                return false;
            }
        }
        true
    }

    /// Reads and writes until the connection is cut; false when there is nothing more to do.
    async fn stay(&mut self, sender: &mut Sender, receiver: &mut Receiver) -> bool {
        // Not all at the same moment: the server would see waves.
        let life = LIFE.mul_f64(0.75 + 0.5 * (self.number % 16) as f64 / 16.0);
        let cut = tokio::time::Instant::now() + life;
        loop {
            tokio::select! {
                () = sleep_until(cut) => return true,
                frame = receiver.next() => {
                    let Some(frame) = frame else { return true };
                    self.books.note(self.reader, self.kind, frame);
                }
                order = self.orders.recv() => {
                    let Some(Order { client_id, conversation }) = order else { return false };
                    let frame = self.message(&client_id, &conversation);
                    self.outstanding.push((client_id, conversation));
                    if !send(sender, &frame).await {
                        return true;
                    }
                }
            }
        }
    }

    fn message(&self, client_id: &str, conversation: &str) -> serde_json::Value {
        let mut frame =
            json!({"type": "message.create", "client_id": client_id, "text": "请问这款还有现货吗？"});
        if self.kind == "agent" {
            frame["conversation_id"] = conversation.into();
        }
        frame
    }
}
