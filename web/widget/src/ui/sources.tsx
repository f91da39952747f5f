import type { Citation } from '@zhike/shared'
import type { Words } from './words.ts'

/** Where an answer stands: closed by default, each source with its place in the document and the quoted words. */
export function Sources({ citations, t }: { citations: Citation[]; t: Words }) {
  const first = citations[0]
  if (!first) return null
  const label = citations.length > 1 ? t.sources(citations.length) : t.source
  return (
    <details class="sources">
      <summary>
        <span>{label}</span>
        <b>{first.title || first.document}</b>
      </summary>
      <ul>
        {citations.map((c) => (
          <li key={c.chunk_id}>
            <cite>{c.title || c.document}</cite>
            {c.section && <small>{c.section.split(' > ').join(' › ')}</small>}
            <blockquote>{c.quote}</blockquote>
            {c.title && c.title !== c.document && <small>{c.document}</small>}
          </li>
        ))}
      </ul>
    </details>
  )
}
