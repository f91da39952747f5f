//! What users of such systems complain about, of answers and of imports: the sample shop, asked as people ask.

use std::io::{Cursor, Write};
use std::path::Path;

use serde_json::{Value, json};

use crate::server::{Server, Staff};

async fn search(admin: &Staff<'_>, query: &str, k: usize) -> Vec<Value> {
    let answer = admin.done("/knowledge/search", json!({"query": query, "k": k})).await;
    answer["hits"].as_array().unwrap().clone()
}

async fn reply(admin: &Staff<'_>, body: Value) -> Value {
    admin.done("/dialog/reply", body).await
}

fn ids(hits: &[Value]) -> Vec<&str> {
    hits.iter().map(|hit| hit["chunk_id"].as_str().unwrap()).collect()
}

const ASKED: [&str; 4] =
    ["新疆的首重运费多少", "净水器的保修期是多久", "优惠券过期了给补一张不", "how long does a refund take"];

#[tokio::test]
async fn requirement_15_what_hit_testing_shows_is_what_the_bot_uses() {
    let server = Server::demo();
    let admin = server.admin().await;
    for asked in ASKED {
        let (few, many) = (search(&admin, asked, 3).await, search(&admin, asked, 50).await);
        assert_eq!(ids(&few), ids(&many)[..few.len()], "asking for more never changes the first: {asked}");
        for hit in &few {
            let same = many.iter().find(|other| other["chunk_id"] == hit["chunk_id"]).unwrap();
            assert_eq!(same["score"], hit["score"], "{asked}");
        }
        let reply = reply(&admin, json!({"text": asked, "explain": true})).await;
        let candidates = reply["explanation"]["candidates"].as_array().unwrap();
        let shown = candidates.len().min(many.len());
        assert_eq!(ids(&candidates[..shown]), ids(&many[..shown]), "{asked}");
        if reply["action"] == "answer" {
            assert_eq!(reply["citations"][0]["chunk_id"], many[0]["chunk_id"], "{asked}");
            assert_eq!(reply["confidence"], many[0]["score"], "{asked}");
        }
    }
}

#[tokio::test]
async fn requirement_15_a_threshold_of_nought_is_respected() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("zhike.toml");
    std::fs::write(&config, "[engine]\nthreshold = 0.0\n").unwrap();
    let program = Path::new(env!("CARGO_BIN_EXE_zhike"));
    let flags = ["--config", config.to_str().unwrap()];
    let server = Server::start(program, &folder.path().join("data"), &flags);
    let admin = server.admin().await;
    let text = "# 停车\n\n门店地下停车场前两小时免费，之后每小时收费八元。\n";
    admin.upload(vec![("停车.md", text.as_bytes().to_vec())]).await;
    let reply = reply(&admin, json!({"text": "门口那块地方放车要钱不", "explain": true})).await;
    assert_eq!(
        (&reply["action"], &reply["explanation"]["threshold"]),
        (&json!("answer"), &json!(0.0)),
        "{reply}"
    );
}

#[tokio::test]
async fn requirement_16_scripts_widths_sounds_and_numerals_find_the_same_answers() {
    let server = Server::demo();
    let admin = server.admin().await;
    for (right, others) in [
        (
            "新疆的首重运费多少",
            &["新疆的首重運費多少", "新疆的首重云费多少", "新疆的首重yunfei多少", "新疆的手重运费多少"][..],
        ),
        ("空气炸锅报E5怎么办", &["空氣炸鍋報E5怎麼辦", "空气炸锅报Ｅ５怎么办", "空汽炸锅报e5怎么办"]),
        (
            "净水器的保修期是多久",
            &["淨水器的保修期是多久", "净水器的宝修期是多久", "jingshuiqi的保修期是多久"],
        ),
        ("积分满200颗才能用吗", &["积分满二百颗才能用吗"]),
    ] {
        let first = |hits: Vec<Value>| (hits[0]["document"].clone(), hits[0]["quote"].clone());
        let wanted = first(search(&admin, right, 5).await);
        for other in others {
            assert_eq!(first(search(&admin, other, 5).await), wanted, "{other}");
        }
    }
}

#[tokio::test]
async fn requirement_17_a_follow_up_keeps_its_context_and_what_no_document_says_is_not_answered() {
    let server = Server::demo();
    let admin = server.admin().await;
    let first = "新疆的首重运费多少";
    let said = reply(&admin, json!({"text": first})).await;
    assert!(said["text"].as_str().unwrap().contains("22元"), "{said}");
    let history = json!([{"role": "visitor", "text": first}, {"role": "bot", "text": said["text"]}]);
    let then = reply(&admin, json!({"text": "那青海呢", "history": history})).await;
    assert_eq!(then["action"], "answer", "{then}");
    assert!(then["text"].as_str().unwrap().contains("15元"), "{then}");

    for outside in ["你们公司的股票代码是多少", "珠穆朗玛峰有多高", "who won the world cup in 1998"]
    {
        let said = reply(&admin, json!({"text": outside})).await;
        assert_ne!(said["action"], "answer", "{outside}: {said}");
        assert!(said["citations"].as_array().unwrap().is_empty(), "{outside}");
    }
    // To count or compare over a table is to quote its rows, or to say that it cannot be done.
    let counted = reply(&admin, json!({"text": "一共有几个区的首重超过10元"})).await;
    if counted["action"] == "answer" {
        let quote = counted["citations"][0]["quote"].as_str().unwrap();
        assert!(quote.contains("首重"), "{counted}");
    }
}

#[tokio::test]
async fn requirement_19_no_passage_says_nothing() {
    let server = Server::plain();
    let admin = server.admin().await;
    let text = "# 目录\n\n- 1 -\n\n....\n\n---\n\n一\n\n第 1 页\n\n## 退货\n\n签收后七天内可以无理由退货。\n\n- 2 -\n\n* * *\n\n|  |  |\n| --- | --- |\n|  |  |\n\n。\n";
    let ended = admin.upload(vec![("杂.md", text.as_bytes().to_vec())]).await;
    let path = format!("/knowledge/documents/{}/chunks", ended[0]["result"]["id"].as_str().unwrap());
    let chunks: Value = admin.get(&path).send().await.unwrap().json().await.unwrap();
    let chunks = chunks["items"].as_array().unwrap();
    assert!(chunks.iter().any(|chunk| chunk["text"].as_str().unwrap().contains("七天")));
    for chunk in chunks {
        let letters = chunk["text"].as_str().unwrap().chars().filter(|c| c.is_alphabetic()).count();
        assert!(letters >= 2, "{chunk}");
    }
}

/// A Word file whose text inflates to `bytes` bytes.
fn bomb(bytes: usize) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    writer.start_file("word/document.xml", options).unwrap();
    writer.write_all(b"<w:document><w:body><w:p><w:r><w:t>").unwrap();
    let block = vec![b'a'; 1 << 20];
    for _ in 0..bytes >> 20 {
        writer.write_all(&block).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

#[tokio::test]
async fn requirement_21_memory_is_bounded_and_a_bad_file_names_itself_and_spares_the_others() {
    let mut server = Server::plain();
    let admin = server.admin().await;
    let rows: String =
        (0..200_000).map(|row| format!("商品{row},价格{},产地杭州\n", row * 7 % 1000)).collect();
    let table = format!("名称,价格,产地\n{rows}").into_bytes();
    let good = "# 退货\n\n签收后七天内可以无理由退货。\n".as_bytes().to_vec();
    let before = server.most_memory();
    let mut ended = admin
        .upload(vec![
            ("炸弹.docx", bomb(512 << 20)),
            ("大表.csv", table),
            ("好.md", good),
            ("坏.pdf", b"%PDF-1.7 nothing".to_vec()),
        ])
        .await;
    ended.sort_by_key(|job| job["subject"].as_str().unwrap().to_owned());
    for job in &ended {
        let name = job["subject"].as_str().unwrap();
        if name == "好.md" {
            assert_eq!(job["state"], "done", "{job}");
            continue;
        }
        assert_eq!(job["state"], "failed", "{job}");
        assert!(job["error"].to_string().contains(name), "the reason names the file: {job}");
    }
    if let (Some(before), Some(after)) = (before, server.most_memory()) {
        assert!(after < before + (300 << 20), "{} MiB more than before", (after - before) >> 20);
    }
    // What was there is there after a kill, and the file that was refused can be given again.
    let (data, password) = (server.data.clone(), server.password.clone());
    server.kill();
    let mut again = Server::start(Path::new(env!("CARGO_BIN_EXE_zhike")), &data, &[]);
    again.password = password;
    let admin = again.admin().await;
    let listed: Value = admin.get("/knowledge/documents").send().await.unwrap().json().await.unwrap();
    let names: Vec<&str> =
        listed["items"].as_array().unwrap().iter().map(|d| d["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["好.md"]);
}
