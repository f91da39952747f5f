//! What nodes write down for each other.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use zhike::chat::{ChatStore, TeamDraft};
use zhike::domain::Role;
use zhike::nodes::{Node, NodeStore, Nodes, Topic};
use zhike::store::SqlNodes;
use zhike::tasks::Tasks;

use crate::database;
use crate::desk::Desk;

async fn store(desk: &Desk) -> SqlNodes {
    SqlNodes::new(database::open(&desk.file).await)
}

#[tokio::test]
async fn a_question_is_left_to_the_node_that_took_it_as_long_as_that_runs() {
    let desk = Desk::new().await;
    desk.script.hold().await;
    let visitor = desk.visitor().await;
    desk.say(&visitor, "在吗").await;
    // This desk is the node without a name.
    let due = async |others: &[&str]| {
        let others: Vec<String> = others.iter().map(|&other| other.to_owned()).collect();
        desk.store.due_conversations(&others).await.unwrap()
    };
    assert_eq!(due(&["", "b"]).await, []);
    assert_eq!(due(&["b"]).await, [visitor.conversation], "its node is gone");
    assert_eq!(due(&[]).await, [visitor.conversation]);
    desk.script.let_go();
    desk.quiet().await;
}

#[tokio::test]
async fn a_duty_is_one_nodes_until_it_is_given_back_or_runs_out() {
    let desk = Desk::new().await;
    let store = store(&desk).await;
    let (now, minute) = (Timestamp::now(), SignedDuration::from_mins(1));
    assert!(store.take("sweep", "a", now, now + minute).await.unwrap());
    assert!(!store.take("sweep", "b", now, now + minute).await.unwrap());
    assert!(store.take("sweep", "a", now, now + minute).await.unwrap(), "it may keep it");
    assert!(store.take("other", "b", now, now + minute).await.unwrap());
    let later = now + minute * 2;
    assert!(store.take("sweep", "b", later, later + minute).await.unwrap(), "a has not kept it");
    store.give_back("sweep", "a").await.unwrap();
    assert!(!store.take("sweep", "a", later, later + minute).await.unwrap(), "not a's to give back");
    store.give_back("sweep", "b").await.unwrap();
    assert!(store.take("sweep", "a", later, later + minute).await.unwrap());
}

#[tokio::test]
async fn one_of_two_nodes_has_a_duty_and_the_other_gets_it_when_that_leaves() {
    let desk = Desk::new().await;
    let store = std::sync::Arc::new(store(&desk).await);
    let tasks = Tasks::new();
    let one = Nodes::among(store.clone(), "127.0.0.1:1".into(), tasks.clone());
    let two = Nodes::among(store.clone(), "127.0.0.1:2".into(), tasks.clone());
    let lin = desk.agent("lin", Role::Agent).await;
    one.beat(vec![lin.id]).await.unwrap();
    two.beat(vec![]).await.unwrap();
    assert_eq!(two.others().iter().map(|node| node.id.as_str()).collect::<Vec<_>>(), [one.id()]);
    assert!(two.staff_elsewhere().contains(&lin.id));
    assert!(one.my_duty("assignment").await.unwrap());
    assert!(!two.my_duty("assignment").await.unwrap());
    let training = one.hold("training").await.unwrap();
    assert!(two.hold("training").await.unwrap().is_none());
    drop(training);
    while two.hold("training").await.unwrap().is_none() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    one.leave().await.unwrap();
    two.beat(vec![]).await.unwrap();
    assert!(two.others().is_empty());
    assert!(two.my_duty("assignment").await.unwrap());
    assert!(Nodes::alone().my_duty("assignment").await.unwrap(), "who is alone does everything");
}

#[tokio::test]
async fn a_node_that_is_not_heard_of_is_not_running() {
    let desk = Desk::new().await;
    let store = store(&desk).await;
    let long_ago = Timestamp::now() - SignedDuration::from_mins(1);
    let node = |id: &str, seen_at| Node {
        id: id.to_owned(),
        address: "127.0.0.1:1".to_owned(),
        staff: Vec::new(),
        started_at: long_ago,
        seen_at,
    };
    store.beat(&node("dead", long_ago)).await.unwrap();
    store.beat(&node("alive", Timestamp::now())).await.unwrap();
    let running = store.running(Timestamp::now() - SignedDuration::from_secs(10)).await.unwrap();
    assert_eq!(running.iter().map(|node| node.id.as_str()).collect::<Vec<_>>(), ["alive"]);
}

#[tokio::test]
async fn a_change_of_settings_is_counted_where_it_is_made() {
    let desk = Desk::new().await;
    let store = store(&desk).await;
    let boss = desk.agent("boss", Role::Admin).await;
    let before = store.setting_changes().await.unwrap();
    assert!(before[Topic::Users.as_str()] >= 1, "an account was made");
    assert!(!before.contains_key(Topic::Teams.as_str()));
    let draft = TeamDraft { name: "售后".into(), closed: false, skills: vec![], members: vec![] };
    desk.chat.create_team(&boss, &draft).await.unwrap();
    assert_eq!(store.setting_changes().await.unwrap()[Topic::Teams.as_str()], 1);
    assert!(desk.chat.create_team(&boss, &draft).await.is_err(), "the name is taken");
    assert_eq!(store.setting_changes().await.unwrap()[Topic::Teams.as_str()], 1, "nothing has changed");
    let installation = store.installation().await.unwrap();
    assert_eq!(store.installation().await.unwrap(), installation);
}
