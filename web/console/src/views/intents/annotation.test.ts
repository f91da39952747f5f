import { describe, expect, it } from 'vitest'
import { markSelection, read, write } from './annotation.ts'

describe('an example as a line', () => {
  it('marks slots in brackets, with a value where it is another than the words', () => {
    const example = {
      text: '🎁明天查ML26',
      slots: [
        { start: 1, end: 3, name: 'date', value: '2026-11-22' },
        { start: 4, end: 8, name: 'order_no', value: 'ML26' },
      ],
    }
    const line = '🎁[明天](date:2026-11-22)查[ML26](order_no)'
    expect(write(example)).toBe(line)
    expect(read(line)).toEqual(example)
  })

  it('keeps every text that could be taken for a mark', () => {
    for (const text of ['[a](b)', 'a\\b', '\\', '[]()', 'x[1]', '（括号）[', '\\[a](b)']) {
      expect(read(write({ text, slots: [] }))).toEqual({ text, slots: [] })
    }
    const odd = { text: 'a[1]b', slots: [{ start: 1, end: 4, name: 'n', value: '(1)\\' }] }
    expect(read(write(odd))).toEqual(odd)
  })

  it('takes brackets that mark nothing as they are', () => {
    expect(read(' 几折[限时] (今天) ')).toEqual({ text: '几折[限时] (今天)', slots: [] })
  })
})

it('marks what is selected, and nothing that is marked already', () => {
  expect(markSelection('查ML26', 1, 5, 'order_no')).toBe('查[ML26](order_no)')
  expect(markSelection('查[ML26](order_no)', 1, 7, 'date')).toBe('查[ML26](order_no)')
  expect(markSelection('查ML26', 2, 2, 'order_no')).toBe('查ML26')
})
