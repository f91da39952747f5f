import { describe, expect, it, vi } from 'vitest'
import { useList, usePages } from './use-list.ts'

const settle = () => new Promise((resolve) => setTimeout(resolve))

describe('a list', () => {
  it('keeps what it has when reading it again fails, and says so', async () => {
    const read = vi.fn().mockResolvedValueOnce([1, 2]).mockRejectedValueOnce(new Error('away'))
    const { items, problem, load } = useList<number>(read)
    await settle()
    expect(items.value).toEqual([1, 2])
    await load()
    expect([items.value, problem.value]).toEqual([[1, 2], new Error('away')])
  })

  it('grows page by page and begins anew', async () => {
    const read = vi.fn((cursor: string | undefined) =>
      Promise.resolve(cursor ? { items: [3] } : { items: [1, 2], next_cursor: 'x' }),
    )
    const { items, cursor, load, restart } = usePages<number>(read)
    await settle()
    expect([items.value, cursor.value]).toEqual([[1, 2], 'x'])
    await load()
    expect([items.value, cursor.value]).toEqual([[1, 2, 3], undefined])
    await restart()
    expect([items.value, cursor.value]).toEqual([[1, 2], 'x'])
  })

  it('shows what was asked for last, whatever answers last', async () => {
    const answers: ((page: { items: number[] }) => void)[] = []
    const { items, restart } = usePages<number>(() => new Promise((resolve) => answers.push(resolve)))
    void restart()
    answers[1]?.({ items: [2] })
    await settle()
    answers[0]?.({ items: [1] })
    await settle()
    expect(items.value).toEqual([2])
  })
})
