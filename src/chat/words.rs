//! What the server itself says to visitors, in both languages. The shop's own texts come from its settings; these
//! are the ones every conversation needs: a handoff is never silent, and neither is a change of who is speaking.

use crate::domain::Lang;

/// Somebody was asked for. `position` counts from 1; `staffed` says whether anybody is online.
pub fn handoff(lang: Lang, position: usize, staffed: bool) -> String {
    match (lang, staffed) {
        (Lang::Zh, true) => format!("已为您转接人工客服，您排在第 {position} 位，请稍候。"),
        (Lang::En, true) => {
            format!("We are connecting you to a person. You are number {position} in the queue.")
        }
        (Lang::Zh, false) => {
            format!(
                "现在没有客服在线。您排在第 {position} 位，请留言，客服上线后会在这里回复您；也可以留下联系方式，让客服联系您。"
            )
        }
        (Lang::En, false) => format!(
            "Nobody is online right now. You are number {position} in the queue: leave your message, and we will reply here as soon as we are back. Or leave a contact, and we will get in touch."
        ),
    }
}

/// Somebody was asked for when nobody works.
pub fn out_of_hours(lang: Lang, position: usize, hours: &str) -> String {
    match lang {
        Lang::Zh => {
            format!(
                "现在不是人工服务时间（{hours}）。您排在第 {position} 位，请留言，客服上班后会在这里回复您；也可以留下联系方式，让客服联系您。"
            )
        }
        Lang::En => format!(
            "We are closed right now; our hours are {hours}. You are number {position} in the queue: leave your message, and we will reply here as soon as we are back. Or leave a contact, and we will get in touch."
        ),
    }
}

/// The visitor said how they can be reached; agents read it in the same words.
pub fn contact_left(lang: Lang, contact: &str) -> String {
    match lang {
        Lang::Zh => format!("联系方式：{contact}。已记下，客服会联系您，您也可以继续在这里留言。"),
        Lang::En => {
            format!("Contact: {contact}. Noted: we will get in touch. You can go on writing here, too.")
        }
    }
}

/// Two visitors are one person.
pub fn merged(lang: Lang) -> String {
    lang.pick(
        "您的另一段对话已并入这里，请在这里继续。",
        "Another chat of yours was joined with this one: please go on here.",
    )
    .to_owned()
}

/// The visitor goes on with the bot, by their own wish or because staff decided so.
pub fn back_to_bot(lang: Lang) -> String {
    lang.pick("由智能客服继续为您服务。", "The assistant is back to help you.").to_owned()
}

pub fn agent_joined(lang: Lang, name: &str) -> String {
    match lang {
        Lang::Zh => format!("客服 {name} 为您服务。"),
        Lang::En => format!("{name} has joined the conversation."),
    }
}

pub fn guest_left(lang: Lang, name: &str) -> String {
    match lang {
        Lang::Zh => format!("客服 {name} 离开了会话。"),
        Lang::En => format!("{name} has left the conversation."),
    }
}

/// A colleague of the agent comes to help.
pub fn guest_joined(lang: Lang, name: &str) -> String {
    match lang {
        Lang::Zh => format!("客服 {name} 加入了会话。"),
        Lang::En => format!("{name} has joined to help."),
    }
}

pub fn back_to_queue(lang: Lang) -> String {
    lang.pick("正在为您重新安排客服，请稍候。", "We are finding another person for you. One moment, please.")
        .to_owned()
}

pub fn transferred(lang: Lang) -> String {
    lang.pick("正在为您转接另一位客服，请稍候。", "We are passing you on to a colleague. One moment, please.")
        .to_owned()
}

pub fn closed(lang: Lang) -> String {
    lang.pick(
        "会话已结束。再次发送消息即可重新开始。",
        "This conversation has ended. Write again to start a new one.",
    )
    .to_owned()
}

/// The visitor has been silent for long.
pub fn idle_notice(lang: Lang, minutes: u64) -> String {
    match lang {
        Lang::Zh => format!("您好，您还在吗？如果没有其他问题，会话将在 {minutes} 分钟后自动结束。"),
        Lang::En => format!(
            "Are you still there? If there is nothing else, this conversation will end by itself in {minutes} {}.",
            if minutes == 1 { "minute" } else { "minutes" }
        ),
    }
}

/// It ended because the visitor was silent.
pub fn closed_idle(lang: Lang) -> String {
    lang.pick(
        "由于长时间没有新消息，会话已自动结束。再次发送消息即可重新开始。",
        "There was nothing new for a while, so this conversation has ended. Write again to start a new one.",
    )
    .to_owned()
}

pub fn reopened_by_visitor(lang: Lang) -> String {
    lang.pick("新的会话已开始。", "A new conversation has started.").to_owned()
}

pub fn reopened_by_agent(lang: Lang, name: &str) -> String {
    match lang {
        Lang::Zh => format!("客服 {name} 重新打开了会话。"),
        Lang::En => format!("{name} has reopened the conversation."),
    }
}

/// The engine failed; a person takes over.
pub fn engine_failed(lang: Lang) -> String {
    lang.pick("抱歉，我暂时无法回答这个问题。", "Sorry, I cannot answer this right now.").to_owned()
}

/// Files without words: the bot cannot read them.
pub fn file_received(lang: Lang) -> String {
    lang.pick(
        "文件已收到。请用文字说明您的问题，或回复「人工」由客服查看。",
        "I have received your file. Tell me in words what you need, or ask for a person to look at it.",
    )
    .to_owned()
}
