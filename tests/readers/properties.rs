//! What holds for any bytes at all.

use proptest::prelude::*;
use zhike::domain::ChunkKind;
use zhike::knowledge::parsed::Block;
use zhike::knowledge::readers::{Limits, read};
use zhike::knowledge::statements;

use crate::{chunks, fixture};

const NAMES: [&str; 9] = ["a.md", "a.txt", "a.html", "a.pdf", "a.docx", "a.xlsx", "a.csv", "a.json", "a"];

/// No reader is to fail in its parser: bad bytes have an error of their own.
fn survives(name: &str, bytes: &[u8]) -> Result<(), TestCaseError> {
    match read(name, bytes, &Limits::default()) {
        Ok(document) => {
            for draft in chunks(&document) {
                prop_assert!(!draft.text.trim().is_empty());
            }
        }
        Err(e) => prop_assert!(!e.to_string().contains("parser failed"), "{e}"),
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..400), name in 0..NAMES.len()) {
        survives(NAMES[name], &bytes)?;
    }

    #[test]
    fn any_text_is_read_or_refused(
        text in "[-#|<>/a-z*`\\[\\]{}:,\"\n 退货。1.、]{0,200}",
        name in 0..NAMES.len(),
    ) {
        survives(NAMES[name], text.as_bytes())?;
    }

    #[test]
    fn documents_with_damaged_bytes_are_read_or_refused(
        file in prop::sample::select(vec!["giftcard-gbk-euc.pdf", "manual-two-columns.pdf", "membership.xlsx", "delivery.docx"]),
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
        cut in prop::option::of(any::<prop::sample::Index>()),
    ) {
        let mut bytes = fixture(file);
        for (at, byte) in damage {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        // A panic inside a library is allowed to become an error here, but nothing may hang or abort.
        let _ = read(file, &bytes, &Limits::default());
    }

    #[test]
    fn statements_are_pieces_of_their_passage_in_order_and_leave_no_word_out(
        text in "[退货可以不支持。！？;；，、.!?\\n a-z0-9|:：（）\"“”é😀]{0,300}",
        kind in prop::sample::select(vec![ChunkKind::Text, ChunkKind::Table]),
    ) {
        let mut end = 0;
        for range in statements(kind, &text) {
            prop_assert!(range.start >= end && range.end > range.start, "{range:?} after {end}");
            let between = text.get(end..range.start);
            prop_assert!(between.is_some_and(|gap| !gap.contains(char::is_alphanumeric)), "lost: {between:?}");
            let statement = text.get(range.clone());
            prop_assert!(statement.is_some_and(|said| !said.trim().is_empty()), "{statement:?}");
            end = range.end;
        }
        prop_assert!(!text[end..].contains(char::is_alphanumeric), "lost: {:?}", &text[end..]);
    }

    #[test]
    fn passages_cover_the_paragraphs(paragraphs in prop::collection::vec("[退货可以不支持。，a-z ]{4,300}", 1..12)) {
        let text = paragraphs.join("\n\n");
        let Ok(document) = read("a.md", text.as_bytes(), &Limits::default()) else { return Ok(()) };
        let letters = |s: &str| s.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
        let found: String = chunks(&document).iter().map(|c| letters(&c.text)).collect();
        for block in &document.blocks {
            if let Block::Paragraph(paragraph) = block
                && letters(paragraph).chars().count() >= 2
            {
                let part: String = letters(paragraph).chars().take(20).collect();
                prop_assert!(found.contains(&part), "{part} is lost");
            }
        }
    }
}
