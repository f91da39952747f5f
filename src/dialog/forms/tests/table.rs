//! A shop whose systems answer from a table, and a talk with its forms.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use jiff::tz::TimeZone;

use super::super::{Cue, Forms, Heard, Outcome, Scene, cue};
use crate::dialog::systems::{ActionLog, BusinessSystems, Call, Record, Reply, Trouble, VISITOR, Value};
use crate::domain::{ActionOutcome, ActionRecord, DialogState, Lang, Slot};
use crate::error::Error;

/// What was begun and how it ended, in memory.
#[derive(Default)]
pub struct Log(Mutex<BTreeMap<String, ActionRecord>>);

#[async_trait]
impl ActionLog for Log {
    async fn begun(&self, key: &str) -> Result<bool, Error> {
        Ok(self.0.lock().unwrap().contains_key(key))
    }
    async fn begin(&self, action: &ActionRecord) -> Result<(), Error> {
        self.0.lock().unwrap().entry(action.key.clone()).or_insert_with(|| action.clone());
        Ok(())
    }
    async fn end(&self, key: &str, outcome: ActionOutcome) -> Result<(), Error> {
        self.0.lock().unwrap().get_mut(key).unwrap().outcome = outcome;
        Ok(())
    }
    async fn list(&self, _: Option<&str>, _: usize) -> Result<Vec<ActionRecord>, Error> {
        Ok(self.0.lock().unwrap().values().cloned().collect())
    }
}

/// Two orders of c1 and one of somebody without an account; what was called is kept.
#[derive(Default)]
pub struct Table {
    pub called: Mutex<Vec<Call>>,
    pub troubles: BTreeMap<&'static str, Trouble>,
    pub stale: Option<Duration>,
    /// What was cancelled, by key.
    cancelled: Mutex<BTreeMap<String, String>>,
    pub knows_no_keys: bool,
    /// Answers with another order than the one asked for.
    pub mixes_up: bool,
}

fn text(value: &str) -> Value {
    Value::Text(value.into())
}

fn order(no: &str, status: &str, at: &str, items: &str) -> Record {
    Record::from([
        ("order_no".into(), text(no)),
        ("status".into(), text(status)),
        ("created_at".into(), Value::Time(at.parse().unwrap())),
        ("items".into(), text(items)),
        ("amount".into(), Value::Money { amount: 299.0, unit: "¥".into() }),
    ])
}

pub const SHIPPED: &str = "ML2611200012";
pub const PAID: &str = "ML2611210034";

impl Table {
    fn orders(&self) -> Vec<Record> {
        let is_cancelled = self.cancelled.lock().unwrap().values().any(|no| no == PAID);
        let status = if is_cancelled { "cancelled" } else { "paid" };
        vec![
            order(PAID, status, "2026-11-21T01:00:00Z", "东北大米 5kg"),
            order(SHIPPED, "shipped", "2026-11-20T06:03:00Z", "电饭煲 MR40"),
        ]
    }

    pub fn count(&self, operation: &str) -> usize {
        self.called.lock().unwrap().iter().filter(|call| call.operation == operation).count()
    }
}

#[async_trait]
impl BusinessSystems for Table {
    fn declares(&self, _: &str) -> bool {
        true
    }

    fn repeatable(&self, _: &str) -> bool {
        !self.knows_no_keys
    }

    async fn call(&self, call: Call) -> Result<Reply, Trouble> {
        self.called.lock().unwrap().push(call.clone());
        if let Some(trouble) = self.troubles.get(call.operation.as_str()) {
            return Err(trouble.clone());
        }
        let param = |name: &str| call.params.get(name).cloned().unwrap_or_default();
        if call.operation == "orders.cancel" {
            let key = call.idempotency_key.clone().unwrap();
            self.cancelled.lock().unwrap().insert(key, param("order_no"));
        }
        let mut records = match call.operation.as_str() {
            "orders.recent" if param(VISITOR) == "c1" => self.orders(),
            "orders.one" | "orders.proved" => self.orders(),
            "logistics.track" => vec![Record::from([
                ("order_no".into(), text(&param("order_no"))),
                ("status".into(), text("in_transit")),
                ("carrier".into(), text("顺丰速运")),
                ("tracking_no".into(), text("SF1")),
                ("last".into(), text("到达杭州")),
                ("last_at".into(), Value::Time("2026-11-21T02:00:00Z".parse().unwrap())),
                ("eta".into(), Value::Time("2026-11-22T02:00:00Z".parse().unwrap())),
            ])],
            "orders.cancel" => vec![Record::from([
                ("order_no".into(), text(&param("order_no"))),
                ("refund".into(), Value::Money { amount: 128.0, unit: "¥".into() }),
            ])],
            _ => Vec::new(),
        };
        if matches!(call.operation.as_str(), "orders.one" | "orders.proved") {
            let no = param("order_no");
            let theirs = param(VISITOR) == "c1" || param("phone_tail") == "1234";
            let mixes_up = self.mixes_up;
            records.retain(|record| theirs && (record["order_no"].plain() == no) != mixes_up);
        }
        Ok(Reply { records, age: self.stale })
    }
}

pub struct Talk {
    pub forms: Forms,
    pub table: Table,
    pub log: Log,
    visitor: Option<&'static str>,
    pub state: DialogState,
}

pub fn slot(name: &str, value: &str) -> Slot {
    Slot { name: name.into(), value: value.into(), raw: value.into(), start: 0, end: 1, confidence: 0.9 }
}

impl Talk {
    pub fn new(visitor: Option<&'static str>) -> Self {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("knowledge/forms.toml");
        let forms = Forms::parse(&std::fs::read_to_string(path).unwrap(), "forms.toml").unwrap();
        Self { forms, table: Table::default(), log: Log::default(), visitor, state: DialogState::default() }
    }

    pub async fn say(&mut self, text: &str, intent: Option<&str>, slots: &[Slot]) -> (Cue, Outcome) {
        self.state.turn += 1;
        let heard = Heard { text, slots, intent };
        let cue = cue(&self.forms, &self.table, &self.state, heard);
        let zone = TimeZone::get("Asia/Shanghai").unwrap();
        let scene = Scene {
            forms: &self.forms,
            systems: &self.table,
            actions: &self.log,
            lang: Lang::Zh,
            zone: &zone,
            heard,
            visitor: self.visitor,
            conversation: None,
            deadline: Instant::now() + Duration::from_secs(3),
        };
        let outcome = scene.advance(&cue, &mut self.state).await;
        (cue, outcome)
    }
}
