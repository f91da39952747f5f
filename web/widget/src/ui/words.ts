import type { Lang } from '@zhike/shared'

/** Every word of the widget: Chinese, English. `#` stands for a number. */
const table = {
  open: ['打开客服对话', 'Open chat'],
  close: ['收起对话', 'Close chat'],
  title: ['在线客服', 'Support'],
  bot: ['智能助手', 'Assistant'],
  you: ['你', 'You'],
  statusBot: ['助手在线', 'Assistant online'],
  statusWaiting: ['正在转接人工客服', 'Finding a person'],
  statusAway: ['客服不在线，可以留言', 'Nobody online, leave a message'],
  statusServing: ['为你服务', 'is with you'],
  statusClosed: ['对话已结束', 'Chat ended'],
  queue: ['排队第 # 位', 'Number # in queue'],
  minutes: ['，约 # 分钟', ', about # min'],
  person: ['转人工', 'Talk to a person'],
  stay: ['继续问助手', 'Back to assistant'],
  placeholder: ['输入你的问题', 'Type your question'],
  send: ['发送', 'Send'],
  often: ['大家常问', 'Often asked'],
  source: ['来源', 'Source'],
  helpful: ['有帮助', 'Helpful'],
  unhelpful: ['没帮助', 'Not helpful'],
  thanks: ['谢谢反馈', 'Thank you'],
  failed: ['没有发出', 'Not sent'],
  retry: ['重发', 'Send again'],
  typing: ['正在输入', 'Typing'],
  read: ['已读', 'Read'],
  offline: ['连接断开，正在重连', 'Connection lost, reconnecting'],
  unreachable: ['连接不上，正在重连', 'Cannot connect, reconnecting'],
  attach: ['发送文件', 'Send files'],
  save: ['保存对话', 'Save this chat'],
  csat: ['请为这次服务打分，5 分最好', 'How was it? 5 is best'],
  leave: ['不想等？留下联系方式，客服会找你', 'Rather not wait? Leave a contact'],
  leaveAway: [
    '现在没有客服在线，留下联系方式，上线后联系你',
    'Nobody is here now. Leave a contact and we get back to you',
  ],
  leaveHint: ['电话或邮箱', 'Phone or e-mail'],
  leaveDo: ['留下', 'Leave it'],
  newer: ['新消息', 'New messages'],
} satisfies Record<string, [string, string]>

export type Words = Record<keyof typeof table, string>

export function wordsIn(lang: Lang): Words {
  const column = lang === 'zh' ? 0 : 1
  return Object.fromEntries(Object.entries(table).map(([name, pair]) => [name, pair[column]])) as Words
}

/** Chinese for whoever prefers it, English for everybody else. */
export function langOf(tag: string): Lang {
  return /^zh/i.test(tag) ? 'zh' : 'en'
}
