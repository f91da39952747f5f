//! Live connections: what a client sees on its socket.

use std::time::Duration;

use serde_json::json;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use zhike::chat::{Change, ChatStore, ReleaseTo, WriteRequest};
use zhike::domain::{PresenceState, Role};
use zhike::hub::{Incoming, Outgoing, Principal};

use crate::client::Client;
use crate::desk::{Desk, new_message};

#[tokio::test]
async fn hello_comes_first_and_a_message_is_accepted_after_it_is_stored() {
    let desk = Desk::new().await;
    let v = desk.visitor().await;
    let mut client = Client::visitor(&desk, &v);
    let hello = client.next().await.unwrap();
    assert_eq!(hello["type"], "hello");
    assert_eq!(hello["visitor"]["id"], v.visitor.id.to_string());
    assert_eq!(hello["conversation"]["status"], "bot");
    assert_eq!(hello["last_seq"], 0);

    client.send(json!({"type": "message.create", "client_id": "c1", "text": "你好"}));
    let accepted = client.next_of("message.accepted").await;
    assert_eq!((accepted["client_id"].as_str(), accepted["seq"].as_i64()), (Some("c1"), Some(1)));
    assert_eq!(desk.messages(v.conversation).await[0].id.to_string(), accepted["id"].as_str().unwrap());
    // Sent again it is the same message.
    client.send(json!({"type": "message.create", "client_id": "c1", "text": "你好"}));
    assert_eq!(client.next_of("message.accepted").await["id"], accepted["id"]);
    client.send(json!({"type": "ping", "t": 7}));
    assert_eq!(client.next_of("pong").await["t"], 7);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_store_that_hangs_keeps_no_heartbeat_back_and_what_was_sent_is_stored_though_the_client_has_left() {
    let desk = Desk::new().await;
    let (v, other) = (desk.visitor().await, desk.visitor().await);
    let mut client = Client::visitor(&desk, &v);
    client.next_of("hello").await;
    // Somebody's write takes its time; all others wait behind it.
    let (begun, mut has_begun) = mpsc::channel(1);
    let (let_go, held) = std::sync::mpsc::channel::<()>();
    let held = std::sync::Mutex::new(held);
    let plan = Box::new(move |_: &_| {
        begun.try_send(()).unwrap();
        held.lock().unwrap().recv().unwrap();
        Ok(Change::default())
    });
    let slow = WriteRequest {
        conversation: other.conversation,
        key: None,
        count_queue: false,
        plan,
        on_commit: Box::new(|_| {}),
    };
    let store = desk.store.clone();
    let slow = tokio::spawn(async move { store.write(slow).await });
    has_begun.recv().await.unwrap();

    client.send(json!({"type": "message.create", "client_id": "c1", "text": "你好"}));
    client.send(json!({"type": "ping", "t": 1}));
    assert_eq!(client.next().await.unwrap()["type"], "pong", "not accepted before it is stored, but heard");
    drop(client);
    let_go.send(()).unwrap();
    slow.await.unwrap().unwrap();
    desk.until(v.conversation, 1).await;
    assert_eq!(desk.transcript(v.conversation).await[0], "visitor: 你好");
}

#[tokio::test]
async fn what_cannot_be_understood_is_told_and_the_connection_goes_on() {
    let desk = Desk::new().await;
    let v = desk.visitor().await;
    let mut client = Client::visitor(&desk, &v);
    client.raw("{broken");
    assert_eq!(client.next_of("error").await["code"], "malformed_body");
    client.raw(r#"{"type":"message.create","client_id":"c9"}"#);
    let error = client.next_of("error").await;
    assert_eq!((error["code"].as_str(), error["client_id"].as_str()), (Some("invalid_input"), Some("c9")));
    client.to_server.send(Incoming::Unsupported).unwrap();
    assert_eq!(client.next_of("error").await["code"], "malformed_body");
    client.raw(r#"{"type":"from.the.future"}"#);
    client.send(json!({"type": "ping", "t": 1}));
    assert_eq!(client.next().await.unwrap()["type"], "pong", "an unknown type is ignored");
}

#[tokio::test]
async fn requirement_24_a_visitor_reaches_no_other_conversation_through_the_socket() {
    let desk = Desk::new().await;
    let (v, other) = (desk.visitor().await, desk.visitor().await);
    desk.say(&other, "秘密").await;
    let mut client = Client::visitor(&desk, &v);
    let id = other.conversation.to_string();
    for frame in [
        json!({"type": "resume", "conversation_id": id, "after_seq": 0}),
        json!({"type": "message.create", "conversation_id": id, "client_id": "x", "text": "intruder"}),
        json!({"type": "typing.start", "conversation_id": id}),
        json!({"type": "message.read", "conversation_id": id, "seq": 1}),
    ] {
        client.send(frame.clone());
        assert_eq!(client.next_of("error").await["code"], "not_found", "{frame}");
    }
    desk.say(&other, "noch ein Geheimnis").await;
    desk.quiet().await;
    client.send(json!({"type": "ping", "t": 1}));
    assert_eq!(client.next().await.unwrap()["type"], "pong", "nothing of the other conversation was sent");
    assert!(desk.transcript(other.conversation).await.iter().all(|l| !l.contains("intruder")));
}

#[tokio::test]
async fn requirement_9_resume_gives_every_missed_message_once_and_in_order_however_many() {
    let desk = Desk::new().await;
    let lin = desk.agent("lin", Role::Agent).await;
    let v = desk.visitor().await;
    desk.chat.accept(&lin, v.conversation).await.unwrap();
    let mut posts = tokio::task::JoinSet::new();
    for n in 0..1000 {
        let (chat, v) = (desk.chat.clone(), v.clone());
        posts.spawn(async move { chat.post_visitor(&v, &new_message(&n.to_string())).await.map(drop) });
    }
    while let Some(done) = posts.join_next().await {
        done.unwrap().unwrap();
    }
    // Others go on writing while the client catches up.
    let (chat, id) = (desk.chat.clone(), v.conversation);
    let writer = tokio::spawn(async move {
        for n in 0..100 {
            chat.post_agent(&lin, id, &new_message(&format!("live {n}"))).await.unwrap();
        }
    });
    let mut client = Client::visitor(&desk, &v);
    client.send(json!({"type": "resume", "conversation_id": id.to_string(), "after_seq": 3}));
    for expected in 4..=1101 {
        assert_eq!(client.next_of("message.created").await["message"]["seq"], expected);
    }
    writer.await.unwrap();
}

/// The published test of forced disconnects, without the waiting: the client is cut after a few frames, again and
/// again, and resumes with what it has.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requirement_12_with_forced_disconnects_nothing_is_lost_doubled_or_reordered() {
    let desk = Desk::new().await;
    let lin = desk.agent("lin", Role::Agent).await;
    let v = desk.visitor().await;
    desk.chat.accept(&lin, v.conversation).await.unwrap();
    let (chat, id, agent) = (desk.chat.clone(), v.conversation, lin.clone());
    const LAST: i64 = 601;
    let writer = tokio::spawn(async move {
        for n in 1..LAST {
            chat.post_agent(&agent, id, &new_message(&n.to_string())).await.unwrap();
            if n % 7 == 0 {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        }
    });
    let staff = |desk: &Desk| Principal::Staff {
        user: Box::new(lin.clone()),
        session: desk.file.display().to_string(),
    };
    let mut got = 0;
    let mut cuts = 0;
    while got < LAST {
        // A visitor's tab and an agent's console take turns: the rule is the same for both.
        let principal = if cuts % 2 == 0 { Principal::Visitor(Box::new(v.clone())) } else { staff(&desk) };
        let mut client = Client::connect(&desk, principal);
        client.send(json!({"type": "resume", "conversation_id": id.to_string(), "after_seq": got}));
        for _ in 0..(3 + cuts * 5 % 17) {
            if got == LAST {
                break;
            }
            let frame = client.next_of("message.created").await;
            assert_eq!(frame["message"]["seq"], got + 1);
            got += 1;
        }
        cuts += 1;
    }
    writer.await.unwrap();
    assert!(cuts > 30);
}

#[tokio::test]
async fn live_messages_wait_for_the_resume_that_follows_hello() {
    let desk = Desk::new().await;
    let lin = desk.agent("lin", Role::Agent).await;
    let v = desk.visitor().await;
    for n in 0..5 {
        desk.answer(&lin, v.conversation, &n.to_string()).await.unwrap();
    }
    let mut client = Client::visitor(&desk, &v);
    client.next_of("hello").await;
    desk.answer(&lin, v.conversation, "between hello and resume").await.unwrap();
    client.send(json!({"type": "resume", "conversation_id": v.conversation.to_string(), "after_seq": 2}));
    for expected in 3..=7 {
        assert_eq!(client.next_of("message.created").await["message"]["seq"], expected);
    }
}

#[tokio::test]
async fn a_client_that_never_resumes_gets_live_messages_all_the_same() {
    let desk = Desk::new().await;
    let lin = desk.agent("lin", Role::Agent).await;
    let v = desk.visitor().await;
    let mut client = Client::visitor(&desk, &v);
    client.next_of("hello").await;
    desk.answer(&lin, v.conversation, "您好").await.unwrap();
    assert_eq!(client.next_of("message.created").await["message"]["seq"], 1);
    assert_eq!(client.next_of("message.created").await["message"]["seq"], 2);
}

#[tokio::test]
async fn staff_see_messages_handoffs_and_suggestions_visitors_see_what_concerns_them() {
    let desk = Desk::new().await;
    let lin = desk.agent("lin", Role::Agent).await;
    let v = desk.visitor().await;
    let login = desk.staff.login("lin@shop.example", "a long enough password", None).await.unwrap();
    let principal = Principal::of_token(&desk.chat, &login.token).await.unwrap();
    let mut console = Client::connect(&desk, principal);
    assert_eq!(console.next_of("hello").await["user"]["name"], "lin");
    console.send(json!({"type": "ping"}));
    console.next_of("pong").await;
    let mut widget = Client::visitor(&desk, &v);
    widget.send(json!({"type": "typing.start"}));
    assert_eq!(console.next_of("typing").await["active"], true);

    desk.chat.request_handoff(&v).await.unwrap();
    assert_eq!(console.next_of("conversation.updated").await["conversation"]["status"], "waiting");
    let updated = widget.next_of("conversation.updated").await;
    assert!(updated["conversation"].get("handoff_reason").is_none(), "internal matters stay inside");
    assert_eq!(widget.next_of("queue").await["position"], 1);

    desk.chat.accept(&lin, v.conversation).await.unwrap();
    widget.send(json!({"type": "message.create", "client_id": "q", "text": "怎么退货"}));
    let suggested = console.next_of("suggestions").await;
    assert_eq!(suggested["items"][0]["text"], "try: 怎么退货");
    console.send(json!({"type": "typing.start", "conversation_id": v.conversation.to_string()}));
    assert_eq!(widget.next_of("typing").await["sender"]["name"], "lin");
    console.send(json!({"type": "message.create", "conversation_id": v.conversation.to_string(), "client_id": "a", "text": "七天内可退"}));
    console.next_of("message.accepted").await;
    desk.chat.release(&lin, v.conversation, ReleaseTo::Bot).await.unwrap();

    // Signed out, the console is cut off.
    desk.staff.logout(&login.token).await.unwrap();
    while console.next().await.is_some() {}
}

#[tokio::test]
async fn requirement_13_thousands_that_drop_at_once_do_not_disturb_the_others() {
    let desk = Desk::new().await;
    let lin = desk.agent("lin", Role::Agent).await;
    let v = desk.visitor().await;
    let mut stays = Client::visitor(&desk, &v);
    stays.next_of("hello").await;
    let crowd: Vec<_> = (0..3000).map(|_| Client::visitor(&desk, &v)).collect();
    while desk.hub.connections() < 3001 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    drop(crowd);
    desk.answer(&lin, v.conversation, "还在吗").await.unwrap();
    assert_eq!(stays.next_of("message.created").await["message"]["seq"], 1);
    assert_eq!(stays.next_of("message.created").await["message"]["seq"], 2);
    while desk.hub.connections() > 1 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn a_stopping_server_tells_its_clients_to_reconnect() {
    let desk = Desk::new().await;
    let v = desk.visitor().await;
    let mut client = Client::visitor(&desk, &v);
    client.next_of("hello").await;
    client.stop.cancel();
    let last = client.from_server.recv().await;
    assert!(matches!(last, Some(Outgoing::Close { code: 1001, .. })), "{last:?}");
    assert!(client.from_server.recv().await.is_none());
}

#[tokio::test]
async fn a_connected_agent_counts_as_there() {
    let desk = Desk::new().await;
    let lin = desk.agent("lin", Role::Agent).await;
    desk.staff.set_presence(&lin, PresenceState::Online, None).await.unwrap();
    let principal = Principal::Staff { user: Box::new(lin.clone()), session: "s".into() };
    let mut console = Client::connect(&desk, principal);
    console.next_of("hello").await;
    assert!(desk.staff.anybody_online());
    desk.staff.set_presence(&lin, PresenceState::Busy, None).await.unwrap();
    assert_eq!(console.next_of("presence").await["state"], "busy");
}

#[tokio::test]
async fn a_long_poll_returns_with_the_message_and_not_before() {
    let desk = Desk::new().await;
    let lin = desk.agent("lin", Role::Agent).await;
    let v = desk.visitor().await;
    let stop = CancellationToken::new();
    let now = desk.hub.poll(&desk.chat, v.conversation, 0, 50, Duration::ZERO, &stop).await.unwrap();
    assert!(now.is_empty());
    let poll = {
        let (hub, chat, stop) = (desk.hub.clone(), desk.chat.clone(), stop.clone());
        tokio::spawn(
            async move { hub.poll(&chat, v.conversation, 0, 50, Duration::from_secs(30), &stop).await },
        )
    };
    while desk.hub.connections() == 0 {
        tokio::task::yield_now().await;
    }
    desk.answer(&lin, v.conversation, "您好").await.unwrap();
    let found = poll.await.unwrap().unwrap();
    assert_eq!(found.iter().map(|m| m.seq).collect::<Vec<_>>(), [1, 2]);
    stop.cancel();
    let stopped =
        desk.hub.poll(&desk.chat, v.conversation, 2, 50, Duration::from_secs(30), &stop).await.unwrap();
    assert!(stopped.is_empty());
}
