//! What holds for any frame at all, sent by anybody.
//!
//! `TEST_FRAMES=200000 cargo test --test chat any_frame` sends more of them.

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::{Map, Value, json};
use zhike::domain::Role;
use zhike::hub::Principal;

use crate::client::Client;
use crate::desk::Desk;

/// Frames of each client between two pings.
const BETWEEN: usize = 50;

/// What may stand where something else is expected.
fn anything(ids: Vec<String>) -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,40}".prop_map(Value::from),
        "[\\x00-\\x1f\u{202e}\u{feff}a-z您好]{0,12}".prop_map(Value::from),
        prop::sample::select(ids).prop_map(Value::from),
        Just(Value::from("长".repeat(20_000))),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec(("[a-z_]{0,8}", inner), 0..4)
                .prop_map(|fields| Value::Object(fields.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

/// A frame of a client with some of its fields replaced, left out or added, cut off at times; or any text.
fn frame(conversation: &str, ids: Vec<String>) -> impl Strategy<Value = String> + use<> {
    let right = vec![
        json!({"type": "message.create", "client_id": "c", "text": "还有货吗", "attachment_ids": []}),
        json!({"type": "message.create", "conversation_id": conversation, "client_id": "d", "text": "在的"}),
        json!({"type": "resume", "conversation_id": conversation, "after_seq": 0}),
        json!({"type": "message.read", "conversation_id": conversation, "seq": 1}),
        json!({"type": "typing.start", "conversation_id": conversation}),
        json!({"type": "typing.stop"}),
        json!({"type": "ping", "t": 1}),
    ];
    let keys =
        ["type", "conversation_id", "client_id", "text", "attachment_ids", "after_seq", "seq", "t", "x"];
    let change = (prop::sample::select(keys.to_vec()), prop::option::of(anything(ids)));
    let cut = prop::option::weighted(0.1, any::<prop::sample::Index>());
    let changed = (prop::sample::select(right), prop::collection::vec(change, 0..3), cut).prop_map(
        |(mut frame, changes, cut)| {
            for (key, value) in changes {
                if let Some(fields) = frame.as_object_mut() {
                    match value {
                        Some(value) => _ = fields.insert(key.to_owned(), value),
                        None => _ = fields.remove(key),
                    }
                }
            }
            let text = frame.to_string();
            let end = cut.map_or(text.len(), |cut| text.floor_char_boundary(cut.index(text.len())));
            text[..end].to_owned()
        },
    );
    prop_oneof![8 => changed, 1 => "\\PC{0,80}", 1 => "[\\[{\"]{0,2000}"]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_any_frame_of_anybody_the_connection_goes_on_and_the_numbers_have_no_gap() {
    let count = std::env::var("TEST_FRAMES").ok().map_or(2_000, |n| n.parse().expect("a number"));
    let desk = Desk::new().await;
    let v = desk.visitor().await;
    let user = desk.agent("lin", Role::Agent).await;
    let ids = vec![v.conversation.to_string(), v.visitor.id.to_string(), user.id.to_string(), "c".to_owned()];
    let frames = frame(&v.conversation.to_string(), ids);
    let mut clients = [
        Client::visitor(&desk, &v),
        Client::connect(&desk, Principal::Staff { user: Box::new(user), session: "s".into() }),
    ];
    let mut runner = TestRunner::deterministic();
    for round in 0..usize::div_ceil(count, BETWEEN) {
        for client in &mut clients {
            for _ in 0..BETWEEN {
                client.raw(&frames.new_tree(&mut runner).unwrap().current());
            }
            let mark = format!("round {round}");
            client.send(json!({"type": "ping", "t": mark}));
            while client.next_of("pong").await["t"] != mark.as_str() {}
        }
    }
    desk.quiet().await;
    let messages = desk.messages(v.conversation).await;
    assert!(!messages.is_empty(), "some of them were right");
    assert!(messages.iter().zip(1..).all(|(message, seq)| message.seq == seq));
}
