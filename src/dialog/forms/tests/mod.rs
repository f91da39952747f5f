//! The sample shop's forms, with systems that answer from a table.

#![allow(clippy::unwrap_used, clippy::panic)]

mod table;

use std::time::Duration;

use super::{Cue, Forms};
use crate::dialog::systems::{ActionLog, Trouble};
use crate::domain::{Action, ActionOutcome, DialogState, Waits};
use table::{PAID, SHIPPED, Talk, slot};

const ASKS: &str = "我昨天买的订单发货没?";

#[tokio::test]
async fn a_verified_visitor_is_told_of_the_order_of_the_day_they_name() {
    let mut talk = Talk::new(Some("c1"));
    let (_, outcome) = talk.say(ASKS, Some("order_status"), &[slot("date", "2026-11-20")]).await;
    assert_eq!(outcome.action, Action::Business);
    assert!(outcome.text.contains(SHIPPED) && outcome.text.contains("顺丰速运"), "{}", outcome.text);
    let card = outcome.card.unwrap();
    assert!(card.fields.iter().any(|f| f.label == "状态" && f.value == "已发货"));
    let labels: Vec<&str> = card.actions.iter().map(|a| a.label.as_str()).collect();
    assert_eq!(labels, ["催配送", "申请退款"], "only what is possible for a shipped order");
    assert_eq!(talk.state.form, None);
}

#[tokio::test]
async fn several_orders_are_offered_and_one_is_picked_by_place_number_or_goods() {
    for (pick, slots) in
        [("第二个", vec![]), (SHIPPED, vec![]), ("电饭煲那单", vec![slot("product", "电饭煲")])]
    {
        let mut talk = Talk::new(Some("c1"));
        let (_, asks) = talk.say("我的订单到哪了", Some("order_status"), &[]).await;
        assert_eq!(asks.choices.len(), 2);
        let (cue, outcome) = talk.say(pick, None, &slots).await;
        assert_eq!(cue, Cue::Fills, "{pick}");
        assert!(outcome.text.contains(SHIPPED), "{pick}: {}", outcome.text);
    }
}

#[tokio::test]
async fn a_number_alone_belongs_to_the_form_whatever_intent_it_resembles() {
    for resembles in ["product_query", "order_status", "cancel_order"] {
        let mut talk = Talk::new(Some("c1"));
        talk.say("取消订单", None, &[]).await;
        let (cue, outcome) = talk.say(&PAID.to_lowercase(), Some(resembles), &[]).await;
        assert_eq!(cue, Cue::Fills, "{resembles}");
        assert!(outcome.text.contains("确认取消"), "{resembles}: {}", outcome.text);

        let mut talk = Talk::new(None);
        talk.say(ASKS, Some("order_status"), &[]).await;
        assert_eq!(talk.say(SHIPPED, Some(resembles), &[]).await.0, Cue::Fills, "{resembles}");
    }
}

#[tokio::test]
async fn another_order_is_meant() {
    let mut talk = Talk::new(Some("c1"));
    talk.say(ASKS, Some("order_status"), &[slot("date", "2026-11-20")]).await;
    let (cue, outcome) = talk.say("不对，是另一单", None, &[]).await;
    assert_eq!(cue, Cue::Corrects);
    assert!(outcome.text.contains(PAID), "{}", outcome.text);
    let (_, none) = talk.say("不对，是另一单", None, &[]).await;
    assert!(none.text.contains("没有找到"), "{}", none.text);
}

#[tokio::test]
async fn who_is_not_known_proves_the_order_in_any_order_of_words() {
    let mut talk = Talk::new(None);
    let (_, asks) = talk.say(ASKS, Some("order_status"), &[]).await;
    assert!(asks.text.contains("订单号"), "{}", asks.text);
    let (_, asks) = talk.say(SHIPPED, None, &[slot("order_no", SHIPPED)]).await;
    assert!(asks.text.contains("后四位"), "{}", asks.text);
    let (_, wrong) = talk.say("9999", None, &[]).await;
    assert!(wrong.text.contains("对不上") && wrong.card.is_none(), "{}", wrong.text);
    let both = [slot("order_no", SHIPPED), slot("phone", "1234")];
    let (_, outcome) = talk.say("ML2611200012，手机尾号1234", None, &both).await;
    assert!(outcome.text.contains("已经发货"), "{}", outcome.text);
    assert_eq!(talk.table.count("orders.recent"), 0, "nothing of anybody is listed");
}

#[tokio::test]
async fn numbers_are_not_tried_out() {
    let mut talk = Talk::new(None);
    talk.say(ASKS, Some("order_status"), &[]).await;
    let mut last = None;
    for _ in 0..4 {
        talk.say(SHIPPED, None, &[slot("order_no", SHIPPED)]).await;
        last = Some(talk.say("0000", None, &[]).await.1);
    }
    assert_eq!(last.unwrap().action, Action::Handoff);
    assert_eq!(talk.table.count("orders.proved"), 3);
}

#[tokio::test]
async fn nothing_is_changed_before_a_yes_and_then_once_under_one_key() {
    let mut talk = Talk::new(Some("c1"));
    let (cue, asks) =
        talk.say(&format!("取消订单 {PAID}"), Some("cancel_order"), &[slot("order_no", PAID)]).await;
    assert_eq!(cue, Cue::Presses("cancel_order".into()));
    assert!(asks.text.contains("确认取消"), "{}", asks.text);
    assert_eq!(talk.table.count("orders.cancel"), 0);
    let Some(Waits::Confirm { key }) = talk.state.form.as_ref().map(|form| form.waits.clone()) else {
        panic!()
    };
    let (cue, done) = talk.say("确认", None, &[]).await;
    assert_eq!(cue, Cue::Confirms);
    assert!(done.text.contains("已经取消") && done.text.contains("¥128.00"), "{}", done.text);
    assert_eq!(done.acts.len(), 1);
    assert!(done.acts[0].confirmed && done.acts[0].key == key);
    let calls = talk.table.called.lock().unwrap().clone();
    let cancel = calls.iter().find(|call| call.operation == "orders.cancel").unwrap();
    assert_eq!(cancel.idempotency_key.as_deref(), Some(key.as_str()));
    assert_eq!(cancel.params["order_no"], PAID);
}

/// The system did it, and the server stopped before that was known: the turn is done again from the state before it.
#[tokio::test]
async fn a_turn_done_again_after_a_crash_tells_what_was_done_the_first_time() {
    for knows_keys in [true, false] {
        let mut talk = Talk::new(Some("c1"));
        talk.table.knows_no_keys = !knows_keys;
        talk.say(&format!("取消订单 {PAID}"), None, &[slot("order_no", PAID)]).await;
        let before = talk.state.clone();
        talk.say("确认", None, &[]).await;
        talk.state = before;
        let (_, again) = talk.say("确认", None, &[]).await;
        let record = talk.log.list(None, 10).await.unwrap();
        assert_eq!(record.len(), 1, "one key, one action");
        if knows_keys {
            assert!(again.text.contains("已经取消") && again.acts[0].confirmed, "{}", again.text);
            assert_eq!(record[0].outcome, ActionOutcome::Done);
        } else {
            assert_eq!(again.action, Action::Handoff, "{}", again.text);
            assert_eq!(talk.table.count("orders.cancel"), 1, "what cannot be repeated is not sent twice");
        }
    }
}

#[tokio::test]
async fn an_order_that_was_not_asked_for_is_no_answer() {
    let mut talk = Talk::new(Some("c1"));
    talk.table.mixes_up = true;
    let said = [slot("order_no", PAID)];
    let (_, outcome) = talk.say(&format!("查订单 {PAID}"), Some("order_status"), &said).await;
    assert!(!outcome.text.contains(SHIPPED) && outcome.card.is_none(), "{}", outcome.text);
}

#[tokio::test]
async fn a_no_a_question_or_a_wrong_state_change_nothing() {
    let mut talk = Talk::new(Some("c1"));
    talk.say(&format!("取消订单 {PAID}"), None, &[slot("order_no", PAID)]).await;
    let (cue, _) = talk.say("先不了", None, &[]).await;
    assert_eq!((cue, talk.state.form.clone()), (Cue::Cancels, None));
    let (_, refused) = talk.say(&format!("取消订单 {SHIPPED}"), None, &[slot("order_no", SHIPPED)]).await;
    assert!(refused.text.contains("不能直接取消"), "{}", refused.text);
    assert_eq!(talk.table.count("orders.cancel"), 0);
}

#[tokio::test]
async fn a_missing_system_is_said_and_an_old_answer_is_marked() {
    let mut talk = Talk::new(Some("c1"));
    talk.table.troubles.insert("logistics.track", Trouble::Late);
    talk.table.stale = Some(Duration::from_secs(180));
    let (_, outcome) = talk.say(ASKS, Some("order_status"), &[slot("date", "2026-11-20")]).await;
    assert!(
        outcome.text.contains("已经发货") && outcome.text.contains("物流系统暂时没有回应"),
        "{}",
        outcome.text
    );
    assert!(outcome.text.contains("3 分钟前"), "{}", outcome.text);
    assert!(outcome.card.unwrap().fields.iter().all(|field| field.label != "物流"));

    talk.table.troubles.insert("orders.recent", Trouble::Late);
    talk.state = DialogState::default();
    let (_, outcome) = talk.say(ASKS, Some("order_status"), &[]).await;
    assert_eq!((outcome.action, outcome.handoff), (Action::Handoff, Some("system_silent")));
}

#[tokio::test]
async fn what_is_sent_and_not_confirmed_is_never_called_done() {
    let mut talk = Talk::new(Some("c1"));
    talk.table.troubles.insert("orders.cancel", Trouble::Late);
    talk.say(&format!("取消订单 {PAID}"), None, &[slot("order_no", PAID)]).await;
    let (_, outcome) = talk.say("确认", None, &[]).await;
    assert_eq!(outcome.action, Action::Handoff);
    assert!(!outcome.acts[0].confirmed && !outcome.text.contains("已经取消"), "{}", outcome.text);
}

#[tokio::test]
async fn an_interrupted_form_goes_on_where_it_was() {
    let mut talk = Talk::new(Some("c1"));
    let said = [slot("order_no", PAID)];
    let (_, asks) = talk.say(&format!("改地址 {PAID}"), Some("change_address"), &said).await;
    assert!(asks.text.contains("新的收货地址"), "{}", asks.text);
    let (cue, outcome) = talk.say(ASKS, Some("order_status"), &[slot("date", "2026-11-20")]).await;
    assert_eq!(cue, Cue::Starts("order_status".into()));
    assert!(
        outcome.text.contains("已经发货") && outcome.text.contains("回到刚才的「改地址」"),
        "{}",
        outcome.text
    );
    let address = [slot("address", "杭州市余杭区五常大道88号")];
    let (cue, confirm) = talk.say("杭州市余杭区五常大道88号", None, &address).await;
    assert_eq!(cue, Cue::Fills);
    assert!(confirm.text.contains(PAID) && confirm.text.contains("五常大道88号"), "{}", confirm.text);
}

#[test]
fn what_cannot_work_is_named_with_its_line() {
    let problem = |text: &str| Forms::parse(text, "forms.toml").unwrap_err().to_string();
    let e = problem("[[slot]]\nname = \"a\"\npattern = \"(\"\nprompt = { zh = \"x\" }\n");
    assert!(e.contains("forms.toml, line 1") && e.contains("regular expression"), "{e}");
    let e = problem("\n[[form]]\nname = \"a\"\ntitle = { zh = \"x\" }\nsubject = \"order\"\n");
    assert!(e.contains("line 2") && e.contains("subject `order`"), "{e}");
    let e = problem("[[form]]\nnmae = \"a\"\n");
    assert!(e.contains("line 2") && e.contains("nmae"), "{e}");
}

#[tokio::test]
async fn an_order_number_is_not_taken_for_the_end_of_a_phone_number() {
    let mut talk = Talk::new(None);
    talk.say(ASKS, Some("order_status"), &[]).await;
    talk.say(PAID, None, &[slot("order_no", PAID)]).await;
    let (_, again) = talk.say(SHIPPED, None, &[slot("order_no", SHIPPED)]).await;
    assert!(again.text.contains("后四位"), "{}", again.text);
    assert_eq!(talk.table.count("orders.proved"), 0, "nothing was tried with digits of the order number");
    let (_, outcome) = talk.say("我的手机是13800001234", None, &[slot("phone", "13800001234")]).await;
    assert!(outcome.text.contains("已经发货"), "{}", outcome.text);
}

#[tokio::test]
async fn number_and_end_of_the_phone_are_taken_from_one_message() {
    let mut talk = Talk::new(None);
    talk.say(ASKS, Some("order_status"), &[]).await;
    let said = [slot("order_no", SHIPPED)];
    let (_, outcome) = talk.say(&format!("{SHIPPED} 尾号 1234"), None, &said).await;
    assert!(outcome.text.contains("已经发货"), "{}", outcome.text);
}
