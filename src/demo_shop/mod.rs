//! The sample shop's own systems: orders, logistics and after-sales, as a small HTTP service.
//!
//! It stands for the systems a real shop has, so that the business path can be tried and tested over real HTTP. Orders
//! are made up when a customer is first asked for, relative to today, and kept in memory. [`faults`] makes it slow,
//! silent, broken or lying on request. It knows nothing of the rest of the program.

mod faults;
mod orders;
mod routes;

use std::net::SocketAddr;

use tokio::net::TcpListener;

use crate::error::{Code, Error, Result};
use crate::tasks::Tasks;

/// Serves on `address` until the tasks are told to stop. Every call needs `key` in the header `X-Api-Key`.
///
/// # Errors
/// When the address cannot be listened on.
pub async fn start(address: SocketAddr, key: String, tasks: &Tasks) -> Result<SocketAddr> {
    let listener = TcpListener::bind(address)
        .await
        .map_err(|e| Error::new(Code::BadConfig, format!("the demo shop cannot listen on {address}: {e}")))?;
    let address = listener.local_addr()?;
    let stop = tasks.token();
    tasks.spawn(async move {
        let serving = axum::serve(listener, routes::router(key)).into_future();
        tokio::select! {
            done = serving => if let Err(e) = done {
                tracing::error!("the demo shop stopped: {e}");
            },
            () = stop.cancelled() => {}
        }
    });
    Ok(address)
}
