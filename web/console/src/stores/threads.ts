import {
  grown,
  Outbox,
  prepend,
  seqBefore,
  Timeline,
  type Draft,
  type Growing,
  type Link,
  type Message,
  type ServerFrame,
  type Suggestion,
} from '@zhike/shared'
import { defineStore } from 'pinia'
import { shallowReactive } from 'vue'
import { conversations as api } from '../api/index.ts'

/** What is open of one conversation. A new object at every change, so that views follow. */
export interface Thread {
  messages: readonly Message[]
  /** Whether older messages can be read. */
  hasEarlier: boolean
  drafts: readonly Draft[]
  /** The bot's answer as far as it has come; the message of the same id takes its place. */
  growing?: Growing | undefined
  suggestions: readonly Suggestion[]
  typing: boolean
}

interface Kept {
  timeline: Timeline
  outbox: Outbox
  typingEnds?: ReturnType<typeof setTimeout>
  resumeAsked: number
  /** Files that are on their way, by the id of their draft. */
  files: Map<string, File>
}

const PAGE = 100
const KEEP = 20
const TYPING_LASTS = 8_000

/** The threads an agent has opened: messages in order, what is being sent, and what the engine suggests. */
export const useThreads = defineStore('threads', () => {
  const threads = shallowReactive(new Map<string, Thread>())
  /** What the agent has typed and not sent. Apart from the rest: a key concerns nobody but the field it was typed in. */
  const texts = shallowReactive(new Map<string, string>())
  const kept = new Map<string, Kept>()

  function change(id: string, changes: Partial<Thread>): void {
    const thread = threads.get(id)
    if (thread) threads.set(id, { ...thread, ...changes })
  }

  /** Reads the newest messages and suggestions unless the thread is open already. */
  async function open(id: string): Promise<void> {
    if (threads.has(id)) return
    const { items } = await api.newest(id, undefined, PAGE)
    if (threads.has(id)) return
    const timeline = new Timeline(id, (items[0]?.seq ?? 1) - 1)
    for (const message of items) timeline.offer(message)
    kept.set(id, { timeline, outbox: new Outbox(), resumeAsked: -1, files: new Map() })
    threads.set(id, {
      messages: [...timeline.messages],
      hasEarlier: seqBefore(timeline) > 0,
      drafts: [],
      suggestions: [],
      typing: false,
    })
    forgetOldest(id)
  }

  /** Threads nobody looks at are read anew when they are opened again; half-written ones stay. */
  function forgetOldest(current: string): void {
    for (const [id, thread] of threads) {
      if (threads.size <= KEEP) return
      if (id === current || texts.get(id) || thread.drafts.length) continue
      threads.delete(id)
      kept.delete(id)
    }
  }

  async function earlier(id: string): Promise<void> {
    const timeline = kept.get(id)?.timeline
    if (!timeline || seqBefore(timeline) === 0) return
    const { items } = await api.newest(id, seqBefore(timeline) + 1, PAGE)
    prepend(timeline, items)
    change(id, { messages: [...timeline.messages], hasEarlier: seqBefore(timeline) > 0 && items.length > 0 })
  }

  async function loadSuggestions(id: string): Promise<void> {
    const { items } = await api.suggestions(id)
    suggested(id, items)
  }

  function suggested(id: string, items: readonly Suggestion[]): void {
    change(id, { suggestions: [...items].sort((a, b) => b.confidence - a.confidence) })
  }

  function take(message: Message, link?: Link): void {
    const id = message.conversation_id
    const known = kept.get(id)
    if (!known) return
    const { timeline, outbox } = known
    if (timeline.offer(message) === 'gap') {
      outbox.update(message.client_id, { accepted: true })
      if (link) ask(known, link)
      return
    }
    for (const m of timeline.messages.slice(-20)) outbox.remove(m.client_id)
    const changes: Partial<Thread> = { messages: [...timeline.messages], drafts: outbox.drafts }
    if (message.sender.kind === 'visitor') changes.typing = false
    else changes.growing = undefined
    change(id, changes)
  }

  function grow(frame: Extract<ServerFrame, { type: 'message.delta' }>): void {
    const id = frame.conversation_id
    const known = kept.get(id)
    if (known) change(id, { growing: grown(threads.get(id)?.growing, frame, known.timeline.lastSeq) })
  }

  /** After a reconnect: everything since the last message that is here. */
  function resume(link: Link): void {
    for (const [id, known] of kept) {
      change(id, { growing: undefined })
      known.resumeAsked = -1
      ask(known, link)
    }
  }

  function ask(known: Kept, link: Link): void {
    const { conversation, lastSeq } = known.timeline
    if (known.resumeAsked === lastSeq) return
    if (link.send({ type: 'resume', conversation_id: conversation, after_seq: lastSeq })) {
      known.resumeAsked = lastSeq
    }
  }

  function typing(id: string, active: boolean): void {
    const known = kept.get(id)
    if (!known) return
    clearTimeout(known.typingEnds)
    if (active) known.typingEnds = setTimeout(() => change(id, { typing: false }), TYPING_LASTS)
    change(id, { typing: active })
  }

  // ---- writing

  function write(id: string, text: string): void {
    texts.set(id, text)
  }

  /** Shows the message at once; it is the server's when it comes back with a number. */
  async function send(id: string, text: string): Promise<void> {
    const outbox = kept.get(id)?.outbox
    if (!outbox || !text.trim()) return
    await post(id, outbox, outbox.add(text.trim()))
  }

  /** One message a file, in their order; each can fail and be sent again by itself. */
  async function sendFiles(id: string, files: readonly File[]): Promise<void> {
    const known = kept.get(id)
    if (!known) return
    const drafts = files.map((file) => {
      const draft = known.outbox.add(file.name)
      known.outbox.update(draft.clientId, { progress: 0 })
      known.files.set(draft.clientId, file)
      return draft
    })
    for (const draft of drafts) await post(id, known.outbox, draft)
  }

  async function contentOf(id: string, { clientId, text }: Draft) {
    const known = kept.get(id)
    const file = known?.files.get(clientId)
    if (!known || !file) return { text }
    const attachment = await api.attach(id, file, (progress) => {
      known.outbox.update(clientId, { progress })
      change(id, { drafts: known.outbox.drafts })
    })
    return { attachment_ids: [attachment.id] }
  }

  async function retry(id: string, clientId: string): Promise<void> {
    const outbox = kept.get(id)?.outbox
    outbox?.update(clientId, { failed: '' })
    const draft = outbox?.find(clientId)
    if (outbox && draft) await post(id, outbox, draft)
  }

  function discard(id: string, clientId: string): void {
    const outbox = kept.get(id)?.outbox
    outbox?.remove(clientId)
    kept.get(id)?.files.delete(clientId)
    if (outbox) change(id, { drafts: outbox.drafts })
  }

  async function post(id: string, outbox: Outbox, draft: Draft): Promise<void> {
    change(id, { drafts: outbox.drafts })
    try {
      const message = await api.post(id, draft.clientId, await contentOf(id, draft))
      kept.get(id)?.files.delete(draft.clientId)
      outbox.update(draft.clientId, { accepted: true })
      take(message)
    } catch (error) {
      outbox.update(draft.clientId, { failed: error instanceof Error ? error.message : String(error) })
    }
    change(id, { drafts: outbox.drafts })
  }

  function clear(): void {
    threads.clear()
    texts.clear()
    kept.clear()
  }

  return {
    threads,
    texts,
    open,
    earlier,
    loadSuggestions,
    suggested,
    take,
    grow,
    resume,
    typing,
    write,
    send,
    sendFiles,
    retry,
    discard,
    clear,
  }
})
