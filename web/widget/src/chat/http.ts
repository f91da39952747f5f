import { upload, type ListPage, type Message, type Problem, type VisitorSession } from '@zhike/shared'

/** An answer of the server that says no. An error without a status is the network's: there was no answer at all. */
export interface Refusal extends Error {
  status: number
  code: string
}

export interface SessionRequest {
  inbox?: string
  locale: string
  /** Who the page says the visitor is, signed by the shop. */
  identity?: { external_id: string; hmac: string; name?: string | undefined }
  page: { url: string; title: string; referrer: string }
}

export type VisitorApi = ReturnType<typeof visitorApi>

/** The visitor's calls. The token travels in a header: no cookie is set or sent. */
export function visitorApi(base: string) {
  async function call<T>(
    method: string,
    path: string,
    body?: unknown,
    signal: AbortSignal | null = null,
  ): Promise<T> {
    const headers: HeadersInit = { 'content-type': 'application/json' }
    if (api.token) headers.authorization = `Bearer ${api.token}`
    const response = await fetch(`${base}/api/v1/visitor/${path}`, {
      method,
      headers,
      body: JSON.stringify(body),
      signal,
    })
    const answer: unknown = await response.json().catch(() => null)
    if (response.ok) return answer as T
    const { code = '', detail = response.statusText } = (answer ?? {}) as Partial<Problem>
    throw Object.assign(new Error(detail), { status: response.status, code })
  }
  const api = {
    token: null as string | null,
    openSession: (request: SessionRequest) => call<VisitorSession>('POST', 'sessions', request),
    /** Words, or a file that was handed over before. */
    post: (clientId: string, content: { text: string } | { attachment_ids: string[] }) =>
      call<Message>('POST', 'messages', { client_id: clientId, ...content }),
    attach: (file: File, onProgress: (share: number) => void) =>
      upload(`${base}/api/v1/visitor/attachments`, file, onProgress, api.token),
    /** Where a file can be opened: the web's by its address, the server's with the visitor's own key. */
    fileUrl: (url: string) =>
      url.startsWith('/') ? `${base}${url}?token=${api.token}` : /^https?:/.test(url) ? url : undefined,
    after: (seq: number, wait: number, signal?: AbortSignal) =>
      call<ListPage<Message>>('GET', `messages?after=${seq}&wait=${wait}`, undefined, signal),
    feedback: (messageId: string, helpful: boolean) =>
      call('POST', `messages/${messageId}/feedback`, { helpful }),
    contact: (contact: string) => call<Message>('POST', 'contact', { contact }),
    csat: (score: number) => call('POST', 'csat', { score }),
    handoff: (wanted: boolean) => call(wanted ? 'POST' : 'DELETE', 'handoff'),
  }
  return api
}
