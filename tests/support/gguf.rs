//! Tiny decoders in GGUF files, as real as any: Qwen 3's architecture, a vocabulary of bytes, weights in the file.

use std::collections::HashMap;
use std::path::Path;

use candle_core::quantized::gguf_file::{self, Value};
use candle_core::quantized::{GgmlDType, QTensor};
use candle_core::{Device, Tensor};

pub const MARKS: [&str; 4] = ["<|im_start|>", "<|im_end|>", "<think>", "</think>"];
/// A letter for each byte that prints none, as byte-level vocabularies have it.
const FIRST_SPARE: u32 = 256;
const CONTEXT: u32 = 4096;

/// A model that answers every prompt with these pieces, one token each, and then ends, or, where it `circles`, begins anew.
pub fn saying(path: &Path, pieces: &[&[u8]], circles: bool) {
    let mut words: Vec<String> = letters();
    words.extend(MARKS.map(str::to_owned));
    let alphabet = letters();
    let first = words.len();
    words.extend(
        pieces.iter().map(|piece| piece.iter().map(|byte| alphabet[usize::from(*byte)].as_str()).collect()),
    );
    let size = words.len().next_multiple_of(32);

    // A token is a direction of its own, nothing is added on the way, and the way out points to what follows.
    let mut follows: HashMap<usize, usize> = (first..words.len()).map(|at| (at, at + 1)).collect();
    let last = words.len() - 1;
    follows.insert(last, if circles { first } else { place(&words, "<|im_end|>") });
    follows.insert(usize::from(b'\n'), first);
    let mut out = vec![0f32; words.len() * size];
    for (token, next) in follows {
        out[next * size + token] = 1.0;
    }
    let mut embedding = vec![0f32; words.len() * size];
    for token in 0..words.len() {
        embedding[token * size + token] = 1.0;
    }
    let shape = Shape { size, heads: 2, head: 32, inner: 64 };
    let made = |rows: usize, columns: usize| vec![0f32; rows * columns];
    write(path, &words, &[], &shape, embedding, out, made);
}

/// A model whose weights are any: it says nothing of sense, but what it says hangs on everything it reads.
pub fn rambling(path: &Path) {
    let mut words = letters();
    words.extend(MARKS.map(str::to_owned));
    let spelt = |text: &str| text.bytes().map(|byte| words[usize::from(byte)].clone()).collect::<Vec<_>>();
    let mut merges: Vec<(String, String)> =
        [("h", "e"), ("l", "l"), ("ll", "o")].map(|(a, b)| (a.to_owned(), b.to_owned())).to_vec();
    let bytes = spelt("退货");
    let mut joined = bytes[0].clone();
    for byte in &bytes[1..] {
        merges.push((joined.clone(), byte.clone()));
        joined.push_str(byte);
    }
    words.extend(merges.iter().map(|(a, b)| format!("{a}{b}")));
    let shape = Shape { size: 64, heads: 2, head: 32, inner: 64 };
    let mut state = 1u64;
    let mut any = move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        ((state >> 40) as f32 / (1u64 << 24) as f32 - 0.5) * 0.5
    };
    let embedding: Vec<f32> = (0..words.len() * shape.size).map(|_| any() * 4.0).collect();
    let out: Vec<f32> = (0..words.len() * shape.size).map(|_| any()).collect();
    write(path, &words, &merges, &shape, embedding, out, |rows, columns| {
        (0..rows * columns).map(|_| any()).collect()
    });
}

/// A file without tensors: what it says of itself.
pub fn stating(path: &Path, said: &[(&str, Value)]) {
    let said: Vec<_> = said.iter().map(|(name, value)| (*name, value)).collect();
    gguf_file::write(&mut std::fs::File::create(path).unwrap(), &said, &[]).unwrap();
}

struct Shape {
    size: usize,
    heads: usize,
    head: usize,
    inner: usize,
}

fn write(
    path: &Path,
    words: &[String],
    merges: &[(String, String)],
    shape: &Shape,
    embedding: Vec<f32>,
    out: Vec<f32>,
    mut made: impl FnMut(usize, usize) -> Vec<f32>,
) {
    let Shape { size, heads, head, inner } = *shape;
    let matrix = |values: Vec<f32>, rows: usize, columns: usize| {
        let tensor = Tensor::from_vec(values, (rows, columns), &Device::Cpu).unwrap();
        QTensor::quantize(&tensor, GgmlDType::F32).unwrap()
    };
    let ones = |count: usize| {
        let tensor = Tensor::ones(count, candle_core::DType::F32, &Device::Cpu).unwrap();
        QTensor::quantize(&tensor, GgmlDType::F32).unwrap()
    };
    let wide = heads * head;
    let mut tensors = vec![
        ("token_embd.weight", matrix(embedding, words.len(), size)),
        ("output.weight", matrix(out, words.len(), size)),
        ("output_norm.weight", ones(size)),
        ("blk.0.attn_norm.weight", ones(size)),
        ("blk.0.ffn_norm.weight", ones(size)),
        ("blk.0.attn_q_norm.weight", ones(head)),
        ("blk.0.attn_k_norm.weight", ones(head)),
    ];
    for (name, rows, columns) in [
        ("blk.0.attn_q.weight", wide, size),
        ("blk.0.attn_k.weight", wide, size),
        ("blk.0.attn_v.weight", wide, size),
        ("blk.0.attn_output.weight", size, wide),
        ("blk.0.ffn_gate.weight", inner, size),
        ("blk.0.ffn_up.weight", inner, size),
        ("blk.0.ffn_down.weight", size, inner),
    ] {
        tensors.push((name, matrix(made(rows, columns), rows, columns)));
    }
    let count = |number: usize| Value::U32(u32::try_from(number).unwrap());
    let text = |text: &str| Value::String(text.to_owned());
    let kinds = words.iter().map(|word| Value::I32(if MARKS.contains(&word.as_str()) { 3 } else { 1 }));
    let said = [
        ("general.architecture", text("qwen3")),
        ("general.name", text("tiny")),
        ("qwen3.attention.head_count", count(heads)),
        ("qwen3.attention.head_count_kv", count(heads)),
        ("qwen3.attention.key_length", count(head)),
        ("qwen3.block_count", count(1)),
        ("qwen3.embedding_length", count(size)),
        ("qwen3.context_length", Value::U32(CONTEXT)),
        ("qwen3.attention.layer_norm_rms_epsilon", Value::F32(1e-6)),
        ("qwen3.rope.freq_base", Value::F32(10_000.0)),
        ("tokenizer.ggml.model", text("gpt2")),
        ("tokenizer.ggml.pre", text("qwen2")),
        ("tokenizer.ggml.tokens", Value::Array(words.iter().map(|word| text(word)).collect())),
        ("tokenizer.ggml.token_type", Value::Array(kinds.collect())),
        (
            "tokenizer.ggml.merges",
            Value::Array(merges.iter().map(|(a, b)| text(&format!("{a} {b}"))).collect()),
        ),
        ("tokenizer.chat_template", text("{% if enable_thinking is false %}")),
        ("tokenizer.ggml.eos_token_id", count(place(words, "<|im_end|>"))),
    ];
    let said: Vec<_> = said.iter().map(|(name, value)| (*name, value)).collect();
    let tensors: Vec<_> = tensors.iter().map(|(name, tensor)| (*name, tensor)).collect();
    gguf_file::write(&mut std::fs::File::create(path).unwrap(), &said, &tensors).unwrap();
}

fn place(words: &[String], word: &str) -> usize {
    words.iter().position(|other| other == word).unwrap()
}

/// The letter of each byte, in the order of the bytes.
fn letters() -> Vec<String> {
    let prints = |byte: &u32| matches!(byte, 33..=126 | 161..=172 | 174..=255);
    let mut spare = FIRST_SPARE..;
    let letter = |byte: u32| {
        let code = if prints(&byte) { Some(byte) } else { spare.next() };
        code.and_then(char::from_u32).unwrap().to_string()
    };
    (0..256).map(letter).collect()
}
