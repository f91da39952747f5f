import type { ClientFrame, ServerFrame } from './wire.ts'

/** The part of a browser's WebSocket that is used here. */
export interface SocketLike {
  onmessage: ((event: MessageEvent<string>) => void) | null
  onclose: ((event: CloseEvent) => void) | null
  send(text: string): void
  close(): void
}

export type LinkState = 'offline' | 'connecting' | 'online'

export interface LinkOptions {
  /** Opens a socket; called anew for every attempt, so that it may use a fresh token. */
  open: () => SocketLike
  onFrame: (frame: ServerFrame) => void
  /** `failures` counts attempts in a row that did not reach `hello`. */
  onState: (state: LinkState, failures: number) => void
}

export type Link = ReturnType<typeof createLink>

const HELLO_WITHIN = 8_000
const PING_EVERY = 20_000
const PONG_WITHIN = 8_000
const WAKE_PONG_WITHIN = 2_500
const FIRST_PAUSE = 500
const LONGEST_PAUSE = 15_000

/**
 * Keeps one WebSocket alive for as long as it is wanted.
 *
 * Online means that the server said `hello`. A socket that stays silent after a ping is half open and is replaced,
 * which is how a laptop that slept or a phone that changed network recovers. Pauses between attempts double, with
 * jitter, so that thousands of clients dropped at once do not come back at once.
 */
export function createLink({ open, onFrame, onState }: LinkOptions) {
  let socket: SocketLike | null = null
  let wanted = false
  let state: LinkState = 'offline'
  let failures = 0
  let heard = 0
  let timer: ReturnType<typeof setTimeout> | undefined

  /** One thing is waited for at a time: the hello, the next ping, its pong, or the next attempt. */
  function after(ms: number, run: () => void): void {
    clearTimeout(timer)
    timer = setTimeout(run, ms)
  }

  function enter(next: LinkState): void {
    state = next
    onState(state, failures)
  }

  function connect(): void {
    drop()
    enter('connecting')
    socket = open()
    after(HELLO_WITHIN, lost)
    socket.onmessage = ({ data }) => receive(data)
    socket.onclose = lost
  }

  function receive(data: string): void {
    const frame = parse(data)
    if (!frame) return
    heard++
    if (frame.type === 'hello') {
      failures = 0
      enter('online')
      after(PING_EVERY, ping)
    }
    onFrame(frame)
  }

  function ping(patience = PONG_WITHIN): void {
    const before = heard
    send({ type: 'ping', t: Date.now() })
    after(patience, () => {
      if (heard === before) lost()
      else after(PING_EVERY, ping)
    })
  }

  function lost(): void {
    drop()
    failures++
    const ceiling = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (failures - 1))
    after(ceiling * (0.5 + Math.random() / 2), connect)
    enter('offline')
  }

  /** Forgets the socket and whatever was scheduled; late events of the old socket reach nobody. */
  function drop(): void {
    clearTimeout(timer)
    if (!socket) return
    socket.onmessage = socket.onclose = null
    socket.close()
    socket = null
  }

  /** Sends a frame now, or says `false`: nothing is kept for later here. */
  function send(frame: ClientFrame): boolean {
    if (state !== 'online') return false
    socket?.send(JSON.stringify(frame))
    return true
  }

  return {
    send,
    start(): void {
      if (wanted) return
      wanted = true
      failures = 0
      connect()
    },
    stop(): void {
      wanted = false
      drop()
      enter('offline')
    },
    /** The page came back to the front or the network came back: try at once, or make sure the socket still lives. */
    wake(): void {
      if (!wanted) return
      if (state === 'online') ping(WAKE_PONG_WITHIN)
      else if (!socket) connect()
    },
  }
}

/** One frame, or nothing when it cannot be understood: a newer server may say things this client does not know. */
function parse(data: string): ServerFrame | null {
  try {
    return JSON.parse(data) as ServerFrame | null
  } catch {
    return null
  }
}

/** `/ws` beside `base`, with the token as a subprotocol so that it never shows in a URL or a log. */
export function openSocket(base: string, token?: string): WebSocket {
  return new WebSocket(`${base.replace(/^http/, 'ws')}/ws`, [
    'zhike.v1',
    ...(token ? [`bearer.${token}`] : []),
  ])
}
