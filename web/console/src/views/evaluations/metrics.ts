/** What the figures of an evaluation are: in which unit, and which way is better. Names are those of the server. */

export type Unit = 'share' | 'count' | 'ms' | 'number'
type Better = 'higher' | 'lower' | 'neither'

const KNOWN: Record<string, readonly [Unit, Better]> = {
  dialogs: ['count', 'neither'],
  conversations: ['count', 'neither'],
  turns: ['count', 'neither'],
  turn_accuracy: ['share', 'higher'],
  dialog_accuracy: ['share', 'higher'],
  action_accuracy: ['share', 'higher'],
  intent_accuracy: ['share', 'higher'],
  slot_accuracy: ['share', 'higher'],
  answer_accuracy: ['share', 'higher'],
  answer_precision: ['share', 'higher'],
  answer_rate: ['share', 'neither'],
  content_accuracy: ['share', 'higher'],
  citation_accuracy: ['share', 'higher'],
  'document_recall@1': ['share', 'higher'],
  'document_recall@3': ['share', 'higher'],
  refusal_rate: ['share', 'higher'],
  false_answer_rate: ['share', 'lower'],
  handoff_precision: ['share', 'higher'],
  handoff_recall: ['share', 'higher'],
  answer_auroc: ['number', 'higher'],
  answer_ece: ['number', 'lower'],
  'coverage@95': ['share', 'higher'],
  'coverage@90': ['share', 'higher'],
  'coverage@80': ['share', 'higher'],
  'threshold@95': ['number', 'neither'],
  'threshold@90': ['number', 'neither'],
  'threshold@80': ['number', 'neither'],
  threshold: ['number', 'neither'],
  latency_p50_ms: ['ms', 'lower'],
  latency_p95_ms: ['ms', 'lower'],
  unchanged: ['share', 'neither'],
  action_changed: ['share', 'neither'],
  words_changed: ['share', 'neither'],
  source_changed: ['share', 'neither'],
  intent_changed: ['share', 'neither'],
  newly_answered: ['count', 'neither'],
  no_longer_answered: ['count', 'neither'],
  rated: ['count', 'neither'],
  liked_before: ['share', 'higher'],
  liked_after: ['share', 'higher'],
}
const ORDER = Object.keys(KNOWN)

/** The figures that matter most, large. */
export const TILES = [
  'action_accuracy',
  'dialog_accuracy',
  'answer_accuracy',
  'answer_precision',
  'refusal_rate',
  'document_recall@3',
  'handoff_recall',
  'latency_p50_ms',
] as const

/** The same of a replay. */
export const REPLAY_TILES = [
  'turns',
  'unchanged',
  'action_changed',
  'newly_answered',
  'no_longer_answered',
  'rated',
  'liked_before',
  'liked_after',
] as const

/** Shares that a gate is most often set on. */
export const GATES = ['action_accuracy', 'answer_precision', 'refusal_rate', 'handoff_recall'] as const

/** A figure's own name, and the language it is of, when it is of one. */
export function partsOf(name: string): { stem: string; lang: string } {
  const [, stem = name, lang = ''] = /^(.+)\.(zh|en)$/.exec(name) ?? []
  return { stem, lang }
}

export const unitOf = (name: string): Unit => KNOWN[partsOf(name).stem]?.[0] ?? 'number'

/** The key of its words. */
export const wordOf = (name: string): string => partsOf(name).stem.replace('@', '_')

/** Whole-set figures first, in the order of the table; unknown ones last. */
export function ordered(names: readonly string[]): string[] {
  const place = (name: string) => {
    const { stem, lang } = partsOf(name)
    const index = ORDER.indexOf(stem)
    return (lang ? 1_000 : 0) + (index < 0 ? 500 : index)
  }
  return [...names].sort((a, b) => place(a) - place(b) || a.localeCompare(b))
}

/** Above 0 when a figure went the way it should, below when the other way. */
export function progress(name: string, before: number, after: number): number {
  const better = KNOWN[partsOf(name).stem]?.[1] ?? 'neither'
  if (better === 'neither') return 0
  return better === 'higher' ? after - before : before - after
}

/** The 95 % interval of a share (Wilson 1927), which holds for few counts and for shares near 0 and 1. */
export function interval(part: number, whole: number): [number, number] {
  const z = 1.96
  const p = part / whole
  const spread = z * Math.sqrt((p * (1 - p)) / whole + (z * z) / (4 * whole * whole))
  const middle = p + (z * z) / (2 * whole)
  const scale = 1 + (z * z) / whole
  return [Math.max(0, (middle - spread) / scale), Math.min(1, (middle + spread) / scale)]
}
