import type { Faq } from '@zhike/shared'
import { expect, it } from 'vitest'
import { dayOf, endOf, startOf, stateOf } from './validity.ts'

it('a day goes out as a moment and comes back as the day', () => {
  expect(dayOf(startOf('2026-03-01'))).toBe('2026-03-01')
  expect(dayOf(endOf('2026-03-01'))).toBe('2026-03-01')
  expect(dayOf(null)).toBe('')
})

it('a pair holds through the whole of its last day', () => {
  const pair = { valid_from: startOf('2026-03-01'), valid_to: endOf('2026-03-02') } as Faq
  const at = (moment: string) => stateOf(pair, new Date(moment).getTime())
  expect(at('2026-02-28T23:59:59')).toBe('later')
  expect(at('2026-03-01T00:00:00')).toBe('now')
  expect(at('2026-03-02T23:59:00')).toBe('now')
  expect(at('2026-03-03T00:00:00')).toBe('over')
  expect(stateOf({}, 0)).toBe('now')
})
