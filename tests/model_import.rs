//! Encoders brought in from the shapes in which people have them.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use candle_core::quantized::{GgmlDType, QTensor, gguf_file};
use candle_core::{Device, Tensor};
use serde_json::{Value, json};
use tempfile::TempDir;
use zhike::encoder::{
    Encoder, EncoderOptions, ImportOptions, Library, Pooling, Prefix, Priority, Want, import,
};
use zhike::error::Code;

const HIDDEN: usize = 64;
const INNER: usize = 96;
const LAYERS: usize = 2;

/// A tiny model with weights that look random and are always the same.
struct Tiny {
    kind: &'static str,
    prefix: &'static str,
}

const BERT: Tiny = Tiny { kind: "bert", prefix: "" };

impl Tiny {
    /// Rows of the position table that stand before the first token's.
    fn unused_positions(&self) -> usize {
        if self.kind == "bert" { 0 } else { 2 }
    }

    fn tensors(&self) -> HashMap<String, Tensor> {
        let mut tensors = HashMap::new();
        let mut seed = 1u64;
        let mut add = |name: String, shape: &[usize], around: f32| {
            let count = shape.iter().product::<usize>();
            let mut next = || {
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                (seed >> 40) as f32 / (1u64 << 24) as f32 - 0.5
            };
            let values: Vec<f32> = (0..count).map(|_| around + 0.4 * next()).collect();
            let name = format!("{}{name}", self.prefix);
            tensors.insert(name, Tensor::from_vec(values, shape, &Device::Cpu).unwrap());
        };
        add("embeddings.word_embeddings.weight".into(), &[words().len(), HIDDEN], 0.0);
        add("embeddings.token_type_embeddings.weight".into(), &[1, HIDDEN], 0.0);
        add("embeddings.LayerNorm.weight".into(), &[HIDDEN], 1.0);
        add("embeddings.LayerNorm.bias".into(), &[HIDDEN], 0.0);
        for n in 0..LAYERS {
            let linears = [
                ("attention.self.query", HIDDEN, HIDDEN),
                ("attention.self.key", HIDDEN, HIDDEN),
                ("attention.self.value", HIDDEN, HIDDEN),
                ("attention.output.dense", HIDDEN, HIDDEN),
                ("intermediate.dense", HIDDEN, INNER),
                ("output.dense", INNER, HIDDEN),
            ];
            for (part, from, to) in linears {
                add(format!("encoder.layer.{n}.{part}.weight"), &[to, from], 0.0);
                add(format!("encoder.layer.{n}.{part}.bias"), &[to], 0.0);
            }
            for norm in ["attention.output.LayerNorm", "output.LayerNorm"] {
                add(format!("encoder.layer.{n}.{norm}.weight"), &[HIDDEN], 1.0);
                add(format!("encoder.layer.{n}.{norm}.bias"), &[HIDDEN], 0.0);
            }
        }
        // Last, so that the values of all others do not depend on its height.
        let used = Tensor::from_vec(
            (0..64 * HIDDEN).map(|i| (i as f32 * 0.7).sin() * 0.1).collect::<Vec<_>>(),
            (64, HIDDEN),
            &Device::Cpu,
        );
        let unused = Tensor::full(9f32, (self.unused_positions(), HIDDEN), &Device::Cpu);
        let table = Tensor::cat(&[unused.unwrap(), used.unwrap()], 0).unwrap();
        tensors.insert(format!("{}embeddings.position_embeddings.weight", self.prefix), table);
        tensors
    }

    fn config(&self) -> Value {
        json!({
            "model_type": self.kind, "hidden_size": HIDDEN, "num_hidden_layers": LAYERS, "num_attention_heads": 2,
            "intermediate_size": INNER, "vocab_size": words().len(), "pad_token_id": 1, "hidden_act": "gelu",
            "max_position_embeddings": 64 + self.unused_positions(), "layer_norm_eps": 1e-5,
        })
    }

    /// Writes the model as Hugging Face publishes it.
    fn publish(&self, folder: &Path) {
        fs::create_dir_all(folder).unwrap();
        candle_core::safetensors::save(&self.tensors(), folder.join("model.safetensors")).unwrap();
        fs::write(folder.join("config.json"), self.config().to_string()).unwrap();
        fs::write(folder.join("tokenizer.json"), tokenizer().to_string()).unwrap();
    }

    /// Writes the model as a GGUF file with these tensor names.
    fn publish_gguf(&self, folder: &Path, rename: impl Fn(&str) -> String) -> PathBuf {
        fs::create_dir_all(folder).unwrap();
        fs::write(folder.join("tokenizer.json"), tokenizer().to_string()).unwrap();
        let number = gguf_file::Value::U32;
        let metadata = [
            ("general.architecture", gguf_file::Value::String("bert".into())),
            ("bert.block_count", number(LAYERS as u32)),
            ("bert.embedding_length", number(HIDDEN as u32)),
            ("bert.feed_forward_length", number(INNER as u32)),
            ("bert.attention.head_count", number(2)),
            ("bert.context_length", number(64)),
            ("bert.pooling_type", number(2)),
            ("bert.attention.layer_norm_epsilon", gguf_file::Value::F32(1e-5)),
        ];
        let metadata: Vec<_> = metadata.iter().map(|(name, value)| (*name, value)).collect();
        let tensors: Vec<(String, QTensor)> = self
            .tensors()
            .iter()
            .map(|(name, tensor)| (rename(name), QTensor::quantize(tensor, GgmlDType::F32).unwrap()))
            .collect();
        let tensors: Vec<_> = tensors.iter().map(|(name, tensor)| (name.as_str(), tensor)).collect();
        let path = folder.join("tiny.gguf");
        gguf_file::write(&mut fs::File::create(&path).unwrap(), &metadata, &tensors).unwrap();
        path
    }
}

fn words() -> Vec<&'static str> {
    vec![
        "[UNK]", "[PAD]", "[CLS]", "[SEP]", "退", "货", "##货", "return", "##s", "please", "1", "2", "3",
        ":", "query",
    ]
}

fn tokenizer() -> Value {
    let vocabulary: serde_json::Map<String, Value> =
        words().into_iter().enumerate().map(|(id, word)| (word.to_owned(), id.into())).collect();
    json!({
        "version": "1.0", "truncation": null, "padding": null, "added_tokens": [],
        "normalizer": {"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true, "strip_accents": null, "lowercase": true},
        "pre_tokenizer": {"type": "BertPreTokenizer"},
        "post_processor": {"type": "BertProcessing", "sep": ["[SEP]", 3], "cls": ["[CLS]", 2]},
        "decoder": null,
        "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##", "max_input_chars_per_word": 100, "vocab": vocabulary},
    })
}

struct Place {
    _folder: TempDir,
    source: PathBuf,
    library: Library,
}

fn place() -> Place {
    let folder = tempfile::tempdir().unwrap();
    let source = folder.path().join("tiny-model");
    let library = Library::new(folder.path().join("data/models"));
    Place { source, library, _folder: folder }
}

fn vector(library: &Library, name: &str) -> Vec<f32> {
    let encoder = Encoder::open(library.files(name).unwrap(), EncoderOptions::default()).unwrap();
    let text = ["退货 returns please".to_owned()];
    encoder.encode_blocking(&text, Prefix::None, Priority::Visitor, Want::VECTOR).unwrap()[0].vector.to_vec()
}

fn named(name: &str) -> ImportOptions {
    ImportOptions { name: Some(name.into()), ..ImportOptions::default() }
}

#[test]
fn a_published_folder_is_imported_listed_verified_and_used() {
    let p = place();
    BERT.publish(&p.source);
    let model = import(&p.library, &p.source, &ImportOptions::default()).unwrap();
    assert_eq!((model.name.as_str(), model.dim, model.layers), ("tiny-model", HIDDEN, LAYERS));
    let listed: Vec<_> = p.library.list().unwrap().into_iter().map(|m| m.unwrap().name).collect();
    assert_eq!(listed, ["zhike-encoder-zh-en", "tiny-model"]);
    let checks = p.library.verify("tiny-model").unwrap();
    assert!(checks.len() == 4 && checks.iter().all(|check| check.ok));
    assert!((vector(&p.library, "tiny-model").iter().map(|x| x * x).sum::<f32>() - 1.0).abs() < 1e-5);
}

#[test]
fn xlm_roberta_begins_at_the_third_position_and_other_prefixes_are_understood() {
    let p = place();
    BERT.publish(&p.source);
    import(&p.library, &p.source, &named("bert")).unwrap();
    let expected = vector(&p.library, "bert");
    for (name, kind, prefix) in
        [("a", "xlm-roberta", "roberta."), ("b", "xlm-roberta", ""), ("c", "bert", "bert.")]
    {
        let folder = p.source.join(name);
        Tiny { kind, prefix }.publish(&folder);
        import(&p.library, &folder, &ImportOptions::default()).unwrap();
        assert_eq!(vector(&p.library, name), expected, "{kind} {prefix}");
    }
}

#[test]
fn a_gguf_file_gives_the_same_vectors_under_either_naming() {
    let p = place();
    BERT.publish(&p.source);
    let pooled = ImportOptions { pooling: Some(Pooling::Cls), ..named("safetensors") };
    import(&p.library, &p.source, &pooled).unwrap();
    let expected = vector(&p.library, "safetensors");
    let plain = BERT.publish_gguf(&p.source.join("plain"), str::to_owned);
    let llama = BERT.publish_gguf(&p.source.join("llama"), |name| {
        let name = name
            .replace("embeddings.word_embeddings", "token_embd")
            .replace("embeddings.position_embeddings", "position_embd")
            .replace("embeddings.token_type_embeddings", "token_types")
            .replace("embeddings.LayerNorm", "token_embd_norm")
            .replace("encoder.layer", "blk")
            .replace("attention.self.query", "attn_q")
            .replace("attention.self.key", "attn_k")
            .replace("attention.self.value", "attn_v")
            .replace("attention.output.dense", "attn_output")
            .replace("attention.output.LayerNorm", "attn_output_norm")
            .replace("intermediate.dense", "ffn_up");
        name.replace("output.dense", "ffn_down").replace("output.LayerNorm", "layer_output_norm")
    });
    for (name, file) in [("plain", plain), ("llama", llama)] {
        let model = import(&p.library, &file, &named(name)).unwrap();
        assert_eq!(model.pooling, Pooling::Cls);
        assert_eq!(vector(&p.library, name), expected, "{name}");
    }
}

#[test]
fn a_download_cache_is_followed_to_its_current_snapshot() {
    let p = place();
    let cache = p.source.join("models--owner--My_E5.model");
    BERT.publish(&cache.join("snapshots/abc123"));
    fs::create_dir_all(cache.join("refs")).unwrap();
    fs::write(cache.join("refs/main"), "abc123\n").unwrap();
    assert_eq!(import(&p.library, &cache, &ImportOptions::default()).unwrap().name, "my_e5.model");
}

#[test]
fn what_the_publisher_says_about_use_is_kept_and_what_the_person_says_wins() {
    let p = place();
    BERT.publish(&p.source);
    fs::create_dir(p.source.join("1_Pooling")).unwrap();
    fs::write(p.source.join("1_Pooling/config.json"), r#"{"pooling_mode_cls_token": true}"#).unwrap();
    let prompts = r#"{"prompts": {"query": "Q: ", "document": "D: "}}"#;
    fs::write(p.source.join("config_sentence_transformers.json"), prompts).unwrap();
    let model = import(&p.library, &p.source, &named("told")).unwrap();
    assert_eq!(model.pooling, Pooling::Cls);
    let profile = fs::read_to_string(p.library.folder_of("told").join("encoder.json")).unwrap();
    let profile: Value = serde_json::from_str(&profile).unwrap();
    assert_eq!((&profile["query_prefix"], &profile["passage_prefix"]), (&json!("Q: "), &json!("D: ")));
    let options = ImportOptions { pooling: Some(Pooling::Mean), ..named("said") };
    assert_eq!(import(&p.library, &p.source, &options).unwrap().pooling, Pooling::Mean);
}

#[test]
fn a_damaged_file_is_found_by_verify() {
    let p = place();
    BERT.publish(&p.source);
    import(&p.library, &p.source, &named("tiny")).unwrap();
    let file = p.library.folder_of("tiny").join("model.safetensors");
    let mut bytes = fs::read(&file).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    fs::write(&file, bytes).unwrap();
    let bad: Vec<_> = p.library.verify("tiny").unwrap().into_iter().filter(|check| !check.ok).collect();
    assert_eq!(bad.len(), 1);
    assert!(bad[0].file == "model.safetensors" && bad[0].detail.contains("import it again"));
    assert!(p.library.verify("zhike-encoder-zh-en").unwrap().iter().all(|check| check.ok));
}

#[test]
fn what_cannot_be_used_is_refused_with_the_reason_and_leaves_nothing_behind() {
    let p = place();
    let refused = |change: &dyn Fn(&Path), told: &str| {
        let _ = fs::remove_dir_all(&p.source);
        BERT.publish(&p.source);
        change(&p.source);
        let error = import(&p.library, &p.source, &named("tiny")).unwrap_err();
        assert!(error.detail().contains(told), "{error}");
        assert!(!p.library.folder_of("tiny").exists());
        assert_eq!(p.library.list().unwrap().len(), 1, "only the built-in one");
    };
    let with_config = |key: &'static str, value: Value| {
        move |folder: &Path| {
            let mut config = BERT.config();
            config[key] = value.clone();
            fs::write(folder.join("config.json"), config.to_string()).unwrap();
        }
    };
    refused(&with_config("model_type", "llama".into()), "llama");
    refused(&with_config("hidden_act", "relu".into()), "relu");
    refused(&with_config("intermediate_size", 128.into()), "shape");
    refused(&with_config("num_hidden_layers", 3.into()), "encoder.layer.2");
    refused(&with_config("vocab_size", 5.into()), "tokenizer.json");
    refused(&|folder| fs::remove_file(folder.join("tokenizer.json")).unwrap(), "tokenizer.json");
    refused(&|folder| fs::remove_file(folder.join("config.json")).unwrap(), "config.json");
    refused(&|folder| fs::write(folder.join("tokenizer.json"), "{}").unwrap(), "tokenizer.json");
    refused(
        &|folder| fs::write(folder.join("model.safetensors"), "PK\u{3}\u{4} not a model").unwrap(),
        "safetensors",
    );
    refused(
        &|folder| fs::rename(folder.join("model.safetensors"), folder.join("pytorch_model.bin")).unwrap(),
        "pickled",
    );
    refused(
        &|folder| {
            let bytes = fs::read(folder.join("model.safetensors")).unwrap();
            fs::write(folder.join("model.safetensors"), &bytes[..bytes.len() / 2]).unwrap();
        },
        "incomplete",
    );
}

#[test]
fn a_name_is_taken_once_and_leads_nowhere_else() {
    let p = place();
    BERT.publish(&p.source);
    import(&p.library, &p.source, &named("tiny")).unwrap();
    assert_eq!(import(&p.library, &p.source, &named("tiny")).unwrap_err().code(), Code::Conflict);
    let replacing = ImportOptions { replace: true, ..named("tiny") };
    import(&p.library, &p.source, &replacing).unwrap();
    assert_eq!(
        import(&p.library, &p.source, &named("zhike-encoder-zh-en")).unwrap_err().code(),
        Code::Conflict
    );
    for name in ["../tiny", "", ".hidden", "a/b", "名字"] {
        assert_eq!(
            import(&p.library, &p.source, &named(name)).unwrap_err().code(),
            Code::InvalidInput,
            "{name}"
        );
    }
    assert_eq!(p.library.files("../../etc").unwrap_err().code(), Code::InvalidInput);
    assert_eq!(p.library.files("nothing").unwrap_err().code(), Code::BadModel);
}
