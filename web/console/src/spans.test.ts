import { expect, it } from 'vitest'
import { segments } from './spans.ts'

it('cuts a text at its spans, counting characters as the server does', () => {
  const cut = segments('🎁订单ML26到哪了', [
    { start: 3, end: 7, name: 'order_no' },
    { start: 0, end: 1, name: 'gift' },
  ])
  expect(cut.map((s) => [s.text, s.span?.name])).toEqual([
    ['🎁', 'gift'],
    ['订单', undefined],
    ['ML26', 'order_no'],
    ['到哪了', undefined],
  ])
})

it('leaves out a span that overlaps the one before, and empty ones', () => {
  const cut = segments('abcdef', [
    { start: 0, end: 3 },
    { start: 2, end: 5 },
    { start: 4, end: 4 },
  ])
  expect(cut.map((s) => s.text)).toEqual(['abc', 'def'])
})
