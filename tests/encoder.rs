//! The embedded encoder as other rooms use it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::sync::OnceLock;

use zhike::encoder::{Encoded, Encoder, EncoderOptions, Prefix, Priority, Want};

fn encoder() -> &'static Encoder {
    static ENCODER: OnceLock<Encoder> = OnceLock::new();
    ENCODER.get_or_init(|| Encoder::builtin(EncoderOptions::default()).unwrap())
}

fn encode(texts: &[&str], want: Want) -> Vec<Encoded> {
    let texts: Vec<String> = texts.iter().map(|t| t.to_string()).collect();
    encoder().encode_blocking(&texts, Prefix::Query, Priority::Visitor, want).unwrap()
}

fn cosine(a: &Encoded, b: &Encoded) -> f32 {
    a.vector.iter().zip(b.vector.iter()).map(|(a, b)| a * b).sum()
}

#[test]
fn a_paraphrase_is_nearer_than_another_question() {
    for [text, paraphrase, other] in [
        ["怎么申请退货", "我想把东西退了", "你们几点开门"],
        ["Where is my parcel?", "my package has not arrived", "Which sizes do you have?"],
        ["怎么申请退货", "How can I return this?", "几点开门"],
    ] {
        let v = encode(&[text, paraphrase, other], Want::VECTOR);
        assert!(cosine(&v[0], &v[1]) > cosine(&v[0], &v[2]), "{text}");
    }
}

#[test]
fn a_text_gives_the_same_bits_alone_and_in_a_batch() {
    let long = "退货地址在哪里？请帮我查一下订单，谢谢。".repeat(20);
    let texts =
        ["好", "Where is my order #A-10492?", "", &long, "😀👍", "收到的杯子碎了一角，可以换一个新的吗？"];
    let together = encode(&texts, Want::TOKENS);
    for (text, in_batch) in texts.iter().zip(&together) {
        let alone = &encode(&[text], Want::TOKENS)[0];
        assert_eq!(alone.vector, in_batch.vector, "{text:?}");
        assert_eq!(alone.tokens, in_batch.tokens, "{text:?}");
    }
}

#[test]
fn every_vector_has_length_one() {
    let long = "長".repeat(10_000);
    let spaces = " ".repeat(10_000);
    for text in ["", " ", "😀😀😀", "\u{0}\u{1}", "a", "\u{200d}\u{fe0f}", &long, &spaces] {
        let vector = &encode(&[text], Want::VECTOR)[0].vector;
        assert_eq!(vector.len(), encoder().dim());
        let norm: f32 = vector.iter().map(|x| x * x).sum();
        assert!(
            (norm - 1.0).abs() < 1e-4,
            "{:?} has length {norm}",
            text.chars().take(8).collect::<String>()
        );
    }
}

#[test]
fn a_text_of_ten_thousand_characters_is_cut_not_refused() {
    let text = "这款电饭煲怎么预约煮粥".repeat(1000);
    let tokens = encode(&[&text], Want::TOKENS).remove(0).tokens.unwrap();
    assert!(tokens.offsets.len() > 400 && tokens.offsets.len() < 512);
    assert!(encoder().count_tokens(&text) > 1000);
}

#[test]
fn token_offsets_slice_the_text_without_its_prefix() {
    for text in ["我要退掉 iPhone 15 😀 谢谢", "  two  words ", "退货", "ﬁne ½ ＡＢＣ", "👨‍👩‍👧 家庭装"]
    {
        for prefix in [Prefix::Query, Prefix::Passage, Prefix::None] {
            let encoded =
                encoder().encode_blocking(&[text.into()], prefix, Priority::Bulk, Want::TOKENS).unwrap();
            let tokens = encoded[0].tokens.as_ref().unwrap();
            assert_eq!(tokens.states.len(), tokens.offsets.len() * encoder().dim());
            let scalars: Vec<char> = text.chars().collect();
            let mut reached = 0;
            for &(start, end) in &tokens.offsets {
                assert!(reached <= start.max(reached) && start < end && end <= scalars.len(), "{text:?}");
                reached = end;
            }
            assert_eq!(reached, text.trim_end().chars().count(), "{text:?} is covered to its end");
        }
    }
    let tokens = encode(&["我要退掉 iPhone 15 😀 谢谢"], Want::TOKENS).remove(0).tokens.unwrap();
    let scalars: Vec<char> = "我要退掉 iPhone 15 😀 谢谢".chars().collect();
    let joined: String = tokens.offsets.iter().flat_map(|&(s, e)| &scalars[s..e]).collect();
    assert_eq!(joined, "我要退掉iPhone15😀谢谢");
}

#[test]
fn prefixes_tell_questions_from_passages() {
    let text = vec!["七天内可以退货".to_owned()];
    let of =
        |prefix| encoder().encode_blocking(&text, prefix, Priority::Visitor, Want::VECTOR).unwrap().remove(0);
    assert_ne!(of(Prefix::Query).vector, of(Prefix::Passage).vector);
    assert_ne!(of(Prefix::Query).vector, of(Prefix::None).vector);
}

#[test]
fn a_large_bulk_call_comes_back_whole_and_in_order() {
    let texts: Vec<String> =
        (0..600).map(|i| format!("第 {} 条记录，{}", i % 7, "补充说明".repeat(i % 5))).collect();
    let options = EncoderOptions { bulk_queue_tokens: 8 * 1024, ..EncoderOptions::default() };
    let encoder = Encoder::builtin(options).unwrap();
    let encoded = encoder.encode_blocking(&texts, Prefix::Passage, Priority::Bulk, Want::VECTOR).unwrap();
    assert_eq!(encoded.len(), texts.len());
    for i in (0..600).step_by(97) {
        let alone =
            encoder.encode_blocking(&texts[i..=i], Prefix::Passage, Priority::Bulk, Want::VECTOR).unwrap();
        assert_eq!(alone[0].vector, encoded[i].vector);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn many_callers_at_once_each_get_their_own_result() {
    let texts: Vec<String> = (0..32).map(|i| format!("我的订单 {i} 到哪里了")).collect();
    let calls = texts
        .iter()
        .map(|text| encoder().encode(vec![text.clone()], Prefix::Query, Priority::Visitor, Want::VECTOR));
    let together = futures_util::future::join_all(calls).await;
    for (text, result) in texts.iter().zip(together) {
        let alone = encoder()
            .encode(vec![text.clone()], Prefix::Query, Priority::Visitor, Want::VECTOR)
            .await
            .unwrap();
        assert_eq!(result.unwrap()[0].vector, alone[0].vector);
    }
}

/// A task of tokio's may receive 128 things before it must yield: the calls that follow came to no end.
#[tokio::test]
async fn a_task_may_wait_for_more_results_than_its_budget() {
    for _ in 0..200 {
        let texts = ["发货".to_owned()];
        encoder().encode_blocking(&texts, Prefix::Query, Priority::Visitor, Want::VECTOR).unwrap();
    }
}

#[test]
fn nothing_to_encode_is_nothing() {
    assert!(encode(&[], Want::TOKENS).is_empty());
}

#[test]
fn the_id_names_model_weights_and_arithmetic() {
    assert!(encoder().id().starts_with("zhike-encoder-zh-en:fe4e5bdca3f0:"), "{}", encoder().id());
    assert_eq!(encoder().dim(), 384);
}
