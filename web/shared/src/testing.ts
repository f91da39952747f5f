import type { ClientFrame, Message, ServerFrame } from './wire.ts'
import type { SocketLike } from './live.ts'

/** The other end of a socket, for tests: what was sent, and what the server says. */
export class TestSocket implements SocketLike {
  onmessage: ((event: MessageEvent<string>) => void) | null = null
  onclose: ((event: CloseEvent) => void) | null = null
  readonly sent: ClientFrame[] = []
  closed = false

  send(text: string): void {
    this.sent.push(JSON.parse(text) as ClientFrame)
  }
  close(): void {
    this.closed = true
  }

  says(frame: ServerFrame | string): void {
    const data = typeof frame === 'string' ? frame : JSON.stringify(frame)
    this.onmessage?.(new MessageEvent('message', { data }))
  }
  breaks(): void {
    this.onclose?.(new CloseEvent('close'))
  }
  sentOf<T extends ClientFrame['type']>(type: T): Extract<ClientFrame, { type: T }>[] {
    return this.sent.filter((f): f is Extract<ClientFrame, { type: T }> => f.type === type)
  }
}

/** A message of conversation `c1`. */
export function message(seq: number, changes: Partial<Message> = {}): Message {
  return {
    id: `m${String(seq).padStart(4, '0')}`,
    conversation_id: 'c1',
    seq,
    sender: { kind: 'bot' },
    content: { type: 'text', text: `text ${seq}` },
    created_at: '2026-01-01T00:00:00Z',
    ...changes,
  }
}
