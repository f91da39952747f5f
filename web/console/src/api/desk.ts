/** The API of those who run the shop: evaluations, figures, people, doors, programs. */
import type {
  AuditEntry,
  CannedDraft,
  CannedReply,
  Delivery,
  Evaluation,
  EvaluationComparison,
  KeptEvaluation,
  FindingRecord,
  GroupBy,
  InboxDraft,
  InboxSettings,
  ListPage,
  MadeWebhook,
  NewEvaluation,
  NewReplay,
  NewUser,
  ShadowRun,
  TeamDraft,
  TurnPair,
  UserUpdate,
  Webhook,
  WebhookDraft,
  ApiKeyDraft,
} from '@zhike/shared'
import type { components } from '@zhike/shared/api'
import { call, pages, urlOf } from './http.ts'
import type { QueryOf } from './typed.ts'

type Schemas = components['schemas']
const PAGE = 50

export const evaluations = {
  list: () => pages((query) => call('GET', '/evaluations', { query })) as Promise<Evaluation[]>,
  start: (body: NewEvaluation) => call('POST', '/evaluations', { body }),
  /** Stored conversations again, with another version. */
  replay: (body: NewReplay) => call('POST', '/evaluations/replay', { body }),
  get: (id: string) =>
    call('GET', '/evaluations/{id}', { path: { id } }) as unknown as Promise<KeptEvaluation>,
  remove: (id: string) => call('DELETE', '/evaluations/{id}', { path: { id } }),
  compare: (before: string, after: string) =>
    call('GET', '/evaluations/{before}/compare/{after}', {
      path: { before, after },
    }) as unknown as Promise<EvaluationComparison>,
  /** The report as a page of its own, to keep or to pass on. */
  pageOf: (id: string) => urlOf('/evaluations/{id}/report.html', { path: { id } }),
}

/** Versions that answer beside the one in use, silently. */
export const trials = {
  list: () => pages((query) => call('GET', '/shadow_runs', { query })) as Promise<ShadowRun[]>,
  begin: (version: string) => call('POST', '/shadow_runs', { body: { training_run: version } }),
  end: (id: string) => call('POST', '/shadow_runs/{id}/end', { path: { id } }),
  turns: (id: string, cursor: string | undefined) =>
    call('GET', '/shadow_runs/{id}/turns', {
      path: { id },
      query: { cursor, limit: PAGE },
    }) as unknown as Promise<ListPage<TurnPair>>,
}

/** Days are whole ones of the reader's own time zone. */
export interface Stretch {
  from: string
  to: string
}
/** What figures are of: everything, where nothing is named. */
export interface Part {
  inbox?: string | undefined
  team?: string | undefined
}
const here = () => Intl.DateTimeFormat().resolvedOptions().timeZone

export const reports = {
  overview: ({ from, to }: Stretch, by?: GroupBy, { inbox, team }: Part = {}) =>
    call('GET', '/reports/overview', { query: { from, to, by, inbox, team, tz: here() } }),
  csvOf: ({ from, to }: Stretch, by: GroupBy, { inbox, team }: Part) =>
    urlOf('/reports/overview', { query: { from, to, by, inbox, team, tz: here(), format: 'csv' } }),
  findings: (cursor: string | undefined) =>
    call('GET', '/quality/findings', { query: { cursor, limit: PAGE } }) as Promise<ListPage<FindingRecord>>,
  presence: async () => (await call('GET', '/agents/presence', {})).items,
}

export const users = {
  list: async () => (await call('GET', '/users', {})).items,
  create: (body: NewUser) => call('POST', '/users', { body }),
  put: (id: string, body: UserUpdate) => call('PUT', '/users/{id}', { path: { id }, body }),
  remove: (id: string) => call('DELETE', '/users/{id}', { path: { id } }),
}

export const teams = {
  list: async () => (await call('GET', '/teams', {})).items,
  create: (body: TeamDraft) => call('POST', '/teams', { body }),
  put: (id: string, body: TeamDraft) => call('PUT', '/teams/{id}', { path: { id }, body }),
  remove: (id: string) => call('DELETE', '/teams/{id}', { path: { id } }),
}

export const inboxes = {
  list: async () => (await call('GET', '/inboxes', {})).items as InboxSettings[],
  create: (body: InboxDraft) => call('POST', '/inboxes', { body }) as Promise<InboxSettings>,
  put: (id: string, body: InboxDraft) =>
    call('PUT', '/inboxes/{id}', { path: { id }, body }) as Promise<InboxSettings>,
  remove: (id: string) => call('DELETE', '/inboxes/{id}', { path: { id } }),
}

type CannedQuery = QueryOf<'GET', '/canned_responses'>

export const canned = {
  list: async (query: CannedQuery = {}) =>
    (await call('GET', '/canned_responses', { query })).items as CannedReply[],
  create: (body: CannedDraft) => call('POST', '/canned_responses', { body }),
  put: (id: string, body: CannedDraft) => call('PUT', '/canned_responses/{id}', { path: { id }, body }),
  remove: (id: string) => call('DELETE', '/canned_responses/{id}', { path: { id } }),
}

export const apiKeys = {
  list: async () => (await call('GET', '/api_keys', {})).items,
  /** The answer holds the key itself, once. */
  create: (body: ApiKeyDraft) => call('POST', '/api_keys', { body }),
  put: (id: string, body: ApiKeyDraft) => call('PUT', '/api_keys/{id}', { path: { id }, body }),
  remove: (id: string) => call('DELETE', '/api_keys/{id}', { path: { id } }),
}

/** Events by their names on the wire. */
const sent = (draft: WebhookDraft) => draft as unknown as Schemas['WebhookDraft']
const told = <T>(answer: unknown) => answer as T

export const webhooks = {
  list: async () => told<ListPage<Webhook>>(await call('GET', '/webhooks', {})).items,
  /** The answer holds the secret, once. */
  create: async (draft: WebhookDraft) =>
    told<MadeWebhook>(await call('POST', '/webhooks', { body: sent(draft) })),
  put: async (id: string, draft: WebhookDraft) =>
    told<Webhook>(await call('PUT', '/webhooks/{id}', { path: { id }, body: sent(draft) })),
  remove: (id: string) => call('DELETE', '/webhooks/{id}', { path: { id } }),
  ping: (id: string) => call('POST', '/webhooks/{id}/ping', { path: { id } }),
  deliveries: (id: string, status: Delivery['status'] | undefined, cursor: string | undefined) =>
    call('GET', '/webhooks/{id}/deliveries', {
      path: { id },
      query: { status, cursor, limit: PAGE },
    }) as unknown as Promise<ListPage<Delivery>>,
  delivery: (id: string, delivery: string) =>
    call('GET', '/webhooks/{id}/deliveries/{delivery}', {
      path: { id, delivery },
    }) as unknown as Promise<Delivery>,
  replay: (id: string, delivery: string) =>
    call('POST', '/webhooks/{id}/deliveries/{delivery}/replay', { path: { id, delivery } }),
  /** Tries again everything that was given up since a moment. */
  replayFailed: (id: string, from: string) =>
    call('POST', '/webhooks/{id}/replay', { path: { id }, body: { from } }),
}

export const audit = {
  list: (cursor: string | undefined) =>
    call('GET', '/audit', { query: { cursor, limit: PAGE } }) as Promise<ListPage<AuditEntry>>,
}
