#![allow(clippy::unwrap_used)]

use jiff::SignedDuration;

use super::*;

fn at(second: i64) -> Timestamp {
    "2026-11-20T00:00:00Z".parse::<Timestamp>().unwrap() + SignedDuration::from_secs(second)
}

/// Lines of one conversation: who and when; the number is the place.
fn lines(said: &[(SenderKind, Option<EventName>, i64)]) -> Vec<Line> {
    let conversation = ConversationId::new();
    (1..)
        .zip(said)
        .map(|(seq, (kind, event, second))| Line {
            conversation,
            team: None,
            seq,
            kind: *kind,
            agent: None,
            event: *event,
            at: at(*second),
        })
        .collect()
}

fn figures(lines: &[Line], now: i64) -> Figures {
    let mut contacts = Contacts::default();
    lines.iter().for_each(|line| contacts.see(line));
    Tally::of(contacts.finish().iter(), [].iter(), at(now))
}

use EventName::{Closed, HandoffRequested, Reopened};
use SenderKind::{Agent, Bot, System, Visitor};

#[test]
fn what_the_bot_answered_counts_once_it_is_over() {
    let said = lines(&[(Visitor, None, 0), (Bot, None, 2), (Visitor, None, 60), (Bot, None, 61)]);
    assert_eq!(figures(&said, 100).resolved_by_bot, 0, "they may go on");
    let later = figures(&said, 61 + 3600);
    assert_eq!((later.conversations, later.resolved_by_bot, later.bot_resolution), (1, 1, Some(1.0)));
    assert_eq!((later.first_reply.count, later.first_reply.median_s), (1, Some(2.0)));
}

#[test]
fn who_asks_for_a_person_was_not_helped_by_the_bot_and_waits_from_then_on() {
    let said = lines(&[
        (Visitor, None, 0),
        (Bot, None, 1),
        (System, Some(HandoffRequested), 10),
        (Agent, None, 100),
        (System, Some(Closed), 200),
    ]);
    let figures = figures(&said, 10_000);
    assert_eq!((figures.handoffs, figures.served, figures.resolved_by_bot), (1, 1, 0));
    assert_eq!(figures.agent_reply.median_s, Some(90.0));
    assert_eq!(figures.bot_resolution, Some(0.0));
}

#[test]
fn a_conversation_that_is_opened_again_is_another_contact() {
    let said = lines(&[
        (Visitor, None, 0),
        (Bot, None, 1),
        (System, Some(Closed), 2),
        (System, Some(Reopened), 500),
        (Visitor, None, 500),
        (System, Some(HandoffRequested), 501),
    ]);
    let figures = figures(&said, 600);
    assert_eq!((figures.conversations, figures.resolved_by_bot, figures.handoffs), (2, 1, 1));
}

#[test]
fn what_began_earlier_is_not_counted_until_it_begins_anew() {
    let mut said =
        lines(&[(Visitor, None, 0), (Bot, None, 1), (System, Some(Closed), 2), (Visitor, None, 9)]);
    said.remove(0);
    assert_eq!(figures(&said, 10_000).conversations, 1);
    said.truncate(2);
    assert_eq!(figures(&said, 10_000).conversations, 0);
}

#[test]
fn days_are_those_of_the_asked_for_clock_and_a_last_day_is_whole() {
    let query = Query {
        from: Some("2026-11-20".into()),
        to: Some("2026-11-21".into()),
        timezone: Some("Asia/Shanghai".into()),
        ..Query::default()
    };
    let stretch = Stretch::of(&query, at(0)).unwrap();
    assert_eq!(stretch.from.to_string(), "2026-11-19T16:00:00Z");
    assert_eq!(stretch.to.to_string(), "2026-11-21T16:00:00Z");
    let groups = days(&stretch, &Seen { contacts: &[], ratings: &[], closings: &[] });
    assert_eq!(groups.iter().map(|g| g.key.as_str()).collect::<Vec<_>>(), ["2026-11-20", "2026-11-21"]);
    for (from, to) in
        [("2026-11-21", "2026-11-20"), ("2020-01-01", "2026-01-01"), ("yesterday", "2026-01-01")]
    {
        let query = Query { from: Some(from.into()), to: Some(to.into()), ..Query::default() };
        assert!(Stretch::of(&query, at(0)).is_err(), "{from} {to}");
    }
}

#[test]
fn a_name_is_never_a_formula() {
    let group =
        Group { key: "k".into(), name: "=HYPERLINK(\"http://evil\")".into(), figures: Figures::default() };
    let overview = Overview {
        from: at(0),
        to: at(1),
        timezone: "UTC".into(),
        total: Figures::default(),
        groups: Some(vec![group]),
    };
    let table = to_csv(&overview).unwrap();
    assert!(table.contains("'=HYPERLINK"), "{table}");
    assert_eq!(table.lines().count(), 3);
}
