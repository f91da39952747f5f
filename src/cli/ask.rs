//! `zhike ask`: one answer from the engine, no server needed.

use std::process::ExitCode;

use clap::Args;
use comfy_table::{ContentArrangement, Table};

use super::{Context, out};
use crate::app::{Core, Demo};
use crate::dialog::TurnInput;
use crate::dialog::phrase::Patient;
use crate::domain::{Candidate, Decision, Explanation, Lang, PhrasingReport};
use crate::error::{Error, Result};

/// Characters of a quote that a table shows.
const SHOWN: usize = 60;

/// Ask the engine one question, with every step that led to the answer if wanted
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  zhike ask \"运费怎么算\" --explain
  zhike ask \"do you ship to Japan?\" --lang en --json
  zhike ask \"收到的水果坏了怎么赔\" --demo        asks the sample shop in a folder that is thrown away
  zhike ask \"我昨天买的订单发货没?\" --demo --visitor C1001
  zhike ask \"能开发票吗\" --explain --at 2026-11-11T23:00 --attribute page=https://shop.example/checkout")]
pub struct AskArgs {
    /// The question
    text: String,
    /// Language of the answer, zh or en; read off the question when not given
    #[arg(long)]
    lang: Option<Lang>,
    /// Show intent, slots, every path's candidates, scores and the policy's reason
    #[arg(long)]
    explain: bool,
    /// Ask as this customer of the shop, whom its systems know by the id
    #[arg(long, value_name = "ID")]
    visitor: Option<String>,
    /// What rules may ask about the visitor, such as page=https://shop.example/checkout; may be repeated
    #[arg(long, value_name = "NAME=VALUE", value_parser = attribute)]
    attribute: Vec<(String, String)>,
    /// Ask as at this time by the shop's clock, such as 2026-11-11T20:00
    #[arg(long, value_name = "TIME")]
    at: Option<jiff::civil::DateTime>,
    /// Ask the sample shop instead of the data folder
    #[arg(long)]
    demo: bool,
}

fn attribute(text: &str) -> std::result::Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("give it as NAME=VALUE")?;
    Ok((name.to_owned(), value.to_owned()))
}

/// Asks, prints, and lets nothing behind.
pub async fn run(args: AskArgs, context: &Context) -> Result<ExitCode> {
    let mut config = context.config.clone();
    let folder = tempfile::tempdir().map_err(|e| Error::from(e).at("making a temporary folder"))?;
    let demo = if args.demo {
        config.keep_to(folder.path());
        Demo::Load
    } else {
        Demo::Skip
    };
    let core = Core::open(&config, demo).await?;
    if core.knowledge.snapshot().is_empty() {
        out::note(format!(
            "There are no documents in {}: `zhike knowledge import PATH` brings some, `--demo` asks the sample shop.",
            config.data_dir.display()
        ));
    }
    let input = TurnInput {
        text: args.text,
        lang: args.lang,
        explain: args.explain,
        visitor: args.visitor,
        attributes: args.attribute.into_iter().collect(),
        now: args.at,
        ..TurnInput::default()
    };
    let decision = core.engine.say(input, &mut Patient).await;
    core.close().await;
    let decision = decision?;
    if context.json {
        out::json(&decision)?;
    } else {
        print(&decision);
    }
    Ok(ExitCode::SUCCESS)
}

fn print(decision: &Decision) {
    out::line(&decision.text);
    for choice in &decision.choices {
        out::line(format!("  · {}", choice.label));
    }
    for citation in &decision.citations {
        let section =
            if citation.section.is_empty() { String::new() } else { format!(" > {}", citation.section) };
        out::line(format!("  [{}{section}]", citation.document));
    }
    if let Some(explanation) = &decision.explanation {
        explain(decision, explanation);
    }
}

fn explain(decision: &Decision, explanation: &Explanation) {
    out::line("");
    out::line(
        format!("action      {:?}, confidence {:.2}", decision.action, decision.confidence).to_lowercase(),
    );
    out::line(format!("reason      {} ({})", explanation.reason, explanation.reason_code));
    out::line(format!("searched    {}", explanation.query));
    let intents: Vec<String> =
        explanation.parse.intents.iter().take(3).map(|i| format!("{} {:.2}", i.name, i.confidence)).collect();
    out::line(format!("intents     {}", intents.join(", ")));
    let slots: Vec<String> =
        decision.slots.iter().map(|s| format!("{}={} ({})", s.name, s.value, s.raw)).collect();
    out::line(format!("slots       {}", if slots.is_empty() { "none".into() } else { slots.join(", ") }));
    for rule in &explanation.rules {
        let decides = if rule.decides { ", decides" } else { "" };
        let does = rule.does.join(", ");
        out::line(format!("rule        {} (priority {}{decides}): {does}", rule.name, rule.priority));
    }
    for plugin in &explanation.plugins {
        let (name, hook) = (&plugin.plugin, &plugin.hook);
        out::line(format!("plugin      {name}, {hook}: {} in {:.1} ms", plugin.outcome, plugin.ms));
    }
    if let Some(phrasing) = &explanation.phrasing {
        phrased(phrasing);
    }
    for path in &explanation.paths {
        let name = format!("{:?}", path.path).to_lowercase();
        let left_out = path.left_out.as_deref().map(|why| format!(", left out: {why}")).unwrap_or_default();
        out::line(format!("path        {name}: {} hits in {:.1} ms{left_out}", path.hits, path.ms));
    }
    let timings: Vec<String> =
        decision.timings_ms.iter().map(|(step, ms)| format!("{step} {ms:.1}")).collect();
    out::line(format!("ms          {}", timings.join(", ")));

    let mut table = Table::new();
    table.set_content_arrangement(ContentArrangement::Dynamic);
    table.set_header(["score", "document", "section", "quote", "ranks"]);
    for candidate in &explanation.candidates {
        table.add_row(row(candidate));
    }
    out::line(table.to_string());
}

fn phrased(phrasing: &PhrasingReport) {
    let why = phrasing.detail.as_deref().map(|why| format!(": {why}")).unwrap_or_default();
    let (outcome, model, ms) = (&phrasing.outcome, &phrasing.model, phrasing.ms);
    out::line(format!("phrasing    {outcome} by {model} in {ms:.0} ms{why}"));
    for dropped in &phrasing.dropped {
        let reason = if dropped.reason.is_empty() { &dropped.reason_code } else { &dropped.reason };
        out::line(format!("  dropped   {} ({reason})", dropped.text));
    }
    out::line(format!("  quoted    {}", phrasing.extract));
}

fn row(candidate: &Candidate) -> [String; 5] {
    let ranks: Vec<String> =
        candidate.ranks.iter().map(|(path, rank)| format!("{path:?} {rank}").to_lowercase()).collect();
    [
        format!("{:.2}", candidate.score),
        candidate.document.clone(),
        candidate.section.clone(),
        candidate.quote.chars().take(SHOWN).collect(),
        ranks.join(", "),
    ]
}
