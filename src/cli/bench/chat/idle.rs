//! `idle`: sockets that only stay open.

use std::time::{Duration, Instant};

use serde_json::json;

use super::client::send;
use super::figures::Idle;
use super::ground::{Ground, Socket};
use crate::cli::bench::latencies::Latencies;
use crate::error::Result;

/// Numbers of sockets at which is measured, as far as they go.
const STEPS: [usize; 5] = [1000, 2000, 5000, 10_000, 20_000];
/// Sockets that ping, of all that are open.
const PINGED: usize = 200;

/// Opens sockets, and measures at every step.
pub async fn measure(ground: &impl Ground, clients: usize) -> Result<Vec<Idle>> {
    let process = ground.process();
    // The first connection makes what all others share.
    let mut sockets = vec![ground.visitor(0).await?];
    let empty = process.memory()?;
    let mut measured = Vec::new();
    for step in STEPS.into_iter().filter(|step| *step < clients).chain([clients]) {
        let (started, before) = (Instant::now(), sockets.len());
        while sockets.len() < step {
            sockets.push(ground.visitor(sockets.len()).await?);
        }
        let opened_a_second = (sockets.len() - before) as f64 / started.elapsed().as_secs_f64();
        let every = (sockets.len() / PINGED).max(1);
        let mut pongs = Vec::new();
        for socket in sockets.iter_mut().step_by(every) {
            pongs.push(ping(socket).await?);
        }
        let grown = process.memory()?.saturating_sub(empty) as f64;
        measured.push(Idle {
            sockets: sockets.len(),
            opened_a_second,
            kilobytes_each: grown / 1024.0 / (sockets.len() - 1).max(1) as f64,
            ping: Latencies::of(pongs),
        });
    }
    Ok(measured)
}

/// From a ping to its pong.
async fn ping((sender, receiver): &mut Socket) -> Result<Duration> {
    let started = Instant::now();
    send(sender, &json!({"type": "ping", "t": 1})).await;
    receiver.next_of("pong").await?;
    Ok(started.elapsed())
}
