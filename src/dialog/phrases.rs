//! What the bot says when it does not quote: asking back, not knowing, bringing a person.

use crate::domain::Lang;

/// The bot's own words in one language.
#[derive(Clone, Copy, Debug)]
pub struct Phrases {
    lang: Lang,
}

impl Phrases {
    /// The words of `lang`.
    pub const fn new(lang: Lang) -> Self {
        Self { lang }
    }

    /// A person was asked for.
    pub const fn handing_over(self) -> &'static str {
        self.lang.pick(
            "好的，正在为您转接人工客服，请稍等。",
            "Of course. I am connecting you with a colleague, one moment please.",
        )
    }

    /// The visitor is angry.
    pub const fn apology(self) -> &'static str {
        self.lang.pick(
            "很抱歉让您有这样的感受。我马上请同事来处理，您刚才说的内容他都能看到。",
            "I am sorry about this. I am bringing in a colleague now, who can see everything you wrote.",
        )
    }

    /// The bot cannot say and brings a person.
    pub const fn beyond_me(self) -> &'static str {
        self.lang.pick(
            "这个问题我没有把握，不想随便回答您，正在请同事来接着处理。",
            "I am not certain about this and would rather not guess. I am bringing in a colleague.",
        )
    }

    /// Somebody has to look into the order.
    pub const fn needs_order(self) -> &'static str {
        self.lang.pick(
            "这需要查您的订单，正在请同事来为您处理。",
            "This needs a look at your order. I am bringing in a colleague who can do that.",
        )
    }

    /// Nothing that answers was found, for the first time.
    pub const fn not_found(self) -> &'static str {
        self.lang.pick(
            "这一点我手头的资料里没有写，不能乱答。您可以换个说法再问一次，或者让我请同事来。",
            "I could not find this in our documents, and I do not want to guess. You can put it another way, or I can bring in a colleague.",
        )
    }

    /// The visitor assents or says thanks.
    pub const fn at_your_service(self) -> &'static str {
        self.lang.pick("好的，还有问题随时问我。", "All right. Ask me any time.")
    }

    /// Several passages come close.
    pub const fn which_one(self) -> &'static str {
        self.lang.pick("您想问的是下面哪一个？", "Which of these do you mean?")
    }

    /// The message has nothing to go by.
    pub const fn say_more(self) -> &'static str {
        self.lang.pick(
            "可以再说具体一点吗？比如是哪件商品、哪一步遇到了问题。",
            "Could you say a little more? For example which product, or which step.",
        )
    }

    /// Label of the choice that brings a person.
    pub const fn person_label(self) -> &'static str {
        self.lang.pick("转人工", "Talk to a person")
    }

    /// What that choice sends: words every shop understands as asking for a person.
    pub const fn person_value(self) -> &'static str {
        self.lang.pick("转人工", "real person")
    }
}
