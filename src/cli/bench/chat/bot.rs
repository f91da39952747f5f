//! `bot`: visitors ask the sample shop.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::time::sleep_until;

use super::client::{connect, send};
use super::figures::Bot;
use super::server::Server;
use super::talk::Plan;
use crate::cli::bench::latencies::Latencies;
use crate::error::{Error, Result};
use crate::tasks::Tasks;

/// How long an answer is waited for.
const PATIENCE: Duration = Duration::from_secs(30);

/// Asks by the timetable, a visitor after the other, and measures until the bot's message is there.
pub async fn measure(server: &Server, plan: Plan) -> Result<Bot> {
    let questions = questions(server).await?;
    let tasks = Tasks::new();
    let mut visitors = Vec::new();
    for n in 0..plan.conversations {
        let visit = server.visit().await?;
        let (sender, mut receiver) = connect(server.address, n, Some(&visit.token)).await?;
        let (heard, answers) = tokio::sync::mpsc::unbounded_channel();
        tasks.spawn(async move {
            while let Some(frame) = receiver.next().await {
                if frame.message.is_some_and(|message| message.sender.kind == "bot") {
                    let _ = heard.send(Instant::now());
                }
            }
        });
        visitors.push((sender, answers));
    }
    let started = Instant::now();
    let mut asked: Vec<Vec<Instant>> = vec![Vec::new(); visitors.len()];
    for (n, at) in plan.timetable().enumerate() {
        let due = started + at;
        sleep_until(due.into()).await;
        let visitor = n % visitors.len();
        let text = &questions[n % questions.len()];
        let frame = json!({"type": "message.create", "client_id": format!("q{n}"), "text": text});
        send(&mut visitors[visitor].0, &frame).await;
        asked[visitor].push(due);
    }
    let (mut times, mut unanswered) = (Vec::new(), 0);
    for ((_, answers), asked) in visitors.iter_mut().zip(asked) {
        for due in asked {
            match tokio::time::timeout(PATIENCE, answers.recv()).await {
                Ok(Some(heard)) => times.push(heard.saturating_duration_since(due)),
                Ok(None) | Err(_) => unanswered += 1,
            }
        }
    }
    tasks.shutdown(Duration::from_millis(100)).await;
    Ok(Bot { rate: plan.rate, asked: times.len() + unanswered, unanswered, answered: Latencies::of(times) })
}

/// What the shop suggests to ask.
async fn questions(server: &Server) -> Result<Vec<String>> {
    let inbox = server.post("/visitor/sessions", None, json!({"locale": "zh"})).await?;
    let list = inbox["suggestions"].as_array().into_iter().flatten();
    let questions: Vec<String> = list.filter_map(Value::as_str).map(str::to_owned).collect();
    if questions.is_empty() {
        return Err(Error::internal("the sample shop suggests nothing to ask"));
    }
    Ok(questions)
}
