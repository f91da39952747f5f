//! Runs a reader on a thread of its own: with a deadline, a stack of known size, and panics caught.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::time::Duration;

use super::error::{Failure, Problem};
use super::limits::{Limits, Meter};

/// Enough for the deepest nesting that the limits let through, in a debug build too.
const STACK: usize = 16 << 20;

/// A reader notices the deadline at its next paragraph, row or page; this is how long it may take to do so before
/// it is left alone with a thread that nobody waits for.
const GRACE: Duration = Duration::from_secs(2);

/// Runs `reader` on `name` and `bytes`.
pub(super) fn run<T: Send + 'static>(
    name: &str,
    bytes: &[u8],
    limits: &Limits,
    reader: fn(&str, &[u8], &Meter) -> Result<T, Failure>,
) -> Result<T, Failure> {
    if bytes.is_empty() {
        return Err(Problem::Empty.into());
    }
    if bytes.len() > limits.max_bytes {
        return Err(Problem::FileTooLarge { size: bytes.len(), limit: limits.max_bytes }.into());
    }

    let meter = Arc::new(Meter::new(limits.clone()));
    let (sender, receiver) = sync_channel(1);
    let job = {
        // Its own copy: a parser that hangs must not hold the caller's bytes hostage.
        let (name, bytes, meter) = (name.to_owned(), bytes.to_vec(), Arc::clone(&meter));
        move || {
            let outcome = catch_unwind(AssertUnwindSafe(|| reader(&name, &bytes, &meter)));
            // A parser that cannot be stopped otherwise is left by unwinding with the problem itself.
            let outcome = outcome.unwrap_or_else(|panic| {
                Err(panic.downcast::<Problem>().map_or_else(
                    |panic| Problem::ParserFailed { detail: panic_text(panic.as_ref()) }.into(),
                    |problem| (*problem).into(),
                ))
            });
            // The receiver is gone when the deadline has passed; then nobody wants the outcome.
            let _ = sender.send(outcome);
        }
    };
    if let Err(e) = std::thread::Builder::new().name("reader".into()).stack_size(STACK).spawn(job) {
        return Err(Problem::ParserFailed { detail: format!("no thread could be started: {e}") }.into());
    }

    match receiver.recv_timeout(meter.time_left() + GRACE) {
        Ok(outcome) => outcome,
        Err(RecvTimeoutError::Timeout) => {
            meter.stop();
            Err(Problem::TookTooLong { limit: limits.time }.into())
        }
        Err(RecvTimeoutError::Disconnected) => {
            Err(Problem::ParserFailed { detail: "the reader ended without a result".into() }.into())
        }
    }
}

fn panic_text(panic: &(dyn std::any::Any + Send)) -> String {
    panic
        .downcast_ref::<&str>()
        .map(|s| (*s).to_owned())
        .or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "no reason given".to_owned())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_in_a_parser_is_an_error_of_the_document() {
        let failure =
            run::<()>("a", b"x", &Limits::default(), |_, _, _| panic!("index out of bounds")).unwrap_err();
        assert_eq!(failure.problem, Problem::ParserFailed { detail: "index out of bounds".into() });
    }

    #[test]
    fn a_reader_that_keeps_ticking_stops_at_the_deadline() {
        let limits = Limits { time: Duration::from_millis(5), ..Limits::default() };
        let failure = run::<()>("a", b"x", &limits, |_, _, meter| {
            loop {
                meter.tick()?;
                std::thread::yield_now();
            }
        })
        .unwrap_err();
        assert_eq!(failure.problem, Problem::TookTooLong { limit: limits.time });
    }

    #[test]
    fn empty_and_oversized_files_are_refused_before_any_work() {
        let limits = Limits { max_bytes: 3, ..Limits::default() };
        assert_eq!(run::<()>("a", b"", &limits, |_, _, _| Ok(())).unwrap_err().problem, Problem::Empty);
        assert_eq!(
            run::<()>("a", b"four", &limits, |_, _, _| Ok(())).unwrap_err().problem,
            Problem::FileTooLarge { size: 4, limit: 3 }
        );
    }
}
