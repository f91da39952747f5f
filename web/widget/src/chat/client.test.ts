import { message, TestSocket } from '@zhike/shared/testing'
import type { Message, VisitorSession } from '@zhike/shared'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createChat, type ChatState } from './client.ts'
import type { VisitorApi } from './http.ts'

const refusal = (status: number, code: string) => Object.assign(new Error(code), { status, code })
const networkDown = () => Promise.reject(new TypeError('Failed to fetch'))

/** A server in memory, reached by requests and by sockets. */
function setup() {
  const stored: Message[] = []
  const sockets: TestSocket[] = []
  const states: ChatState[] = []
  const session: VisitorSession = {
    token: 't1',
    visitor: { id: 'v1' },
    conversation: { id: 'c1', status: 'bot', last_seq: 0, read_seq: 0, other_read_seq: 0, unread: 0 },
    inbox: { name: 'Shop', greeting: 'Hello', suggestions: [] },
  }
  function store(client_id: string, text: string): Message {
    const known = stored.find((m) => m.client_id === client_id)
    if (known) return known
    const sender = { kind: 'visitor' as const }
    const made = message(stored.length + 1, { client_id, sender, content: { type: 'text', text } })
    stored.push(made)
    return made
  }
  const api = {
    token: null,
    openSession: vi.fn(() => Promise.resolve(session)),
    post: vi.fn((clientId: string, content: { text: string } | { attachment_ids: string[] }) =>
      Promise.resolve(store(clientId, 'text' in content ? content.text : content.attachment_ids.join())),
    ),
    attach: vi.fn((file: File, onProgress: (share: number) => void) => {
      onProgress(0.5)
      const about = { conversation_id: 'c1', mime: '', size: file.size, created_at: '' }
      return Promise.resolve({ id: `file ${file.name}`, name: file.name, ...about })
    }),
    fileUrl: (url: string) => url,
    contact: vi.fn((contact: string) => {
      const content = { type: 'event' as const, event: 'contact_left' as const, text: contact }
      const made = message(stored.length + 1, { sender: { kind: 'system' }, content })
      stored.push(made)
      return Promise.resolve(made)
    }),
    csat: vi.fn(() => Promise.resolve(null)),
    after: vi.fn((seq: number, wait: number, signal?: AbortSignal | null) => {
      const items = stored.filter((m) => m.seq > seq)
      if (items.length || !wait) return Promise.resolve({ items })
      return new Promise<{ items: Message[] }>((_, reject) => {
        signal?.addEventListener('abort', () => reject(new Error('aborted')))
      })
    }),
    feedback: vi.fn(() => Promise.resolve(null)),
    handoff: vi.fn(() => Promise.resolve(null)),
  } satisfies VisitorApi
  let token: string | null = null
  const memory = { read: () => token, write: (next: string | null) => (token = next) }
  const chat = createChat({
    api,
    openSocket: () => {
      const socket = new TestSocket()
      sockets.push(socket)
      return socket
    },
    session: () => ({ locale: 'en', page: { url: '', title: '', referrer: '' } }),
    memory,
    onChange: (state) => states.push(state),
  })
  const socket = () => {
    const newest = sockets.at(-1)
    if (!newest) throw new Error('no socket was opened')
    return newest
  }
  const hello = () =>
    socket().says({
      type: 'hello',
      conversation: { id: 'c1', status: 'bot', version: 1, last_seq: stored.length },
    })
  return { chat, api, memory, stored, store, sockets, socket, hello, states }
}

const settle = () => vi.advanceTimersByTimeAsync(0)
const texts = (state: ChatState) =>
  state.messages.map((m) => (m.content.type === 'text' ? m.content.text : m.content.type))

async function online() {
  const world = setup()
  world.chat.start()
  await settle()
  world.hello()
  return world
}

describe('a visitor’s chat', () => {
  beforeEach(() => vi.useFakeTimers())
  afterEach(() => vi.useRealTimers())

  it('opens a session, remembers its token, and asks for what it does not have', async () => {
    const { chat, memory, socket } = await online()
    expect(chat.state).toMatchObject({ phase: 'ready', link: 'online', inbox: { greeting: 'Hello' } })
    expect(memory.read()).toBe('t1')
    expect(socket().sentOf('resume')).toEqual([{ type: 'resume', conversation_id: 'c1', after_seq: 0 }])
  })

  it('starts afresh when the server no longer knows its token', async () => {
    const { chat, api, memory } = setup()
    memory.write('stale')
    api.openSession.mockImplementationOnce(() => Promise.reject(refusal(401, 'unauthorized')))
    chat.start()
    await settle()
    expect(chat.state.phase).toBe('ready')
    expect(memory.read()).toBe('t1')
  })

  it('keeps trying when the server cannot be reached, and sends what was written meanwhile', async () => {
    const { chat, api, hello, socket } = setup()
    api.openSession.mockImplementationOnce(networkDown)
    chat.start()
    await settle()
    expect(chat.state.phase).toBe('unreachable')
    chat.send('are you there?')
    expect(chat.state.drafts).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(4_000)
    hello()
    expect(
      socket()
        .sentOf('message.create')
        .map((f) => f.text),
    ).toEqual(['are you there?'])
  })

  it('shows a message at once and makes it a message when it is accepted', async () => {
    const { chat, socket } = await online()
    chat.send('  hi  ')
    expect(chat.state.drafts.map((d) => d.text)).toEqual(['hi'])
    const [sent] = socket().sentOf('message.create')
    socket().says({ type: 'message.accepted', client_id: sent?.client_id ?? '', id: 'm0001', seq: 1 })
    expect(chat.state.drafts).toEqual([])
    expect(texts(chat.state)).toEqual(['hi'])
    socket().says({
      type: 'message.created',
      conversation_id: 'c1',
      message: message(1, { client_id: sent?.client_id ?? '' }),
    })
    expect(texts(chat.state), 'the echo of the same message adds nothing').toEqual(['hi'])
  })

  it('shows a draft until the messages before it have come', async () => {
    const { chat, socket } = await online()
    chat.send('third')
    const clientId = socket().sentOf('message.create')[0]?.client_id ?? ''
    socket().says({ type: 'message.accepted', client_id: clientId, id: 'm0003', seq: 3 })
    expect(chat.state.drafts, 'still on the screen').toHaveLength(1)
    for (const seq of [1, 2]) {
      socket().says({ type: 'message.created', conversation_id: 'c1', message: message(seq) })
    }
    expect(texts(chat.state)).toEqual(['text 1', 'text 2', 'third'])
    expect(chat.state.drafts).toEqual([])
  })

  it('asks once for a hole and fills it', async () => {
    const { chat, socket } = await online()
    for (const seq of [1, 4, 5]) {
      socket().says({ type: 'message.created', conversation_id: 'c1', message: message(seq) })
    }
    expect(
      socket()
        .sentOf('resume')
        .map((f) => f.after_seq),
    ).toEqual([0, 1])
    for (const seq of [2, 3, 4, 5]) {
      socket().says({ type: 'message.created', conversation_id: 'c1', message: message(seq) })
    }
    expect(chat.state.messages.map((m) => m.seq)).toEqual([1, 2, 3, 4, 5])
  })

  it('after a break resumes behind the last message it has and sends unconfirmed ones again, once stored', async () => {
    const { chat, socket, hello, store } = await online()
    socket().says({ type: 'message.created', conversation_id: 'c1', message: message(1) })
    chat.send('lost?')
    const before = socket().sentOf('message.create')[0]
    store('other', 'x')
    socket().breaks()
    await vi.advanceTimersByTimeAsync(500)
    hello()
    expect(socket().sentOf('resume')[0]?.after_seq).toBe(1)
    expect(socket().sentOf('message.create')[0]?.client_id).toBe(before?.client_id)
  })

  it('shows an answer while it is written, and the message in its place when it is there', async () => {
    const { chat, socket, hello } = await online()
    const piece = (index: number, text: string) =>
      socket().says({ type: 'message.delta', conversation_id: 'c1', message_id: 'm0001', index, text })
    piece(0, 'One.')
    piece(1, ' Two.')
    expect(chat.state).toMatchObject({
      typing: false,
      growing: { id: 'm0001', content: { text: 'One. Two.' } },
    })
    expect(chat.state.messages).toEqual([])
    socket().says({ type: 'message.created', conversation_id: 'c1', message: message(1) })
    expect(chat.state.growing).toBeUndefined()
    expect(texts(chat.state)).toEqual(['text 1'])

    piece(0, 'Three.')
    socket().breaks()
    expect(chat.state.growing, 'what was missed comes as a whole message').toBeUndefined()
    await vi.advanceTimersByTimeAsync(500)
    hello()
    piece(1, ' Four.')
    expect(chat.state.growing).toBeUndefined()
  })

  it('shows no more of an answer once a person has taken over', async () => {
    const { chat, socket } = await online()
    const piece = (index: number) =>
      socket().says({ type: 'message.delta', conversation_id: 'c1', message_id: 'm9', index, text: 'x' })
    piece(0)
    const joined = { type: 'event', event: 'agent_joined', text: 'Lin' } as const
    const event = message(1, { sender: { kind: 'system' }, content: joined })
    socket().says({ type: 'message.created', conversation_id: 'c1', message: event })
    expect(chat.state.growing).toBeUndefined()
    piece(0)
    expect(chat.state.growing).toBeUndefined()
  })

  it('never sends an accepted message again', async () => {
    const { chat, socket, hello } = await online()
    chat.send('hi')
    const clientId = socket().sentOf('message.create')[0]?.client_id ?? ''
    socket().says({ type: 'message.accepted', client_id: clientId, id: 'm0002', seq: 2 })
    socket().breaks()
    await vi.advanceTimersByTimeAsync(500)
    hello()
    expect(socket().sentOf('message.create')).toEqual([])
  })

  it('sends by request what a socket has not confirmed in time', async () => {
    const { chat, api, stored } = await online()
    chat.send('slow')
    await vi.advanceTimersByTimeAsync(8_000)
    expect(api.post).toHaveBeenCalledOnce()
    expect(stored.map((m) => m.content)).toEqual([{ type: 'text', text: 'slow' }])
    expect(chat.state.drafts).toEqual([])
  })

  it('carries on by long polling where sockets do not get through, and stops when one does', async () => {
    const { chat, api, socket, hello, store } = setup()
    chat.start()
    await settle()
    socket().breaks()
    await vi.advanceTimersByTimeAsync(500)
    socket().breaks()
    chat.send('one')
    chat.send('two')
    await settle()
    expect(api.post.mock.calls.map(([, content]) => content)).toEqual([{ text: 'one' }, { text: 'two' }])
    expect(texts(chat.state)).toEqual(['one', 'two'])
    store('b', 'answer')
    await vi.advanceTimersByTimeAsync(3_000)
    hello()
    await settle()
    const signal = api.after.mock.calls.at(-1)?.[2]
    expect(signal?.aborted).toBe(true)
  })

  it('says why a message was refused and can send it again under the same name', async () => {
    const { chat, socket } = await online()
    chat.send('too much')
    const clientId = socket().sentOf('message.create')[0]?.client_id ?? ''
    socket().says({ type: 'error', code: 'rate_limited', detail: 'slow down', client_id: clientId })
    expect(chat.state.drafts).toMatchObject([{ failed: 'slow down' }])
    chat.retry(clientId)
    expect(chat.state.drafts).toMatchObject([{ failed: '' }])
    expect(
      socket()
        .sentOf('message.create')
        .map((f) => f.client_id),
    ).toEqual([clientId, clientId])
  })

  it('follows the status through the events of the stream', async () => {
    const { chat, socket } = await online()
    const event = (seq: number, event: 'handoff_requested' | 'agent_joined' | 'closed') =>
      socket().says({
        type: 'message.created',
        conversation_id: 'c1',
        message: message(seq, { sender: { kind: 'system' }, content: { type: 'event', event, text: event } }),
      })
    event(1, 'handoff_requested')
    socket().says({ type: 'queue', position: 3, eta_s: 100 })
    expect(chat.state).toMatchObject({ status: 'waiting', queue: 3, minutes: 2 })
    event(2, 'agent_joined')
    expect(chat.state).toMatchObject({ status: 'serving', queue: undefined })
    event(3, 'closed')
    expect(chat.state.status).toBe('closed')
  })

  it('waits visibly for the bot, not for a person', async () => {
    const { chat, socket } = await online()
    chat.send('question')
    expect(chat.state.typing).toBe(true)
    socket().says({ type: 'message.created', conversation_id: 'c1', message: message(1) })
    expect(chat.state.typing).toBe(false)
    socket().says({
      type: 'conversation.updated',
      conversation: { id: 'c1', status: 'serving', version: 2, last_seq: 1 },
    })
    chat.send('hello?')
    expect(chat.state.typing).toBe(false)
  })

  it('hands a file over, shows how far it is, and sends it once more after the network was down', async () => {
    const { chat, api, hello, stored, states } = await online()
    api.attach.mockImplementationOnce(networkDown)
    chat.attach([new File(['x'], 'a.txt')])
    await settle()
    expect(chat.state.drafts).toMatchObject([{ text: 'a.txt', progress: 0 }])
    hello()
    await settle()
    expect(states.some(({ drafts }) => drafts[0]?.progress === 0.5)).toBe(true)
    expect(api.post.mock.calls.map(([, content]) => content)).toEqual([{ attachment_ids: ['file a.txt'] }])
    expect([chat.state.drafts.length, stored.length]).toEqual([0, 1])
  })

  it('says why a file was refused, and tries it again when asked to', async () => {
    const { chat, api } = await online()
    api.attach.mockImplementationOnce(() => Promise.reject(refusal(413, 'too_large')))
    chat.attach([new File(['x'], 'a.txt')])
    await settle()
    expect(chat.state.drafts[0]?.failed).toBe('too_large')
    chat.retry(chat.state.drafts[0]?.clientId ?? '')
    await settle()
    expect([chat.state.drafts.length, api.attach.mock.calls.length]).toEqual([0, 2])
  })

  it('shows a contact that was left in its place, once, and says when it was not taken', async () => {
    const { chat, api, socket, stored } = await online()
    api.contact.mockImplementationOnce(() => Promise.reject(refusal(422, 'contact must be a phone number')))
    chat.reach('tomorrow')
    await settle()
    expect(chat.state).toMatchObject({ messages: [], notice: 'contact must be a phone number' })
    chat.reach('13800001234')
    await settle()
    for (const m of stored) socket().says({ type: 'message.created', conversation_id: 'c1', message: m })
    expect(chat.state.messages.map(({ content }) => 'event' in content && content.event)).toEqual([
      'contact_left',
    ])
    expect(chat.state.notice).toBe('')
  })

  it('goes on in another conversation when it is told to', async () => {
    const { chat, socket, store } = await online()
    store('a', 'said before')
    await settle()
    socket().says({
      type: 'hello',
      conversation: { id: 'c2', status: 'bot', version: 1, last_seq: 1 },
    })
    expect(socket().sentOf('resume').at(-1)).toEqual({ type: 'resume', conversation_id: 'c2', after_seq: 0 })
    const merged = message(1, {
      conversation_id: 'c2',
      sender: { kind: 'system' },
      content: { type: 'event', event: 'merged', text: 'joined' },
    })
    socket().says({ type: 'message.created', conversation_id: 'c2', message: merged })
    expect(chat.state.messages).toEqual([merged])
  })

  it('knows how far it was read on another device, and how far the shop has read', async () => {
    const { chat, socket } = await online()
    const reads = (seq: number, reader: { kind: 'visitor' | 'agent' }) =>
      socket().says({ type: 'message.read', conversation_id: 'c1', seq, reader })
    reads(2, { kind: 'agent' })
    reads(3, { kind: 'visitor' })
    expect(chat.state).toMatchObject({ read: 3, readByOther: 2 })
    // A device that lags behind says less.
    reads(1, { kind: 'agent' })
    reads(1, { kind: 'visitor' })
    expect(chat.state).toMatchObject({ read: 3, readByOther: 2 })
    const conversation = { id: 'c1', status: 'serving', version: 1, last_seq: 4 } as const
    socket().says({ type: 'hello', conversation, read_seq: 3, other_read_seq: 4, unread: 0 })
    expect(chat.state).toMatchObject({ read: 3, readByOther: 4 })
    socket().says({ type: 'hello', conversation: { id: 'c2', status: 'bot', version: 1, last_seq: 0 } })
    expect(chat.state).toMatchObject({ read: 0, readByOther: 0 })
  })

  it('says how far the visitor has looked, and again after a lost connection until the server knows', async () => {
    const { chat, socket, hello, store } = await online()
    socket().says({ type: 'message.created', conversation_id: 'c1', message: store('x', 'hi') })
    chat.read()
    chat.read()
    const mark = { type: 'message.read', conversation_id: 'c1', seq: 1 }
    expect(socket().sentOf('message.read')).toEqual([mark])
    socket().breaks()
    // The first attempt comes within half a second.
    await vi.advanceTimersByTimeAsync(1_000)
    hello()
    expect(socket().sentOf('message.read')).toEqual([mark])
    socket().says({ type: 'message.read', conversation_id: 'c1', seq: 1, reader: { kind: 'visitor' } })
    hello()
    expect(socket().sentOf('message.read')).toEqual([mark])
  })

  it('keeps a rating only when the server has it', async () => {
    const { chat, api } = await online()
    api.csat.mockImplementationOnce(networkDown)
    chat.score(4)
    await settle()
    expect([chat.state.score, chat.state.notice]).toEqual([undefined, 'Failed to fetch'])
    chat.score(5)
    await settle()
    expect(chat.state.score).toBe(5)
  })

  it('tells what did not work above the messages, and rates only what the server has noted', async () => {
    const { chat, api } = await online()
    api.feedback.mockImplementationOnce(() => Promise.reject(refusal(404, 'there is no message m1')))
    chat.rate('m1', true)
    await settle()
    expect(chat.state).toMatchObject({ rated: {}, notice: 'there is no message m1' })
    chat.rate('m1', false)
    await settle()
    expect(chat.state).toMatchObject({ rated: { m1: false }, notice: '' })
  })
})
