//! Training that adapts the encoder's top layers: what it learns, keeps, and leaves as it was.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::cell::RefCell;
use std::sync::LazyLock;

use zhike::domain::{Example, Parse};
use zhike::encoder::{Adapting, Encoder, EncoderOptions, Prefix, Priority, Want};
use zhike::error::Code;
use zhike::nlu::Model;
use zhike::nlu::examples::read_jsonl;
use zhike::nlu::slots::lexicon::Dictionary;
use zhike::nlu::train::{Cancelled, Mode, TrainOptions, train};

static ENCODER: LazyLock<Encoder> = LazyLock::new(|| Encoder::builtin(EncoderOptions::default()).unwrap());

/// Two layers less than all, so that the tests see where the pass is parted.
const ADAPTED: usize = 2;

fn inner(texts: &[&str]) -> Vec<zhike::encoder::Encoded> {
    let texts: Vec<String> = texts.iter().map(|text| (*text).to_owned()).collect();
    let want = Want { tokens: false, after_layer: Some(ENCODER.layers() - ADAPTED) };
    ENCODER.encode_blocking(&texts, Prefix::Query, Priority::Visitor, want).unwrap()
}

fn cosine(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

#[test]
fn layers_whose_adapters_have_learnt_nothing_go_on_as_the_encoder_does_to_the_last_bit() {
    let adapters = Adapting::new(&ENCODER, ADAPTED, 4).unwrap().adapters().unwrap();
    let adapted = ENCODER.adapted(&adapters).unwrap();
    for encoded in inner(&["退货运费谁出？", "Where is my order #A-10492?", "", "😀"]) {
        assert_eq!(adapted.vector(encoded.inner.as_ref().unwrap()).unwrap(), encoded.vector.to_vec());
    }
}

#[test]
fn layers_in_training_see_what_the_served_ones_see_alone_and_beside_longer_texts() {
    let adapting = Adapting::new(&ENCODER, ADAPTED, 4).unwrap();
    let encoded = inner(&["退货", "我昨天买的订单发货没？麻烦帮我看一下，谢谢", "Where is my parcel?"]);
    let texts: Vec<_> = encoded.iter().map(|e| e.inner.as_ref().unwrap()).collect();
    let together: Vec<Vec<f32>> = adapting.forward(&texts).unwrap().to_vec2().unwrap();
    for ((text, encoded), vector) in texts.iter().zip(&encoded).zip(&together) {
        let alone: Vec<Vec<f32>> = adapting.forward(&[text]).unwrap().to_vec2().unwrap();
        assert!(cosine(vector, &alone[0]) > 0.999_99);
        assert!(cosine(vector, &encoded.vector) > 0.998, "8-bit against f32");
    }
}

#[test]
fn adapters_of_another_shape_and_states_of_another_layer_are_refused() {
    let adapters = Adapting::new(&ENCODER, ADAPTED, 4).unwrap().adapters().unwrap();
    let mut damaged = adapters.clone();
    damaged.weights.pop();
    assert_eq!(ENCODER.adapted(&damaged).unwrap_err().code(), Code::BadModel);

    let deeper = Adapting::new(&ENCODER, ADAPTED + 1, 4).unwrap().adapters().unwrap();
    let encoded = inner(&["退货"]).remove(0);
    assert!(ENCODER.adapted(&deeper).unwrap().vector(encoded.inner.as_ref().unwrap()).is_err());
}

/// Four intents in words that overlap: what each is about is told by what the others are not.
fn examples() -> Vec<Example> {
    let intents = [
        (
            "refund_when",
            "退款什么时候到账|钱几天能退回来|退的钱还没收到|退款到哪了|怎么还没退钱给我|退款多久到银行卡|钱退到哪里了|退款进度|退款一周了没到|退的款什么时候能到",
        ),
        (
            "refund_how",
            "怎么申请退款|我要退款|退款在哪里点|想把钱退回来怎么弄|退款要走什么流程|帮我退款|不想要了能退钱吗|退款怎么操作|如何发起退款|可以给我退钱吗",
        ),
        (
            "parcel_where",
            "快递到哪了|我的包裹在哪里|物流怎么不动了|什么时候能送到|包裹还没收到|快递几天到|东西到哪了|物流信息查一下|快递怎么这么慢|包裹走到哪里了",
        ),
        (
            "address_change",
            "改一下收货地址|地址填错了|能换个地址收货吗|收货地址要改|地址写错了怎么办|想换个地方收货|把地址改成公司|地址能修改吗|发货前改地址|收件地址错了",
        ),
    ];
    let mut lines = String::new();
    for (intent, texts) in intents {
        for text in texts.split('|') {
            lines += &serde_json::json!({"text": text, "intent": intent}).to_string();
            lines.push('\n');
        }
    }
    read_jsonl(&lines).unwrap()
}

fn deep() -> TrainOptions {
    TrainOptions { mode: Mode::Deep, ..TrainOptions::default() }
}

fn parse(model: &Model, text: &str) -> Parse {
    let texts = [text.to_owned()];
    let encoded = ENCODER.encode_blocking(&texts, Prefix::Query, Priority::Visitor, model.wants()).unwrap();
    model.parse(text, None, &encoded[0], &Dictionary::default())
}

#[test]
fn a_deep_model_answers_the_same_after_it_was_kept_and_read_again() {
    let shares = RefCell::new(vec![]);
    let (model, report) =
        train(&examples(), &ENCODER, &deep(), &|share, _| shares.borrow_mut().push(share)).unwrap();
    assert_eq!(report.mode, Mode::Deep);
    assert!(report.epochs.is_some_and(|epochs| epochs >= 1));
    assert!(shares.borrow().is_sorted() && shares.borrow().last() == Some(&1.0), "the bar only grows");
    assert_eq!(model.wants().after_layer.map(|layer| layer < ENCODER.layers()), Some(true));

    let mut kept = Model::load(&model.save().unwrap()).unwrap();
    kept.prepare(&ENCODER).unwrap();
    for text in ["我的退款到账了吗", "麻烦把收货地址换一下", "快递送到哪里了呀"] {
        assert_eq!(parse(&kept, text), parse(&model, text));
    }
    assert_eq!(parse(&kept, "麻烦把收货地址换一下").intents[0].name, "address_change");
}

/// But for the last digits: sums of matrix products are put together in the order in which threads end.
#[test]
fn training_again_on_the_same_examples_gives_the_same_model() {
    let train = || train(&examples(), &ENCODER, &deep(), &|_, _| {}).unwrap();
    let ((first, _), (second, _)) = (train(), train());
    for text in ["钱什么时候退给我", "地址"] {
        let (first, second) = (parse(&first, text).intents, parse(&second, text).intents);
        for (a, b) in first.iter().zip(&second) {
            assert!(a.name == b.name && (a.confidence - b.confidence).abs() < 1e-3, "{a:?} {b:?}");
        }
    }
}

#[test]
fn a_cancelled_training_ends_and_says_so() {
    let options = deep();
    let cancelled: Cancelled = options.cancelled.clone();
    let error = train(&examples(), &ENCODER, &options, &|share, step| {
        if step == "fine-tuning" && share > 0.35 {
            cancelled.cancel();
        }
    })
    .unwrap_err();
    assert_eq!(error.code(), Code::InvalidState);
    assert!(error.detail().contains("cancelled"), "{error}");
}
