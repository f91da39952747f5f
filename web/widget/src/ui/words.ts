import type { Lang } from '@zhike/shared'

const zh = {
  open: '打开客服对话',
  close: '收起对话',
  title: '在线客服',
  bot: '智能助手',
  agent: '人工客服',
  you: '你',
  statusBot: '智能助手为你解答，随时可转人工',
  statusWaiting: '正在为你转接人工客服',
  statusServing: (name: string) => `${name || '人工客服'} 正在为你服务`,
  statusClosed: '本次对话已结束，发消息可重新开始',
  queue: (ahead: number) => (ahead > 0 ? `前面还有 ${ahead} 位，请稍候` : '马上就轮到你了'),
  eta: (minutes: number) => `，约 ${minutes} 分钟`,
  person: '转人工',
  placeholder: '输入你的问题',
  message: '消息',
  send: '发送',
  log: '对话内容',
  suggestions: '大家常问',
  sources: (n: number) => `来源 ${n} 条`,
  source: '来源',
  helpful: '有帮助',
  unhelpful: '没帮助',
  thanks: '谢谢反馈',
  sorry: '谢谢反馈，需要的话可以转人工',
  sending: '发送中',
  failed: '没有发出',
  retry: '重发',
  discard: '删除',
  typing: '正在输入',
  reconnecting: '连接断开了，正在重新连接。你写的内容不会丢失。',
  unreachable: '暂时连不上客服，正在重试',
  tryNow: '立即重试',
  newMessages: '新消息',
  unread: (n: number) => `${n} 条未读消息`,
  fileMessage: '文件',
}

const en: typeof zh = {
  open: 'Open chat',
  close: 'Close chat',
  title: 'Support',
  bot: 'Assistant',
  agent: 'Support',
  you: 'You',
  statusBot: 'Answers at once; a person is one tap away',
  statusWaiting: 'Getting a person for you',
  statusServing: (name) => `${name || 'A person'} is with you`,
  statusClosed: 'This chat has ended. Write to start again',
  queue: (ahead) =>
    ahead > 0 ? `${ahead} ${ahead === 1 ? 'person is' : 'people are'} ahead of you` : 'You are next',
  eta: (minutes) => `, about ${minutes} min`,
  person: 'Talk to a person',
  placeholder: 'Type your question',
  message: 'Message',
  send: 'Send',
  log: 'Conversation',
  suggestions: 'Often asked',
  sources: (n) => `${n} sources`,
  source: 'Source',
  helpful: 'Helpful',
  unhelpful: 'Not helpful',
  thanks: 'Thank you',
  sorry: 'Thank you. A person can help if you like',
  sending: 'Sending',
  failed: 'Not sent',
  retry: 'Send again',
  discard: 'Delete',
  typing: 'Typing',
  reconnecting: 'Connection lost, reconnecting. What you write is kept.',
  unreachable: 'Support cannot be reached right now. Trying again',
  tryNow: 'Try now',
  newMessages: 'New messages',
  unread: (n) => `${n} unread ${n === 1 ? 'message' : 'messages'}`,
  fileMessage: 'File',
}

export type Words = typeof zh

export const words: Record<Lang, Words> = { zh, en }

/** The first language of the list that we speak; Chinese where none says anything we know. */
export function pickLang(wanted: readonly (string | null | undefined)[]): Lang {
  for (const tag of wanted) {
    const primary = tag?.slice(0, 2).toLowerCase()
    if (primary === 'zh' || primary === 'en') return primary
  }
  return wanted.some(Boolean) ? 'en' : 'zh'
}
