/** The API of what is known: documents and their life, pairs, the words of the search, sources, the state of it all. */
import type {
  Document,
  DocumentDescription,
  EntryKind,
  Faq,
  FaqDraft,
  HealthRequest,
  Job,
  LexiconEntry,
  SourceDraft,
} from '@zhike/shared'
import type { components } from '@zhike/shared/api'
import { call, pages, urlOf } from './http.ts'
import type { AnswerOf } from './typed.ts'

export type SearchRequest = components['schemas']['SearchRequest']
export type SearchAnswer = AnswerOf<'POST', '/knowledge/search'>

export const knowledge = {
  documents: () => pages((query) => call('GET', '/knowledge/documents', { query })) as Promise<Document[]>,
  document: (id: string) => call('GET', '/knowledge/documents/{id}', { path: { id } }) as Promise<Document>,
  chunks: (id: string) =>
    pages((query) => call('GET', '/knowledge/documents/{id}/chunks', { path: { id }, query })),
  remove: (id: string) => call('DELETE', '/knowledge/documents/{id}', { path: { id } }),
  upload: async (file: File, base?: string): Promise<Job> => {
    const body = formOf(file)
    if (base) body.append('base', base)
    return firstOf(await call('POST', '/knowledge/documents', { body }))
  },
  /** A new version of a document, whatever the file is called. */
  replace: async (id: string, file: File): Promise<Job> =>
    firstOf(await call('PUT', '/knowledge/documents/{id}', { path: { id }, body: formOf(file) })),
  /** Says something else about it; what is not given stays. */
  describe: (id: string, body: DocumentDescription) =>
    call('PATCH', '/knowledge/documents/{id}', { path: { id }, body }) as Promise<Document>,
  faqs: () => pages((query) => call('GET', '/knowledge/faqs', { query })) as Promise<Faq[]>,
  addFaq: (draft: FaqDraft) => call('POST', '/knowledge/faqs', { body: draft }) as Promise<Faq>,
  putFaq: (id: string, draft: FaqDraft) =>
    call('PUT', '/knowledge/faqs/{id}', { path: { id }, body: draft }) as Promise<Faq>,
  removeFaq: (id: string) => call('DELETE', '/knowledge/faqs/{id}', { path: { id } }),
  search: (request: SearchRequest, signal?: AbortSignal) =>
    call('POST', '/knowledge/search', { body: request, ...(signal && { signal }) }),
  /** The report is the result of the job. */
  health: (body: HealthRequest) => call('POST', '/knowledge/health', { body }) as Promise<Job>,
}

/** What documents were, and texts that are edited where they are. */
export const versions = {
  list: async (id: string) =>
    (await call('GET', '/knowledge/documents/{id}/versions', { path: { id } })).items,
  compare: (id: string, before: number, after: number) =>
    call('GET', '/knowledge/documents/{id}/versions/{before}/compare/{after}', {
      path: { id, before, after },
    }),
  restore: async (id: string, version: number): Promise<Job> =>
    firstOf(
      await call('POST', '/knowledge/documents/{id}/versions/{version}/restore', { path: { id, version } }),
    ),
  fileOf: (id: string, version?: number) =>
    urlOf('/knowledge/documents/{id}/file', { path: { id }, query: { version } }),
  text: (id: string) => call('GET', '/knowledge/documents/{id}/text', { path: { id } }),
  /** Refused when `version` is no longer the present one. */
  write: async (id: string, version: number, text: string): Promise<Job> =>
    firstOf(await call('PUT', '/knowledge/documents/{id}/text', { path: { id }, body: { version, text } })),
}

export const lexicon = {
  list: () => pages((query) => call('GET', '/knowledge/lexicon', { query })) as Promise<LexiconEntry[]>,
  summary: () => call('GET', '/knowledge/lexicon/summary', {}),
  /** All of it or nothing. */
  change: (put: LexiconEntry[], remove: { kind: EntryKind; word: string }[] = []) =>
    call('PATCH', '/knowledge/lexicon', { body: { put, remove } }),
  replace: (entries: LexiconEntry[]) => call('PUT', '/knowledge/lexicon', { body: { entries } }),
  try: (text: string, signal: AbortSignal) =>
    call('POST', '/knowledge/lexicon/try', { body: { text }, signal }),
}

export const sources = {
  list: async () => (await call('GET', '/knowledge/sources', {})).items,
  create: (body: SourceDraft) => call('POST', '/knowledge/sources', { body }),
  put: (id: string, body: SourceDraft) => call('PUT', '/knowledge/sources/{id}', { path: { id }, body }),
  remove: (id: string) => call('DELETE', '/knowledge/sources/{id}', { path: { id } }),
  run: (id: string) => call('POST', '/knowledge/sources/{id}/run', { path: { id } }),
}

function formOf(file: File): FormData {
  const body = new FormData()
  body.append('file', file, file.name)
  return body
}

const firstOf = ({ jobs }: { jobs: Job[] }) => jobs[0] as Job
