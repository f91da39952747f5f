import type { ListPage, Problem } from '@zhike/shared'
import type { AnswerOf, Method, OptionsFor, PathFor } from './typed.ts'

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

/** Called when the session has ended, wherever that is noticed first. */
let onSignedOut: () => void = () => {}
export function whenSignedOut(run: () => void): void {
  onSignedOut = run
}

/**
 * One call of the API, held to its document by types. The session travels as a cookie that scripts cannot read; the
 * server accepts it for unsafe calls from its own pages only.
 */
export async function call<M extends Method, P extends PathFor<M>>(
  method: M,
  path: P,
  options: OptionsFor<M, P>,
): Promise<AnswerOf<M, P>> {
  const { signal } = options
  const body: unknown = options.body
  const isForm = body instanceof FormData
  let response: Response
  try {
    response = await fetch(urlOf(path, options), {
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
  if (response.ok) return answer as AnswerOf<M, P>
  if (response.status === 401 && path !== '/auth/login') onSignedOut()
  const problem = answer as Partial<Problem> | null
  throw new ApiError(response.status, problem?.code ?? 'unknown', problem?.detail ?? response.statusText)
}

/** Every page of a list. */
export async function pages<T>(
  next: (query: { limit: number; cursor: string | undefined }) => Promise<ListPage<T>>,
): Promise<T[]> {
  const items: T[] = []
  let cursor: string | undefined
  do {
    const page = await next({ limit: 500, cursor })
    items.push(...page.items)
    cursor = page.next_cursor ?? undefined
  } while (cursor)
  return items
}

/** The address of a call: parameters in the path and the query are escaped, undefined ones left out. */
export function urlOf(path: string, options: { path?: unknown; query?: unknown }): string {
  const named = { ...(options.path as Record<string, string> | undefined) }
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(named[name] ?? ''))
  const given = Object.entries(options.query ?? {}).filter(([, value]) => value !== undefined)
  const search = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString()
  return `/api/v1${filled}${search && `?${search}`}`
}
