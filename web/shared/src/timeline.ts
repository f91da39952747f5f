import type { Message } from './wire.ts'

/** What became of a message that was offered to the timeline. */
export type Outcome = 'added' | 'known' | 'gap' | 'foreign'

/**
 * The messages of one conversation in the order of their `seq`, each once, without holes.
 *
 * A message may arrive twice (live and by resume) or early (live while a resume is under way). Duplicates are
 * dropped; a message that would leave a hole is kept aside and reported as a `gap`, so that the owner asks for
 * what is missing. Order never depends on a clock.
 */
export class Timeline {
  readonly messages: Message[] = []
  readonly #early = new Map<number, Message>()
  /** Everything up to this seq is here. */
  lastSeq: number

  /** `after` is the seq before the first message that will be kept: 0 for the whole conversation. */
  constructor(
    readonly conversation: string,
    after = 0,
  ) {
    this.lastSeq = after
  }

  offer(message: Message): Outcome {
    if (message.conversation_id !== this.conversation) return 'foreign'
    if (message.seq <= this.lastSeq) return 'known'
    this.#early.set(message.seq, message)
    for (let next; (next = this.#early.get(this.lastSeq + 1)); this.lastSeq++) {
      this.#early.delete(next.seq)
      this.messages.push(next)
    }
    return this.lastSeq < message.seq ? 'gap' : 'added'
  }
}

/** The seq before the oldest message of a timeline; 0 when the conversation is here from its beginning. */
export function seqBefore(timeline: Timeline): number {
  return (timeline.messages[0]?.seq ?? timeline.lastSeq + 1) - 1
}

/** Puts older messages before the ones that are here; they must end right before them. */
export function prepend(timeline: Timeline, older: readonly Message[]): void {
  const before = seqBefore(timeline)
  const fitting = older.filter((m) => m.conversation_id === timeline.conversation && m.seq <= before)
  fitting.sort((a, b) => a.seq - b.seq)
  if (fitting.at(-1)?.seq === before) timeline.messages.unshift(...fitting)
}
