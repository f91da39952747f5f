import { expect, it } from 'vitest'
import { markQuote } from './quote.ts'

it('finds the quote in the passage', () => {
  expect(markQuote('一。二。三。', '二。')).toEqual({ before: '一。', quote: '二。', after: '三。' })
})

it('leaves the passage whole when there is no quote, or when it does not occur', () => {
  expect(markQuote('text', '')).toEqual({ before: 'text', quote: '', after: '' })
  expect(markQuote('text', 'other')).toEqual({ before: 'text', quote: '', after: '' })
})
