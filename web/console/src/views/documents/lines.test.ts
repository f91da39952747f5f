import { expect, it } from 'vitest'
import { shownLines } from './lines.ts'

const SIGNS = { before: '-', after: '+', both: ' ' } as const
type Lines = Parameters<typeof shownLines>[0]

/** A change as text: `- ` before, `+ ` after. */
const lines = (...texts: string[]): Lines =>
  texts.map((line) => ({
    side: line.startsWith('-') ? 'before' : line.startsWith('+') ? 'after' : 'both',
    text: line.slice(1),
  }))
const shown = (given: Lines) =>
  shownLines(given).map((line) =>
    'skipped' in line
      ? `… ${line.skipped}`
      : SIGNS[line.side] + line.pieces.map(({ text, own }) => (own ? `[${text}]` : text)).join(''),
  )

it('holds a line that went against the one that came', () => {
  expect(shown(lines('-运费 6 元，当天发货', '-只收现金', '+运费 8 元，当天发货'))).toEqual([
    '-运费 [6] 元，当天发货',
    '-只收现金',
    '+运费 [8] 元，当天发货',
  ])
})

it('leaves out long stretches that both have, but not what stands around a change', () => {
  expect(shown(lines(' a', ' b', ' c', ' d', ' e', '+x', ' f', ' g', ' h', ' i', ' j', ' k', '-y'))).toEqual([
    '… 3',
    ' d',
    ' e',
    '+x',
    ' f',
    ' g',
    '… 2',
    ' j',
    ' k',
    '-y',
  ])
  expect(shown(lines(' a', ' b', '+x', ' c'))).toEqual([' a', ' b', '+x', ' c'])
})
