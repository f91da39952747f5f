//! Any sequence of changes, merges, restarts and damage.

use std::collections::BTreeMap;
use std::fs;

use proptest::prelude::*;
use zhike::domain::Faq;
use zhike::knowledge::Catalogue;

use crate::house::{House, WORDS, assert_agrees, faq, faq_chunk};

#[derive(Clone, Debug)]
enum Step {
    Put { name: u8, texts: Vec<u8> },
    Remove { name: u8 },
    Faq { slot: u8, question: u8 },
    RemoveFaq { slot: u8 },
    Follow,
    Fold,
    Restart,
    Damage,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        5 => (0..5u8, prop::collection::vec(0..100u8, 0..6)).prop_map(|(name, texts)| Step::Put { name, texts }),
        2 => (0..5u8).prop_map(|name| Step::Remove { name }),
        2 => (0..3u8, 0..100u8).prop_map(|(slot, question)| Step::Faq { slot, question }),
        1 => (0..3u8).prop_map(|slot| Step::RemoveFaq { slot }),
        3 => Just(Step::Follow),
        2 => Just(Step::Fold),
        1 => Just(Step::Restart),
        1 => Just(Step::Damage),
    ]
}

fn text_of(seed: u8) -> String {
    format!("{} {}", WORDS[usize::from(seed % 10)], WORDS[usize::from(seed / 10)])
}

async fn play(steps: Vec<Step>) {
    let house = House::new().await;
    let mut index = house.open().await;
    let mut faqs: BTreeMap<u8, Faq> = BTreeMap::new();
    for step in steps {
        match step {
            Step::Put { name, texts } => {
                let base = if name % 2 == 0 { "shop" } else { "staff" };
                let texts: Vec<String> = texts.iter().map(|seed| text_of(*seed)).collect();
                let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
                house.put(base, &format!("{name}.md"), &texts).await;
            }
            Step::Remove { name } => {
                let base = if name % 2 == 0 { "shop" } else { "staff" };
                let found = house.catalogue.document_named(base, &format!("{name}.md")).await.unwrap();
                if let Some(document) = found {
                    house.catalogue.remove_document(document.id).await.unwrap();
                }
            }
            Step::Faq { slot, question } => {
                let text = text_of(question);
                let pair = faqs.entry(slot).or_insert_with(|| faq("", &["运费"], "答"));
                pair.question = text;
                house.catalogue.put_faq(pair, faq_chunk(pair)).await.unwrap();
            }
            Step::RemoveFaq { slot } => {
                if let Some(pair) = faqs.remove(&slot) {
                    house.catalogue.remove_faq(pair.id).await.unwrap();
                }
            }
            Step::Follow => index.follow().await.unwrap(),
            Step::Fold => drop(index.fold().await.unwrap()),
            Step::Restart => {
                drop(index);
                index = house.open().await;
            }
            Step::Damage => {
                drop(index);
                for generation in house.generations() {
                    fs::write(generation.join("manifest.json"), "{").unwrap();
                }
                index = house.open().await;
            }
        }
    }
    index.follow().await.unwrap();
    assert_agrees(&house, &index.snapshot()).await;
    index.fold().await.unwrap();
    assert_agrees(&house, &index.snapshot()).await;
    drop(index);
    assert_agrees(&house, &house.open().await.snapshot()).await;
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, max_shrink_iters: 60, ..ProptestConfig::default() })]

    #[test]
    fn after_any_sequence_of_changes_the_index_is_what_the_catalogue_holds(
        steps in prop::collection::vec(step(), 1..16)
    ) {
        tokio::runtime::Runtime::new().unwrap().block_on(play(steps));
    }
}
