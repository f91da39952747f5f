//! What the bot says when it does not quote: asking back, not knowing, bringing a person.

use std::time::Duration;

use crate::domain::{Choice, Lang};

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

    /// Nothing that answers one question of several was found.
    pub fn not_found_for(self, question: &str) -> String {
        match self.lang {
            Lang::Zh => format!("“{question}”这一点我手头的资料里没有写，不能乱答；需要的话我请同事来。"),
            Lang::En => format!(
                "About “{question}”: I could not find this in our documents, and I do not want to guess. I can bring in a colleague."
            ),
        }
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

    /// The choice that brings a person.
    pub fn person(self) -> Choice {
        Choice { label: self.person_label().to_owned(), value: self.person_value().to_owned() }
    }

    /// Yes and no, for what is about to be done.
    pub fn yes_or_no(self) -> Vec<Choice> {
        let choice = |text: &str| Choice { label: text.to_owned(), value: text.to_owned() };
        vec![choice(self.lang.pick("确认", "Confirm")), choice(self.lang.pick("先不了", "Not now"))]
    }

    /// The system an answer rests on is silent.
    pub const fn system_silent(self) -> &'static str {
        self.lang.pick(
            "业务系统暂时没有回应，我不想让您干等，正在请同事来为您查。",
            "Our system is not answering right now. I am bringing in a colleague who can look into it.",
        )
    }

    /// Something was sent, but not confirmed.
    pub const fn unconfirmed(self) -> &'static str {
        self.lang.pick(
            "已经提交，但系统没有及时确认是否成功。正在请同事核实，请不要重复操作。",
            "I have sent this, but our system did not confirm it in time. A colleague is checking; please do not send it again.",
        )
    }

    /// The business's own rules do not allow it.
    pub const fn not_possible(self) -> &'static str {
        self.lang.pick("按现在的状态，这一步办不了。", "This is not possible as things stand.")
    }

    /// The visitor takes a form back.
    pub fn taken_back(self, title: &str) -> String {
        match (self.lang, title) {
            (Lang::Zh, "") => "好的，就到这里。还有问题随时问我。".to_owned(),
            (Lang::Zh, title) => format!("好的，「{title}」不办了，什么都没有改动。还有问题随时问我。"),
            (Lang::En, "") => "All right. Ask me any time.".to_owned(),
            (Lang::En, title) => {
                format!("All right, I have dropped \"{title}\"; nothing was changed. Ask me any time.")
            }
        }
    }

    /// Back to a form after something else.
    pub fn back_to(self, title: &str, prompt: &str) -> String {
        match self.lang {
            Lang::Zh => format!("回到刚才的「{title}」：{prompt}"),
            Lang::En => format!("Back to \"{title}\": {prompt}"),
        }
    }

    /// What was to be confirmed is dropped, because something else was said.
    pub fn not_done_yet(self, title: &str) -> String {
        match self.lang {
            Lang::Zh => format!("刚才的「{title}」还没有提交，需要的话请再说一次。"),
            Lang::En => format!("\"{title}\" has not been sent; say it again if you still want it."),
        }
    }

    /// How old an answer is that stands in for one the system did not give.
    pub fn as_of(self, age: Duration) -> String {
        let minutes = age.as_secs() / 60;
        match (self.lang, minutes) {
            (Lang::Zh, 0) => format!("（系统暂时没有回应，以上是 {} 秒前的信息）", age.as_secs()),
            (Lang::Zh, minutes) => format!("（系统暂时没有回应，以上是 {minutes} 分钟前的信息）"),
            (Lang::En, 0) => {
                format!("(Our system is not answering; this is as of {} seconds ago.)", age.as_secs())
            }
            (Lang::En, minutes) => {
                format!("(Our system is not answering; this is as of {minutes} minutes ago.)")
            }
        }
    }

    /// What was done, for the conversation's record.
    pub fn act(self, title: &str, id: &str, confirmed: bool) -> String {
        match (self.lang, confirmed) {
            (Lang::Zh, true) => format!("已办理：{title} {id}"),
            (Lang::Zh, false) => format!("已提交，未确认：{title} {id}"),
            (Lang::En, true) => format!("Done: {title} {id}"),
            (Lang::En, false) => format!("Sent, not confirmed: {title} {id}"),
        }
    }
}
