//! Why the policy decided as it did, as data. What it is called in a language is the dialog room's affair.

/// What a decision rests on, with the numbers that tipped it. All are probabilities unless they say otherwise.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Grounds {
    /// A rule of the shop brings a person.
    RuleHandsOver,
    /// A rule of the shop answers.
    RuleAnswers,
    /// The visitor asked for a person in so many words.
    PersonWanted,
    /// So many different words of anger.
    Anger { words: usize },
    /// The message has no words to go by.
    Wordless,
    /// The visitor picked one of the choices.
    Picked,
    /// A rule starts a form.
    RuleStartsForm,
    /// It belongs to a form: gives what was asked for, says yes, takes it back.
    Form,
    /// Thanks, assent or goodbye and nothing else.
    Courtesy,
    /// The recognised intent goes to a person.
    HandoffIntent { intent: f32 },
    /// The recognised intent is small talk, and no answer is sure enough to come before it.
    SmalltalkIntent { intent: f32 },
    /// The best finding reaches the threshold.
    Sure { best: f32, threshold: f32 },
    /// It does not, and the visitor is angry.
    UnsureAndAnger { best: f32, threshold: f32 },
    /// It does not, and the recognised intent needs somebody to look into an order or an account.
    BusinessIntent { intent: f32, best: f32, threshold: f32 },
    /// The visitor wants something done for which there is a form.
    ToldToDo { intent: f32 },
    /// It does not, and neither did the turn before.
    UnsureAgain { best: f32, threshold: f32 },
    /// It does not, but several come close.
    SeveralClose { best: f32, threshold: f32 },
    /// It does not.
    Unsure { best: f32, threshold: f32 },
    /// The message asks several things, or one in many words; so many have an answer, the least sure of them so sure.
    InParts { answered: usize, asked: usize, least: f32 },
}

impl Grounds {
    /// The stable name.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::RuleHandsOver => "rule_hands_over",
            Self::RuleAnswers => "rule_answers",
            Self::PersonWanted => "person_wanted",
            Self::Anger { .. } => "anger",
            Self::Wordless => "wordless",
            Self::Picked => "picked",
            Self::RuleStartsForm => "rule_starts_form",
            Self::Form => "form",
            Self::Courtesy => "courtesy",
            Self::HandoffIntent { .. } => "handoff_intent",
            Self::SmalltalkIntent { .. } => "smalltalk_intent",
            Self::Sure { .. } => "sure",
            Self::UnsureAndAnger { .. } => "unsure_and_anger",
            Self::BusinessIntent { .. } => "business_intent",
            Self::ToldToDo { .. } => "told_to_do",
            Self::UnsureAgain { .. } => "unsure_again",
            Self::SeveralClose { .. } => "several_close",
            Self::Unsure { .. } => "unsure",
            Self::InParts { .. } => "in_parts",
        }
    }

    /// How sure it is that they hold: the probability of the intent, or that no finding answers. What the shop or
    /// the visitor says in so many words is certain.
    pub const fn certainty(&self) -> f32 {
        match *self {
            Self::RuleHandsOver
            | Self::RuleAnswers
            | Self::PersonWanted
            | Self::Anger { .. }
            | Self::Wordless
            | Self::Picked
            | Self::RuleStartsForm
            | Self::Form
            | Self::Courtesy => 1.0,
            Self::HandoffIntent { intent }
            | Self::SmalltalkIntent { intent }
            | Self::ToldToDo { intent }
            | Self::BusinessIntent { intent, .. } => intent,
            Self::Sure { best, .. } => best,
            Self::InParts { least, .. } => least,
            Self::UnsureAndAnger { best, .. }
            | Self::UnsureAgain { best, .. }
            | Self::SeveralClose { best, .. }
            | Self::Unsure { best, .. } => 1.0 - best,
        }
    }
}
