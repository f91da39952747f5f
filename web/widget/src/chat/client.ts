import {
  Link,
  Outbox,
  Timeline,
  type Draft,
  type EventName,
  type LinkState,
  type Message,
  type ServerFrame,
  type SocketLike,
  type Status,
  type VisitorSession,
} from '@zhike/shared'
import { Refusal, type SessionRequest, type VisitorApi } from './http.ts'

/** Everything the panel shows. A new object at every change. */
export interface ChatState {
  phase: 'idle' | 'opening' | 'ready' | 'unreachable'
  link: LinkState
  inbox: VisitorSession['inbox'] | null
  status: Status
  /** Messages of former conversations of this page view, then of the current one. */
  messages: readonly Message[]
  drafts: readonly Draft[]
  /** Text of an answer that is still being written, if one is. */
  streaming: string
  /** Somebody at the other side writes, or the bot has not answered yet. */
  typing: boolean
  queue: { position: number; eta_s?: number } | null
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
export class Chat {
  readonly #options: ChatOptions
  readonly #link: Link
  readonly #outbox = new Outbox()
  #timeline = new Timeline('')
  #earlier: readonly Message[] = []
  #state: ChatState = {
    phase: 'idle',
    link: 'offline',
    inbox: null,
    status: 'bot',
    messages: [],
    drafts: [],
    streaming: '',
    typing: false,
    queue: null,
    notice: '',
  }
  #resumeAsked = -1
  #posting = false
  #polling: AbortController | null = null
  #reopen: ReturnType<typeof setTimeout> | undefined
  #overdue: ReturnType<typeof setTimeout> | undefined
  #typingEnds: ReturnType<typeof setTimeout> | undefined

  constructor(options: ChatOptions) {
    this.#options = options
    this.#link = new Link({
      open: () => options.openSocket(options.api.token ?? ''),
      onFrame: (frame) => this.#receive(frame),
      onState: (state, failures) => this.#linkChanged(state, failures),
    })
  }

  get state(): ChatState {
    return this.#state
  }

  /** Opens the session unless it is open or opening. */
  start(): void {
    if (this.#state.phase === 'idle' || this.#state.phase === 'unreachable') void this.#open()
  }

  stop(): void {
    clearTimeout(this.#reopen)
    clearTimeout(this.#overdue)
    clearTimeout(this.#typingEnds)
    this.#stopPolling()
    this.#link.stop()
  }

  /** The page came to the front, or the network is back. */
  wake(): void {
    if (this.#state.phase === 'unreachable') this.start()
    else this.#link.wake()
  }

  send(text: string): void {
    const trimmed = text.trim()
    if (!trimmed) return
    this.#dispatch(this.#outbox.add(trimmed))
  }

  retry(clientId: string): void {
    const draft = this.#outbox.retry(clientId)
    if (draft) this.#dispatch(draft)
  }

  discard(clientId: string): void {
    this.#outbox.remove(clientId)
    this.#change({ drafts: this.#outbox.drafts })
  }

  typing(active: boolean): void {
    if (this.#state.status !== 'bot') this.#link.send({ type: active ? 'typing.start' : 'typing.stop' })
  }

  read(): void {
    const { conversation, lastSeq } = this.#timeline
    if (lastSeq) this.#link.send({ type: 'message.read', conversation_id: conversation, seq: lastSeq })
  }

  feedback(messageId: string, helpful: boolean): Promise<boolean> {
    return this.#try(this.#options.api.feedback(messageId, helpful))
  }

  handoff(): Promise<boolean> {
    return this.#try(this.#options.api.handoff())
  }

  async #try(call: Promise<unknown>): Promise<boolean> {
    try {
      await call
      this.#change({ notice: '' })
      return true
    } catch (error) {
      this.#change({ notice: error instanceof Error ? error.message : String(error) })
      return false
    }
  }

  // ---- session

  async #open(): Promise<void> {
    const { api, memory } = this.#options
    this.#change({ phase: 'opening' })
    api.token ??= memory.read()
    try {
      const session = await this.#openSession()
      api.token = session.token
      memory.write(session.token)
      this.#enterConversation(session.conversation.id, session.conversation.status)
      this.#change({ phase: 'ready', inbox: session.inbox, notice: '' })
      this.#link.start()
      void this.#catchUp()
    } catch {
      this.#change({ phase: 'unreachable' })
      this.#reopen = setTimeout(() => this.start(), REOPEN_AFTER)
    }
  }

  /** A token that the server no longer knows is dropped once: the visitor starts afresh instead of being locked out. */
  async #openSession(): Promise<VisitorSession> {
    const { api, session, memory } = this.#options
    try {
      return await api.openSession(session())
    } catch (error) {
      if (!(error instanceof Refusal) || error.status !== 401 || !api.token) throw error
      api.token = null
      memory.write(null)
      return api.openSession(session())
    }
  }

  /** History by a plain request: a returning visitor sees it even where sockets do not get through. */
  async #catchUp(): Promise<void> {
    try {
      for (const message of await this.#options.api.after(this.#timeline.lastSeq, 0)) this.#take(message)
    } catch {
      // The socket or long polling brings the same messages.
    }
  }

  #enterConversation(id: string, status: Status): void {
    if (id !== this.#timeline.conversation) {
      this.#earlier = [...this.#earlier, ...this.#timeline.messages]
      this.#timeline = new Timeline(id)
      this.#resumeAsked = -1
    }
    this.#change({ status })
  }

  // ---- socket

  #linkChanged(link: LinkState, failures: number): void {
    this.#change({ link })
    this.#resumeAsked = -1
    if (link === 'online') this.#stopPolling()
    else if (failures >= POLL_AFTER_FAILURES) void this.#poll()
  }

  #receive(frame: ServerFrame): void {
    switch (frame.type) {
      case 'hello':
        if (frame.conversation) this.#enterConversation(frame.conversation.id, frame.conversation.status)
        this.#resume()
        for (const draft of this.#outbox.waiting) this.#sendFrame(draft)
        return
      case 'message.created':
        return this.#take(frame.message)
      case 'message.accepted':
        return this.#accepted(frame)
      case 'message.delta':
        return this.#change({ streaming: this.#state.streaming + frame.text, typing: false })
      case 'conversation.updated':
        return this.#enterConversation(frame.conversation.id, frame.conversation.status)
      case 'typing':
        return this.#setTyping(frame.active !== false)
      case 'queue':
        return this.#change({
          queue: { position: frame.position, ...(frame.eta_s && { eta_s: frame.eta_s }) },
        })
      case 'error':
        return this.#refused(frame.code, frame.detail, frame.client_id)
    }
  }

  /** Asks for everything after what is here, once for each state of knowledge. */
  #resume(): void {
    const { conversation, lastSeq } = this.#timeline
    if (this.#resumeAsked === lastSeq) return
    if (this.#link.send({ type: 'resume', conversation_id: conversation, after_seq: lastSeq })) {
      this.#resumeAsked = lastSeq
    }
  }

  #take(message: Message): void {
    if (message.conversation_id !== this.#timeline.conversation) {
      this.#enterConversation(message.conversation_id, this.#state.status)
    }
    const had = this.#timeline.messages.length
    if (this.#timeline.offer(message) === 'gap') {
      this.#outbox.accept(message.client_id ?? '')
      return this.#resume()
    }
    const added = this.#timeline.messages.slice(had)
    for (const m of [message, ...added]) this.#outbox.remove(m.client_id)
    const changes: Partial<ChatState> = { drafts: this.#outbox.drafts }
    if (added.length) changes.messages = [...this.#earlier, ...this.#timeline.messages]
    for (const m of added) Object.assign(changes, effect(m))
    this.#change(changes)
  }

  /** The server has the draft, so it is a message now; a later `message.created` of the same seq is known already. */
  #accepted({ client_id, id, seq }: { client_id: string; id: string; seq: number }): void {
    const draft = this.#outbox.find(client_id)
    if (!draft) return
    this.#outbox.accept(client_id)
    if (!this.#outbox.waiting.length) clearTimeout(this.#overdue)
    // The first message after a closed conversation may belong to a new one: wait to be told.
    if (this.#state.status === 'closed') return
    this.#take({
      id,
      conversation_id: this.#timeline.conversation,
      seq,
      client_id,
      sender: { kind: 'visitor' },
      content: { type: 'text', text: draft.text },
      created_at: new Date().toISOString(),
    })
  }

  #refused(code: string, detail: string, clientId: string | undefined): void {
    if (clientId && this.#outbox.find(clientId)) {
      this.#outbox.fail(clientId, detail)
      this.#change({ drafts: this.#outbox.drafts, typing: false })
    } else if (code === 'unauthorized') {
      this.#link.stop()
      void this.#open()
    } else {
      this.#change({ notice: detail })
    }
  }

  // ---- sending

  #dispatch(draft: Draft): void {
    this.#change({ drafts: this.#outbox.drafts, notice: '' })
    if (this.#state.status === 'bot') this.#setTyping(true)
    if (this.#state.phase === 'ready' && !this.#sendFrame(draft)) void this.#postWaiting()
  }

  #sendFrame(draft: Draft): boolean {
    const sent = this.#link.send({ type: 'message.create', client_id: draft.clientId, text: draft.text })
    if (sent) this.#expectAcceptance()
    return sent
  }

  /** A frame that is not confirmed in time is sent by a plain request as well: the same `client_id` is stored once. */
  #expectAcceptance(): void {
    clearTimeout(this.#overdue)
    this.#overdue = setTimeout(() => void this.#postWaiting(), ACCEPTED_WITHIN)
  }

  /** Sends by plain requests, one after the other so that their order stays. */
  async #postWaiting(): Promise<void> {
    if (this.#posting) return
    this.#posting = true
    try {
      for (let draft = this.#outbox.waiting[0]; draft; draft = this.#outbox.waiting[0]) {
        if (!(await this.#post(draft))) break
      }
    } finally {
      this.#posting = false
    }
    if (this.#outbox.waiting.length && this.#link.state === 'online') this.#expectAcceptance()
  }

  /** `false` when the network is down: the draft stays and goes out with the next connection. */
  async #post({ clientId, text }: Draft): Promise<boolean> {
    try {
      this.#take(await this.#options.api.post(clientId, text))
      this.#outbox.accept(clientId)
    } catch (error) {
      if (!(error instanceof Refusal) || error.status === 0) return false
      this.#refused(error.code, error.message, clientId)
    }
    return true
  }

  // ---- long polling

  async #poll(): Promise<void> {
    if (this.#polling) return
    const polling = (this.#polling = new AbortController())
    while (!polling.signal.aborted) {
      try {
        void this.#postWaiting()
        const messages = await this.#options.api.after(this.#timeline.lastSeq, POLL_WAIT, polling.signal)
        for (const message of messages) this.#take(message)
      } catch (error) {
        if (polling.signal.aborted) return
        if (error instanceof Refusal && error.status === 401) {
          this.#stopPolling()
          this.#link.stop()
          return this.#open()
        }
        await new Promise((resolve) => setTimeout(resolve, POLL_PAUSE))
      }
    }
  }

  #stopPolling(): void {
    this.#polling?.abort()
    this.#polling = null
  }

  // ---- state

  #setTyping(active: boolean): void {
    clearTimeout(this.#typingEnds)
    if (active) this.#typingEnds = setTimeout(() => this.#change({ typing: false }), TYPING_LASTS)
    this.#change({ typing: active })
  }

  #change(changes: Partial<ChatState>): void {
    this.#state = { ...this.#state, ...changes }
    this.#options.onChange(this.#state)
  }
}

/** What a message changes beside the list. Status changes are messages of the stream, so that no client misses one. */
function effect({ sender, content }: Message): Partial<ChatState> {
  if (content.type === 'event') return afterEvent(content.event)
  return sender.kind === 'visitor' ? {} : { streaming: '', typing: false }
}

function afterEvent(event: EventName): Partial<ChatState> {
  switch (event) {
    case 'handoff_requested':
      return { status: 'waiting', typing: false }
    case 'agent_joined':
      return { status: 'serving', queue: null }
    case 'transferred':
      return { status: 'transferring' }
    case 'closed':
      return { status: 'closed', queue: null, typing: false }
    case 'reopened':
    case 'handoff_declined':
      return { status: 'bot', queue: null }
    default:
      return {}
  }
}
