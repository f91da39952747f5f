/**
 * The server's API, one object an area, in the server's own words: paths and shapes are those of /openapi.json.
 */
import type {
  ActionRecord,
  Chunk,
  Connector,
  ConnectorSpec,
  Conversation,
  Candidate,
  Decision,
  Document,
  ExampleDraft,
  Faq,
  FaqDraft,
  IntentSummary,
  Job,
  Lang,
  ListPage,
  Message,
  Note,
  Parse,
  PathName,
  PresenceState,
  Status,
  Suggestion,
  TeachableIntent,
  TrainMode,
  TrainingRun,
  Trial,
  User,
} from '@zhike/shared'
import { call, callAll } from './http.ts'

export { ApiError, whenSignedOut } from './http.ts'

export const auth = {
  login: (email: string, password: string) =>
    call<{ user: User }>('POST', '/auth/login', { body: { email, password } }),
  logout: () => call<null>('POST', '/auth/logout'),
  me: () => call<User>('GET', '/auth/me'),
  presence: (state: PresenceState) => call<unknown>('PUT', '/agents/me/presence', { body: { state } }),
}

export interface ConversationQuery {
  status?: Status | undefined
  assignee?: string | undefined
  q?: string | undefined
  cursor?: string | undefined
}

const one = (id: string, act = '') => `/conversations/${encodeURIComponent(id)}${act}`

export const conversations = {
  list: (query: ConversationQuery) =>
    call<ListPage<Conversation>>('GET', '/conversations', { query: { ...query } }),
  get: (id: string) => call<Conversation>('GET', one(id)),
  /** The newest messages before `before`, in order. */
  newest: (id: string, before: number | undefined, limit: number) =>
    call<ListPage<Message>>('GET', one(id, '/messages'), { query: { before, limit } }),
  post: (id: string, clientId: string, text: string) =>
    call<Message>('POST', one(id, '/messages'), { body: { client_id: clientId, text } }),
  accept: (id: string) => call<Conversation>('POST', one(id, '/accept'), { body: {} }),
  release: (id: string, to: 'queue' | 'bot') =>
    call<Conversation>('POST', one(id, '/release'), { body: { to } }),
  close: (id: string) => call<Conversation>('POST', one(id, '/close'), { body: {} }),
  reopen: (id: string) => call<Conversation>('POST', one(id, '/reopen'), { body: {} }),
  setTags: (id: string, tags: string[]) => call<Conversation>('POST', one(id, '/tags'), { body: { tags } }),
  notes: (id: string) => call<ListPage<Note>>('GET', one(id, '/notes')),
  addNote: (id: string, text: string) => call<Note>('POST', one(id, '/notes'), { body: { text } }),
  suggestions: (id: string) => call<ListPage<Suggestion>>('GET', one(id, '/suggestions')),
  suggestionUsed: (id: string, editedText: string | undefined) =>
    call<null>('POST', `/suggestions/${encodeURIComponent(id)}/used`, { body: { edited_text: editedText } }),
}

const doc = (id: string) => `/knowledge/documents/${encodeURIComponent(id)}`
const faq = (id: string) => `/knowledge/faqs/${encodeURIComponent(id)}`

export const knowledge = {
  documents: () => callAll<Document>('/knowledge/documents'),
  chunks: (id: string) => callAll<Chunk>(`${doc(id)}/chunks`),
  remove: (id: string) => call<null>('DELETE', doc(id)),
  upload: async (file: File): Promise<Job> => {
    const body = new FormData()
    body.append('file', file, file.name)
    const { jobs } = await call<{ jobs: [Job] }>('POST', '/knowledge/documents', { body })
    return jobs[0]
  },
  faqs: () => callAll<Faq>('/knowledge/faqs'),
  addFaq: (draft: FaqDraft) => call<Faq>('POST', '/knowledge/faqs', { body: draft }),
  putFaq: (id: string, draft: FaqDraft) => call<Faq>('PUT', faq(id), { body: draft }),
  removeFaq: (id: string) => call<null>('DELETE', faq(id)),
  search: (query: string, k: number, paths?: PathName[]) =>
    call<SearchAnswer>('POST', '/knowledge/search', { body: { query, k, paths } }),
}

export interface SearchAnswer {
  hits: Candidate[]
  timings_ms: Record<string, number>
}

export interface ReplyRequest {
  text: string
  lang?: Lang | undefined
  history: { role: 'visitor' | 'bot' | 'agent'; text: string }[]
}

export const dialog = {
  /** What a sentence means to the version in use. */
  parse: (text: string, signal: AbortSignal) =>
    call<Parse>('POST', '/dialog/parse', { body: { text }, signal }),
  /** The reply a visitor would get, with every step that led to it. Nothing is stored. */
  explain: (request: ReplyRequest, signal: AbortSignal) =>
    call<Decision>('POST', '/dialog/reply', { body: { ...request, explain: true }, signal }),
}

const intent = (name: string) => `/intents/${encodeURIComponent(name)}`

export const intents = {
  list: () => callAll<IntentSummary>('/intents'),
  get: (name: string) => call<TeachableIntent>('GET', intent(name)),
  create: (name: string, examples: ExampleDraft[]) =>
    call<TeachableIntent>('POST', '/intents', { body: { name, examples } }),
  /** Exactly these examples from now on. */
  put: (name: string, examples: ExampleDraft[]) =>
    call<TeachableIntent>('PUT', intent(name), { body: { examples } }),
  remove: (name: string) => call<null>('DELETE', intent(name)),
}

export const training = {
  runs: () => callAll<TrainingRun>('/training_runs'),
  start: (mode: TrainMode) => call<Job>('POST', '/training_runs', { body: { mode } }),
  promote: (id: string) =>
    call<TrainingRun>('POST', `/training_runs/${encodeURIComponent(id)}/promote`, { body: {} }),
  job: (id: string) => call<Job>('GET', `/jobs/${encodeURIComponent(id)}`),
  cancel: (id: string) => call<Job>('POST', `/jobs/${encodeURIComponent(id)}/cancel`, { body: {} }),
}

const connector = (name: string, act = '') => `/connectors/${encodeURIComponent(name)}${act}`

export const systems = {
  list: () => callAll<Connector>('/connectors'),
  create: (spec: ConnectorSpec) => call<Connector>('POST', '/connectors', { body: spec }),
  put: (spec: ConnectorSpec) => call<Connector>('PUT', connector(spec.name), { body: spec }),
  remove: (name: string) => call<null>('DELETE', connector(name)),
  try: (name: string, operation: string, params: Record<string, string>) =>
    call<Trial>('POST', connector(name, '/try'), { body: { operation, params } }),
  actions: (cursor?: string) =>
    call<ListPage<ActionRecord>>('GET', '/actions', { query: { cursor, limit: 50 } }),
}
