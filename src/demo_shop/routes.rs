//! The calls of the service.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{Path, Query, Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post, put};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use super::faults::{Fault, Faults, Lie};
use super::orders::{Order, Orders};

#[derive(Clone)]
struct Shop {
    orders: Arc<Orders>,
    faults: Faults,
    key: Arc<str>,
}

/// Every route, behind the key and the switches.
pub fn router(key: String) -> Router {
    let shop = Shop { orders: Arc::default(), faults: Faults::default(), key: key.into() };
    Router::new()
        .route("/customers/{customer}/orders", get(list))
        .route("/orders/{order_no}", get(one))
        .route("/orders/{order_no}/cancel", post(cancel))
        .route("/orders/{order_no}/address", put(address))
        .route("/shipments/{order_no}", get(shipment))
        .route("/shipments/{order_no}/urge", post(urge))
        .route("/aftersales/{order_no}", get(case))
        .route("/aftersales", post(open_case))
        .route("/_faults", put(set_faults))
        .route("/_changes", get(changes))
        .layer(middleware::from_fn_with_state(shop.clone(), guarded))
        .with_state(shop)
}

/// Who asks for whose order: a customer the shop vouches for, or somebody who knows the phone.
#[derive(Debug, Default, Deserialize)]
struct Asker {
    customer: Option<String>,
    phone_tail: Option<String>,
}

impl Asker {
    fn may_see(&self, order: &Order) -> bool {
        match (&self.customer, &self.phone_tail) {
            (Some(customer), _) => *customer == order.customer,
            (None, Some(tail)) => *tail == order.phone_tail,
            (None, None) => false,
        }
    }
}

/// What a call that changes something says.
#[derive(Debug, Deserialize)]
struct Wish {
    #[serde(flatten)]
    asker: Asker,
    #[serde(default)]
    order_no: String,
    #[serde(default)]
    address: String,
}

async fn guarded(State(shop): State<Shop>, request: Request, next: Next) -> Response {
    let key = request.headers().get("x-api-key").and_then(|value| value.to_str().ok());
    if key != Some(&*shop.key) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let fault = shop.faults.of(request.uri().path());
    if let Some(wrong) = fault.answer().await {
        return wrong;
    }
    let response = next.run(request).await;
    if fault.lie == Some(Lie::Owner) { somebody_elses(response).await } else { response }
}

/// The same answer about another customer's order.
async fn somebody_elses(response: Response) -> Response {
    let (parts, body) = response.into_parts();
    let Ok(bytes) = axum::body::to_bytes(body, 1 << 20).await else {
        return StatusCode::BAD_GATEWAY.into_response();
    };
    let Ok(mut json) = serde_json::from_slice::<Value>(&bytes) else {
        return (parts, bytes).into_response();
    };
    let disown = |order: &mut Value| {
        if let Some(order) = order.as_object_mut() {
            order.insert("order_no".into(), json!("ML0000000000"));
            order.insert("customer".into(), json!("somebody-else"));
            order.insert("phone_tail".into(), json!("0000"));
        }
    };
    match json.get_mut("orders").and_then(Value::as_array_mut) {
        Some(orders) => orders.iter_mut().for_each(disown),
        None => disown(&mut json),
    }
    Json(json).into_response()
}

async fn list(State(shop): State<Shop>, Path(customer): Path<String>) -> Json<Value> {
    Json(json!({ "orders": shop.orders.of(&customer) }))
}

async fn one(State(shop): State<Shop>, Path(no): Path<String>, Query(asker): Query<Asker>) -> Response {
    let order = shop.orders.one(&no, asker.customer.as_deref()).filter(|order| asker.may_see(order));
    found(order)
}

async fn shipment(State(shop): State<Shop>, Path(no): Path<String>) -> Response {
    found(shop.orders.shipment(&no))
}

async fn case(State(shop): State<Shop>, Path(no): Path<String>) -> Response {
    found(shop.orders.case(&no))
}

async fn cancel(
    State(shop): State<Shop>,
    Path(no): Path<String>,
    headers: HeaderMap,
    Json(wish): Json<Wish>,
) -> Response {
    changed(&shop, &no, &headers, &wish, |order| {
        still_here(order)?;
        order.status = "cancelled".into();
        Ok(json!({"order_no": order.order_no, "status": "cancelled", "refund": order.amount}))
    })
}

async fn address(
    State(shop): State<Shop>,
    Path(no): Path<String>,
    headers: HeaderMap,
    Json(wish): Json<Wish>,
) -> Response {
    changed(&shop, &no, &headers, &wish, |order| {
        still_here(order)?;
        order.address.clone_from(&wish.address);
        Ok(json!({"order_no": order.order_no, "address": order.address}))
    })
}

async fn urge(
    State(shop): State<Shop>,
    Path(no): Path<String>,
    headers: HeaderMap,
    Json(wish): Json<Wish>,
) -> Response {
    shop.orders.urge(&no);
    changed(&shop, &no, &headers, &wish, |order| Ok(json!({"order_no": order.order_no, "urged": true})))
}

async fn open_case(State(shop): State<Shop>, headers: HeaderMap, Json(wish): Json<Wish>) -> Response {
    let mut amount = 0.0;
    let response = changed(&shop, &wish.order_no, &headers, &wish, |order| {
        if order.status == "cancelled" || order.status == "refunding" {
            return Err("there is a case already");
        }
        amount = order.amount;
        order.status = "refunding".into();
        Ok(json!({"order_no": order.order_no, "status": "submitted", "amount": order.amount}))
    });
    if amount > 0.0 {
        shop.orders.open_case(&wish.order_no, amount);
    }
    response
}

async fn set_faults(State(shop): State<Shop>, Json(faults): Json<BTreeMap<String, Fault>>) -> StatusCode {
    shop.faults.set(faults);
    StatusCode::NO_CONTENT
}

async fn changes(State(shop): State<Shop>) -> Json<Value> {
    Json(json!({ "changes": shop.orders.changes() }))
}

/// What has left the house can be neither cancelled nor sent elsewhere.
fn still_here(order: &Order) -> Result<(), &'static str> {
    if matches!(order.status.as_str(), "paid" | "packing") { Ok(()) } else { Err("it is on its way") }
}

fn changed(
    shop: &Shop,
    no: &str,
    headers: &HeaderMap,
    wish: &Wish,
    change: impl FnOnce(&mut Order) -> Result<Value, &'static str>,
) -> Response {
    let key = headers.get("idempotency-key").and_then(|value| value.to_str().ok());
    let own = |order: &mut Order| if wish.asker.may_see(order) { change(order) } else { Err("not theirs") };
    match shop.orders.change(no, key, own) {
        Ok(answer) => found(answer),
        Err(why) => (StatusCode::CONFLICT, Json(json!({ "error": why }))).into_response(),
    }
}

fn found(answer: Option<impl serde::Serialize>) -> Response {
    match answer {
        Some(answer) => Json(answer).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
