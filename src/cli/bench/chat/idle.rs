//! `idle`: sockets that only stay open.

use std::time::Instant;

use serde_json::json;

use super::client::{Receiver, Sender, connect, send};
use super::figures::{Idle, Latencies};
use super::server::Server;
use crate::error::Result;

/// Numbers of sockets at which is measured, as far as they go.
pub const STEPS: [usize; 5] = [1000, 2000, 5000, 10_000, 20_000];
/// Sockets that ping, of all that are open.
const PINGED: usize = 200;

/// Opens sockets, and measures at every step.
pub async fn measure(server: &Server, clients: usize) -> Result<Vec<Idle>> {
    // The first connections make what all others share.
    let mut sockets = vec![open(server, 0).await?];
    let (empty, first) = (server.memory()?, sockets.len());
    let mut measured = Vec::new();
    for step in STEPS.into_iter().filter(|step| *step < clients).chain([clients]) {
        let (started, before) = (Instant::now(), sockets.len());
        while sockets.len() < step {
            sockets.push(open(server, sockets.len()).await?);
        }
        let a_second = (sockets.len() - before) as f64 / started.elapsed().as_secs_f64();
        let every = (sockets.len() / PINGED).max(1);
        let mut pongs = Vec::new();
        for (sender, receiver) in sockets.iter_mut().step_by(every) {
            pongs.push(ping(sender, receiver).await?);
        }
        let grown = server.memory()?.saturating_sub(empty) as f64;
        measured.push(Idle {
            sockets: sockets.len(),
            opened_a_second: a_second,
            kilobytes_each: grown / 1024.0 / (sockets.len() - first).max(1) as f64,
            ping: Latencies::of(pongs),
        });
    }
    Ok(measured)
}

/// One visitor's open socket.
pub async fn open(server: &Server, number: usize) -> Result<(Sender, Receiver)> {
    let visit = server.visit().await?;
    let (sender, mut receiver) = connect(server.address, number, Some(&visit.token)).await?;
    receiver.next_of("hello").await?;
    Ok((sender, receiver))
}

/// Milliseconds from a ping to its pong.
async fn ping(sender: &mut Sender, receiver: &mut Receiver) -> Result<f64> {
    let started = Instant::now();
    send(sender, &json!({"type": "ping", "t": 1})).await;
    receiver.next_of("pong").await?;
    Ok(started.elapsed().as_secs_f64() * 1000.0)
}
