//! `mass`: thousands of sockets are cut at once while others write.

use std::time::{Duration, Instant};

use super::exchange::Writers;
use super::figures::Mass;
use super::ground::Ground;
use super::server::Server;
use super::talk::Plan;
use crate::error::Result;

/// How long after the cut its effects are looked for.
const AFTERMATH: Duration = Duration::from_secs(2);

/// Writes, cuts in the middle, and compares what is before and after.
pub async fn measure(server: &Server, clients: usize, plan: Plan) -> Result<Mass> {
    let mut idle = Vec::with_capacity(clients);
    for n in 0..clients {
        // Numbers beyond those of the writers, whose sockets come after.
        idle.push(server.visitor(plan.conversations + 1 + n).await?);
    }
    let mut writers = Writers::open(server, plan.conversations).await?;
    let half = Plan { time: plan.time / 2, ..plan };
    let calm = writers.write(half, "calm").await;
    // Dropped, not closed: the server hears of it as it would of a lost network.
    drop(idle);
    let cut = Instant::now();
    writers.write(Plan { time: half.time.max(AFTERMATH), ..plan }, "cut").await;
    let books = writers.close().await;
    let (_, before) = books.latencies(calm, cut);
    let (_, after) = books.latencies(cut, cut + AFTERMATH);
    Ok(Mass { cut: clients, counts: books.counts(), before, after })
}
