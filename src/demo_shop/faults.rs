//! Switches that make the service behave as badly as real ones do, by the first segment of the path.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::body::Body;
use axum::http::{Response, StatusCode, header};
use axum::response::IntoResponse;
use futures_util::stream;
use serde::{Deserialize, Serialize};

/// More than any sensible limit.
const HUGE: usize = 8 << 20;
/// Longer than anybody waits.
const FOREVER: Duration = Duration::from_secs(600);

/// What is wrong with a part of the service.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Fault {
    /// Milliseconds before every answer.
    pub latency_ms: u64,
    /// Share of calls that answer 500, 0..=1.
    pub failure_rate: f64,
    /// Never answers.
    pub hang: bool,
    pub lie: Option<Lie>,
}

/// Ways to answer wrongly.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Lie {
    /// Fields of other types than promised.
    Types,
    /// A body of megabytes.
    Huge,
    /// A redirect to another host.
    Redirect,
    /// A byte now and then.
    Drip,
    /// Somebody else's order.
    Owner,
}

/// The switches. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Faults {
    by_part: Arc<Mutex<BTreeMap<String, Fault>>>,
}

impl Faults {
    /// Sets what is wrong, in the place of what was.
    pub fn set(&self, faults: BTreeMap<String, Fault>) {
        *self.by_part.lock().unwrap_or_else(PoisonError::into_inner) = faults;
    }

    /// What is wrong with the part a path belongs to; `all` counts for every part but the switches themselves.
    pub fn of(&self, path: &str) -> Fault {
        let part = path.trim_start_matches('/').split('/').next().unwrap_or_default();
        if part.starts_with('_') {
            return Fault::default();
        }
        let by_part = self.by_part.lock().unwrap_or_else(PoisonError::into_inner);
        by_part.get(part).or_else(|| by_part.get("all")).cloned().unwrap_or_default()
    }
}

impl Fault {
    /// The answer in the place of the right one, after the delay; `None` when the right one is to be given.
    pub async fn answer(&self) -> Option<Response<Body>> {
        tokio::time::sleep(Duration::from_millis(self.latency_ms)).await;
        if self.hang {
            tokio::time::sleep(FOREVER).await;
        }
        if rand::random::<f64>() < self.failure_rate {
            return Some(StatusCode::INTERNAL_SERVER_ERROR.into_response());
        }
        let json = [(header::CONTENT_TYPE, "application/json")];
        match self.lie? {
            Lie::Types => {
                let body = r#"{"orders":[{"order_no":{"a":1},"customer":7,"status":[]}],"order_no":[1],"customer":null,"status":{}}"#;
                Some((json, body).into_response())
            }
            Lie::Huge => Some((json, format!("{{\"orders\":\"{}\"}}", "x".repeat(HUGE))).into_response()),
            Lie::Redirect => {
                Some((StatusCode::FOUND, [(header::LOCATION, "http://localhost:1/orders")]).into_response())
            }
            Lie::Drip => Some((json, Body::from_stream(drip())).into_response()),
            Lie::Owner => None,
        }
    }
}

fn drip() -> impl futures_util::Stream<Item = Result<&'static str, std::io::Error>> {
    stream::unfold((), |()| async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        Some((Ok(" "), ()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_switches_can_always_be_reached() {
        let faults = Faults::default();
        faults.set(BTreeMap::from([("all".to_owned(), Fault { hang: true, ..Fault::default() })]));
        assert!(faults.of("/orders/ML1").hang);
        assert!(!faults.of("/_faults").hang);
    }
}
