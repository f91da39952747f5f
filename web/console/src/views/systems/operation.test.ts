import type { ConnectorSpec, OperationSpec } from '@zhike/shared'
import { expect, it } from 'vitest'
import { acts, paramsOf, secretOf } from './operation.ts'

const operation = (changes: Partial<OperationSpec>): OperationSpec => ({
  method: 'GET',
  path: '/',
  records: '$',
  fields: {},
  public: false,
  cache_ms: 0,
  stale_ms: 0,
  ...changes,
})

it('finds every parameter of a request once, in the order they are met', () => {
  expect(
    paramsOf(
      operation({
        method: 'POST',
        path: '/orders/{order_no}/address',
        query: { v: '2', tail: '{phone_tail}' },
        body: { to: ['{new_address}', { who: '{visitor}, {order_no}' }], count: 3, none: null },
        check: { customer: 'visitor', order: 'number' },
      }),
    ),
  ).toEqual(['order_no', 'phone_tail', 'new_address', 'visitor', 'number'])
  expect(paramsOf(operation({ path: '/stores' }))).toEqual([])
})

it('calls everything an act that does not only read', () => {
  expect(acts(operation({}))).toBe(false)
  expect(acts(operation({ method: 'PUT' }))).toBe(true)
})

it('knows where a secret lies', () => {
  const spec = (auth: object) => ({ auth }) as ConnectorSpec
  expect(secretOf(spec({ kind: 'none' }))).toBeUndefined()
  expect(secretOf(spec({ kind: 'bearer', token: { env: 'SHOP_TOKEN' } }))).toEqual({ env: 'SHOP_TOKEN' })
  expect(secretOf(spec({ kind: 'api_key', header: 'X-Key', value: { file: 'a.key' } }))).toEqual({
    file: 'a.key',
  })
})
