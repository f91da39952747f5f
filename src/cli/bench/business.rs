//! `zhike bench business`: turns that ask business systems which are slow, silent, broken or lying.

use std::net::SocketAddr;
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::Args;
use futures_util::stream::{self, StreamExt};
use serde::Serialize;
use serde_json::json;

use super::latencies::Latencies;
use crate::app::{Core, Demo, SYSTEM_VARIABLE, shop_folder};
use crate::cli::{Context, out};
use crate::demo_shop;
use crate::dialog::TurnInput;
use crate::dialog::systems::ConnectorDesk;
use crate::domain::{Action, Decision};
use crate::error::{Error, Result};
use crate::tasks::Tasks;

const KEY: &str = "the key of this bench";
const ASKS: &str = "我昨天买的订单发货没?";
/// What a turn may take beyond its deadline.
const ALLOWANCE: Duration = Duration::from_millis(50);

/// Turns over business systems that fail, hang and lie: time against the deadline, and whether anything wrong was told
#[derive(Debug, Args)]
#[command(
    after_help = "Method: the sample shop's settings in a temporary folder, its order, logistics and after-sales systems \
over loopback HTTP. Under every fault as many turns, side by side, each of another verified customer asking after \
yesterday's order; a turn is timed from the call to the decision. Wrong: an order number in the answer that is not the \
customer's own. Then the faults end, and the time until a turn is answered again is taken.

Examples:
  zhike bench business
  zhike bench business --turns 200 --side-by-side 8 --json"
)]
pub struct BusinessArgs {
    /// Turns under every fault
    #[arg(long, default_value_t = 125)]
    turns: usize,
    /// Turns at the same time
    #[arg(long, default_value_t = 4)]
    side_by_side: usize,
}

/// One fault's figures; times in milliseconds.
#[derive(Debug, Serialize)]
struct Figures {
    fault: &'static str,
    turns: usize,
    took: Latencies,
    /// Turns later than their deadline and 50 ms.
    over: usize,
    answered: usize,
    to_a_person: usize,
    wrong: usize,
}

#[derive(Debug, Serialize)]
struct Report {
    deadline_ms: u64,
    faults: Vec<Figures>,
    breaker_opened: bool,
    /// From the end of the faults to the first whole answer.
    recovered_after_ms: f64,
}

/// Measures and prints.
pub async fn run(args: BusinessArgs, context: &Context) -> Result<ExitCode> {
    let folder = tempfile::tempdir().map_err(|e| Error::from(e).at("making a temporary folder"))?;
    let tasks = Tasks::new();
    let address = demo_shop::start(SocketAddr::from(([127, 0, 0, 1], 0)), KEY.to_owned(), &tasks).await?;
    let mut config = context.config.clone();
    config.keep_to(folder.path());
    config.engine.shop_dir = None;
    config.connect.variables.insert(SYSTEM_VARIABLE.to_owned(), format!("http://{address}"));
    let core = Core::open(&config, Demo::Settings).await?;
    write_key(&shop_folder(&config))?;
    let bench = Bench { core: &core, address, deadline_ms: config.engine.business_deadline_ms };
    bench.turn("warm-up").await?;

    let faults = [
        ("none", json!({})),
        ("slow", json!({"all": {"latency_ms": 300}})),
        ("logistics hang", json!({"shipments": {"hang": true}})),
        ("half fail", json!({"all": {"failure_rate": 0.5}})),
        ("wrong types", json!({"all": {"lie": "types"}})),
        ("another's order", json!({"all": {"lie": "owner"}})),
        (
            "huge, redirect, drip",
            json!({"customers": {"lie": "drip"}, "shipments": {"lie": "huge"}, "orders": {"lie": "redirect"}}),
        ),
        ("all hang", json!({"all": {"hang": true}})),
    ];
    let mut report = Report {
        deadline_ms: bench.deadline_ms,
        faults: Vec::new(),
        breaker_opened: false,
        recovered_after_ms: 0.0,
    };
    for (name, fault) in faults {
        bench.set(fault).await?;
        report.faults.push(bench.measure(name, &args).await?);
        report.breaker_opened |= core.connectors.list().iter().any(|connector| connector.breaker == "open");
    }
    bench.set(json!({})).await?;
    report.recovered_after_ms = bench.recovery().await?;
    core.close().await;
    tasks.shutdown(Duration::from_secs(1)).await;
    print(&report, context)?;
    let sound = report.faults.iter().all(|f| f.over == 0 && f.wrong == 0);
    Ok(if sound { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

struct Bench<'a> {
    core: &'a Core,
    address: SocketAddr,
    deadline_ms: u64,
}

impl Bench<'_> {
    async fn set(&self, fault: serde_json::Value) -> Result<()> {
        let failed =
            |e: reqwest::Error| Error::internal("the demo shop could not be switched").with_source(e);
        let client = reqwest::Client::builder().no_proxy().build().map_err(failed)?;
        let put = client.put(format!("http://{}/_faults", self.address)).header("X-Api-Key", KEY);
        let put = put.header("Content-Type", "application/json").body(fault.to_string());
        put.send().await.and_then(reqwest::Response::error_for_status).map_err(failed)?;
        Ok(())
    }

    async fn turn(&self, customer: &str) -> Result<(Decision, Duration)> {
        let input =
            TurnInput { text: ASKS.to_owned(), visitor: Some(customer.to_owned()), ..TurnInput::default() };
        let started = Instant::now();
        let decision = self.core.engine.reply(input).await?;
        Ok((decision, started.elapsed()))
    }

    async fn measure(&self, fault: &'static str, args: &BusinessArgs) -> Result<Figures> {
        let customers = (0..args.turns).map(|number| format!("{fault}-{number}"));
        let asked = stream::iter(customers).map(async |customer| {
            let (decision, took) = self.turn(&customer).await?;
            Ok::<_, Error>((customer, decision, took))
        });
        let done: Vec<_> = asked.buffer_unordered(args.side_by_side.max(1)).collect().await;
        let (mut times, mut answered, mut to_a_person, mut told) = (Vec::new(), 0, 0, Vec::new());
        for turn in done {
            let (customer, decision, took) = turn?;
            times.push(took);
            to_a_person += usize::from(decision.action == Action::Handoff);
            if decision.card.is_some() {
                answered += 1;
            }
            told.push((customer, decision.text));
        }
        let limit = Duration::from_millis(self.deadline_ms) + ALLOWANCE;
        // Whose an order is, the systems themselves say, when they are well again.
        self.set(json!({})).await?;
        let mut wrong = 0;
        for (customer, text) in told {
            wrong += usize::from(!self.is_own(&customer, &text).await);
        }
        Ok(Figures {
            fault,
            turns: times.len(),
            over: times.iter().filter(|time| **time > limit).count(),
            took: Latencies::of(times),
            answered,
            to_a_person,
            wrong,
        })
    }

    /// Whether every order number in a text is one of the customer's.
    async fn is_own(&self, customer: &str, text: &str) -> bool {
        let named: Vec<&str> = text
            .split(|c: char| !c.is_ascii_alphanumeric())
            .filter(|word| word.starts_with("ML") && word.len() == 12)
            .collect();
        if named.is_empty() {
            return true;
        }
        let client = reqwest::Client::builder().no_proxy().build();
        let Ok(client) = client else { return false };
        let get = client.get(format!("http://{}/customers/{customer}/orders", self.address));
        let Ok(answer) = get.header("X-Api-Key", KEY).send().await else { return false };
        let known = answer.text().await.unwrap_or_default();
        named.iter().all(|number| known.contains(number))
    }

    /// Milliseconds until a turn is answered again.
    async fn recovery(&self) -> Result<f64> {
        let started = Instant::now();
        let limit = Duration::from_secs(60);
        for number in 0.. {
            let (decision, _) = self.turn(&format!("recovered-{number}")).await?;
            if decision.card.is_some() {
                return Ok(started.elapsed().as_secs_f64() * 1000.0);
            }
            if started.elapsed() > limit {
                break;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        Err(Error::internal("the systems are well again, but turns are not answered"))
    }
}

/// The connectors send the bench's own key.
fn write_key(folder: &Path) -> Result<()> {
    let path = folder.join("secrets/demo_shop.key");
    std::fs::write(&path, KEY).map_err(|e| Error::from(e).at(path.display()))
}

fn print(report: &Report, context: &Context) -> Result<()> {
    if context.json {
        return out::json(report);
    }
    out::line(format!("deadline of a turn {} ms", report.deadline_ms));
    for f in &report.faults {
        out::line(format!(
            "{:<21} {} turns  p50 {:.0} ms, p99 {:.0} ms, max {:.0} ms; over {}, answered {}, to a person {}, wrong {}",
            f.fault,
            f.turns,
            f.took.p50_ms,
            f.took.p99_ms,
            f.took.max_ms,
            f.over,
            f.answered,
            f.to_a_person,
            f.wrong
        ));
    }
    out::line(format!(
        "breaker opened: {}; answered again {:.0} ms after the faults ended",
        report.breaker_opened, report.recovered_after_ms
    ));
    Ok(())
}
