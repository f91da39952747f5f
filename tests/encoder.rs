//! The embedded encoder as other rooms use it.

use zhike::encoder::{Encoder, EncoderOptions, Prefix, Priority};

fn encoder() -> &'static Encoder {
    static ENCODER: std::sync::OnceLock<Encoder> = std::sync::OnceLock::new();
    ENCODER.get_or_init(|| Encoder::builtin(EncoderOptions::default()).unwrap())
}

fn vectors(texts: &[&str]) -> Vec<Vec<f32>> {
    let texts: Vec<String> = texts.iter().map(|t| t.to_string()).collect();
    let encoded = encoder().encode_blocking(&texts, Prefix::Query, Priority::Visitor, false).unwrap();
    encoded.iter().map(|e| e.vector.to_vec()).collect()
}

fn cosine(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

#[test]
fn a_paraphrase_is_nearer_than_another_question() {
    let v = vectors(&["怎么申请退货", "我想把东西退了", "你们几点开门"]);
    assert!(cosine(&v[0], &v[1]) > cosine(&v[0], &v[2]));
}

#[test]
fn token_offsets_slice_the_text_without_its_prefix() {
    let text = "我要退掉 iPhone 15 😀 谢谢";
    let encoded =
        encoder().encode_blocking(&[text.into()], Prefix::Query, Priority::Visitor, true).unwrap().remove(0);
    let tokens = encoded.tokens.unwrap();
    assert_eq!(tokens.states.len(), tokens.offsets.len() * encoder().dim());
    let scalars: Vec<char> = text.chars().collect();
    let joined: String = tokens.offsets.iter().flat_map(|&(s, e)| &scalars[s..e]).collect();
    let without_spaces: String = text.split_whitespace().collect();
    assert_eq!(joined, without_spaces);
}
