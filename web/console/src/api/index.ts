/**
 * The server's API, one object an area, in the server's own words. Paths, bodies and answers are held to the server's
 * OpenAPI document by their types (`typed.ts`).
 */
import type {
  Acceptance,
  CloseReason,
  Connector,
  ConnectorSpec,
  Correction,
  ExampleDraft,
  Lang,
  Learnt,
  Lesson,
  LessonKind,
  ListPage,
  Message,
  PresenceState,
  Status,
  TeachableIntent,
  TrainMode,
} from '@zhike/shared'
import { upload } from '@zhike/shared'
import { call, pages, urlOf } from './http.ts'

export { ApiError, whenSignedOut } from './http.ts'

export const auth = {
  login: (email: string, password: string) => call('POST', '/auth/login', { body: { email, password } }),
  logout: () => call('POST', '/auth/logout', {}),
  me: () => call('GET', '/auth/me', {}),
  presence: (state: PresenceState, capacity?: number) =>
    call('PUT', '/agents/me/presence', { body: { state, ...(capacity !== undefined && { capacity }) } }),
}

export interface ConversationQuery {
  status?: Status | undefined
  assignee?: string | undefined
  guest?: string | undefined
  q?: string | undefined
  visitor?: string | undefined
  limit?: number | undefined
  cursor?: string | undefined
}

export const conversations = {
  list: (query: ConversationQuery) => call('GET', '/conversations', { query }),
  /** All of them, page after page. */
  every: (query: ConversationQuery) =>
    pages((page) => call('GET', '/conversations', { query: { ...query, ...page } })),
  get: (id: string) => call('GET', '/conversations/{id}', { path: { id } }),
  /** The newest messages before `before`, in order. */
  newest: (id: string, before: number | undefined, limit: number) =>
    call('GET', '/conversations/{id}/messages', { path: { id }, query: { before, limit } }) as Promise<
      ListPage<Message>
    >,
  /** Words, or files that were handed over before. */
  post: (id: string, clientId: string, content: { text: string } | { attachment_ids: string[] }) =>
    call('POST', '/conversations/{id}/messages', {
      path: { id },
      body: { client_id: clientId, ...content },
    }) as Promise<Message>,
  attach: (id: string, file: File, onProgress: (share: number) => void) =>
    upload(urlOf('/conversations/{id}/attachments', { path: { id } }), file, onProgress),
  accept: (id: string) => call('POST', '/conversations/{id}/accept', { path: { id } }),
  release: (id: string, to: 'queue' | 'bot') =>
    call('POST', '/conversations/{id}/release', { path: { id }, body: { to } }),
  close: (id: string, ending: { reason: CloseReason; note?: string }) =>
    call('POST', '/conversations/{id}/close', { path: { id }, body: ending }),
  /** Puts it off until a moment. */
  snooze: (id: string, until: string) =>
    call('POST', '/conversations/{id}/snooze', { path: { id }, body: { until } }),
  wake: (id: string) => call('DELETE', '/conversations/{id}/snooze', { path: { id } }),
  /** Asks a colleague to help. */
  invite: (id: string, userId: string) =>
    call('POST', '/conversations/{id}/invite', { path: { id }, body: { user_id: userId } }),
  /** A colleague who helped leaves. */
  dismiss: (id: string, user: string) =>
    call('DELETE', '/conversations/{id}/invite/{user}', { path: { id, user } }),
  /** The whole of it, to keep or to pass on. */
  exportOf: (id: string, format: 'json' | 'text') =>
    urlOf('/conversations/{id}/export', { path: { id }, query: { format } }),
  /** The list as a table. */
  tableOf: (query: ConversationQuery) => urlOf('/conversations/export.csv', { query }),
  /** Offers it to a colleague or to a team. */
  transfer: (id: string, to: { user_id: string } | { team_id: string }) =>
    call('POST', '/conversations/{id}/transfer', { path: { id }, body: to }),
  handoff: (id: string) => call('GET', '/conversations/{id}/handoff', { path: { id } }),
  reopen: (id: string) => call('POST', '/conversations/{id}/reopen', { path: { id } }),
  setTags: (id: string, tags: string[]) =>
    call('POST', '/conversations/{id}/tags', { path: { id }, body: { tags } }),
  /** How far in front the visitor waits, 0 to 9. */
  setTier: (id: string, tier: number) =>
    call('POST', '/conversations/{id}/tier', { path: { id }, body: { tier } }),
  /** What the visitor has in the business systems. */
  business: async (id: string, lang: Lang) =>
    (await call('GET', '/conversations/{id}/business', { path: { id }, query: { lang } })).items,
  /** Conversations of visitors who may be the same person. */
  alike: async (id: string) => (await call('GET', '/conversations/{id}/alike', { path: { id } })).items,
  /** Makes the visitor of `other` the one of this conversation. */
  merge: (id: string, other: string) =>
    call('POST', '/conversations/{id}/merge', { path: { id }, body: { other } }),
  notes: (id: string) => call('GET', '/conversations/{id}/notes', { path: { id } }),
  addNote: (id: string, text: string) =>
    call('POST', '/conversations/{id}/notes', { path: { id }, body: { text } }),
  suggestions: (id: string) => call('GET', '/conversations/{id}/suggestions', { path: { id } }),
  suggestionUsed: (id: string, editedText: string | undefined) =>
    call('POST', '/suggestions/{id}/used', { path: { id }, body: { edited_text: editedText ?? null } }),
}

export interface ReplyRequest {
  text: string
  lang?: Lang
  history: { role: 'visitor' | 'bot' | 'agent'; text: string }[]
}

export const dialog = {
  /** What a sentence means to the version in use. */
  parse: (text: string, signal: AbortSignal) => call('POST', '/dialog/parse', { body: { text }, signal }),
  /** The reply a visitor would get, with every step that led to it. Nothing is stored. */
  explain: (request: ReplyRequest, signal: AbortSignal) =>
    call('POST', '/dialog/reply', { body: { ...request, explain: true }, signal }),
}

export const intents = {
  list: () => pages((query) => call('GET', '/intents', { query })),
  get: (name: string) => call('GET', '/intents/{name}', { path: { name } }) as Promise<TeachableIntent>,
  create: (name: string, examples: ExampleDraft[]) =>
    call('POST', '/intents', { body: { name, examples } }) as Promise<TeachableIntent>,
  /** Exactly these examples from now on. */
  put: (name: string, examples: ExampleDraft[]) =>
    call('PUT', '/intents/{name}', { path: { name }, body: { examples } }) as Promise<TeachableIntent>,
  remove: (name: string) => call('DELETE', '/intents/{name}', { path: { name } }),
}

export const training = {
  runs: () => pages((query) => call('GET', '/training_runs', { query })),
  start: (mode: TrainMode) => call('POST', '/training_runs', { body: { mode } }),
  promote: (id: string) => call('POST', '/training_runs/{id}/promote', { path: { id } }),
}

export const lessons = {
  list: (kind: LessonKind | undefined, cursor: string | undefined) =>
    call('GET', '/lessons', { query: { kind, cursor, limit: 50 } }) as Promise<ListPage<Lesson>>,
  /** Every one that waits. */
  all: (kind: LessonKind) =>
    pages((query) => call('GET', '/lessons', { query: { ...query, kind } }) as Promise<ListPage<Lesson>>),
  /** Says what is right; it waits for an administrator. */
  correct: (correction: Correction) => call('POST', '/lessons', { body: correction }),
  accept: (id: string, how: Acceptance) =>
    call('POST', '/lessons/{id}/accept', { path: { id }, body: how }) as Promise<Learnt>,
  dismiss: (id: string) => call('POST', '/lessons/{id}/dismiss', { path: { id } }),
}

export const jobs = {
  get: (id: string) => call('GET', '/jobs/{id}', { path: { id } }),
  cancel: (id: string) => call('POST', '/jobs/{id}/cancel', { path: { id } }),
}

export const systems = {
  list: async () => (await call('GET', '/connectors', {})).items as Connector[],
  create: (spec: ConnectorSpec) => call('POST', '/connectors', { body: spec }) as Promise<Connector>,
  put: (spec: ConnectorSpec) =>
    call('PUT', '/connectors/{name}', { path: { name: spec.name }, body: spec }) as Promise<Connector>,
  remove: (name: string) => call('DELETE', '/connectors/{name}', { path: { name } }),
  try: (name: string, operation: string, params: Record<string, string>) =>
    call('POST', '/connectors/{name}/try', { path: { name }, body: { operation, params } }),
  actions: (cursor?: string) => call('GET', '/actions', { query: { cursor, limit: 50 } }),
}
