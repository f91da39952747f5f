//! The engine in other programs' clothes: OpenAI's embeddings and chat completions, Rasa's REST channel and parser.

use axum::Json;
use axum::extract::{Query, State};
use axum::response::sse::{Event, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use base64::Engine as _;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa_axum::router::OpenApiRouter;

use super::auth::Staff;
use super::extract::Body;
use super::services::Services;
use crate::dialog::{HistoryTurn, TurnInput};
use crate::domain::{Decision, IntentScore, OUT_OF_SCOPE, SenderKind, Slot};
use crate::encoder::{Prefix, Priority, Want};
use crate::error::{Error, Result};
use crate::nlu::examples::{EntityName, OUT_OF_SCOPE_THERE};
use crate::text::segment;

/// The name the bot has as a model.
const MODEL: &str = "zhike";
const MOST_INPUTS: usize = 256;

pub(super) fn routes() -> OpenApiRouter<Services> {
    OpenApiRouter::new()
        .route("/v1/embeddings", post(embeddings))
        .route("/v1/chat/completions", post(chat_completions))
        .route("/webhooks/rest/", get(rasa_status))
        .route("/webhooks/rest/webhook", post(rasa_webhook))
        .route("/model/parse", post(rasa_parse))
}

#[derive(Debug, Deserialize)]
struct EmbeddingsRequest {
    input: OneOrMany,
    #[serde(default)]
    encoding_format: EncodingFormat,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum EncodingFormat {
    #[default]
    Float,
    Base64,
}

async fn embeddings(
    _: Staff,
    State(s): State<Services>,
    Body(request): Body<EmbeddingsRequest>,
) -> Result<Json<Value>> {
    let texts = match request.input {
        OneOrMany::One(text) => vec![text],
        OneOrMany::Many(texts) => texts,
    };
    if texts.is_empty() || texts.len() > MOST_INPUTS {
        return Err(Error::invalid(format!("input must hold 1 to {MOST_INPUTS} texts")));
    }
    for text in &texts {
        s.check_length(text)?;
    }
    let tokens: usize = texts.iter().map(|text| s.encoder.count_tokens(text)).sum();
    let encoded = s.encoder.encode(texts, Prefix::Query, Priority::Visitor, Want::VECTOR).await?;
    let data: Vec<Value> = encoded
        .iter()
        .enumerate()
        .map(|(index, e)| json!({"object": "embedding", "index": index, "embedding": written(&e.vector, &request.encoding_format)}))
        .collect();
    let usage = json!({"prompt_tokens": tokens, "total_tokens": tokens});
    Ok(Json(json!({"object": "list", "data": data, "model": s.encoder.id(), "usage": usage})))
}

fn written(vector: &[f32], format: &EncodingFormat) -> Value {
    match format {
        EncodingFormat::Float => json!(vector),
        EncodingFormat::Base64 => {
            let bytes: Vec<u8> = vector.iter().flat_map(|x| x.to_le_bytes()).collect();
            json!(base64::engine::general_purpose::STANDARD.encode(bytes))
        }
    }
}

#[derive(Debug, Deserialize)]
struct ChatRequest {
    messages: Vec<ChatMessage>,
    #[serde(default)]
    stream: bool,
}

#[derive(Debug, Deserialize, Serialize)]
struct ChatMessage {
    role: String,
    content: String,
}

async fn chat_completions(
    _: Staff,
    State(s): State<Services>,
    Body(request): Body<ChatRequest>,
) -> Result<Response> {
    let mut turns: Vec<HistoryTurn> = request.messages.into_iter().filter_map(turn).collect();
    let Some(last) = turns.pop().filter(|t| t.role == SenderKind::Visitor) else {
        return Err(Error::invalid("the last message must have the role `user`"));
    };
    s.check_length(&last.text)?;
    let decision = s.engine.reply(input(last.text, turns)).await?;
    let id = format!("chatcmpl-{}", uuid::Uuid::now_v7().simple());
    let created = jiff::Timestamp::now().as_second();
    if request.stream {
        return Ok(Sse::new(futures_util::stream::iter(chunks(&id, created, &decision))).into_response());
    }
    let message = json!({"role": "assistant", "content": decision.text});
    let choice = json!({"index": 0, "message": message, "finish_reason": "stop"});
    let body = json!({
        "id": id, "object": "chat.completion", "created": created, "model": MODEL, "choices": [choice],
        "zhike": {"action": decision.action, "confidence": decision.confidence, "citations": decision.citations},
    });
    Ok(Json(body).into_response())
}

fn chunks(id: &str, created: i64, decision: &Decision) -> Vec<Result<Event, std::convert::Infallible>> {
    let chunk = |delta: Value, finish: Value| {
        let choice = json!({"index": 0, "delta": delta, "finish_reason": finish});
        let body = json!({"id": id, "object": "chat.completion.chunk", "created": created, "model": MODEL, "choices": [choice]});
        Ok(Event::default().data(body.to_string()))
    };
    vec![
        chunk(json!({"role": "assistant", "content": decision.text}), Value::Null),
        chunk(json!({}), json!("stop")),
        Ok(Event::default().data("[DONE]")),
    ]
}

/// System prompts belong to other kinds of models and are left out.
fn turn(message: ChatMessage) -> Option<HistoryTurn> {
    let role = match message.role.as_str() {
        "user" => SenderKind::Visitor,
        "assistant" => SenderKind::Bot,
        _ => return None,
    };
    Some(HistoryTurn { role, text: message.content })
}

fn input(text: String, history: Vec<HistoryTurn>) -> TurnInput {
    TurnInput { text, history, ..TurnInput::default() }
}

async fn rasa_status() -> Json<Value> {
    Json(json!({"status": "ok"}))
}

#[derive(Debug, Deserialize)]
struct RasaMessage {
    sender: String,
    message: String,
}

#[derive(Debug, Default, Deserialize)]
struct RasaQuery {
    #[serde(default)]
    stream: bool,
}

async fn rasa_webhook(
    _: Staff,
    State(s): State<Services>,
    Query(query): Query<RasaQuery>,
    Body(request): Body<RasaMessage>,
) -> Result<Response> {
    s.check_length(&request.message)?;
    let decision = s.engine.reply(input(request.message, Vec::new())).await?;
    let buttons: Vec<Value> =
        decision.choices.iter().map(|c| json!({"title": c.label, "payload": c.value})).collect();
    let mut reply = json!({"recipient_id": request.sender, "text": decision.text});
    if !buttons.is_empty() {
        reply["buttons"] = json!(buttons);
    }
    if query.stream {
        return Ok(format!("{reply}\n").into_response());
    }
    Ok(Json(json!([reply])).into_response())
}

#[derive(Debug, Deserialize)]
struct RasaParse {
    text: String,
    #[serde(default)]
    message_id: Option<String>,
}

async fn rasa_parse(
    _: Staff,
    State(s): State<Services>,
    Body(request): Body<RasaParse>,
) -> Result<Json<Value>> {
    s.check_length(&request.text)?;
    let parse = s.engine.parse(&request.text, None).await?;
    let ranking: Vec<Value> = parse.intents.iter().map(rasa_intent).collect();
    let best = ranking.first().cloned().unwrap_or(json!({"name": null, "confidence": 0.0}));
    let entities: Vec<Value> = parse.slots.iter().map(rasa_entity).collect();
    let words = segment::words(&request.text).into_iter();
    let tokens: Vec<Value> = words.map(|w| json!([w.start, w.end])).collect();
    let mut body = json!({
        "text": request.text, "intent": best, "entities": entities, "text_tokens": tokens,
        "intent_ranking": ranking,
    });
    if let Some(id) = request.message_id {
        body["message_id"] = json!(id);
    }
    Ok(Json(body))
}

/// Text out of scope has the name that Rasa's own examples give it.
fn rasa_intent(intent: &IntentScore) -> Value {
    let name = if intent.name == OUT_OF_SCOPE { OUT_OF_SCOPE_THERE } else { &intent.name };
    json!({"name": name, "confidence": intent.confidence})
}

fn rasa_entity(slot: &Slot) -> Value {
    let name = EntityName::of(&slot.name);
    let mut entity = json!({
        "entity": name.entity, "start": slot.start, "end": slot.end,
        "confidence_entity": slot.confidence, "confidence": slot.confidence,
        "value": slot.value, "extractor": MODEL,
    });
    for (field, part) in [("role", name.role), ("group", name.group)] {
        if let Some(part) = part {
            entity[field] = json!(part);
            entity[format!("confidence_{field}")] = json!(slot.confidence);
        }
    }
    if slot.value != slot.raw {
        entity["processors"] = json!(["EntitySynonymMapper"]);
    }
    entity
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entity_has_the_fields_rasa_gives_it() {
        let slot = Slot {
            name: "city.from#1".into(),
            value: "上海".into(),
            raw: "魔都".into(),
            start: 1,
            end: 3,
            confidence: 0.5,
        };
        let expected = json!({
            "entity": "city", "role": "from", "group": "1", "start": 1, "end": 3, "value": "上海",
            "confidence": 0.5, "confidence_entity": 0.5, "confidence_role": 0.5, "confidence_group": 0.5,
            "extractor": "zhike", "processors": ["EntitySynonymMapper"],
        });
        assert_eq!(rasa_entity(&slot), expected);
        let plain = Slot { name: "city".into(), value: "魔都".into(), ..slot };
        let mut fields: Vec<String> = rasa_entity(&plain).as_object().unwrap().keys().cloned().collect();
        fields.sort();
        assert_eq!(
            fields,
            ["confidence", "confidence_entity", "end", "entity", "extractor", "start", "value"]
        );
    }
}
