import type { ListPage, Problem } from '@zhike/shared'

/** The server said no, or did not answer (`status` 0). `message` is a sentence for people. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    detail: string,
  ) {
    super(detail)
    this.name = 'ApiError'
  }
}

export interface CallOptions {
  query?: Record<string, string | number | undefined>
  body?: unknown
  signal?: AbortSignal
}

/** Called when the session has ended, wherever that is noticed first. */
let onSignedOut: () => void = () => {}
export function whenSignedOut(run: () => void): void {
  onSignedOut = run
}

/**
 * One call of the API. The session travels as a cookie that scripts cannot read; the server accepts it for unsafe
 * calls from its own pages only.
 */
export async function call<T>(method: string, path: string, options: CallOptions = {}): Promise<T> {
  const { body, query, signal } = options
  const isForm = body instanceof FormData
  let response: Response
  try {
    response = await fetch(urlOf(path, query), {
      method,
      headers: body === undefined || isForm ? {} : { 'content-type': 'application/json' },
      body: body === undefined ? null : isForm ? body : JSON.stringify(body),
      signal: signal ?? null,
    })
  } catch (cause) {
    if (signal?.aborted) throw cause
    throw new ApiError(0, 'network', String(cause))
  }
  const answer: unknown = response.status === 204 ? null : await response.json().catch(() => null)
  if (response.ok) return answer as T
  if (response.status === 401 && path !== '/auth/login') onSignedOut()
  const problem = answer as Partial<Problem> | null
  throw new ApiError(response.status, problem?.code ?? 'unknown', problem?.detail ?? response.statusText)
}

/** Every page of a list. */
export async function callAll<T>(path: string, query: CallOptions['query'] = {}): Promise<T[]> {
  const items: T[] = []
  let cursor: string | undefined
  do {
    const page = await call<ListPage<T>>('GET', path, { query: { ...query, limit: 500, cursor } })
    items.push(...page.items)
    cursor = page.next_cursor
  } while (cursor)
  return items
}

function urlOf(path: string, query: CallOptions['query'] = {}): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined)
  const search = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString()
  return `/api/v1${path}${search && `?${search}`}`
}
