//! What agents and supervisors get: tags of rules, the packet of a handoff, findings of plugins.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::server::Server;
use crate::shop::{Shop, text};

#[tokio::test]
async fn a_rule_starts_a_form_and_an_agent_is_handed_the_whole_story() {
    let shop = Shop::open().await;
    let (visitor, id) = shop.customer().await;
    let shipped = shop.orders(&id).await.into_iter().find(|order| order["status"] == "shipped").unwrap();
    let no = shipped["order_no"].as_str().unwrap();
    visitor.ask("电饭煲显示 E3 是什么意思？").await;
    let asks = visitor.ask(&format!("订单{no}帮我催一下")).await;
    assert!(text(&asks).contains(no) && text(&asks).contains("催"), "{asks}");
    visitor.ask("确认").await;
    visitor.say("什么态度，我要转人工").await;

    let admin = shop.server.admin().await;
    let conversation = visitor.conversation().await;
    let read = async |path: String| admin.get(&path).send().await.unwrap().json::<Value>().await.unwrap();
    let deadline = Instant::now() + Duration::from_secs(60);
    let packet = loop {
        let packet = read(format!("/conversations/{conversation}/handoff")).await;
        if packet["reason"].is_string() {
            break packet;
        }
        assert!(Instant::now() < deadline, "{packet}");
        tokio::time::sleep(Duration::from_millis(200)).await;
    };
    let listed = |name: &str| packet[name].as_array().unwrap().clone();
    assert!(listed("summary").iter().any(|s| s.as_str().unwrap().contains(no)), "{packet}");
    assert!(listed("slots").iter().any(|s| s["slot"]["value"] == no), "{packet}");
    assert!(
        listed("tried").iter().any(|t| t["acts"].as_array().is_some_and(|acts| !acts.is_empty())),
        "{packet}"
    );
    assert!(listed("documents").iter().any(|d| d["document"].is_string()), "{packet}");
    assert_eq!(packet["mood"], "angry", "{packet}");

    let shown = read(format!("/conversations/{conversation}")).await;
    assert!(shown["tags"].as_array().unwrap().contains(&json!("催单")), "{shown}");
    let actions = read("/actions".to_owned()).await;
    let done = &actions["items"][0];
    assert_eq!((&done["outcome"], &done["subject"]), (&json!("done"), &json!(no)), "{actions}");
    assert_eq!(done["conversation_id"], json!(conversation));
}

#[tokio::test]
async fn what_agents_say_is_checked_and_a_plugin_outside_takes_part() {
    let server = Server::demo();
    let address = answering(r#"{"text": "由插件改写", "tags": ["plugin"]}"#);
    let folder = server.data.join("shop/plugins");
    std::fs::create_dir_all(&folder).unwrap();
    let spec = format!(
        "url = \"http://{address}/\"\nallow_private = true\nhooks = [\"review\"]\ndeadline_ms = 5000\n"
    );
    std::fs::write(folder.join("rewriter.toml"), spec).unwrap();
    let admin = server.admin().await;
    let deadline = Instant::now() + Duration::from_secs(60);
    loop {
        let reply = admin.done("/dialog/reply", json!({"text": "运费怎么算", "explain": true})).await;
        if reply["text"] == "由插件改写" {
            assert!(reply["explanation"]["plugins"].to_string().contains("rewriter"), "{reply}");
            break;
        }
        assert!(Instant::now() < deadline, "{reply}");
        tokio::time::sleep(Duration::from_millis(300)).await;
    }

    let visitor = server.visitor("zh-CN").await;
    visitor.say("v1", "我要转人工").await;
    let conversation = visitor.conversation.clone();
    admin.done(&format!("/conversations/{conversation}/accept"), json!({})).await;
    let said = json!({"client_id": "a1", "text": "您加我微信，我保证明天一定到"});
    admin.done(&format!("/conversations/{conversation}/messages"), said).await;
    let deadline = Instant::now() + Duration::from_secs(60);
    loop {
        let path = format!("/quality/findings?conversation={conversation}");
        let found: Value = admin.get(&path).send().await.unwrap().json().await.unwrap();
        let checks: Vec<&str> =
            found["items"].as_array().unwrap().iter().map(|f| f["check"].as_str().unwrap()).collect();
        if checks.len() == 2 {
            assert!(checks.contains(&"private_deal") && checks.contains(&"promise"), "{found}");
            assert_eq!(found["items"][0]["sender"]["kind"], "agent");
            break;
        }
        assert!(Instant::now() < deadline, "{found}");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

/// A service that answers every request with the same JSON.
fn answering(body: &'static str) -> std::net::SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let (mut seen, mut part) = (Vec::new(), [0; 4096]);
            while !whole(&seen) {
                match stream.read(&mut part) {
                    Ok(0) | Err(_) => break,
                    Ok(n) => seen.extend_from_slice(&part[..n]),
                }
            }
            let head = format!(
                "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
                body.len()
            );
            let _ = stream.write_all(format!("{head}{body}").as_bytes());
        }
    });
    address
}

/// Whether a request has come with all of its body.
fn whole(seen: &[u8]) -> bool {
    let text = String::from_utf8_lossy(seen).to_lowercase();
    let Some((head, _)) = text.split_once("\r\n\r\n") else { return false };
    let length = head.lines().find_map(|line| line.strip_prefix("content-length:")?.trim().parse().ok());
    let head_bytes = seen.windows(4).position(|w| w == b"\r\n\r\n").unwrap_or(0) + 4;
    seen.len() >= head_bytes + length.unwrap_or(0usize)
}
