//! The HTTP side: routes, authentication, the web pages. Handlers are thin: they read the request, call a service
//! and shape the answer. What a message means is decided elsewhere.

mod extract;
mod idempotency;
mod problem;
mod ui;
