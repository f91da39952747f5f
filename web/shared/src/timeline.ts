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
  #lastSeq: number

  /** `after` is the seq before the first message that will be kept: 0 for the whole conversation. */
  constructor(
    readonly conversation: string,
    after = 0,
  ) {
    this.#lastSeq = after
  }

  /** Everything up to this seq is here. */
  get lastSeq(): number {
    return this.#lastSeq
  }

  /** The seq before the oldest message that is here; 0 when the conversation is complete. */
  get before(): number {
    return (this.messages[0]?.seq ?? this.#lastSeq + 1) - 1
  }

  offer(message: Message): Outcome {
    if (message.conversation_id !== this.conversation) return 'foreign'
    if (message.seq <= this.#lastSeq) return 'known'
    if (message.seq > this.#lastSeq + 1) {
      this.#early.set(message.seq, message)
      return 'gap'
    }
    this.#append(message)
    for (let next = this.#early.get(this.#lastSeq + 1); next; next = this.#early.get(this.#lastSeq + 1)) {
      this.#early.delete(next.seq)
      this.#append(next)
    }
    return 'added'
  }

  /** Puts older messages before the ones that are here; they must end right before them. */
  prepend(older: Message[]): void {
    const before = this.before
    const fitting = older.filter((m) => m.conversation_id === this.conversation && m.seq <= before)
    fitting.sort((a, b) => a.seq - b.seq)
    if (fitting.at(-1)?.seq === before) this.messages.unshift(...fitting)
  }

  #append(message: Message): void {
    this.messages.push(message)
    this.#lastSeq = message.seq
  }
}
