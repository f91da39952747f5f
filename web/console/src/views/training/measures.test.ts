import type { TrainingRun } from '@zhike/shared'
import { expect, it } from 'vitest'
import { measuresOf } from './measures.ts'

const run = (id: string, held_out: Partial<TrainingRun['report']['held_out']>): TrainingRun => ({
  id,
  created_at: '',
  promoted: false,
  report: {
    mode: 'fast',
    examples: 10,
    intents: 2,
    slots: [],
    held_out: { texts: 10, accuracy: 0.8, macro_f1: 0.8, ece: 0.05, ...held_out },
    fallback: { threshold: 0.4, gap: 0, coverage: 0.7, precision: 0.85 },
    seconds: 3,
    warnings: [],
    encoder: '',
    data_hash: '',
  },
})
const gains = (a: TrainingRun, b?: TrainingRun) =>
  Object.fromEntries(measuresOf(a, b).map((m) => [m.name, m.gain && Number(m.gain.toFixed(3))]))

it('compares a version with the one in use; less error is a gain', () => {
  const inUse = run('a', { oos_auroc: 0.9, slots: null })
  const other = run('b', { accuracy: 0.75, ece: 0.02, oos_auroc: 0.95, macro_f1: 0.8002 })
  expect(gains(other, inUse)).toEqual({
    accuracy: -0.05,
    macroF1: undefined,
    oos: 0.05,
    slotF1: undefined,
    ece: 0.03,
  })
})

it('compares the version in use with nothing, and shows no score it does not have', () => {
  const inUse = run('a', { oos_auroc: null })
  expect(measuresOf(inUse, inUse).every((m) => m.gain === undefined)).toBe(true)
  expect(measuresOf(inUse, undefined).find((m) => m.name === 'oos')?.value).toBeUndefined()
})
