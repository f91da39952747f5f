import type { Candidate } from '@zhike/shared'
import type { RouteLocationRaw } from 'vue-router'

/** Pairs written by hand stand in no file; the server calls them by this name. */
const PAIRS = 'FAQ'

/** Where a passage is looked after: among the pairs, or in its document. */
export function sourceOf({ document, document_id, chunk_id, text }: Candidate): RouteLocationRaw {
  if (document === PAIRS) return { name: 'faqs', query: { find: text } }
  return { name: 'documents', query: { document: document_id, passage: chunk_id } }
}
