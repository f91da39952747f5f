import type { Candidate } from '@zhike/shared'
import type { RouteLocationRaw } from 'vue-router'

/** Pairs written by hand stand in no file; the server calls them by this name. */
const PAIRS = 'FAQ'

type Place = Pick<Candidate, 'document' | 'document_id' | 'chunk_id' | 'text'>

/** Where a passage is looked after: among the pairs, or in its document. */
export function sourceOf({ document, document_id, chunk_id, text }: Place): RouteLocationRaw {
  if (document === PAIRS) return { name: 'faqs', query: { find: text } }
  return { name: 'document', params: { id: document_id }, query: { passage: chunk_id } }
}
