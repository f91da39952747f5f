import { describe, expect, it } from 'vitest'
import { message } from './testing.ts'
import { prepend, seqBefore, Timeline } from './timeline.ts'

const seqs = (t: Timeline) => t.messages.map((m) => m.seq)

describe('a timeline', () => {
  it('keeps every message once, in the order of seq, however they arrive', () => {
    const timeline = new Timeline('c1')
    const arrivals = [1, 3, 3, 2, 5, 1, 4, 2, 6]
    for (const seq of arrivals) timeline.offer(message(seq))
    expect(seqs(timeline)).toEqual([1, 2, 3, 4, 5, 6])
    expect(timeline.lastSeq).toBe(6)
  })

  it('says what became of each message', () => {
    const timeline = new Timeline('c1')
    expect(timeline.offer(message(1))).toBe('added')
    expect(timeline.offer(message(1))).toBe('known')
    expect(timeline.offer(message(3))).toBe('gap')
    expect(timeline.offer(message(2))).toBe('added')
    expect(timeline.offer(message(1, { conversation_id: 'other' }))).toBe('foreign')
    expect(seqs(timeline)).toEqual([1, 2, 3])
  })

  it('shows nothing beyond a hole', () => {
    const timeline = new Timeline('c1')
    timeline.offer(message(1))
    timeline.offer(message(4))
    timeline.offer(message(5))
    expect(seqs(timeline)).toEqual([1])
  })

  it('gives the same list for every order of arrival', () => {
    const random = seeded(7)
    for (let round = 0; round < 200; round++) {
      const timeline = new Timeline('c1')
      const arrivals = shuffled([1, 2, 3, 4, 5, 6, 7, 8, 4, 5], random)
      for (const seq of arrivals) timeline.offer(message(seq))
      expect(seqs(timeline), `arrivals ${arrivals.join()}`).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
    }
  })

  it('may begin in the middle and be completed backwards', () => {
    const timeline = new Timeline('c1', 4)
    timeline.offer(message(5))
    expect(seqBefore(timeline)).toBe(4)
    prepend(timeline, [message(1), message(2)])
    expect(seqs(timeline), 'a page that leaves a hole is refused').toEqual([5])
    prepend(timeline, [message(4), message(2), message(3)])
    expect(seqs(timeline)).toEqual([2, 3, 4, 5])
    expect(seqBefore(timeline)).toBe(1)
  })
})

function seeded(seed: number): () => number {
  let state = seed
  return () => (state = (state * 48271) % 2147483647) / 2147483647
}

function shuffled<T>(items: T[], random: () => number): T[] {
  return items
    .map((item) => ({ item, key: random() }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item)
}
