/** A dialog suite as it was read: how much it holds, or the first line that is none. */
export type Suite = { dialogs: number; turns: number } | { line: number; reason: SuiteFault }
export type SuiteFault = 'json' | 'turns' | 'empty'

/** Looks a suite over before it is sent: one JSON object a line, each with turns of what is said. */
export function readSuite(text: string): Suite {
  let dialogs = 0
  let turns = 0
  for (const [index, line] of text.split('\n').entries()) {
    if (!line.trim()) continue
    const said = turnsOf(line)
    if (typeof said === 'string') return { line: index + 1, reason: said }
    dialogs += 1
    turns += said
  }
  return dialogs ? { dialogs, turns } : { line: 1, reason: 'empty' }
}

function turnsOf(line: string): number | SuiteFault {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    return 'json'
  }
  const { turns } = (value ?? {}) as { turns?: unknown }
  const speaks = (turn: unknown) => typeof (turn as { user?: unknown } | null)?.user === 'string'
  return Array.isArray(turns) && turns.length > 0 && turns.every(speaks) ? turns.length : 'turns'
}
