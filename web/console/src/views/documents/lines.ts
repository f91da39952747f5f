import type { PassageChange } from '@zhike/shared'
import { differences, type Piece } from '../../differences.ts'

type Line = PassageChange['lines'][number]

/** A line as it is shown; `skipped` stands for so many lines that both versions have. */
export type ShownLine = { side: Line['side']; pieces: Piece[] } | { skipped: number }

/** Lines around a change that are shown with it. */
const AROUND = 2

/** The lines of a passage with what is different marked in them, long stretches without a change left out. */
export function shownLines(lines: readonly Line[]): ShownLine[] {
  const out: ShownLine[] = []
  for (let at = 0; at < lines.length;) {
    const side = lines[at]?.side
    const from = at
    while (at < lines.length && isOf(lines[at], side)) at++
    const run = lines.slice(from, at)
    out.push(...(side === 'both' ? shortened(run, from === 0, at === lines.length) : changed(run)))
  }
  return out
}

const isOf = (line: Line | undefined, side: Line['side'] | undefined) =>
  (line?.side === 'both') === (side === 'both')

const plain = ({ side, text }: Line): ShownLine => ({ side, pieces: [{ text, own: false }] })

function shortened(run: readonly Line[], first: boolean, last: boolean): ShownLine[] {
  const [head, tail] = [first ? 0 : AROUND, last ? 0 : AROUND]
  const skipped = run.length - head - tail
  if (skipped <= 1) return run.map(plain)
  return [...run.slice(0, head).map(plain), { skipped }, ...run.slice(run.length - tail).map(plain)]
}

/** What went and what came in its place, line against line. */
function changed(run: readonly Line[]): ShownLine[] {
  const of = (side: Line['side']) => run.filter((line) => line.side === side)
  const [went, came] = [of('before'), of('after')]
  const pairs = went.map((line, i) => differences(line.text, came[i]?.text ?? ''))
  return [
    ...went.map((line, i) => (came[i] ? { side: line.side, pieces: pairs[i]?.[0] ?? [] } : plain(line))),
    ...came.map((line, i) => (went[i] ? { side: line.side, pieces: pairs[i]?.[1] ?? [] } : plain(line))),
  ]
}
