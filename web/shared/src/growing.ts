import type { Message, ServerFrame } from './wire.ts'

/** A message that is on its way. Stored nowhere: it gives way to the message of the same id. */
export type Growing = Message & { content: { type: 'text'; text: string }; pieces: number }

/**
 * The message that is on its way, with the next piece of it; `after` is the number of the newest message. Whoever missed
 * a piece sees nothing more of it before it is there.
 */
export function grown(
  before: Growing | undefined,
  frame: Extract<ServerFrame, { type: 'message.delta' }>,
  after: number,
): Growing | undefined {
  const known = before?.id === frame.message_id ? before : undefined
  if (frame.index !== (known?.pieces ?? 0)) return known
  return {
    id: frame.message_id,
    conversation_id: frame.conversation_id,
    seq: after + 1,
    sender: { kind: 'bot' },
    created_at: new Date().toISOString(),
    ...known,
    content: { type: 'text', text: (known?.content.text ?? '') + frame.text },
    pieces: frame.index + 1,
  }
}
