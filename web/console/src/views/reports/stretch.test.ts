import { describe, expect, it } from 'vitest'
import { lastDays, stretchOf } from './stretch.ts'

describe('the days of a report', () => {
  it('end today, which is one of them', () => {
    expect(lastDays(7, new Date(2026, 2, 3, 23, 59))).toEqual({ from: '2026-02-25', to: '2026-03-03' })
    expect(lastDays(1, new Date(2026, 0, 1))).toEqual({ from: '2026-01-01', to: '2026-01-01' })
  })

  it('come from the address when it names days in their order', () => {
    expect(stretchOf({ from: '2026-01-01', to: '2026-01-31' })).toEqual({
      from: '2026-01-01',
      to: '2026-01-31',
    })
    expect(stretchOf({ from: '2026-02-01', to: '2026-01-31' })).toBeNull()
    expect(stretchOf({ from: 'yesterday', to: '2026-01-31' })).toBeNull()
    expect(stretchOf({})).toBeNull()
  })
})
