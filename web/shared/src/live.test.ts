import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createLink, type LinkState } from './live.ts'
import { TestSocket } from './testing.ts'
import type { ServerFrame } from './wire.ts'

function setup() {
  const sockets: TestSocket[] = []
  const states: [LinkState, number][] = []
  const frames: ServerFrame[] = []
  const link = createLink({
    open: () => {
      const socket = new TestSocket()
      sockets.push(socket)
      return socket
    },
    onFrame: (frame) => frames.push(frame),
    onState: (state, failures) => states.push([state, failures]),
  })
  const newest = () => {
    const socket = sockets.at(-1)
    if (!socket) throw new Error('no socket was opened')
    return socket
  }
  return { link, sockets, states, frames, newest, now: () => states.at(-1) }
}

describe('a link', () => {
  beforeEach(() => vi.useFakeTimers())
  afterEach(() => vi.useRealTimers())

  it('is online when the server says hello, not when the socket opens', () => {
    const { link, newest, now } = setup()
    link.start()
    expect(now()).toEqual(['connecting', 0])
    expect(link.send({ type: 'ping', t: 1 })).toBe(false)
    newest().says({ type: 'hello' })
    expect(now()).toEqual(['online', 0])
    expect(link.send({ type: 'ping', t: 1 })).toBe(true)
  })

  it('connects again after a break, with pauses that grow and never exceed their ceiling', () => {
    const { link, sockets, newest, now } = setup()
    link.start()
    for (let failures = 1; failures <= 12; failures++) {
      newest().breaks()
      expect(now()).toEqual(['offline', failures])
      const ceiling = Math.min(15_000, 500 * 2 ** (failures - 1))
      vi.advanceTimersByTime(ceiling / 2 - 1)
      expect(sockets).toHaveLength(failures)
      vi.advanceTimersByTime(ceiling / 2 + 1)
      expect(sockets).toHaveLength(failures + 1)
    }
    newest().says({ type: 'hello' })
    expect(now()).toEqual(['online', 0])
  })

  it('gives up a socket that never says hello', () => {
    const { link, newest, now } = setup()
    link.start()
    const silent = newest()
    vi.advanceTimersByTime(8_000)
    expect(now()).toEqual(['offline', 1])
    expect(silent.closed).toBe(true)
  })

  it('replaces a half-open socket: a ping that nobody answers', () => {
    const { link, sockets, newest, now } = setup()
    link.start()
    newest().says({ type: 'hello' })
    vi.advanceTimersByTime(20_000)
    expect(newest().sentOf('ping')).toHaveLength(1)
    vi.advanceTimersByTime(8_000)
    expect(now()?.[0]).toBe('offline')
    vi.advanceTimersByTime(500)
    expect(sockets).toHaveLength(2)
  })

  it('keeps a socket that answers, for as long as it does', () => {
    const { link, sockets, newest } = setup()
    link.start()
    newest().says({ type: 'hello' })
    for (let i = 0; i < 5; i++) {
      vi.advanceTimersByTime(20_000)
      newest().says({ type: 'pong', t: 0 })
      vi.advanceTimersByTime(8_000)
    }
    expect(sockets).toHaveLength(1)
  })

  it('wakes at once: no waiting for a pause, and a quick check of an open socket', () => {
    const { link, sockets, newest, now } = setup()
    link.start()
    newest().breaks()
    link.wake()
    expect(sockets).toHaveLength(2)
    newest().says({ type: 'hello' })
    link.wake()
    vi.advanceTimersByTime(2_500)
    expect(now()?.[0]).toBe('offline')
  })

  it('is deaf to the late words of a socket it has given up', () => {
    const { link, newest, frames } = setup()
    link.start()
    const old = newest()
    old.breaks()
    old.says({ type: 'hello' })
    expect(frames).toEqual([])
  })

  it('survives frames it does not understand', () => {
    const { link, newest, frames } = setup()
    link.start()
    for (const junk of ['', '{', 'null', '7', '{"type":"from the future"}']) newest().says(junk)
    newest().says({ type: 'hello' })
    expect(frames.at(-1)?.type).toBe('hello')
  })

  it('stays quiet after it was stopped', () => {
    const { link, sockets, newest, now } = setup()
    link.start()
    newest().says({ type: 'hello' })
    link.stop()
    link.wake()
    vi.advanceTimersByTime(60_000)
    expect(sockets).toHaveLength(1)
    expect(now()).toEqual(['offline', 0])
  })
})
