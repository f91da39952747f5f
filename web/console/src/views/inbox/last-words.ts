import type { Conversation } from '@zhike/shared'

/** A message in one line: its words, or the name of its file. */
export function wordsOfMessage(message: Conversation['last_message']): string {
  if (!message) return ''
  const { content } = message
  return 'text' in content ? content.text : content.name
}
