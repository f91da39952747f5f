import type { TrainingRun } from '@zhike/shared'

/** One score of a version. */
export interface Measure {
  name: 'accuracy' | 'macroF1' | 'oos' | 'slotF1' | 'ece'
  value: number | undefined
  /** The difference to the version in use, good when positive; none for that version itself. */
  gain: number | undefined
}

const READ: Record<Measure['name'], (run: TrainingRun) => number | null | undefined> = {
  accuracy: ({ report }) => report.held_out.accuracy,
  macroF1: ({ report }) => report.held_out.macro_f1,
  oos: ({ report }) => report.held_out.oos_auroc,
  slotF1: ({ report }) => report.held_out.slots?.f1,
  ece: ({ report }) => report.held_out.ece,
}
const NAMES = Object.keys(READ) as Measure['name'][]

/** Differences smaller than this read as none: a tenth of a point. */
const VISIBLE = 0.0005

export function measuresOf(run: TrainingRun, inUse: TrainingRun | undefined): Measure[] {
  return NAMES.map((name) => {
    const value = READ[name](run) ?? undefined
    const base = inUse && inUse.id !== run.id ? (READ[name](inUse) ?? undefined) : undefined
    const difference = value === undefined || base === undefined ? undefined : value - base
    // Of an error less is more.
    const gain = difference === undefined ? undefined : name === 'ece' ? -difference : difference
    return { name, value, gain: gain !== undefined && Math.abs(gain) < VISIBLE ? undefined : gain }
  })
}

/** The key of the words for a step the server names. */
export function stepKey(step: string): string {
  return (
    {
      'intents: cross-validation': 'crossValidation',
      'fine-tuning': 'fineTuning',
    }[step] ?? step
  )
}
