// @vitest-environment happy-dom
import { beforeEach, expect, it } from 'vitest'
import { useAsked } from './asked.ts'

beforeEach(() => localStorage.clear())

it('keeps a question once, the newest first, and knows what it came to before', () => {
  const { asked, before, keep } = useAsked()
  keep({ text: 'a', at: 1, action: 'clarify', confidence: 0.3 })
  keep({ text: 'b', at: 2, confidence: 0.9 })
  expect(before('a', 'answer')?.confidence).toBe(0.3)
  expect(before('b', 'answer')).toBeUndefined()
  keep({ text: 'a', at: 3, action: 'answer', confidence: 0.8 })
  expect(asked.value.map(({ text, at }) => [text, at])).toEqual([
    ['a', 3],
    ['b', 2],
  ])
  expect(useAsked().asked.value).toEqual(asked.value)
})

it('begins anew where what is stored cannot be read', () => {
  for (const broken of ['{', '{"a":1}', '[null, {"text":1}]']) {
    localStorage.setItem('zhike.console.asked', broken)
    expect(useAsked().asked.value).toEqual([])
  }
})
