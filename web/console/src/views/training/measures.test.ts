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

it('compares a version with the one in use; less error is better', () => {
  const inUse = run('a', { oos_auroc: 0.9, slots: null })
  const other = run('b', { accuracy: 0.75, ece: 0.02, oos_auroc: 0.95, macro_f1: 0.8002 })
  const seen = measuresOf(other, inUse).filter((m) => m.difference !== undefined)
  expect(seen.map((m) => [m.name, m.difference?.toFixed(2), m.better])).toEqual([
    ['accuracy', '-0.05', false],
    ['oos', '0.05', true],
    ['ece', '-0.03', true],
  ])
})

it('compares the version in use with nothing, and shows no score it does not have', () => {
  const inUse = run('a', { oos_auroc: null })
  expect(measuresOf(inUse, inUse).every((m) => m.difference === undefined)).toBe(true)
  expect(measuresOf(inUse, undefined).find((m) => m.name === 'oos')?.value).toBeUndefined()
})
