import type { TrainingResult, TrainMode } from '@zhike/shared'
import { defineStore } from 'pinia'
import { ref } from 'vue'
import { training } from '../api/index.ts'
import { keptJob, type Ending as EndingOf } from './kept-job.ts'

export type Ending = EndingOf<TrainingResult>

/** The training run that was started here. */
export const useTraining = defineStore('training', () => {
  const {
    job,
    ending,
    running,
    keep,
    resume: resumeJob,
    cancel,
  } = keptJob<TrainingResult>('zhike.console.training')
  const mode = ref<TrainMode>('fast')
  const startProblem = ref<unknown>(null)

  async function start(chosen: TrainMode): Promise<void> {
    dismiss()
    try {
      const started = await training.start(chosen)
      mode.value = chosen
      await keep(started, chosen)
    } catch (error) {
      startProblem.value = error
    }
  }

  const resume = () => resumeJob((note) => (mode.value = note === 'deep' ? 'deep' : 'fast'))

  function dismiss(): void {
    ending.value = startProblem.value = null
  }

  return { job, mode, ending, startProblem, running, start, resume, cancel, dismiss }
})
