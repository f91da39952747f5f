import {
  createLink,
  openSocket,
  type Conversation,
  type ClientFrame,
  type LinkState,
  type Message,
  type Reads,
  type ServerFrame,
} from '@zhike/shared'
import { defineStore } from 'pinia'
import { computed, reactive, ref, shallowReactive } from 'vue'
import { conversations as api } from '../api/index.ts'
import { useSession } from './session.ts'
import { useThreads } from './threads.ts'

export type Tab = 'waiting' | 'mine' | 'all'

/** What just happened, for whoever rings the bell. */
export type Ring = (kind: 'handoff' | 'message' | 'woken' | 'invited', conversation: Conversation) => void

/**
 * The conversations of this server as one agent sees them, kept live by the socket. After every reconnect the lists
 * are read again and the open threads resume, so that nothing depends on frames that were lost.
 */
export const useInbox = defineStore('inbox', () => {
  const session = useSession()
  const threads = useThreads()
  const byId = shallowReactive(new Map<string, Conversation>())
  const tab = ref<Tab>('waiting')
  const link = ref<LinkState>('offline')
  const everOnline = ref(false)
  const loading = ref(false)
  const problem = ref<unknown>(null)
  const nextOfAll = ref<string | undefined>()
  /** Newest seq that was on a screen of mine, by conversation. */
  const seen = reactive(new Map<string, number>())
  /** How many messages of the visitor came after it. */
  const unread = reactive(new Map<string, number>())
  /** Newest seq that was looked at here and that the server has not confirmed yet. */
  const looked = new Map<string, number>()
  /** Conversations that are being asked for. */
  const fetching = new Set<string>()
  /** Newest seq that the visitor has read. */
  const seenByVisitor = reactive(new Map<string, number>())
  let ring: Ring = () => {}

  const socket = createLink({
    open: () => openSocket(location.origin),
    onFrame: receive,
    onState: (state) => (link.value = state),
  })

  const all = computed(() => [...byId.values()].sort((a, b) => b.updated_at.localeCompare(a.updated_at)))
  /** Those of a higher tier come first, among equals whoever waits longest: the order in which they are to be taken. */
  const waiting = computed(() =>
    [...byId.values()]
      .filter((c) => c.status === 'waiting' || (c.status === 'transferring' && !isMine(c)))
      .sort(
        (a, b) =>
          (b.visitor.tier ?? 0) - (a.visitor.tier ?? 0) ||
          (a.waiting_since ?? a.updated_at).localeCompare(b.waiting_since ?? b.updated_at),
      ),
  )
  /** Mine and those I help in: those that expect an answer first, then the one with the newest message. */
  const mine = computed(() =>
    all.value
      .filter((c) => isHelping(c) || (isMine(c) && isHeld(c) && !c.snoozed_until))
      .sort((a, b) => Number(awaitsAnswer(b)) - Number(awaitsAnswer(a))),
  )
  /** Put off: whichever comes back first. */
  const asleep = computed(() =>
    all.value
      .filter((c) => isMine(c) && c.snoozed_until)
      .sort((a, b) => (a.snoozed_until ?? '').localeCompare(b.snoozed_until ?? '')),
  )
  const attention = computed(() => waiting.value.length + mine.value.filter(isUnread).length)

  function isMine(c: Conversation): boolean {
    return !!session.user && c.assignee?.id === session.user.id
  }
  function isHelping(c: Conversation): boolean {
    return !!c.guests?.some(({ id }) => id === session.user?.id)
  }
  function isHeld(c: Conversation): boolean {
    return c.status === 'serving' || c.status === 'transferring'
  }
  function awaitsAnswer(c: Conversation): boolean {
    return c.last_message?.sender.kind === 'visitor'
  }
  function isUnread(c: Conversation): boolean {
    return awaitsAnswer(c) && c.last_seq > (seen.get(c.id) ?? 0)
  }
  function unreadOf(c: Conversation): number {
    return isUnread(c) ? Math.max(unread.get(c.id) ?? 0, 1) : 0
  }
  function markSeen(id: string, seq: number): void {
    if (seq <= (seen.get(id) ?? 0)) return
    seen.set(id, seq)
    unread.set(id, Math.min(unread.get(id) ?? 0, Math.max((byId.get(id)?.last_seq ?? 0) - seq, 0)))
  }
  /** Somebody looks at the newest message of a conversation. */
  function look(id: string, seq: number): void {
    markSeen(id, seq)
    looked.set(id, seq)
    tellRead(id, seq)
  }
  function tellRead(id: string, seq: number): void {
    socket.send({ type: 'message.read', conversation_id: id, seq })
  }
  function markSeenByVisitor(id: string, seq: number): void {
    seenByVisitor.set(id, Math.max(seq, seenByVisitor.get(id) ?? 0))
  }

  function start(onRing: Ring): void {
    ring = onRing
    socket.start()
  }
  function stop(): void {
    socket.stop()
    threads.clear()
    byId.clear()
    for (const marks of [seen, unread, looked, seenByVisitor]) marks.clear()
    everOnline.value = false
  }

  async function load(): Promise<void> {
    loading.value = true
    try {
      // What is counted and taken in order has to be here whole, however many there are.
      const [newest, ...whole] = await Promise.all([
        api.list({}),
        api.every({ status: 'waiting' }),
        api.every({ status: 'transferring' }),
        api.every({ status: 'serving', assignee: 'me' }),
        api.every({ guest: 'me' }),
      ])
      for (const c of [...newest.items, ...whole.flat()]) keep(c)
      nextOfAll.value = newest.next_cursor ?? undefined
      problem.value = null
    } catch (error) {
      problem.value = error
    } finally {
      loading.value = false
    }
  }

  async function loadMore(): Promise<void> {
    const page = await api.list({ cursor: nextOfAll.value })
    page.items.forEach(keep)
    nextOfAll.value = page.next_cursor ?? undefined
  }

  /** Conversations in which the words occur; they stay out of the live lists unless they belong there. */
  async function search(words: string): Promise<Conversation[]> {
    const page = await api.list({ q: words })
    page.items.forEach(keep)
    return page.items
  }

  /** An older version never replaces a newer one, whichever way it came. */
  function keep(c: Conversation & Partial<Reads>): void {
    const known = byId.get(c.id)
    if (known && (known.version > c.version || known.last_seq > c.last_seq)) return
    byId.set(c.id, c)
    // Frames go to all staff and say nothing of reading.
    if (c.read_seq === undefined) return
    if (c.read_seq >= (seen.get(c.id) ?? 0)) unread.set(c.id, c.unread ?? 0)
    markSeen(c.id, c.read_seq)
    markSeenByVisitor(c.id, c.other_read_seq ?? 0)
  }

  function receive(frame: ServerFrame): void {
    switch (frame.type) {
      case 'hello':
        everOnline.value = true
        looked.forEach((seq, id) => tellRead(id, seq))
        void load()
        return threads.resume(socket)
      case 'conversation.updated':
        return updated(frame.conversation as Conversation)
      case 'message.created':
        return created(frame.message)
      case 'message.delta':
        return threads.grow(frame)
      case 'suggestions':
        return threads.suggested(frame.conversation_id, frame.items)
      case 'message.read':
        if (frame.reader.kind === 'visitor') markSeenByVisitor(frame.conversation_id, frame.seq)
        else if (frame.reader.id === session.user?.id) confirmed(frame.conversation_id, frame.seq)
        return
      case 'typing':
        if (frame.conversation_id) threads.typing(frame.conversation_id, frame.active !== false)
        return
      default:
        return
    }
  }

  function fetch(id: string): void {
    if (fetching.has(id)) return
    fetching.add(id)
    void api
      .get(id)
      .then(keep, () => null)
      .finally(() => fetching.delete(id))
  }

  /** The server knows how far I have read, here or on another device. */
  function confirmed(id: string, seq: number): void {
    markSeen(id, seq)
    if (seq >= (looked.get(id) ?? 0)) looked.delete(id)
  }

  function updated(c: Conversation): void {
    const before = byId.get(c.id)
    keep(c)
    // How much of it is new to me, the frame does not say.
    if (!before && (isMine(c) || isHelping(c))) fetch(c.id)
    if (c.status === 'waiting' && before?.status !== 'waiting') ring('handoff', c)
    if (isHelping(c) && before && !isHelping(before)) ring('invited', c)
    // Whatever else wakes it has its own sound, or was done here.
    const over = before?.snoozed_until && Date.parse(before.snoozed_until) <= Date.now()
    if (over && !c.snoozed_until && isMine(c) && c.status === 'serving') ring('woken', c)
  }

  function created(message: Message): void {
    const id = message.conversation_id
    threads.take(message, socket)
    const known = byId.get(id)
    if (!known) return fetch(id)
    if (message.seq <= known.last_seq && known.last_message) return
    const now = { ...known, last_seq: message.seq, last_message: message, updated_at: message.created_at }
    byId.set(id, now)
    if (message.sender.kind === 'visitor' && message.seq > (seen.get(id) ?? 0))
      unread.set(id, (unread.get(id) ?? 0) + 1)
    if (message.sender.kind === 'visitor' && (isMine(now) || isHelping(now))) ring('message', now)
  }

  return {
    byId,
    tab,
    link,
    everOnline,
    loading,
    problem,
    nextOfAll,
    waiting,
    mine,
    asleep,
    all,
    attention,
    isMine,
    isHelping,
    unreadOf,
    seenByVisitor,
    look,
    start,
    stop,
    wake: () => socket.wake(),
    send: (frame: ClientFrame) => socket.send(frame),
    load,
    loadMore,
    search,
    keep,
  }
})
