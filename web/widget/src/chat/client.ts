import {
  createLink,
  grown,
  Outbox,
  Timeline,
  type Draft,
  type EventName,
  type Growing,
  type LinkState,
  type Message,
  type Reads,
  type ServerFrame,
  type SocketLike,
  type Status,
  type VisitorSession,
} from '@zhike/shared'
import type { Refusal, SessionRequest, VisitorApi } from './http.ts'

/** Everything the panel shows. A new object at every change. */
export interface ChatState {
  phase: 'idle' | 'opening' | 'ready' | 'unreachable'
  link: LinkState
  inbox?: VisitorSession['inbox']
  status: Status
  messages: readonly Message[]
  drafts: readonly Draft[]
  /** The bot's answer as far as it has come; the message of the same id takes its place. */
  growing?: Growing | undefined
  /** Somebody at the other side writes, or the bot has not answered yet. */
  typing: boolean
  /** Newest message that the visitor has read, on any device. */
  read: number
  /** Newest message that somebody of the shop has read. */
  readByOther: number
  /** Place in the queue, from 1. */
  queue?: number | undefined
  /** Minutes that it may take, where that is known. */
  minutes?: number | undefined
  /** Messages the visitor has rated, and how. */
  rated: Readonly<Record<string, boolean>>
  /** How the visitor rated the conversation, 1 to 5. */
  score?: number
  /** A sentence about something that did not work, other than a message. */
  notice: string
}

export interface ChatOptions {
  api: VisitorApi
  openSocket: (token: string) => SocketLike
  session: () => SessionRequest
  /** Remembers the token between visits. */
  memory: { read(): string | null; write(token: string | null): void }
  onChange: (state: ChatState) => void
}

export type Chat = ReturnType<typeof createChat>

const REOPEN_AFTER = 4_000
const ACCEPTED_WITHIN = 8_000
const POLL_WAIT = 25
const POLL_PAUSE = 3_000
const TYPING_LASTS = 10_000
/** So many sockets that never said hello, and long polling carries the messages until one does. */
const POLL_AFTER_FAILURES = 2

/**
 * The visitor's side of a conversation: a session, a socket, and long polling when sockets do not get through.
 *
 * Knows nothing of the page it is shown on. Whatever way a message comes, the timeline puts it in its place once.
 */
export function createChat({ api, openSocket, session, memory, onChange }: ChatOptions) {
  const outbox = new Outbox()
  /** Files on their way, by the id of their draft. */
  const files = new Map<string, File>()
  const link = createLink({ open: () => openSocket(api.token ?? ''), onFrame: receive, onState: linkChanged })
  let timeline = new Timeline('')
  let state: ChatState = {
    phase: 'idle',
    link: 'offline',
    status: 'bot',
    messages: [],
    drafts: [],
    read: 0,
    readByOther: 0,
    typing: false,
    rated: {},
    notice: '',
  }
  let resumeAsked = -1
  /** Newest message that was on the screen here. */
  let looked = 0
  let posting = false
  let polling: AbortController | undefined
  let overdue: ReturnType<typeof setTimeout> | undefined
  let typingEnds: ReturnType<typeof setTimeout> | undefined

  function change(changes: Partial<ChatState>): void {
    state = { ...state, ...changes }
    onChange(state)
  }

  // ---- session

  async function open(): Promise<void> {
    change({ phase: 'opening' })
    api.token ??= memory.read()
    try {
      const { token, conversation, inbox } = await openSession()
      api.token = token
      memory.write(token)
      enter(conversation)
      readUpTo(conversation)
      change({ phase: 'ready', inbox, notice: '' })
      link.start()
      // History by a plain request as well: it shows even where sockets do not get through.
      await fetchMessages(0).catch(() => {})
    } catch {
      change({ phase: 'unreachable' })
      setTimeout(start, REOPEN_AFTER)
    }
  }

  /** A token that the server no longer knows is dropped: the visitor starts afresh instead of being locked out. */
  function openSession(): Promise<VisitorSession> {
    return api.openSession(session()).catch((error: unknown) => {
      if (!isUnauthorized(error) || !api.token) throw error
      api.token = null
      return api.openSession(session())
    })
  }

  function start(): void {
    if (state.phase === 'idle' || state.phase === 'unreachable') void open()
  }

  function enter({ id, status }: { id: string; status: Status }): void {
    if (id !== timeline.conversation) {
      timeline = new Timeline(id)
      resumeAsked = -1
      looked = 0
      change({ read: 0, readByOther: 0 })
    }
    change({ status })
  }

  /** Marks only move forward: an older one may come from a device that lags behind. */
  function readUpTo({ read_seq = 0, other_read_seq = 0 }: Partial<Reads>): void {
    const { read, readByOther } = state
    change({ read: Math.max(read, read_seq), readByOther: Math.max(readByOther, other_read_seq) })
  }

  /** Says how far the visitor has looked, unless the server knows; after the next `hello` if it cannot be said now. */
  function tellRead(): void {
    if (looked > state.read) {
      link.send({ type: 'message.read', conversation_id: timeline.conversation, seq: looked })
    }
  }

  // ---- socket

  function linkChanged(now: LinkState, failures: number): void {
    resumeAsked = -1
    if (now === 'online') polling?.abort()
    else if (failures >= POLL_AFTER_FAILURES) void poll()
    // What was missed meanwhile comes as a whole message.
    change({ link: now, growing: undefined })
  }

  function receive(frame: ServerFrame): void {
    switch (frame.type) {
      case 'hello':
        if (frame.conversation) enter(frame.conversation)
        readUpTo(frame)
        tellRead()
        resume()
        if (outbox.waiting.filter((draft) => !sendFrame(draft)).length) void postWaiting()
        break
      case 'message.created':
        take(frame.message)
        break
      case 'message.accepted':
        accepted(frame)
        break
      case 'message.delta':
        if (state.status === 'bot') {
          setTyping(false)
          change({ growing: grown(state.growing, frame, timeline.lastSeq) })
        }
        break
      case 'conversation.updated':
        enter(frame.conversation)
        break
      case 'message.read':
        readUpTo({ [frame.reader.kind === 'visitor' ? 'read_seq' : 'other_read_seq']: frame.seq })
        break
      case 'typing':
        setTyping(frame.active !== false)
        break
      case 'queue':
        change({ queue: frame.position, minutes: frame.eta_s && Math.ceil(frame.eta_s / 60) })
        break
      case 'error':
        refused(frame.code, frame.detail, frame.client_id)
    }
  }

  /** Asks for everything after what is here, once for each state of knowledge. */
  function resume(): void {
    const { conversation, lastSeq } = timeline
    if (
      resumeAsked !== lastSeq &&
      link.send({ type: 'resume', conversation_id: conversation, after_seq: lastSeq })
    ) {
      resumeAsked = lastSeq
    }
  }

  function take(message: Message): void {
    const had = timeline.messages.length
    if (timeline.offer(message) === 'gap') {
      outbox.update(message.client_id, { accepted: true })
      resume()
      return
    }
    const added = timeline.messages.slice(had)
    for (const m of [message, ...added]) outbox.remove(m.client_id)
    const changes: Partial<ChatState> = { drafts: outbox.drafts }
    if (added.length) changes.messages = [...timeline.messages]
    for (const m of added) Object.assign(changes, effect(m))
    change(changes)
  }

  /** The server has the draft, so it is a message now; a later `message.created` of the same seq is known already. */
  function accepted({ client_id, id, seq }: { client_id: string; id: string; seq: number }): void {
    const draft = outbox.find(client_id)
    if (!draft) return
    outbox.update(client_id, { accepted: true })
    if (!outbox.waiting.length) clearTimeout(overdue)
    take({
      id,
      conversation_id: timeline.conversation,
      seq,
      client_id,
      sender: { kind: 'visitor' },
      content: { type: 'text', text: draft.text },
      created_at: new Date().toISOString(),
    })
  }

  function refused(code: string, detail: string, clientId: string | undefined): void {
    if (outbox.find(clientId)) {
      outbox.update(clientId, { failed: detail })
      change({ drafts: outbox.drafts, typing: false })
    } else if (code === 'unauthorized') startOver()
    else change({ notice: detail })
  }

  function startOver(): void {
    polling?.abort()
    link.stop()
    void open()
  }

  // ---- sending

  function dispatch(draft: Draft): void {
    change({ drafts: outbox.drafts, notice: '' })
    if (state.status === 'bot') setTyping(true)
    if (state.phase === 'ready' && !sendFrame(draft)) void postWaiting()
  }

  function sendFrame({ clientId, text }: Draft): boolean {
    const sent = !files.has(clientId) && link.send({ type: 'message.create', client_id: clientId, text })
    if (sent) expectAcceptance()
    return sent
  }

  /** A frame that is not confirmed in time is sent by a plain request as well: the same `client_id` is stored once. */
  function expectAcceptance(): void {
    clearTimeout(overdue)
    overdue = setTimeout(postWaiting, ACCEPTED_WITHIN)
  }

  /** Sends by plain requests, one after the other so that their order stays. */
  async function postWaiting(): Promise<void> {
    if (posting) return
    posting = true
    while (outbox.waiting[0] && (await post(outbox.waiting[0])));
    posting = false
    if (outbox.waiting.length && state.link === 'online') expectAcceptance()
  }

  /** `false` when the network is down: the draft stays and goes out with the next connection. */
  async function post({ clientId, text }: Draft): Promise<boolean> {
    try {
      const message = await api.post(clientId, await contentOf(clientId, text))
      files.delete(clientId)
      outbox.update(clientId, { accepted: true })
      take(message)
    } catch (error) {
      const { status, code, message } = error as Refusal
      if (!status) return false
      refused(code, message, clientId)
    }
    return true
  }

  async function contentOf(clientId: string, text: string) {
    const file = files.get(clientId)
    if (!file) return { text }
    const { id } = await api.attach(file, (progress) => {
      outbox.update(clientId, { progress })
      change({ drafts: outbox.drafts })
    })
    return { attachment_ids: [id] }
  }

  // ---- long polling

  async function fetchMessages(wait: number, signal?: AbortSignal): Promise<void> {
    const { items } = await api.after(timeline.lastSeq, wait, signal)
    items.forEach(take)
  }

  async function poll(): Promise<void> {
    if (polling && !polling.signal.aborted) return
    const { signal } = (polling = new AbortController())
    while (!signal.aborted) {
      void postWaiting()
      await fetchMessages(POLL_WAIT, signal).catch((error: unknown) => {
        if (signal.aborted) return
        if (isUnauthorized(error)) startOver()
        else return new Promise((resolve) => setTimeout(resolve, POLL_PAUSE))
      })
    }
  }

  function setTyping(typing: boolean): void {
    clearTimeout(typingEnds)
    if (typing) typingEnds = setTimeout(change, TYPING_LASTS, { typing: false })
    change({ typing })
  }

  /** A call whose failure is told above the messages. */
  function attempt(call: Promise<unknown>): Promise<void> {
    return call.then(
      () => change({ notice: '' }),
      (error: Error) => change({ notice: error.message }),
    )
  }

  return {
    get state() {
      return state
    },
    /** Opens the session unless it is open or opening. */
    start,
    /** The page came to the front, or the network is back. */
    wake: (): void => {
      if (state.phase === 'unreachable') start()
      else link.wake()
    },
    send: (text: string): void => {
      if (text.trim()) dispatch(outbox.add(text.trim()))
    },
    /** One message a file. */
    attach: (chosen: Iterable<File>): void => {
      for (const file of chosen) {
        const { clientId } = outbox.add(file.name)
        files.set(clientId, file)
        const preview = file.type.startsWith('image/') && { preview: URL.createObjectURL(file) }
        outbox.update(clientId, { progress: 0, ...preview })
      }
      change({ drafts: outbox.drafts })
      if (state.phase === 'ready') void postWaiting()
    },
    fileUrl: api.fileUrl,
    retry: (clientId: string): void => {
      outbox.update(clientId, { failed: '' })
      const draft = outbox.find(clientId)
      if (draft) dispatch(draft)
    },
    typing: (active: boolean): void => {
      if (state.status !== 'bot') link.send({ type: active ? 'typing.start' : 'typing.stop' })
    },
    /** The visitor looks at the newest message. */
    read: (): void => {
      if (looked === timeline.lastSeq) return
      looked = timeline.lastSeq
      tellRead()
    },
    rate: (messageId: string, helpful: boolean): void => {
      const call = api.feedback(messageId, helpful)
      void attempt(call.then(() => change({ rated: { ...state.rated, [messageId]: helpful } })))
    },
    /** Leaves a way to be reached. */
    reach: (contact: string): void => void attempt(api.contact(contact).then(take)),
    score: (score: number): void => void attempt(api.csat(score).then(() => change({ score }))),
    /** Asks for a person, or goes on with the bot instead of waiting for one. */
    handoff: (wanted: boolean) => attempt(api.handoff(wanted)),
  }
}

function isUnauthorized(error: unknown): boolean {
  return (error as Partial<Refusal>).status === 401
}

/** What a message changes beside the list. Status changes are messages of the stream, so that no client misses one. */
function effect({ sender, content }: Message): Partial<ChatState> {
  if (sender.kind === 'visitor') return {}
  return { typing: false, growing: undefined, ...('event' in content && afterEvent[content.event]) }
}

const afterEvent: Partial<Record<EventName, Partial<ChatState>>> = {
  handoff_requested: { status: 'waiting' },
  handoff_declined: { status: 'bot', queue: undefined },
  agent_joined: { status: 'serving', queue: undefined },
  transferred: { status: 'transferring' },
  closed: { status: 'closed', queue: undefined },
  reopened: { status: 'bot' },
}
