import { expect, it } from 'vitest'
import { pages, urlOf } from './http.ts'

it('puts parameters into the path and the query, escaped', () => {
  expect(urlOf('/intents/{name}', { path: { name: 'a/b 退货?' } })).toBe(
    '/api/v1/intents/a%2Fb%20%E9%80%80%E8%B4%A7%3F',
  )
  expect(urlOf('/conversations', { query: { q: 'a&b', limit: 5, cursor: undefined } })).toBe(
    '/api/v1/conversations?q=a%26b&limit=5',
  )
  expect(urlOf('/auth/me', {})).toBe('/api/v1/auth/me')
})

it('reads a list to its last page', async () => {
  const answers = [{ items: [1, 2], next_cursor: 'x' }, { items: [3] }]
  const asked: (string | undefined)[] = []
  const all = await pages(({ cursor }) => {
    asked.push(cursor)
    return Promise.resolve(answers.shift() ?? { items: [] })
  })
  expect(all).toEqual([1, 2, 3])
  expect(asked).toEqual([undefined, 'x'])
})
