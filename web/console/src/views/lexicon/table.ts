import type { EntryKind, LexiconEntry } from '@zhike/shared'

/** The list as a table that spreadsheets open: kind, word, others with `|` between. */
const HEADER = ['kind', 'word', 'others'] as const
const BETWEEN = /[|;；]/

/** What people may call the kinds and columns. */
const KINDS: Record<string, EntryKind> = {
  word: 'word',
  整词: 'word',
  synonyms: 'synonyms',
  synonym: 'synonyms',
  同义词: 'synonyms',
  one_way: 'one_way',
  'one-way': 'one_way',
  单向: 'one_way',
  stop: 'stop',
  停用词: 'stop',
}
const COLUMNS: Record<string, (typeof HEADER)[number]> = {
  kind: 'kind',
  种类: 'kind',
  类型: 'kind',
  word: 'word',
  词: 'word',
  词语: 'word',
  others: 'others',
  synonyms: 'others',
  同义词: 'others',
  其他说法: 'others',
}

/** A line of a table that cannot be used. */
export interface Fault {
  line: number
  kind: 'header' | 'kind' | 'word' | 'others'
}

export interface ReadTable {
  entries: LexiconEntry[]
  faults: Fault[]
}

export function tableOf(entries: readonly LexiconEntry[]): string {
  const rows = entries.map(({ kind, word, others }) => [kind, word, others.join('|')])
  return [[...HEADER], ...rows].map((row) => row.map(quoted).join(',')).join('\r\n') + '\r\n'
}

const quoted = (cell: string) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)

/** Reads a table with a header; columns may stand in any order, and between tabs as they come from a spreadsheet. */
export function readTable(text: string): ReadTable {
  const [head, ...rows] = rowsOf(text.replace(/^\uFEFF/, ''))
  const columns = head?.cells.map((cell) => COLUMNS[cell.trim().toLowerCase()]) ?? []
  if (!columns.includes('kind') || !columns.includes('word'))
    return { entries: [], faults: [{ line: head?.line ?? 1, kind: 'header' }] }
  const [entries, faults]: [LexiconEntry[], Fault[]] = [[], []]
  for (const { cells, line } of rows) {
    const cell = (name: (typeof HEADER)[number]) => cells[columns.indexOf(name)]?.trim() ?? ''
    const kind = KINDS[cell('kind').toLowerCase()]
    const others = cell('others')
      .split(BETWEEN)
      .map((word) => word.trim())
      .filter(Boolean)
    const fault = faultOf(kind, cell('word'), others)
    if (fault) faults.push({ line, kind: fault })
    else if (kind) entries.push({ kind, word: cell('word'), others })
  }
  return { entries, faults }
}

export const joins = (kind: EntryKind) => kind === 'synonyms' || kind === 'one_way'

function faultOf(kind: EntryKind | undefined, word: string, others: readonly string[]): Fault['kind'] | null {
  if (!kind) return 'kind'
  if (!word) return 'word'
  return joins(kind) === others.length > 0 ? null : 'others'
}

interface Row {
  line: number
  cells: string[]
}

/** Cells may be quoted and then hold separators and line ends. Empty lines are passed by. */
function rowsOf(text: string): Row[] {
  const separator = /^[^\n]*\t/.test(text) ? '\t' : ','
  const rows: Row[] = []
  let row: Row = { line: 1, cells: [''] }
  let [line, inQuotes] = [1, false]
  const add = (character: string) => (row.cells[row.cells.length - 1] += character)
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at)
    if (character === '\n') line++
    if (inQuotes) {
      if (character !== '"') add(character)
      else if (text[at + 1] === '"') add(text.charAt(at++))
      else inQuotes = false
    } else if (character === '"' && row.cells.at(-1) === '') inQuotes = true
    else if (character === separator) row.cells.push('')
    else if (character === '\n') {
      rows.push(row)
      row = { line, cells: [''] }
    } else if (character !== '\r') add(character)
  }
  return [...rows, row].filter(({ cells }) => cells.some((cell) => cell.trim()))
}
