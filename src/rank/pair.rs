//! How a candidate is worded for the reader: as it was when the reader was trained (`models/train/reader.py`).

use crate::domain::{Chunk, ChunkKind};
use crate::encoder::reader::Pair;

/// Between the headings above a passage.
const SEPARATOR: &str = " › ";
/// Between headings in a chunk's section.
const SECTION_SEPARATOR: &str = " > ";

/// A question and a candidate, to be read together.
pub fn pair(question: &str, chunk: &Chunk) -> Pair {
    let section = chunk.section.replace(SECTION_SEPARATOR, SEPARATOR);
    let parts = [chunk.title.as_str(), section.as_str()];
    let mut headings: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    headings.dedup();
    let asked = chunk.questions.first().filter(|_| chunk.kind == ChunkKind::Faq);
    let text = asked.map_or_else(|| chunk.text.clone(), |asked| format!("{asked}\n{}", chunk.text));
    Pair { question: question.to_owned(), heading: headings.join(SEPARATOR), text }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{ChunkId, DocumentId, Lang};

    fn chunk(kind: ChunkKind, title: &str, section: &str, questions: &[&str]) -> Chunk {
        Chunk {
            id: ChunkId::new(),
            document_id: DocumentId::new(),
            document: "a.md".into(),
            title: title.into(),
            section: section.into(),
            kind,
            lang: Lang::Zh,
            ordinal: 0,
            text: "三天内到账。".into(),
            questions: questions.iter().map(|q| (*q).to_owned()).collect(),
        }
    }

    #[test]
    fn a_passage_is_read_below_all_its_headings() {
        let pair =
            |title: &str, section: &str| pair("多久?", &chunk(ChunkKind::Text, title, section, &[])).heading;
        assert_eq!(pair("售后", "退款 > 时间"), "售后 › 退款 › 时间");
        assert_eq!(
            (pair("售后", "售后"), pair("", "退款"), pair("售后", "")),
            ("售后".into(), "退款".into(), "售后".into())
        );
    }

    #[test]
    fn an_answer_is_read_below_its_question() {
        let faq = chunk(ChunkKind::Faq, "", "", &["退款多久到账?", "退款几天?"]);
        assert_eq!(pair("几天?", &faq).text, "退款多久到账?\n三天内到账。");
    }
}
