import type { TrainingRun } from '@zhike/shared'

/** One score of a version. */
export interface Measure {
  name: 'accuracy' | 'macroF1' | 'oos' | 'slotF1' | 'ece'
  value: number | undefined
  /** To the version in use; none for that version itself and where nothing is to be seen. */
  difference: number | undefined
  better: boolean
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
    const difference = value === undefined || base === undefined ? 0 : value - base
    return {
      name,
      value,
      difference: Math.abs(difference) < VISIBLE ? undefined : difference,
      // Of an error less is more.
      better: name === 'ece' ? difference < 0 : difference > 0,
    }
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
