import type { Evaluation, NewEvaluation, NewReplay } from '@zhike/shared'
import { defineStore } from 'pinia'
import { evaluations } from '../api/desk.ts'
import { keptJob } from './kept-job.ts'

/** The evaluation that was started here. */
export const useEvaluating = defineStore('evaluating', () => {
  const { job, ending, running, keep, resume, cancel } = keptJob<Evaluation>('zhike.console.evaluating')

  /** Resolves when it has begun; throws when the server will not begin it. */
  async function start(wanted: NewEvaluation): Promise<void> {
    const started = await evaluations.start(wanted)
    void keep(started)
  }

  /** The same, with what visitors have asked instead of a suite. */
  async function replay(wanted: NewReplay): Promise<void> {
    const started = await evaluations.replay(wanted)
    void keep(started)
  }

  function dismiss(): void {
    ending.value = null
  }

  return { job, ending, running, start, replay, resume, cancel, dismiss }
})
