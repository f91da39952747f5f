import type { Conversation, ServerFrame, Status, User } from '@zhike/shared'
import { message, TestSocket } from '@zhike/shared/testing'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { conversations as api } from '../api/index.ts'
import { useInbox, type Ring } from './inbox.ts'
import { useSession } from './session.ts'
import { useThreads } from './threads.ts'

vi.mock('../api/index.ts')

const me: User = { id: 'u1', email: 'a@b', name: 'An', role: 'agent', created_at: '' }

function conversation(id: string, changes: Partial<Conversation> = {}): Conversation {
  return {
    id,
    status: 'bot',
    visitor: { id: `v-${id}`, locale: 'zh' },
    version: 1,
    last_seq: 1,
    created_at: '2026-01-01T10:00:00Z',
    updated_at: '2026-01-01T10:00:00Z',
    ...changes,
  }
}

let sockets: TestSocket[] = []

function setup(ring: Ring = () => {}) {
  const inbox = useInbox()
  inbox.start(ring)
  const says = (frame: ServerFrame) => sockets.at(-1)?.says(frame)
  const updated = (c: Conversation) => says({ type: 'conversation.updated', conversation: c })
  const created = (m: ReturnType<typeof message>) =>
    says({ type: 'message.created', conversation_id: m.conversation_id, message: m })
  says({ type: 'hello', user: me })
  return { inbox, says, updated, created }
}

beforeEach(() => {
  setActivePinia(createPinia())
  useSession().user = me
  sockets = []
  vi.stubGlobal('WebSocket', function () {
    const socket = new TestSocket()
    sockets.push(socket)
    return socket
  })
  vi.mocked(api.list).mockResolvedValue({ items: [] })
  vi.mocked(api.every).mockResolvedValue([])
  vi.mocked(api.get).mockImplementation((id) =>
    Promise.resolve({ ...conversation(id), read_seq: 0, other_read_seq: 0, unread: 0 }),
  )
})
afterEach(() => {
  useInbox().stop()
  vi.unstubAllGlobals()
  vi.resetAllMocks()
})

describe('the inbox', () => {
  it('puts those of a higher tier before whoever has waited longer', () => {
    const { inbox, updated } = setup()
    const since = (id: string, minute: number, tier?: number) =>
      conversation(id, {
        status: 'waiting',
        waiting_since: `2026-01-01T10:0${minute}:00Z`,
        visitor: { id: `v-${id}`, locale: 'zh', ...(tier && { tier }) },
      })
    for (const c of [since('long', 1), since('vip', 5, 2), since('short', 3)]) updated(c)
    expect(inbox.waiting.map((c) => c.id)).toEqual(['vip', 'long', 'short'])
  })

  it('puts whoever has waited longest first', () => {
    const { inbox, updated } = setup()
    updated(conversation('late', { status: 'waiting', waiting_since: '2026-01-01T10:05:00Z' }))
    updated(conversation('early', { status: 'waiting', waiting_since: '2026-01-01T10:01:00Z' }))
    updated(conversation('bot'))
    expect(inbox.waiting.map((c) => c.id)).toEqual(['early', 'late'])
  })

  it('folds away what is put off, whichever comes back first in front, and rings when its time has come', () => {
    const ring = vi.fn()
    const { inbox, updated } = setup(ring)
    const mine = { status: 'serving', assignee: { id: 'u1', name: 'An' } } as const
    updated(conversation('late', { ...mine, snoozed_until: '2099-01-02T09:00:00Z' }))
    updated(conversation('early', { ...mine, snoozed_until: '2020-01-01T09:00:00Z' }))
    updated(conversation('awake', mine))
    expect(inbox.asleep.map((c) => c.id)).toEqual(['early', 'late'])
    expect(inbox.mine.map((c) => c.id)).toEqual(['awake'])
    updated(conversation('early', { ...mine, version: 2 }))
    expect(ring).toHaveBeenCalledExactlyOnceWith('woken', expect.objectContaining({ id: 'early' }))
    updated(conversation('late', { ...mine, version: 2 }))
    expect(ring).toHaveBeenCalledTimes(1)
  })

  it('counts what one helps in as mine, says so, and rings for its visitor', () => {
    const ring = vi.fn()
    const { inbox, updated, created } = setup(ring)
    const other = { status: 'serving', assignee: { id: 'u2', name: 'Bo' } } as const
    updated(conversation('a', other))
    updated(conversation('a', { ...other, version: 2, guests: [{ id: 'u1', name: 'An' }] }))
    expect(ring).toHaveBeenLastCalledWith('invited', expect.objectContaining({ id: 'a' }))
    expect(inbox.mine.map((c) => c.id)).toEqual(['a'])
    created(message(2, { conversation_id: 'a', sender: { kind: 'visitor' } }))
    expect(ring).toHaveBeenLastCalledWith('message', expect.objectContaining({ id: 'a' }))
  })

  it('rings once when a visitor begins to wait, not at every later change', () => {
    const ring = vi.fn()
    const { updated } = setup(ring)
    updated(conversation('c1'))
    updated(conversation('c1', { version: 2, status: 'waiting' }))
    updated(conversation('c1', { version: 3, status: 'waiting', tags: ['x'] }))
    expect(ring).toHaveBeenCalledOnce()
    expect(ring.mock.calls[0]?.[0]).toBe('handoff')
  })

  it('rings for messages in one’s own conversations only', () => {
    const ring = vi.fn()
    const { updated, created } = setup(ring)
    updated(conversation('mine', { status: 'serving', assignee: { id: 'u1', name: 'An' } }))
    updated(conversation('hers', { status: 'serving', assignee: { id: 'u2', name: 'Bo' } }))
    created(message(2, { conversation_id: 'hers', sender: { kind: 'visitor' } }))
    created(message(2, { conversation_id: 'mine', sender: { kind: 'agent', id: 'u1' } }))
    expect(ring).not.toHaveBeenCalled()
    created(message(3, { conversation_id: 'mine', sender: { kind: 'visitor' } }))
    expect(ring).toHaveBeenCalledOnce()
  })

  it('never lets an older state replace a newer one', () => {
    const { inbox, updated } = setup()
    updated(conversation('c1', { version: 5, status: 'serving' }))
    updated(conversation('c1', { version: 4, status: 'waiting' }))
    expect(inbox.byId.get('c1')?.status).toBe('serving')
  })

  it('counts as unread what the visitor said after one last looked', () => {
    const { inbox, updated, created } = setup()
    updated(conversation('c1', { status: 'serving', assignee: { id: 'u1', name: 'An' } }))
    created(message(2, { sender: { kind: 'visitor' } }))
    const now = () => inbox.byId.get('c1') ?? conversation('none')
    expect(inbox.unreadOf(now())).toBe(1)
    created(message(3, { sender: { kind: 'visitor' } }))
    expect(inbox.unreadOf(now())).toBe(2)
    inbox.look('c1', 3)
    expect(inbox.unreadOf(now())).toBe(0)
    expect(inbox.attention).toBe(0)
  })

  it('knows what was read on another device, and what the visitor has read', async () => {
    const last_message = message(5, { sender: { kind: 'visitor' } })
    const c1 = {
      ...conversation('c1', { last_seq: 5, last_message }),
      read_seq: 2,
      other_read_seq: 4,
      unread: 3,
    }
    vi.mocked(api.list).mockResolvedValue({ items: [c1] })
    const { inbox, says } = setup()
    await vi.waitFor(() => expect(inbox.unreadOf(c1)).toBe(3))
    expect(inbox.seenByVisitor.get('c1')).toBe(4)
    const read = (seq: number, reader: { kind: 'agent' | 'visitor'; id?: string }) =>
      says({ type: 'message.read', conversation_id: 'c1', seq, reader })
    read(5, { kind: 'agent', id: 'u2' })
    expect(inbox.unreadOf(c1)).toBe(3)
    read(4, { kind: 'agent', id: 'u1' })
    expect(inbox.unreadOf(c1)).toBe(1)
    read(5, { kind: 'agent', id: 'u1' })
    expect(inbox.unreadOf(c1)).toBe(0)
    read(5, { kind: 'visitor' })
    expect(inbox.seenByVisitor.get('c1')).toBe(5)
  })

  it('says how far one has looked, and again after every reconnect until the server knows', () => {
    const { inbox, says } = setup()
    const mark = { type: 'message.read', conversation_id: 'c1', seq: 5 }
    inbox.look('c1', 5)
    says({ type: 'hello', user: me })
    expect(sockets[0]?.sentOf('message.read')).toEqual([mark, mark])
    says({ type: 'message.read', conversation_id: 'c1', seq: 5, reader: { kind: 'agent', id: 'u1' } })
    says({ type: 'hello', user: me })
    expect(sockets[0]?.sentOf('message.read')).toHaveLength(2)
  })

  it('asks for a conversation it only heard of when it becomes one’s own, once', async () => {
    const { inbox, updated, created } = setup()
    const mine = { status: 'serving', assignee: { id: 'u1', name: 'An' }, last_seq: 9 } as const
    const last_message = message(9, { conversation_id: 'old', sender: { kind: 'visitor' } })
    const known = {
      ...conversation('old', { ...mine, last_message }),
      read_seq: 0,
      other_read_seq: 0,
      unread: 4,
    }
    vi.mocked(api.get).mockResolvedValue(known)
    updated(conversation('hers', { status: 'serving', assignee: { id: 'u2', name: 'Bo' } }))
    updated(conversation('old', mine))
    created(last_message)
    await vi.waitFor(() => expect(inbox.unreadOf(known)).toBe(4))
    expect(api.get).toHaveBeenCalledExactlyOnceWith('old')
  })

  it('has all who wait and all of mine, however many there are', async () => {
    const many = (status: Status) =>
      Array.from({ length: 120 }, (_, n) =>
        conversation(`${status}-${n}`, { status, assignee: { id: 'u1', name: 'An' } }),
      )
    vi.mocked(api.every).mockImplementation(({ status }) =>
      Promise.resolve((status === 'waiting' || status === 'serving' ? many(status) : []) as never),
    )
    const { inbox } = setup()
    await vi.waitFor(() => expect([inbox.waiting.length, inbox.mine.length]).toEqual([120, 120]))
  })

  it('reads the lists again and resumes open threads after every reconnect', async () => {
    vi.mocked(api.newest).mockResolvedValue({ items: [message(1), message(2)] })
    const { says } = setup()
    await useThreads().open('c1')
    expect(api.list).toHaveBeenCalledTimes(1)
    says({ type: 'hello', user: me })
    expect(api.list).toHaveBeenCalledTimes(2)
    expect(sockets[0]?.sentOf('resume')).toEqual([{ type: 'resume', conversation_id: 'c1', after_seq: 2 }])
  })
})

describe('a thread', () => {
  it('shows the bot’s answer while it is written and the message in its place; a reconnect forgets what was half said', async () => {
    vi.mocked(api.newest).mockResolvedValue({ items: [message(1)] })
    const { says, created } = setup()
    const threads = useThreads()
    await threads.open('c1')
    const thread = () => threads.threads.get('c1')
    const piece = (message_id: string, index: number, text: string) =>
      says({ type: 'message.delta', conversation_id: 'c1', message_id, index, text })
    piece('m0002', 0, 'One.')
    piece('m0002', 1, ' Two.')
    expect(thread()?.growing).toMatchObject({ id: 'm0002', seq: 2, content: { text: 'One. Two.' } })
    created(message(2))
    expect(thread()).toMatchObject({ growing: undefined })
    expect(thread()?.messages.map((m) => m.seq)).toEqual([1, 2])
    piece('m0003', 0, 'Three.')
    says({ type: 'hello', user: me })
    expect(thread()?.growing).toBeUndefined()
  })

  it('shows what one sends at once and only once', async () => {
    vi.mocked(api.newest).mockResolvedValue({ items: [message(1)] })
    const { created } = setup()
    const threads = useThreads()
    await threads.open('c1')
    let answer: (m: ReturnType<typeof message>) => void = () => {}
    vi.mocked(api.post).mockReturnValue(new Promise((resolve) => (answer = resolve)))
    const sending = threads.send('c1', 'hello')
    const draft = threads.threads.get('c1')?.drafts[0]
    expect(draft?.text).toBe('hello')
    const sent = message(2, { client_id: draft?.clientId ?? '', sender: { kind: 'agent', id: 'u1' } })
    created(sent)
    answer(sent)
    await sending
    expect(threads.threads.get('c1')).toMatchObject({ drafts: [] })
    expect(threads.threads.get('c1')?.messages.map((m) => m.seq)).toEqual([1, 2])
  })

  it('keeps a reply that could not be sent, with the reason, and sends it again under the same name', async () => {
    vi.mocked(api.newest).mockResolvedValue({ items: [] })
    setup()
    const threads = useThreads()
    await threads.open('c1')
    vi.mocked(api.post).mockRejectedValueOnce(new Error('the conversation is closed'))
    await threads.send('c1', 'hello')
    const failed = threads.threads.get('c1')?.drafts[0]
    expect(failed?.failed).toBe('the conversation is closed')
    vi.mocked(api.post).mockImplementation((_, id) => Promise.resolve(message(1, { client_id: id })))
    await threads.retry('c1', failed?.clientId ?? '')
    expect(vi.mocked(api.post).mock.calls.map(([, clientId]) => clientId)).toEqual([
      failed?.clientId,
      failed?.clientId,
    ])
    expect(threads.threads.get('c1')?.drafts).toEqual([])
  })

  it('keeps what is half written while other conversations are looked at', async () => {
    vi.mocked(api.newest).mockResolvedValue({ items: [] })
    setup()
    const threads = useThreads()
    await threads.open('half')
    threads.write('half', 'one moment')
    for (let i = 0; i < 40; i++) await threads.open(`c${i}`)
    expect(threads.texts.get('half')).toBe('one moment')
    expect(threads.threads.size).toBeLessThanOrEqual(20)
  })

  it('lists suggestions by how sure the engine is', async () => {
    vi.mocked(api.newest).mockResolvedValue({ items: [] })
    const { says } = setup()
    const threads = useThreads()
    await threads.open('c1')
    const item = (id: string, confidence: number) => ({
      id,
      text: id,
      confidence,
      source: 'faq',
      citations: [],
    })
    says({ type: 'suggestions', conversation_id: 'c1', items: [item('b', 0.4), item('a', 0.9)] })
    expect(threads.threads.get('c1')?.suggestions.map((s) => s.id)).toEqual(['a', 'b'])
  })
})
