import type { ConnectorSpec, OperationSpec } from '@zhike/shared'

/** What an operation needs to be told: every `{name}` in its request, and what its records are checked against. */
export function paramsOf(operation: OperationSpec): string[] {
  const { path, query, headers, body, check } = operation
  const named = [path, query, headers, body].flatMap(textsOf).flatMap((text) => {
    return [...text.matchAll(/\{([A-Za-z_]\w*)\}/g)].map(([, name = '']) => name)
  })
  return [...new Set([...named, ...Object.values(check ?? {})])]
}

/** Every text inside a JSON value. */
function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  return value !== null && typeof value === 'object' ? Object.values(value).flatMap(textsOf) : []
}

/** Whether a call changes something in the system. */
export const acts = (operation: OperationSpec) => operation.method !== 'GET'

/** Where the secret of a system lies: the name of a variable or file, never the secret. */
export function secretOf({ auth }: ConnectorSpec): { env?: string; file?: string } | undefined {
  return Object.values(auth).find(
    (part: unknown): part is { env?: string; file?: string } =>
      part !== null && typeof part === 'object' && ('env' in part || 'file' in part),
  )
}

/** Something to start from: the names are to be replaced. */
export const TEMPLATE = {
  name: 'shop',
  description: '',
  base_url: 'https://shop.example/api',
  auth: { kind: 'bearer', token: { env: 'SHOP_TOKEN' } },
  operations: {
    order: {
      path: '/orders/{order_no}',
      query: { customer: '{visitor}' },
      check: { customer: 'visitor', order_no: 'order_no' },
      fields: {
        order_no: { path: '$.order_no', required: true },
        customer: { path: '$.customer', required: true },
        status: { path: '$.status', required: true },
        created_at: { path: '$.created_at', type: 'time' },
        amount: { path: '$.amount', type: 'money', unit: '¥' },
      },
    },
  },
}
