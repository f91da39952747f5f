//! Fictional organisations with passages and questions, as JSON lines: one passage a line, with answerable questions
//! and near misses. Read into documents, FAQ pairs and labelled questions.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::domain::Lang;
use crate::error::{Error, Result};
use crate::text::normalise;

/// One organisation: a knowledge base and the questions people ask of it.
#[derive(Clone, Debug)]
pub struct Organisation {
    /// Name of its base.
    pub name: String,
    pub part: Part,
    /// File name and Markdown text.
    pub documents: Vec<(String, String)>,
    /// Question and answer.
    pub faqs: Vec<(String, String)>,
    /// Hard on purpose: in other words than the passage's, and near misses in its own.
    pub questions: Vec<Question>,
    /// Short and plain, as most visitors ask.
    pub everyday: Vec<Question>,
}

/// What an organisation is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// The encoder has learned from it.
    Train,
    /// Weights are learned from it.
    Dev,
    /// Only measured.
    Test,
}

/// A question and what answers it.
#[derive(Clone, Debug)]
pub struct Question {
    pub text: String,
    pub lang: Lang,
    /// Nothing answers a near miss.
    pub answer: Option<Answer>,
}

/// Where an answer stands.
#[derive(Clone, Debug)]
pub struct Answer {
    /// File name and heading of the passage.
    pub document: String,
    pub section: String,
    /// What a passage must contain, normalised: the answer, or the cells of the row that answers.
    pub parts: Vec<String>,
}

#[derive(Deserialize)]
struct Line {
    shop: String,
    lang: Lang,
    title: String,
    section: String,
    passage: String,
    questions: Vec<RawQuestion>,
}

#[derive(Deserialize)]
struct RawQuestion {
    q: String,
    answerable: bool,
    #[serde(default)]
    answer: String,
    #[serde(default)]
    style: String,
}

/// Every so many passages one question becomes a FAQ pair and is not asked.
const FAQ_EVERY: usize = 2;
/// Style of the plain ones.
const EVERYDAY: &str = "everyday";
/// Styles that a shop would write a FAQ question in.
const FAQ_STYLES: [&str; 2] = ["plain", "keyword"];

/// Reads one organisation; `name` is the file's, for messages.
///
/// # Errors
/// Names the line that cannot be read.
pub fn read(name: &str, content: &str) -> Result<Vec<Organisation>> {
    let mut by_shop: BTreeMap<String, Vec<Line>> = BTreeMap::new();
    for (number, line) in content.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let line: Line = serde_json::from_str(line)
            .map_err(|e| Error::invalid(e.to_string()).at(format!("{name}, line {}", number + 1)))?;
        by_shop.entry(line.shop.clone()).or_default().push(line);
    }
    Ok(by_shop.into_iter().map(|(shop, lines)| organisation(&shop, lines)).collect())
}

fn organisation(shop: &str, lines: Vec<Line>) -> Organisation {
    let mut documents: BTreeMap<String, String> = BTreeMap::new();
    let (mut faqs, mut questions, mut everyday) = (Vec::new(), Vec::new(), Vec::new());
    for (at, line) in lines.into_iter().enumerate() {
        let file = format!("{}.md", line.title.replace(['/', '\\'], "-"));
        let document = documents.entry(file.clone()).or_insert_with(|| format!("# {}\n", line.title));
        document.push_str(&format!("\n## {}\n\n{}\n", line.section, line.passage));
        let faq = (at % FAQ_EVERY == 0).then(|| faq_of(&line.questions)).flatten();
        for (number, question) in line.questions.into_iter().enumerate() {
            if faq == Some(number) {
                faqs.push((question.q, question.answer));
                continue;
            }
            let answer = question.answerable.then(|| Answer {
                document: file.clone(),
                section: line.section.clone(),
                parts: parts(&question.answer),
            });
            let asked = if question.style == EVERYDAY { &mut everyday } else { &mut questions };
            asked.push(Question { text: question.q, lang: line.lang, answer });
        }
    }
    Organisation {
        name: shop.to_owned(),
        part: part(shop),
        documents: documents.into_iter().collect(),
        faqs,
        questions,
        everyday,
    }
}

/// The answerable question that reads most like a FAQ's.
fn faq_of(questions: &[RawQuestion]) -> Option<usize> {
    let styled = questions.iter().position(|q| q.answerable && FAQ_STYLES.contains(&q.style.as_str()));
    styled.or_else(|| questions.iter().position(|q| q.answerable))
}

/// A row of a Markdown table is read as `header: value; …`, so each of its cells is looked for.
fn parts(answer: &str) -> Vec<String> {
    let cells = answer.split('|').map(|cell| normalise(cell.trim())).filter(|cell| !cell.is_empty());
    cells.collect()
}

/// Three of five organisations train, one is for development, one for the test; by name, so that the split never
/// moves when organisations are added.
fn part(shop: &str) -> Part {
    match (fnv1a(shop) >> 20) % 5 {
        0 => Part::Dev,
        1 => Part::Test,
        _ => Part::Train,
    }
}

/// FNV-1a, 64 bits.
pub(super) fn fnv1a(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |h, b| (h ^ u64::from(b)).wrapping_mul(0x100_0000_01b3))
}

impl Answer {
    /// Whether a passage answers: it stands in the right section, or is the FAQ pair, and has all parts.
    pub fn in_passage(&self, document: &str, section: &str, text: &str, is_faq: bool) -> bool {
        let place = is_faq || (document == self.document && section.contains(&self.section));
        let text = normalise(text);
        place && self.parts.iter().all(|part| text.contains(part.as_str()))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const LINE: &str = r#"{"shop":"S","lang":"zh","title":"T","section":"运费","passage":"满99元包邮。","questions":[{"q":"多少包邮","answerable":true,"answer":"满99元包邮","style":"plain"},{"q":"凑单咋免邮","answerable":true,"answer":"满99元包邮","style":"colloquial"},{"q":"海外呢","answerable":false,"why":"x"},{"q":"邮费","answerable":true,"answer":"满99元包邮","style":"everyday"}]}"#;

    #[test]
    fn a_passage_becomes_a_section_a_faq_pair_and_questions() {
        let all = read("s.jsonl", LINE).unwrap();
        assert_eq!(all[0].documents, [("T.md".to_owned(), "# T\n\n## 运费\n\n满99元包邮。\n".to_owned())]);
        assert_eq!(all[0].faqs, [("多少包邮".to_owned(), "满99元包邮".to_owned())]);
        let answered: Vec<_> = all[0].questions.iter().map(|q| q.answer.is_some()).collect();
        assert_eq!(answered, [true, false]);
        assert_eq!(all[0].everyday.iter().map(|q| q.text.as_str()).collect::<Vec<_>>(), ["邮费"]);
    }

    /// What shows whether a question is answered without reading the passage would be learned instead of reading.
    #[test]
    fn no_organisation_gives_its_answered_questions_away_by_how_they_begin_or_end() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/models/train/data/corpus");
        let mut told = Vec::new();
        for file in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            let name = file.file_name().unwrap().to_string_lossy().into_owned();
            for organisation in read(&name, &std::fs::read_to_string(&file).unwrap()).unwrap() {
                let edges: [fn(&str) -> Option<char>; 2] =
                    [|text| text.chars().next(), |text| text.chars().last()];
                for edge in edges {
                    let of = |answered: bool| {
                        let mut count: BTreeMap<char, f64> = BTreeMap::new();
                        let asked = organisation.questions.iter().chain(&organisation.everyday);
                        let asked: Vec<_> = asked.filter(|q| q.answer.is_some() == answered).collect();
                        for letter in asked.iter().filter_map(|q| edge(&q.text.to_lowercase())) {
                            *count.entry(letter).or_default() += 1.0 / asked.len() as f64;
                        }
                        count
                    };
                    let (yes, no) = (of(true), of(false));
                    for letter in yes.keys().chain(no.keys()) {
                        let share = |of: &BTreeMap<char, f64>| of.get(letter).copied().unwrap_or_default();
                        if (share(&yes) - share(&no)).abs() > 0.5 {
                            told.push(format!("{name}: {letter:?} {:.2} / {:.2}", share(&yes), share(&no)));
                        }
                    }
                }
            }
        }
        assert!(told.is_empty(), "{told:#?}");
    }

    #[test]
    fn a_table_row_is_recognised_by_its_cells() {
        let answer = Answer {
            document: "a.md".into(),
            section: "Rates".into(),
            parts: parts("Flex | 6 pm | first night"),
        };
        let row = "Rate: Flex; Free until: 6 pm; After that: first night";
        assert!(answer.in_passage("a.md", "Rates", row, false));
        assert!(!answer.in_passage("b.md", "Rates", row, false));
        assert!(!answer.in_passage("a.md", "Rates", "Rate: Firm; Free until: 6 pm", false));
    }
}
