//! The HTTP side: routes, authentication, the web pages. Handlers are thin: they read the request, call a service
//! and shape the answer. What a message means is decided elsewhere.

mod access;
mod api_keys;
mod auth;
mod canned;
mod compat;
mod connectors;
mod conversations;
mod demo;
mod dialog;
mod dictionaries;
mod document_versions;
mod documents;
mod evaluations;
mod extract;
mod faqs;
mod files;
mod idempotency;
mod inboxes;
mod intents;
mod jobs;
mod knowledge;
mod knowledge_health;
mod lessons;
mod lexicon;
mod page;
mod problem;
mod quality;
mod reports;
mod router;
mod sealed;
mod services;
mod shadow;
mod sources;
mod staff;
mod system;
mod teams;
mod training;
mod ui;
mod visitor_card;
mod visitors;
mod webhooks;
mod ws;

pub use router::router;
pub use services::Services;
pub use sources::start_source;
