//! Appending to conversations inside a write transaction: read them, let the plans decide, write the decisions.
//!
//! A statement costs a way to the database and back, whether it is about one message or fifty. So what the writes of a
//! group have in common is read at once and written at once: a [`Wave`]. Each plan still sees its conversation as the
//! plans before it have left it. Where that could not be told without the database (the conversation has changed hands
//! in this wave), a new wave begins.

use crate::chat::{WriteRequest, Written};
use crate::error::Result;
use crate::store::sql::Tx;

use super::save::save;
use super::wave::Wave;

/// What all appends of one transaction have in common.
pub(super) struct Around<'a> {
    /// The name of this node.
    pub node: &'a str,
    /// Whether webhooks are told.
    pub watched: bool,
}

/// The appends of one transaction, in their order. The outer error means that a statement failed and the transaction is
/// spoilt; an inner one that a write was refused before anything of it was written.
pub(super) async fn append(
    conn: &mut Tx,
    requests: &[&WriteRequest],
    around: &Around<'_>,
) -> Result<Vec<Result<Written>>> {
    let mut results = Vec::with_capacity(requests.len());
    while let rest @ [_, ..] = &requests[results.len()..] {
        let mut wave = Wave::read(conn, rest).await?;
        for request in rest {
            if wave.must_be_written_before(request) {
                break;
            }
            wave.decide(request);
        }
        results.extend(save(conn, wave, around).await?);
    }
    Ok(results)
}
