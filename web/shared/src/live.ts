import type { ClientFrame, ServerFrame } from './wire.ts'

/** The part of a browser's WebSocket that is used here. */
export interface SocketLike {
  onopen: ((event: never) => void) | null
  onmessage: ((event: MessageEvent<string>) => void) | null
  onclose: ((event: CloseEvent) => void) | null
  send(text: string): void
  close(code?: number): void
}

export type LinkState = 'offline' | 'connecting' | 'online'

export interface LinkOptions {
  /** Opens a socket; called anew for every attempt, so that it may use a fresh token. */
  open: () => SocketLike
  onFrame: (frame: ServerFrame) => void
  /** `failures` counts attempts in a row that did not reach `hello`. */
  onState: (state: LinkState, failures: number) => void
}

const HELLO_WITHIN = 8_000
const PING_EVERY = 20_000
const PONG_WITHIN = 8_000
const WAKE_PONG_WITHIN = 2_500
const LONGEST_PAUSE = 15_000

/**
 * Keeps one WebSocket alive for as long as it is wanted.
 *
 * Online means that the server said `hello`. A socket that stays silent after a ping is half open and is replaced,
 * which is how a laptop that slept or a phone that changed network recovers. Pauses between attempts double, with
 * jitter, so that thousands of clients dropped at once do not come back at once.
 */
export class Link {
  readonly #options: LinkOptions
  #socket: SocketLike | null = null
  #wanted = false
  #state: LinkState = 'offline'
  #failures = 0
  #heard = 0
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(options: LinkOptions) {
    this.#options = options
  }

  get state(): LinkState {
    return this.#state
  }

  start(): void {
    if (this.#wanted) return
    this.#wanted = true
    this.#failures = 0
    this.#connect()
  }

  stop(): void {
    this.#wanted = false
    this.#drop()
    this.#enter('offline')
  }

  /** Sends a frame now, or says `false`: nothing is kept for later here. */
  send(frame: ClientFrame): boolean {
    if (this.#state !== 'online' || !this.#socket) return false
    this.#socket.send(JSON.stringify(frame))
    return true
  }

  /** The page came back to the front or the network came back: try at once, or make sure the socket still lives. */
  wake(): void {
    if (!this.#wanted) return
    if (this.#state === 'online') this.#ping(WAKE_PONG_WITHIN)
    else if (!this.#socket) this.#connect()
  }

  #connect(): void {
    this.#drop()
    this.#enter('connecting')
    const socket = this.#options.open()
    this.#socket = socket
    this.#after(HELLO_WITHIN, () => this.#lost())
    socket.onmessage = (event) => this.#receive(event.data)
    socket.onclose = () => this.#lost()
  }

  #receive(data: string): void {
    const frame = parse(data)
    if (!frame) return
    this.#heard++
    if (frame.type === 'hello') {
      this.#failures = 0
      this.#enter('online')
      this.#after(PING_EVERY, () => this.#ping(PONG_WITHIN))
    }
    if (frame.type !== 'pong') this.#options.onFrame(frame)
  }

  #ping(patience: number): void {
    const heard = this.#heard
    this.send({ type: 'ping', t: Date.now() })
    this.#after(patience, () => {
      if (this.#heard === heard) this.#lost()
      else this.#after(PING_EVERY, () => this.#ping(PONG_WITHIN))
    })
  }

  #lost(): void {
    this.#drop()
    if (!this.#wanted) return
    this.#failures++
    const ceiling = Math.min(LONGEST_PAUSE, 500 * 2 ** (this.#failures - 1))
    this.#after(ceiling * (0.5 + Math.random() / 2), () => this.#connect())
    this.#enter('offline')
  }

  /** Forgets the socket and whatever was scheduled; late events of the old socket reach nobody. */
  #drop(): void {
    clearTimeout(this.#timer)
    const socket = this.#socket
    this.#socket = null
    if (!socket) return
    socket.onopen = socket.onmessage = socket.onclose = null
    socket.close()
  }

  #after(ms: number, run: () => void): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(run, ms)
  }

  #enter(state: LinkState): void {
    this.#state = state
    this.#options.onState(state, this.#failures)
  }
}

/** One frame, or nothing when it cannot be understood: a newer server may say things this client does not know. */
function parse(data: string): ServerFrame | null {
  try {
    const frame: unknown = JSON.parse(data)
    return isFrame(frame) ? frame : null
  } catch {
    return null
  }
}

function isFrame(value: unknown): value is ServerFrame {
  return typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string'
}

/** `/ws` beside `base`, with the token as a subprotocol so that it never shows in a URL or a log. */
export function openSocket(base: string, token?: string): WebSocket {
  const url = new URL('/ws', base)
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
  return new WebSocket(url, token ? ['zhike.v1', `bearer.${token}`] : ['zhike.v1'])
}
