//! Redis between the hubs of several nodes: one channel on which each tells what it hands out.
//!
//! Publishing and listening mend themselves. While Redis is away nothing waits for it: what cannot be told is left out,
//! and every node looks into the store more often.

use std::sync::Arc;
use std::time::Duration;

use ::redis::aio::MultiplexedConnection;
use ::redis::{AsyncConnectionConfig, Client};
use futures_util::StreamExt;
use serde::{Deserialize, Serialize};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::error::{Code, Error, Result};
use crate::tasks::Tasks;

use super::abroad::{Abroad, Delivery};
use super::local::Hub;

/// Between two attempts to reach Redis.
const PAUSE: Duration = Duration::from_millis(500);
/// How long Redis may take to answer.
const LIMIT: Duration = Duration::from_secs(2);
/// Deliveries published in one round trip.
const BATCH: usize = 128;

/// One delivery on the channel.
#[derive(Serialize, Deserialize)]
struct Told<D> {
    /// The node that tells it, and has done it already.
    node: String,
    what: D,
}

/// Called when another node tells that desks should be looked at.
pub type OnNews = Arc<dyn Fn() + Send + Sync>;

/// Joins `hub` with those of the other nodes over the Redis at `url`, until the tasks stop. `installation` keeps the
/// nodes of different databases apart.
///
/// # Errors
/// [`Code::BadConfig`] when `url` is no address of Redis. Whether anybody answers there shows later.
pub(super) fn join(
    hub: Hub,
    abroad: Arc<Abroad>,
    deliveries: mpsc::Receiver<Delivery>,
    url: &str,
    place: (String, String),
    on_news: OnNews,
    tasks: &Tasks,
) -> Result<()> {
    let client = Client::open(url).map_err(|e| {
        let text = format!("redis_url is no address of Redis: {e}; write it as redis://:password@host:6379");
        Error::new(Code::BadConfig, text)
    })?;
    let (installation, node) = place;
    let channel = format!("zhike:{installation}");
    let stop = tasks.token();
    let publisher = Publisher { client: client.clone(), channel: channel.clone(), node: node.clone() };
    tasks.spawn(publisher.run(deliveries, stop.clone()));
    tasks.spawn(async move {
        let mut said = false;
        while !stop.is_cancelled() {
            let listening = listen(&client, &channel, &node, &hub, &abroad, &on_news);
            let ended = tokio::select! {
                () = stop.cancelled() => break,
                ended = listening => ended,
            };
            abroad.set_listening(false);
            abroad.look();
            if let Err(e) = ended
                && !std::mem::replace(&mut said, true)
            {
                tracing::warn!(error = %e, "Redis cannot be listened to; the database is looked at instead, trying on");
            } else {
                said = false;
            }
            tokio::time::sleep(PAUSE).await;
        }
    });
    Ok(())
}

/// Asks the Redis at `url` whether it is there.
///
/// # Errors
/// When it does not answer.
pub async fn ping(url: &str) -> Result<()> {
    let failed = |e: ::redis::RedisError| Error::new(Code::BadConfig, e.to_string());
    let config =
        AsyncConnectionConfig::new().set_connection_timeout(Some(LIMIT)).set_response_timeout(Some(LIMIT));
    let client = Client::open(url).map_err(failed)?;
    let mut connection =
        client.get_multiplexed_async_connection_with_config(&config).await.map_err(failed)?;
    ::redis::cmd("PING").query_async(&mut connection).await.map_err(failed)
}

/// Hears what others tell, until the connection breaks.
async fn listen(
    client: &Client,
    channel: &str,
    node: &str,
    hub: &Hub,
    abroad: &Abroad,
    on_news: &OnNews,
) -> ::redis::RedisResult<()> {
    let mut pubsub = client.get_async_pubsub().await?;
    pubsub.subscribe(channel).await?;
    abroad.set_listening(true);
    // What was told before is found in the store.
    abroad.look();
    tracing::info!("listening to the other nodes over Redis");
    let mut messages = pubsub.into_on_message();
    while let Some(message) = messages.next().await {
        let Ok(told) = serde_json::from_slice::<Told<Delivery>>(message.get_payload_bytes()) else {
            tracing::debug!("another node told something that this version does not know");
            continue;
        };
        if told.node == node {
            continue;
        }
        if hub.hand_out(told.what) {
            on_news();
        }
    }
    Ok(())
}

struct Publisher {
    client: Client,
    channel: String,
    node: String,
}

impl Publisher {
    async fn run(self, mut deliveries: mpsc::Receiver<Delivery>, stop: CancellationToken) {
        let mut connection = None;
        let mut missed = false;
        let mut batch = Vec::with_capacity(BATCH);
        loop {
            batch.clear();
            tokio::select! {
                () = stop.cancelled() => return,
                _ = deliveries.recv_many(&mut batch, BATCH) => {}
            }
            if missed {
                batch.insert(0, Delivery::Missed);
            }
            let sent = self.publish(&mut connection, &batch).await;
            if let Err(e) = &sent {
                connection = None;
                if !missed {
                    tracing::warn!(error = %e, "Redis cannot be told anything; other nodes look into the database");
                }
                tokio::time::sleep(PAUSE).await;
            }
            missed = sent.is_err();
        }
    }

    async fn publish(
        &self,
        connection: &mut Option<MultiplexedConnection>,
        batch: &[Delivery],
    ) -> ::redis::RedisResult<()> {
        let to = match connection {
            Some(connection) => connection,
            None => {
                let config = AsyncConnectionConfig::new()
                    .set_connection_timeout(Some(LIMIT))
                    .set_response_timeout(Some(LIMIT));
                connection.insert(self.client.get_multiplexed_async_connection_with_config(&config).await?)
            }
        };
        let mut pipe = ::redis::pipe();
        for what in batch {
            match serde_json::to_vec(&Told { node: self.node.clone(), what }) {
                Ok(told) => {
                    pipe.cmd("PUBLISH").arg(&self.channel).arg(told).ignore();
                }
                Err(e) => tracing::error!(error = %e, "a delivery could not be written as JSON"),
            }
        }
        pipe.query_async(to).await
    }
}
