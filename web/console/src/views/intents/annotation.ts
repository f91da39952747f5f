import type { SlotLabel } from '@zhike/shared'
import { segments } from '../../spans.ts'

/** A text with its slots. */
export interface Labelled {
  text: string
  slots: SlotLabel[]
}

/**
 * One example as one line that can be typed: `查一下[ML2611](order_no)`, or `[明天](date:2026-11-22)` where the value is
 * another than the words. A backslash takes the meaning from the character after it.
 */
export function write({ text, slots }: Labelled): string {
  return segments(text, slots)
    .map(({ text, span }) => (span ? mark(text, span.name, span.value) : escaped(text)))
    .join('')
}

/** What {@link write} has written, or a person. Brackets that mark nothing stay what they are. */
export function read(line: string): Labelled {
  let text = ''
  const slots: SlotLabel[] = []
  for (let rest = line.trim(); rest;) {
    const found = MARK.exec(rest)
    if (found) {
      const [whole, marked = '', name = '', value] = found
      const raw = plain(marked)
      const start = [...text].length
      slots.push({ start, end: start + [...raw].length, name, value: value ? plain(value) : raw })
      text += raw
      rest = rest.slice(whole.length)
    } else {
      const literal = /^\\[^]/u.test(rest) ? rest.slice(1) : rest
      const [first = ''] = literal
      text += first
      rest = literal.slice(first.length)
    }
  }
  return { text, slots }
}

/** The line with the selected part marked as a slot; unchanged where nothing, or a mark already, is selected. */
export function markSelection(line: string, from: number, to: number, name: string): string {
  const chosen = line.slice(from, to)
  if (!chosen.trim() || /[[\]()\\]/.test(chosen)) return line
  return line.slice(0, from) + mark(chosen, name, chosen) + line.slice(to)
}

const MARK = /^\[((?:\\[^]|[^\\[\]])+)\]\(([^\s():\\]+)(?::((?:\\[^]|[^\\()])*))?\)/u

const escaped = (text: string) => text.replace(/[\\[\]]/g, '\\$&')
const plain = (text: string) => text.replace(/\\([^])/g, '$1')

function mark(raw: string, name: string, value: string): string {
  const other = value === raw ? '' : `:${value.replace(/[\\()]/g, '\\$&')}`
  return `[${escaped(raw)}](${name}${other})`
}
