//! What of a passage is encoded, and how.

use std::sync::Arc;
use std::time::Duration;

use crate::domain::ChunkKind;
use crate::encoder::{Encoded, Encoder, Prefix, Priority};
use crate::error::{Code, Result};

use super::catalogue::ChunkVectors;
use super::statements::{in_context, statements};

/// Passages encoded between two reports of progress.
const SLICE: usize = 64;

/// How long bulk work waits when the encoder is full, and how often it tries.
const BREATHER: Duration = Duration::from_millis(250);
const TRIES: usize = 240;

/// The parts of a passage that its vectors are made of.
#[derive(Clone, Copy, Debug)]
pub struct PassageText<'a> {
    pub kind: ChunkKind,
    pub title: &'a str,
    pub section: &'a str,
    pub text: &'a str,
    pub questions: &'a [String],
}

impl PassageText<'_> {
    /// A passage is encoded with what stands above it, because by itself it often does not say what it is about;
    /// an answer with its question.
    fn for_encoder(&self) -> String {
        let question = self.questions.first().map_or("", String::as_str);
        let parts = [self.title, self.section, question, self.text];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n")
    }

    /// What is encoded of its statements: none of a FAQ pair, which is asked for by its questions.
    fn statements(&self) -> Vec<String> {
        if self.kind == ChunkKind::Faq {
            return Vec::new();
        }
        let ranges = statements(self.kind, self.text);
        ranges.into_iter().map(|range| in_context(self.title, self.section, &self.text[range])).collect()
    }
}

/// Makes the vectors of `passages`, in order. `done` is told how many are finished.
///
/// Bulk work: visitors' messages go first, and a full encoder is waited for.
pub async fn vectors(
    encoder: &Encoder,
    passages: &[PassageText<'_>],
    done: &(dyn Fn(usize) + Send + Sync),
) -> Result<Vec<ChunkVectors>> {
    let mut all = Vec::with_capacity(passages.len());
    for slice in passages.chunks(SLICE) {
        let texts = slice.iter().map(PassageText::for_encoder).collect();
        let own = encode(encoder, texts, Prefix::Passage).await?;
        let questions = slice.iter().flat_map(|p| p.questions.iter().cloned()).collect();
        let mut asked = encode(encoder, questions, Prefix::Query).await?.into_iter();
        let statements: Vec<_> = slice.iter().map(PassageText::statements).collect();
        let mut said = encode(encoder, statements.concat(), Prefix::Passage).await?.into_iter();
        for ((passage, own), statements) in slice.iter().zip(own).zip(&statements) {
            let questions = asked.by_ref().take(passage.questions.len());
            all.push(ChunkVectors {
                encoder: encoder.id().to_owned(),
                passage: own.to_vec(),
                questions: questions.map(|q| q.to_vec()).collect(),
                statements: said.by_ref().take(statements.len()).map(|s| s.to_vec()).collect(),
            });
        }
        done(all.len());
    }
    Ok(all)
}

async fn encode(encoder: &Encoder, texts: Vec<String>, prefix: Prefix) -> Result<Vec<Arc<[f32]>>> {
    let mut tries = 0;
    loop {
        match encoder.encode(texts.clone(), prefix, Priority::Bulk, false).await {
            Ok(encoded) => return Ok(encoded.into_iter().map(|Encoded { vector, .. }| vector).collect()),
            Err(e) if e.code() == Code::Overloaded && tries < TRIES => {
                tries += 1;
                tokio::time::sleep(BREATHER).await;
            }
            Err(e) => return Err(e),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_passage_is_encoded_with_what_stands_above_it() {
        let questions = ["多久到账?".to_owned()];
        let passage = PassageText {
            kind: ChunkKind::Faq,
            title: "退款",
            section: "",
            text: "三天内。",
            questions: &questions,
        };
        assert_eq!(passage.for_encoder(), "退款\n多久到账?\n三天内。");
        assert!(passage.statements().is_empty());
    }
}
