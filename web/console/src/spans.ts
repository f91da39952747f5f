/** A stretch of a text. Offsets count Unicode scalar values, as the server does; `end` is exclusive. */
export interface Span {
  start: number
  end: number
}

export interface Segment<S extends Span> {
  text: string
  span?: S
}

/** The text cut where spans begin and end, in order. Of overlapping spans the first one counts. */
export function segments<S extends Span>(text: string, spans: readonly S[]): Segment<S>[] {
  const scalars = [...text]
  const out: Segment<S>[] = []
  let at = 0
  for (const span of [...spans].sort((a, b) => a.start - b.start)) {
    if (span.start < at || span.end <= span.start) continue
    if (span.start > at) out.push({ text: scalars.slice(at, span.start).join('') })
    out.push({ text: scalars.slice(span.start, span.end).join(''), span })
    at = span.end
  }
  if (at < scalars.length) out.push({ text: scalars.slice(at).join('') })
  return out
}
