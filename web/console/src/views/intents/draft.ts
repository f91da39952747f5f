import type { ExampleDraft, IntentExample } from '@zhike/shared'
import { read, write } from './annotation.ts'

/** An example in the editor. Nothing of it reaches the server before it is saved. */
export interface Row {
  key: number
  /** As it would be saved, in the notation of `annotation.ts`. */
  line: string
  /** As the server has it; absent for a new one. */
  saved?: IntentExample
  removed: boolean
}

export type RowState = 'kept' | 'added' | 'changed' | 'removed'

let lastKey = 0

export function rowsOf(examples: readonly IntentExample[]): Row[] {
  return examples.map((saved) => ({ key: ++lastKey, line: write(saved), saved, removed: false }))
}

export function stateOf(row: Row): RowState {
  if (row.removed) return 'removed'
  if (!row.saved) return 'added'
  return row.line === write(row.saved) ? 'kept' : 'changed'
}

/** The lines of a text that hold something. */
export function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)
}

/** The same to the server, which compares texts without regard to case, width and spaces. */
const sameAs = (line: string) => read(line).text.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim()

export interface Added {
  rows: Row[]
  /** Lines that were there already. */
  known: number
}

/** New rows, the latest on top; what is there already is not added again, but brought back if it was removed. */
export function add(rows: readonly Row[], lines: readonly string[]): Added {
  const next = rows.map((row) => ({ ...row }))
  const byText = new Map(next.map((row) => [sameAs(row.line), row]))
  const fresh: Row[] = []
  let known = 0
  for (const line of lines) {
    const text = sameAs(line)
    const there = byText.get(text)
    if (there) {
      if (there.removed) there.removed = false
      else known++
    } else if (text) {
      const row = { key: ++lastKey, line, removed: false }
      byText.set(text, row)
      fresh.push(row)
    }
  }
  return { rows: [...fresh, ...next], known }
}

/** How many rows of each kind there are. */
export function countsOf(rows: readonly Row[]): Record<RowState, number> {
  const counts = { kept: 0, added: 0, changed: 0, removed: 0 }
  for (const row of rows) counts[stateOf(row)]++
  return counts
}

/**
 * What to save: the changes of this draft over the examples as the server has them now, so that what somebody else has
 * added meanwhile is kept.
 */
export function merged(rows: readonly Row[], now: readonly IntentExample[]): ExampleDraft[] {
  const mine = new Map(rows.flatMap((row) => (row.saved ? [[row.saved.text, row] as const] : [])))
  const kept = now.flatMap((example): ExampleDraft[] => {
    const row = mine.get(example.text)
    if (!row || stateOf(row) === 'kept') return [draftOf(example)]
    return row.removed ? [] : [draftOf({ ...example, ...read(row.line) })]
  })
  const there = new Set(kept.map((example) => sameAs(write(example))))
  const added = rows
    .filter((row) => stateOf(row) === 'added' && !there.has(sameAs(row.line)))
    .map((row) => read(row.line))
  return [...kept, ...added]
}

function draftOf({ text, slots, lang }: ExampleDraft): ExampleDraft {
  return lang ? { text, slots, lang } : { text, slots }
}
