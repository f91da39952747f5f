//! How a model was taught to see who says what: the marks of its conversations.

use super::vocabulary::Vocabulary;
use crate::phrase::prompt::Prompt;

/// Marks between turns, known by the tokens that a vocabulary has for them.
pub(super) struct Chat {
    form: Form,
    /// Tokens at which the answer is whole.
    pub(super) ends: Vec<u32>,
}

enum Form {
    /// `<|im_start|>system … <|im_end|>`: Qwen and most others.
    ChatMl,
    /// `<|start_header_id|>system<|end_header_id|> … <|eot_id|>`
    Llama3,
}

/// Any of these ends an answer, whatever the form.
const ENDS: [&str; 4] = ["<|im_end|>", "<|endoftext|>", "<|eot_id|>", "<|end_of_text|>"];

impl Chat {
    /// The form that a vocabulary has marks for.
    pub(super) fn of(vocabulary: &Vocabulary) -> Option<Self> {
        let has = |mark: &str| vocabulary.mark(mark).is_some();
        let form = if has("<|im_start|>") {
            Form::ChatMl
        } else if has("<|start_header_id|>") {
            Form::Llama3
        } else {
            return None;
        };
        let mut ends: Vec<u32> = ENDS.iter().filter_map(|mark| vocabulary.mark(mark)).collect();
        ends.extend(vocabulary.end);
        Some(Self { form, ends })
    }

    /// The tokens of a prompt, up to where the model's answer begins. Marks are tokens only where they stand here: what
    /// looks like one inside the prompt is text.
    pub(super) fn tokens(&self, prompt: &Prompt, vocabulary: &Vocabulary) -> Result<Vec<u32>, String> {
        let Prompt { instruction, material } = prompt;
        let mut tokens: Vec<u32> = vocabulary.beginning.into_iter().collect();
        let mut say = |parts: &[Part<'_>]| -> Result<(), String> {
            for part in parts {
                match part {
                    Part::Mark(mark) => {
                        tokens.push(
                            vocabulary.mark(mark).ok_or_else(|| format!("the vocabulary lacks {mark}"))?,
                        );
                    }
                    Part::Text(text) => tokens.extend(vocabulary.tokens(text)?),
                }
            }
            Ok(())
        };
        use Part::{Mark, Text};
        match self.form {
            Form::ChatMl => {
                for (who, text) in [("system\n", instruction), ("user\n", material)] {
                    say(&[Mark("<|im_start|>"), Text(who), Text(text), Mark("<|im_end|>"), Text("\n")])?;
                }
                say(&[Mark("<|im_start|>"), Text("assistant\n")])?;
                if vocabulary.thinks {
                    // Nobody waits for thoughts: they are said to be over.
                    say(&[Mark("<think>"), Text("\n\n"), Mark("</think>"), Text("\n\n")])?;
                }
            }
            Form::Llama3 => {
                for (who, text) in [("system", instruction.as_str()), ("user", material), ("assistant", "")] {
                    say(&[Mark("<|start_header_id|>"), Text(who), Mark("<|end_header_id|>"), Text("\n\n")])?;
                    if !text.is_empty() {
                        say(&[Text(text), Mark("<|eot_id|>")])?;
                    }
                }
            }
        }
        Ok(tokens)
    }
}

enum Part<'a> {
    Mark(&'a str),
    Text(&'a str),
}
