//! The index is a cache of the catalogue: whatever happens to either, what is found is what the catalogue holds.
//!
//! Runs on the real database and real index folders; only the vectors are small and made up, so that nobody waits
//! for an encoder.

#![allow(clippy::unwrap_used, clippy::panic)]

mod any_sequence;
#[path = "../support/database.rs"]
mod database;
mod house;
#[path = "../support/postgres.rs"]
mod postgres;

use std::fs;
use std::sync::Arc;

use zhike::knowledge::lexicon::{EntryKind, LexiconChange};
use zhike::knowledge::{Catalogue, EncoderMark, Index, LexiconEntry, Put, Wordbook};
use zhike::tasks::Tasks;

use house::{DIM, House, WORDS, all, assert_agrees, assert_holds, faq, faq_chunk, vector, words};

#[tokio::test]
async fn the_next_question_sees_an_edit() {
    let house = House::new().await;
    let index = house.open().await;
    house.put("shop", "a.md", &["退货 运费 由 买家 承担"]).await;
    index.follow().await.unwrap();
    let found = index.snapshot().passages_by_keyword(&words("运费"), 5, &all()).unwrap();
    assert_eq!(index.snapshot().chunk(found[0].0).unwrap().text, "退货 运费 由 买家 承担");

    house.put("shop", "a.md", &["退货 运费 由 我们 承担"]).await;
    index.follow().await.unwrap();
    let found = index.snapshot().passages_by_keyword(&words("运费"), 5, &all()).unwrap();
    assert_eq!(found.len(), 1, "the old version is gone");
    assert_eq!(index.snapshot().chunk(found[0].0).unwrap().text, "退货 运费 由 我们 承担");
}

#[tokio::test]
async fn a_view_taken_before_an_edit_stays_as_it_was() {
    let house = House::new().await;
    house.put("shop", "a.md", &["退货"]).await;
    let index = house.open().await;
    let before = index.snapshot();
    let old = before.passages_by_vector(&vector("退货"), 1, &all())[0].0;
    house.put("shop", "a.md", &["积分"]).await;
    index.follow().await.unwrap();
    index.fold().await.unwrap();
    assert_eq!(before.chunk(old).unwrap().text, "退货");
    assert!(index.snapshot().chunk(old).is_none());
}

#[tokio::test]
async fn the_same_content_again_is_no_new_version_and_a_change_keeps_its_history() {
    let house = House::new().await;
    assert!(matches!(house.put("shop", "a.md", &["退货"]).await, Put::Added(d) if d.version == 1));
    assert!(matches!(house.put("shop", "a.md", &["退货"]).await, Put::Unchanged(d) if d.version == 1));
    let Put::Replaced(document) = house.put("shop", "a.md", &["退货", "积分"]).await else { panic!() };
    assert_eq!((document.version, document.chunks), (2, 2));
    let versions = house.catalogue.versions(document.id).await.unwrap();
    assert_eq!(versions.iter().map(|v| (v.version, v.chunks)).collect::<Vec<_>>(), [(1, 1), (2, 2)]);
    assert_eq!(house.catalogue.original(document.id).await.unwrap().unwrap(), "退货\n积分".as_bytes());
}

#[tokio::test]
async fn the_whole_name_is_worth_more_than_its_parts() {
    let house = House::new().await;
    house
        .put(
            "shop",
            "a.md",
            &[
                "上海 的 交通 方便,大学 很多,上海 交通 大学 上海 交通 大学",
                "上海 大学",
                "他 毕业 于 上海交通大学",
            ],
        )
        .await;
    let index = house.open().await;
    let found = index.snapshot().passages_by_keyword(&words("上海交通大学"), 5, &all()).unwrap();
    assert_eq!(index.snapshot().chunk(found[0].0).unwrap().text, "他 毕业 于 上海交通大学");
    assert!(found[0].1 > 1.2 * found[1].1, "{found:?}");
}

#[tokio::test]
async fn a_word_kept_whole_is_found_by_itself_and_by_nothing_else() {
    let house = House::new().await;
    house.put("shop", "a.md", &["他 毕业 于 上海交通大学", "上海 的 大学", "运费 多少"]).await;
    let index = house.open().await;
    let found = |query: &str| -> Vec<String> {
        let snapshot = index.snapshot();
        let wording = Wordbook::default().wording(query, snapshot.whole());
        let hits = snapshot.passages_by_keyword(&wording, 5, &all()).unwrap();
        hits.iter().map(|(id, _)| snapshot.chunk(*id).unwrap().text.clone()).collect()
    };
    assert_eq!(found("上海").len(), 2, "its parts find it as long as nobody says otherwise");

    let word = LexiconEntry { kind: EntryKind::Word, word: "上海交通大学".into(), others: vec![] };
    let change = LexiconChange { put: vec![word], ..LexiconChange::default() };
    house.catalogue.change_lexicon(&change).await.unwrap();
    let book = Wordbook::new(house.catalogue.lexicon().await.unwrap());
    index.cut_with(book.whole());
    assert_eq!(found("上海").len(), 2, "the view goes on as it was until all passages are cut");
    index.cut_anew().await.unwrap();
    for part in ["上海", "大学", "交通"] {
        assert!(found(part).iter().all(|text| !text.contains("交通")), "{part}");
    }
    assert_eq!(found("上海交通大學"), ["他 毕业 于 上海交通大学"]);

    // A passage that comes later is cut in the same way, and so is everything after a restart.
    house.put("shop", "b.md", &["上海交通大学 地址"]).await;
    index.follow().await.unwrap();
    assert_eq!(found("上海交通大学").len(), 2);
    assert!(index.fold().await.unwrap());
    drop(index);
    let again = house.open().await.snapshot();
    assert!(again.whole().contains("上海交通大学"));

    // An index from before the word was listed says so, answers as it was cut, and is cut anew.
    house
        .catalogue
        .change_lexicon(&LexiconChange { replace: true, ..LexiconChange::default() })
        .await
        .unwrap();
    let index = house.open().await;
    assert!(index.snapshot().whole().contains("上海交通大学"));
    index.cut_anew().await.unwrap();
    assert!(index.snapshot().whole().is_empty());
    assert_agrees(&house, &index.snapshot()).await;
}

#[tokio::test]
async fn a_restart_leaves_the_same_answers_from_the_generation_on_disk() {
    let house = House::new().await;
    let index = house.open().await;
    for (i, word) in WORDS.iter().enumerate().take(9) {
        house.put("shop", &format!("{i}.md"), &[word, "配送时间 积分"]).await;
        index.follow().await.unwrap();
    }
    assert!(index.fold().await.unwrap());
    assert!(!index.fold().await.unwrap(), "nothing new, nothing published");
    house.put("shop", "late.md", &["发票 之后"]).await;
    house.put("shop", "3.md", &["改过 的 积分"]).await;
    index.follow().await.unwrap();
    let before = index.snapshot();
    drop(index);

    let after = house.open().await.snapshot();
    for word in WORDS {
        let (query, terms) = (vector(word), words(word));
        assert_eq!(
            before.passages_by_vector(&query, 50, &all()),
            after.passages_by_vector(&query, 50, &all())
        );
        assert_eq!(
            before.passages_by_keyword(&terms, 50, &all()).unwrap(),
            after.passages_by_keyword(&terms, 50, &all()).unwrap()
        );
    }
    assert_agrees(&house, &after).await;
}

#[tokio::test]
async fn a_damaged_generation_is_built_anew() {
    let house = House::new().await;
    for (i, word) in WORDS.iter().enumerate().take(5) {
        house.put("shop", &format!("{i}.md"), &[word]).await;
    }
    let files =
        ["manifest.json", "rows.bin", "passages.bin", "questions.bin", "statements.bin", "words/meta.json"];
    for file in files {
        for damage in ["missing", "torn", "changed", "empty"] {
            let index = house.open().await;
            house.put("shop", "again.md", &[&format!("{file} {damage}")]).await;
            index.follow().await.unwrap();
            index.fold().await.unwrap();
            drop(index);
            let folder = if file == "manifest.json" { house.generations() } else { house.segments() };
            assert_eq!(folder.len(), 1);
            let path = folder[0].join(file);
            let bytes = fs::read(&path).unwrap();
            match damage {
                "missing" => fs::remove_file(&path).unwrap(),
                "torn" => fs::write(&path, &bytes[..bytes.len() / 2]).unwrap(),
                "empty" => fs::write(&path, b"").unwrap(),
                _ => {
                    let mut changed = bytes.clone();
                    let middle = changed.len() / 2;
                    changed[middle] ^= 0x20;
                    fs::write(&path, changed).unwrap();
                }
            }
            assert_agrees(&house, &house.open().await.snapshot()).await;
        }
    }
}

/// Passages enough for a segment that is not written anew for a few more.
async fn many(house: &House, name: &str) {
    let texts: Vec<String> = (0..5000).map(|n| format!("{} {name} {n}", WORDS[n % WORDS.len()])).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    house.put("shop", name, &texts).await;
}

#[tokio::test]
async fn a_large_segment_stays_as_it_is_when_little_is_new_or_gone() {
    let house = House::new().await;
    let index = house.open().await;
    many(&house, "many.md").await;
    house.put("shop", "a.md", &["退货", "发票"]).await;
    index.follow().await.unwrap();
    index.fold().await.unwrap();
    let large = house.segments();
    assert_eq!(large.len(), 1);

    // A little more, and a row of the large one dies: a small segment beside it, and a note that the row is dead.
    house.put("shop", "a.md", &["运费"]).await;
    house.put("staff", "b.md", &["积分"]).await;
    index.follow().await.unwrap();
    assert!(index.fold().await.unwrap());
    let both = house.segments();
    assert!(both.len() == 2 && both.contains(&large[0]));
    drop(index);
    let index = house.open().await;
    let found = index.snapshot().passages_by_keyword(&words("积分"), 5000, &house::in_base("staff")).unwrap();
    assert_eq!(found.len(), 1);
    assert_holds(&house, &index.snapshot()).await;

    // The list of dead rows is checked like everything else.
    let dead = house.generations()[0].join("dead-0.bin");
    let mut bytes = fs::read(&dead).unwrap();
    bytes[64] ^= 1;
    fs::write(&dead, bytes).unwrap();
    drop(index);
    assert_holds(&house, &house.open().await.snapshot()).await;

    // Most of it dies: it is written anew, and what nobody lists any more is gone.
    let index = house.open().await;
    index.fold().await.unwrap();
    house.put("shop", "many.md", &["退货 只剩 一条"]).await;
    index.follow().await.unwrap();
    assert!(index.fold().await.unwrap());
    let left = house.segments();
    assert!(left.len() == 1 && !both.contains(&left[0]));
    assert_holds(&house, &index.snapshot()).await;
}

#[tokio::test]
async fn edits_while_a_large_segment_stays_are_not_lost() {
    let house = House::new().await;
    let index = Arc::new(house.open().await);
    many(&house, "many.md").await;
    index.follow().await.unwrap();
    index.fold().await.unwrap();
    let edits = async {
        for i in 0..20 {
            house.put("shop", &format!("{}.md", i % 7), &[WORDS[i % 10], &format!("积分 {i}")]).await;
            index.follow().await.unwrap();
        }
    };
    let folds = async {
        for _ in 0..8 {
            index.fold().await.unwrap();
            tokio::task::yield_now().await;
        }
    };
    tokio::join!(edits, folds);
    assert_holds(&house, &index.snapshot()).await;
    index.fold().await.unwrap();
    drop(index);
    assert_holds(&house, &house.open().await.snapshot()).await;
}

#[tokio::test]
async fn a_generation_of_another_encoder_or_another_history_is_not_trusted() {
    let house = House::new().await;
    house.put("shop", "a.md", &["退货"]).await;
    house.open().await.fold().await.unwrap();

    // Another encoder: found by keyword, not by vectors that cannot be compared.
    let other = EncoderMark { id: "other".into(), dim: DIM };
    let index = Index::open(&house.root(), house.catalogue.clone(), other, Tasks::new()).await.unwrap();
    assert!(index.snapshot().passages_by_vector(&vector("退货"), 5, &all()).is_empty());
    assert_eq!(index.snapshot().passages_by_keyword(&words("退货"), 5, &all()).unwrap().len(), 1);
    drop(index);

    // Another database in the same place, with a history of the same length, as after restoring a backup.
    let replaced = House::new().await;
    replaced.put("shop", "a.md", &["积分"]).await;
    let index = Index::open(&house.root(), replaced.catalogue.clone(), house.encoder.clone(), Tasks::new())
        .await
        .unwrap();
    assert_agrees(&replaced, &index.snapshot()).await;
}

#[tokio::test]
async fn one_process_publishes_and_the_other_still_sees_everything() {
    let house = House::new().await;
    let server = house.open().await;
    let cli = house.open().await;
    house.put("shop", "a.md", &["退货"]).await;
    cli.follow().await.unwrap();
    assert!(!cli.fold().await.unwrap(), "the folder is the server's");
    server.follow().await.unwrap();
    assert!(server.fold().await.unwrap());
    assert_agrees(&house, &cli.snapshot()).await;
    assert_agrees(&house, &server.snapshot()).await;
}

#[tokio::test]
async fn a_server_sees_what_another_process_wrote_without_being_told() {
    let house = House::new().await;
    let tasks = Tasks::new();
    let index = Index::open(&house.root(), house.catalogue.clone(), house.encoder.clone(), tasks.clone())
        .await
        .unwrap();
    let index = Arc::new(index);
    let keeping = index.clone();
    tasks.spawn(async move { keeping.keep_up().await });
    house.put("shop", "a.md", &["退货"]).await;
    while index.snapshot().is_empty() {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    assert!(tasks.shutdown(std::time::Duration::from_secs(10)).await);
}

#[tokio::test]
async fn edits_while_a_generation_is_being_written_are_not_lost() {
    let house = House::new().await;
    let index = Arc::new(house.open().await);
    for i in 0..20 {
        house.put("shop", &format!("{i}.md"), &[WORDS[i % 10], "配送时间"]).await;
    }
    index.follow().await.unwrap();
    let edits = async {
        for i in 0..20 {
            house.put("shop", &format!("{i}.md"), &[&format!("{} 新", WORDS[i % 10])]).await;
            house.put("shop", &format!("new-{i}.md"), &["积分"]).await;
            index.follow().await.unwrap();
        }
    };
    let folds = async {
        for _ in 0..5 {
            index.fold().await.unwrap();
        }
    };
    tokio::join!(edits, folds);
    assert_agrees(&house, &index.snapshot()).await;
    assert_eq!(house.generations().len(), 1, "old generations are removed");
}

#[tokio::test]
async fn a_faq_pair_is_found_by_any_of_its_questions_within_its_time() {
    let house = House::new().await;
    let index = house.open().await;
    let now = jiff::Timestamp::now();
    let day = jiff::SignedDuration::from_hours(24);
    let mut faq = faq("怎么退货", &["可以退吗", "退货流程"], "七天内可退。");
    house.catalogue.put_faq(&faq, faq_chunk(&faq)).await.unwrap();
    index.follow().await.unwrap();
    let found = index.snapshot().questions_by_vector(&vector("退货流程"), 3, &all());
    assert_eq!((found.len(), found[0].2), (1, 2));
    assert!((found[0].1 - 1.0).abs() < 1e-5);
    let chunk = index.snapshot().chunk(found[0].0).unwrap();
    assert_eq!((chunk.document.as_str(), chunk.text.as_str()), ("FAQ", "七天内可退。"));

    for (from, to, open) in [
        (Some(now - day), Some(now + day), true),
        (Some(now + day), None, false),
        (None, Some(now - day), false),
    ] {
        (faq.valid_from, faq.valid_to) = (from, to);
        house.catalogue.put_faq(&faq, faq_chunk(&faq)).await.unwrap();
        index.follow().await.unwrap();
        index.fold().await.unwrap();
        let found = index.snapshot().questions_by_vector(&vector("可以退吗"), 3, &all());
        assert_eq!(found.len(), usize::from(open));
        let found = index.snapshot().passages_by_keyword(&words("退货流程"), 3, &all()).unwrap();
        assert_eq!(found.len(), usize::from(open));
    }

    house.catalogue.remove_faq(faq.id).await.unwrap();
    index.follow().await.unwrap();
    assert!(index.snapshot().is_empty());
    assert!(house.catalogue.remove_faq(faq.id).await.is_err());
}

#[test]
fn all_of_this_holds_on_postgres_too() {
    database::again_on_postgres(&[], 2);
}
