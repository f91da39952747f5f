//! A Rasa project is taken over with one command, and its clients find `/model/parse` as they know it.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::{Value, json};

use crate::server::Server;

const NLU: &str = r#"version: "3.1"
nlu:
- intent: book_flight
  examples: |
    - book a flight from [Rome]{"entity": "city", "role": "from"} to [Paris]{"entity": "city", "role": "to"}
    - I want to fly from [NYC]{"entity": "city", "role": "from"} to [Cairo]{"entity": "city", "role": "to"}
    - a flight from [Cairo]{"entity": "city", "role": "from"} to [NYC]{"entity": "city", "role": "to"} please
    - fly me from [Paris]{"entity": "city", "role": "from"} to [Rome]{"entity": "city", "role": "to"} with [Lufthansa](airline)
    - tickets from [Madrid]{"entity": "city", "role": "from"} to [Vienna]{"entity": "city", "role": "to"}
    - can you get me from [Berlin]{"entity": "city", "role": "from"} to [Oslo]{"entity": "city", "role": "to"} by plane
    - from [Oslo]{"entity": "city", "role": "from"} to [Berlin]{"entity": "city", "role": "to"} with [Lufthansa](airline) please
    - I need to be in [Madrid]{"entity": "city", "role": "to"}, leaving [Vienna]{"entity": "city", "role": "from"}
    - book a flight from [Rome]{"entity": "city", "role": "from"} to [Oslo]{"entity": "city", "role": "to"}
    - I want to fly from [NYC]{"entity": "city", "role": "from"} to [Berlin]{"entity": "city", "role": "to"}
    - a flight from [Cairo]{"entity": "city", "role": "from"} to [Madrid]{"entity": "city", "role": "to"} please
    - fly me from [Paris]{"entity": "city", "role": "from"} to [Oslo]{"entity": "city", "role": "to"} with [Scandinavian Airlines](airline)
    - tickets from [Madrid]{"entity": "city", "role": "from"} to [Cairo]{"entity": "city", "role": "to"}
    - can you get me from [Berlin]{"entity": "city", "role": "from"} to [NYC]{"entity": "city", "role": "to"} by plane
    - from [Oslo]{"entity": "city", "role": "from"} to [Rome]{"entity": "city", "role": "to"} with [Scandinavian Airlines](airline) please
    - I need to be in [Cairo]{"entity": "city", "role": "to"}, leaving [Vienna]{"entity": "city", "role": "from"}
    - book a flight from [Rome]{"entity": "city", "role": "from"} to [NYC]{"entity": "city", "role": "to"}
    - I want to fly from [NYC]{"entity": "city", "role": "from"} to [Rome]{"entity": "city", "role": "to"}
    - a flight from [Cairo]{"entity": "city", "role": "from"} to [Vienna]{"entity": "city", "role": "to"} please
    - fly me from [Paris]{"entity": "city", "role": "from"} to [Oslo]{"entity": "city", "role": "to"} with [Lufthansa](airline)
    - tickets from [Madrid]{"entity": "city", "role": "from"} to [Berlin]{"entity": "city", "role": "to"}
    - can you get me from [Berlin]{"entity": "city", "role": "from"} to [Madrid]{"entity": "city", "role": "to"} by plane
    - from [Oslo]{"entity": "city", "role": "from"} to [Paris]{"entity": "city", "role": "to"} with [Lufthansa](airline) please
    - I need to be in [Cairo]{"entity": "city", "role": "to"}, leaving [Vienna]{"entity": "city", "role": "from"}
- intent: greet
  examples: |
    - hello there
    - hi
    - good morning
    - hey bot
    - good evening to you
- intent: out_of_scope
  examples: |
    - what is the meaning of life
    - sing me a song
    - who won the match last night
    - write a poem about the sea
    - how tall is Mount Everest
    - solve this equation for me
    - what do you think of the election
    - recommend a good movie
    - tell me a joke
    - how do I bake bread
- synonym: New York
  examples: |
    - NYC
- lookup: airline
  examples: data/airlines.txt
- regex: booking_code
  examples: |
    - \b[A-Z]{2}\d{4}\b
"#;

fn zhike(data: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_zhike"));
    command.args(args).arg("--data").arg(data).current_dir(data.parent().unwrap()).output().unwrap()
}

fn lines(output: &[u8]) -> String {
    String::from_utf8_lossy(output).into_owned()
}

#[tokio::test]
async fn a_project_moves_in_with_one_command_and_out_again() {
    let folder = tempfile::tempdir().unwrap();
    let (bot, data) = (folder.path().join("bot"), folder.path().join("data"));
    std::fs::create_dir_all(bot.join("data")).unwrap();
    std::fs::write(bot.join("data/nlu.yml"), NLU).unwrap();
    std::fs::write(bot.join("data/airlines.txt"), "Lufthansa\nScandinavian Airlines\n").unwrap();
    std::fs::write(bot.join("domain.yml"), "intents: [book_flight, greet, goodbye]\nentities: [city]\n")
        .unwrap();

    let imported = zhike(&data, &["rasa", "import", bot.to_str().unwrap()]);
    let (out, notes) = (lines(&imported.stdout), lines(&imported.stderr));
    assert!(imported.status.success(), "{out}\n{notes}");
    assert!(out.contains("airline, city.from, city.to") && out.contains("is in use"), "{out}");
    assert!(notes.contains("`goodbye` has no examples"), "{notes}");

    let exported = folder.path().join("exported.yml");
    let done = zhike(&data, &["rasa", "export", exported.to_str().unwrap()]);
    assert!(done.status.success(), "{}", lines(&done.stderr));
    let kept = std::fs::read_to_string(data.join("shop/nlu/rasa.yml")).unwrap();
    assert_eq!(std::fs::read_to_string(&exported).unwrap(), kept);

    let server = Server::start(Path::new(env!("CARGO_BIN_EXE_zhike")), &data, &[]);
    let admin = server.admin().await;
    let text = "book a flight from Rome to NYC with Lufthansa";
    let asked = server.http.post(server.url("/model/parse")).bearer_auth(&admin.token);
    let answer = asked.json(&json!({"text": text, "message_id": "m1"})).send().await.unwrap();
    let body: Value = answer.json().await.unwrap();
    let mut fields: Vec<&str> = body.as_object().unwrap().keys().map(String::as_str).collect();
    fields.sort_unstable();
    assert_eq!(fields, ["entities", "intent", "intent_ranking", "message_id", "text", "text_tokens"]);
    assert_eq!(body["intent"]["name"], "book_flight");
    assert_eq!(body["intent"], body["intent_ranking"][0]);
    assert_eq!(body["text_tokens"][1], json!([5, 6]));
    let ranked: Vec<&Value> = body["intent_ranking"].as_array().unwrap().iter().map(|i| &i["name"]).collect();
    assert!(ranked.contains(&&json!("out_of_scope")), "{ranked:?}");
    let entities = body["entities"].as_array().unwrap();
    let to = entities.iter().find(|e| e["role"] == "to").unwrap();
    assert_eq!(
        (&to["entity"], &to["value"], &to["start"], &to["end"], &to["processors"][0]),
        (&json!("city"), &json!("New York"), &json!(27), &json!(30), &json!("EntitySynonymMapper"))
    );
    assert!(to["confidence_entity"].is_number() && to["confidence_role"].is_number());
    assert!(entities.iter().any(|e| e["entity"] == "airline" && e["value"] == "Lufthansa"), "{entities:?}");
}

#[test]
fn a_line_that_cannot_be_used_is_named_and_nothing_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let file = folder.path().join("nlu.yml");
    std::fs::write(&file, "nlu:\n- intent: a\n  examples: |\n    - ok\n    - [x](y\n").unwrap();
    let refused = zhike(&data, &["rasa", "import", file.to_str().unwrap()]);
    assert!(!refused.status.success());
    let said = lines(&refused.stderr);
    assert!(said.contains("nlu.yml: line 5: the annotation of `x` has no closing bracket"), "{said}");
    assert!(!data.join("shop").exists());
}
