import type { Message, Problem, VisitorSession } from '@zhike/shared'

/** An answer of the server that says no. `status` 0 means that there was no answer at all. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    detail: string,
  ) {
    super(detail)
  }

  /** Whether the very same call may succeed later. */
  get passing(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500
  }
}

export interface SessionRequest {
  inbox?: string
  locale: string
  page: { url: string; title: string; referrer: string }
}

/** The visitor's calls. Tokens travel in a header: no cookie is set or sent. */
export class VisitorApi {
  token: string | null = null

  constructor(readonly base: string) {}

  openSession(request: SessionRequest): Promise<VisitorSession> {
    return this.#call('POST', 'sessions', request)
  }

  post(clientId: string, text: string): Promise<Message> {
    return this.#call('POST', 'messages', { client_id: clientId, text })
  }

  async after(seq: number, wait: number, signal?: AbortSignal): Promise<Message[]> {
    const path = `messages?after=${seq}&wait=${wait}&limit=200`
    const page = await this.#call<{ items: Message[] }>('GET', path, undefined, signal)
    return page.items
  }

  feedback(messageId: string, helpful: boolean): Promise<unknown> {
    return this.#call('POST', `messages/${messageId}/feedback`, { helpful })
  }

  handoff(): Promise<unknown> {
    return this.#call('POST', 'handoff', {})
  }

  async #call<T>(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
    const headers: Record<string, string> = {}
    if (body) headers['content-type'] = 'application/json'
    if (this.token) headers.authorization = `Bearer ${this.token}`
    let response: Response
    try {
      response = await fetch(`${this.base}/api/v1/visitor/${path}`, {
        method,
        headers,
        body: body ? JSON.stringify(body) : null,
        credentials: 'omit',
        signal: signal ?? null,
      })
    } catch (cause) {
      throw new Refusal(0, 'network', String(cause))
    }
    const answer: unknown = await response.json().catch(() => null)
    if (response.ok) return answer as T
    const problem = answer as Partial<Problem> | null
    throw new Refusal(response.status, problem?.code ?? 'unknown', problem?.detail ?? response.statusText)
  }
}
