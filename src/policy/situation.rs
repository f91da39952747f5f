//! What the policy looks at, and what it can say.

/// Limits of confidence. All are probabilities.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limits {
    /// An answer needs this probability of being right. 0 answers always.
    pub answer: f32,
    /// A candidate worth offering as a choice needs this.
    pub choice: f32,
    /// An intent needs this to decide by itself: small talk, a business matter, a handoff.
    pub intent: f32,
    /// Small talk gives way to an answer at least this probable: "thanks, and the postage?" is a question.
    pub answer_over_smalltalk: f32,
    /// Looking into an order gives way to an answer at least this probable.
    pub answer_over_business: f32,
}

/// How the shop deals with the recognised intent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IntentClass {
    Knowledge,
    Business,
    Smalltalk,
    Handoff,
}

/// What the rule that fired wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RuleSays {
    Answer,
    /// Starts a form.
    Form,
    Handoff,
}

/// What the message means to the shop's forms.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FormCue {
    /// Nothing.
    #[default]
    None,
    /// There is a form for its intent.
    Declared,
    /// It belongs to a form in so many words: it gives what was asked for, says yes, takes it back.
    Continues,
}

/// One ranked candidate, as far as the policy cares.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Finding {
    /// Calibrated probability of being right.
    pub probability: f32,
    /// Candidates of one topic (document and section) are no alternatives to each other.
    pub topic: u64,
}

/// Everything a decision rests on.
#[derive(Clone, Debug)]
pub struct Situation<'a> {
    pub rule: Option<RuleSays>,
    /// The visitor asked for a person in so many words.
    pub asks_for_person: bool,
    /// Different words of anger in the message.
    pub anger: usize,
    /// The message is hardly more than its words of anger.
    pub mere_anger: bool,
    /// The message is thanks, assent or goodbye and nothing else.
    pub courtesy: bool,
    /// The message is about the visitor's own order or account, not about the rules for all.
    pub own_matter: bool,
    /// The message wants something done; it does not ask how that is done.
    pub told_to_do: bool,
    /// What the message means to the shop's forms.
    pub form: FormCue,
    /// The message is a choice that the bot offered; the first finding is what it stands for.
    pub picked: bool,
    /// The best intent's class and probability; `None` when nothing was recognised.
    pub intent: Option<(IntentClass, f32)>,
    /// Best first.
    pub findings: &'a [Finding],
    /// Turns just before this one that ended without an answer.
    pub misses: usize,
    /// The message has no words to go by: an emoji, a question mark.
    pub wordless: bool,
    pub limits: Limits,
}

/// Why a person is brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Asked for.
    Asked,
    /// The visitor is angry.
    Angry,
    /// Nothing certain enough, more than once.
    Unsure,
    /// A rule of the shop.
    Rule,
    /// Somebody has to look into an order or an account.
    Business,
}

impl Reason {
    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Reason::Asked => "asked",
            Reason::Angry => "angry",
            Reason::Unsure => "unsure",
            Reason::Rule => "rule",
            Reason::Business => "business",
        }
    }
}

/// What to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// A form takes the message: it asks, looks something up, or does something.
    Business,
    /// The rule's own words.
    SayRule,
    /// The best finding.
    Answer,
    /// One of the intent's replies.
    Smalltalk,
    /// Offer these findings, by index, to choose from.
    Choose(Vec<usize>),
    /// Say honestly that nothing was found; offer a person.
    NotFound,
    /// Ask for more words.
    SayMore,
    /// Bring a person.
    Handoff(Reason),
}
