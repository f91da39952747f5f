import type { CannedReply } from '@zhike/shared'

/** What is looked for: all there is in the box is `/` and the beginning of a shortcut. */
export function prefixOf(text: string): string | null {
  return /^\/([^\s/]*)$/u.exec(text)?.[1]?.toLowerCase() ?? null
}

const MOST = 8

/** Those whose shortcut begins so, then those that hold it in shortcut or words. */
export function matching(replies: readonly CannedReply[], prefix: string): CannedReply[] {
  const words = (reply: CannedReply) => `${reply.shortcut}\n${wordsOf(reply)}`.toLowerCase()
  const begins = replies.filter((reply) => reply.shortcut.startsWith(prefix))
  const holds = replies.filter((reply) => !begins.includes(reply) && words(reply).includes(prefix))
  return [...begins, ...holds].slice(0, MOST)
}

/** As it would be sent; as it is written where nothing could be filled in. */
export function wordsOf({ filled, text }: CannedReply): string {
  return filled?.text ?? text.zh ?? text.en ?? ''
}
