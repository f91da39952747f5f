//! Made-up orders: the same for the same customer on the same day.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::civil::{Date, date, time};
use jiff::tz::{TimeZone, offset};
use jiff::{Span, Timestamp};
use serde::Serialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// Customers that exist from the start, with their phones: for visitors who prove who they are.
const KNOWN: [(&str, &str); 2] = [("C1001", "13800001234"), ("C1002", "13900005678")];

/// An order.
#[derive(Clone, Debug, Serialize)]
pub struct Order {
    pub order_no: String,
    pub customer: String,
    pub phone_tail: String,
    /// `paid`, `packing`, `shipped`, `delivered`, `refunding`, `cancelled`
    pub status: String,
    pub created_at: String,
    pub items: Vec<Item>,
    pub amount: f64,
    pub recipient: String,
    pub address: String,
}

/// One line of an order.
#[derive(Clone, Debug, Serialize)]
pub struct Item {
    pub name: String,
    pub quantity: u32,
}

/// How an order of the sample begins: days ago, time, state, goods, price.
type Seed = (i64, (i8, i8), &'static str, &'static [&'static str], f64);
const SEEDS: [Seed; 4] = [
    (0, (0, 10), "paid", &["东北大米 5kg (rice)", "烟台苹果 礼盒 (apples)"], 128.0),
    (1, (14, 3), "shipped", &["电饭煲 MR40 (rice cooker)"], 299.0),
    (6, (20, 41), "delivered", &["电热水壶 K17 (kettle)"], 159.0),
    (20, (11, 25), "refunding", &["空气炸锅 AF5 (air fryer)"], 399.0),
];

/// Every order there is, and what was done to them.
#[derive(Debug, Default)]
pub struct Orders {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    orders: BTreeMap<String, Order>,
    seeded: BTreeMap<String, Date>,
    /// Answers by idempotency key: done once, answered alike.
    done: BTreeMap<String, Value>,
    /// Calls that really changed something.
    changes: usize,
    cases: BTreeMap<String, Value>,
    urged: BTreeSet<String>,
}

impl Orders {
    /// The orders of a customer, newest first.
    pub fn of(&self, customer: &str) -> Vec<Order> {
        let mut state = self.seeded(customer);
        let own = state.orders.values_mut().filter(|order| order.customer == customer);
        let mut own: Vec<Order> = own.map(|order| order.clone()).collect();
        own.sort_by(|a, b| b.created_at.cmp(&a.created_at));
        own
    }

    /// One order; customers are made up when they are first named.
    pub fn one(&self, order_no: &str, customer: Option<&str>) -> Option<Order> {
        let state = customer.map(|customer| self.seeded(customer)).unwrap_or_else(|| self.known());
        state.orders.get(order_no).cloned()
    }

    /// Changes an order once under a key. `Err` says why it is not possible.
    pub fn change(
        &self,
        order_no: &str,
        key: Option<&str>,
        change: impl FnOnce(&mut Order) -> Result<Value, &'static str>,
    ) -> Result<Option<Value>, &'static str> {
        let mut state = self.known();
        if let Some(done) = key.and_then(|key| state.done.get(key)) {
            return Ok(Some(done.clone()));
        }
        let Some(order) = state.orders.get_mut(order_no) else { return Ok(None) };
        let answer = change(order)?;
        state.changes += 1;
        state.done.extend(key.map(|key| (key.to_owned(), answer.clone())));
        Ok(Some(answer))
    }

    /// How many calls really changed something.
    pub fn changes(&self) -> usize {
        self.lock().changes
    }

    /// Where the parcel of an order is.
    pub fn shipment(&self, order_no: &str) -> Option<Value> {
        let state = self.known();
        let order =
            state.orders.get(order_no).filter(|o| matches!(o.status.as_str(), "shipped" | "delivered"))?;
        let at: Timestamp = order.created_at.parse().ok()?;
        let after =
            |hours: i64| at.checked_add(Span::new().hours(hours)).map(|t| t.to_string()).unwrap_or_default();
        let mut events = vec![
            json!({"at": after(5), "text": "包裹已从杭州仓发出"}),
            json!({"at": after(12), "text": "到达杭州转运中心，发往目的地"}),
        ];
        if order.status == "delivered" {
            events.push(json!({"at": after(44), "text": "已签收，签收人：本人"}));
        }
        // Nothing of tomorrow is known today; times are of one form, so their texts compare as they do.
        let now = Timestamp::now().to_string();
        events.retain(|event| event["at"].as_str().is_some_and(|at| at <= now.as_str()));
        let last = events.last().cloned();
        Some(json!({
            "order_no": order.order_no, "carrier": "顺丰速运", "tracking_no": format!("SF{}", digits(order_no, 13)),
            "status": if order.status == "delivered" { "signed" } else { "in_transit" },
            "eta": after(52), "events": events, "last": last, "urged": state.urged.contains(order_no),
        }))
    }

    /// Notes that the carrier was asked to hurry.
    pub fn urge(&self, order_no: &str) {
        self.lock().urged.insert(order_no.to_owned());
    }

    /// The after-sales case of an order.
    pub fn case(&self, order_no: &str) -> Option<Value> {
        let state = self.known();
        if let Some(case) = state.cases.get(order_no) {
            return Some(case.clone());
        }
        let order = state.orders.get(order_no).filter(|order| order.status == "refunding")?;
        Some(
            json!({"order_no": order.order_no, "kind": "refund", "status": "approved", "amount": order.amount,
            "updated_at": Timestamp::now().checked_sub(Span::new().hours(20)).unwrap_or_default().to_string()}),
        )
    }

    /// Opens an after-sales case.
    pub fn open_case(&self, order_no: &str, amount: f64) -> Value {
        let case = json!({"order_no": order_no, "kind": "refund", "status": "submitted", "amount": amount,
            "updated_at": Timestamp::now().to_string(), "case_no": format!("AS{}", digits(order_no, 8))});
        self.lock().cases.insert(order_no.to_owned(), case.clone());
        case
    }

    fn known(&self) -> MutexGuard<'_, State> {
        for (customer, _) in KNOWN {
            drop(self.seeded(customer));
        }
        self.lock()
    }

    /// Makes the customer's orders of today, in the place of those of another day.
    fn seeded(&self, customer: &str) -> MutexGuard<'_, State> {
        let today = Timestamp::now().to_zoned(zone()).date();
        let mut state = self.lock();
        if state.seeded.get(customer) != Some(&today) {
            state.orders.retain(|_, order| order.customer != customer);
            for mut order in seeds(customer, today) {
                order.order_no = free(order.order_no, |number| state.orders.contains_key(number));
                state.orders.insert(order.order_no.clone(), order);
            }
            state.seeded.insert(customer.to_owned(), today);
        }
        state
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn seeds(customer: &str, today: Date) -> Vec<Order> {
    let phone = KNOWN.iter().find(|(known, _)| *known == customer).map(|(_, phone)| (*phone).to_owned());
    let phone = phone.unwrap_or_else(|| format!("138{}", digits(customer, 8)));
    let seed = |(number, (days, (hour, minute), status, goods, amount)): (usize, &Seed)| {
        let day = today.checked_sub(Span::new().days(*days)).unwrap_or(date(2026, 1, 1));
        let at = day.to_datetime(time(*hour, *minute, 0, 0)).to_zoned(zone());
        let at = at.map(|at| at.timestamp().to_string()).unwrap_or_default();
        Order {
            order_no: format!("ML{}{}", day.strftime("%y%m%d"), digits(&format!("{customer}/{number}"), 4)),
            customer: customer.to_owned(),
            phone_tail: phone[phone.len() - 4..].to_owned(),
            status: (*status).to_owned(),
            created_at: at,
            items: goods.iter().map(|name| Item { name: (*name).to_owned(), quantity: 1 }).collect(),
            amount: *amount,
            recipient: "林女士".to_owned(),
            address: "浙江省杭州市西湖区文三路 90 号".to_owned(),
        }
    };
    SEEDS.iter().enumerate().map(seed).collect()
}

/// The next number of its day that is not taken, this one if it can be. A day has ten thousand.
fn free(number: String, is_taken: impl Fn(&str) -> bool) -> String {
    const LAST: usize = 4;
    let (day, first) = number.split_at(number.len() - LAST);
    let first: usize = first.parse().unwrap_or_default();
    let numbers = (0..10_000).map(|more| format!("{day}{:04}", (first + more) % 10_000));
    numbers.into_iter().find(|number| !is_taken(number)).unwrap_or(number)
}

/// As many digits, always the same for the same text.
fn digits(text: &str, count: usize) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|byte| char::from(b'0' + byte % 10)).take(count).collect()
}

fn zone() -> TimeZone {
    TimeZone::fixed(offset(8))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_customer_has_one_order_of_yesterday_and_keeps_it() {
        let orders = Orders::default();
        let own = orders.of("demo-1");
        let yesterday = Timestamp::now().to_zoned(zone()).date().yesterday().unwrap();
        let of_yesterday =
            |o: &&Order| o.created_at.parse::<Timestamp>().unwrap().to_zoned(zone()).date() == yesterday;
        assert_eq!(own.iter().filter(of_yesterday).count(), 1);
        assert_eq!(own[1].order_no, orders.of("demo-1")[1].order_no);
        assert_ne!(own[1].order_no, orders.of("demo-2")[1].order_no);
    }

    #[test]
    fn no_two_customers_have_an_order_of_the_same_number() {
        let orders = Orders::default();
        let customers: Vec<String> = (0..500).map(|n| format!("none-{n}")).collect();
        let first: Vec<Vec<Order>> = customers.iter().map(|customer| orders.of(customer)).collect();
        let numbers: BTreeSet<&str> = first.iter().flatten().map(|order| order.order_no.as_str()).collect();
        assert_eq!(numbers.len(), first.iter().flatten().count());
        for (customer, first) in customers.iter().zip(&first) {
            let now = orders.of(customer);
            assert_eq!(
                now.iter().map(|o| &o.order_no).collect::<Vec<_>>(),
                first.iter().map(|o| &o.order_no).collect::<Vec<_>>()
            );
        }
    }

    #[test]
    fn a_thing_is_done_once_under_one_key() {
        let orders = Orders::default();
        let no = orders.of("demo-1")[0].order_no.clone();
        let cancel = |order: &mut Order| {
            order.status = "cancelled".into();
            Ok(json!({"n": 1}))
        };
        assert!(orders.change(&no, Some("k"), cancel).unwrap().is_some());
        assert!(orders.change(&no, Some("k"), |_| Err("again")).unwrap().is_some());
        assert_eq!(orders.changes(), 1);
    }
}
