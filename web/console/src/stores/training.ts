import type { Job, TrainingResult, TrainMode } from '@zhike/shared'
import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import { ApiError, jobs, training } from '../api/index.ts'
import { follow } from '../api/jobs.ts'

const KEY = 'zhike.console.training'

export type Ending =
  | { kind: 'done'; result: TrainingResult }
  | { kind: 'cancelled' }
  | { kind: 'lost' }
  | { kind: 'failed'; error: unknown }

/** The training run that was started here. Leaving the page or loading it anew does not lose sight of it. */
export const useTraining = defineStore('training', () => {
  const job = ref<Job | null>(null)
  const mode = ref<TrainMode>('fast')
  const ending = ref<Ending | null>(null)
  const startProblem = ref<unknown>(null)
  let cancelling = false

  const running = computed(() => job.value?.state === 'queued' || job.value?.state === 'running')

  async function start(chosen: TrainMode): Promise<void> {
    ending.value = startProblem.value = null
    try {
      const started = await training.start(chosen)
      mode.value = chosen
      keep(`${chosen} ${started.id}`)
      await watch(started)
    } catch (error) {
      startProblem.value = error
    }
  }

  /** Finds the run again that was under way when the page was left. */
  async function resume(): Promise<void> {
    const [chosen, id] = kept()
    if (!id || job.value) return
    try {
      const found = await jobs.get(id)
      mode.value = chosen === 'deep' ? 'deep' : 'fast'
      await watch(found)
    } catch (error) {
      if (!isGone(error)) throw error
      keep(null)
      ending.value = { kind: 'lost' }
    }
  }

  async function watch(started: Job): Promise<void> {
    job.value = started
    cancelling = false
    try {
      const ended = await follow(started, (now) => (job.value = now))
      ending.value = endingOf(ended)
    } catch (error) {
      ending.value = isGone(error) ? { kind: 'lost' } : { kind: 'failed', error }
    } finally {
      job.value = null
      keep(null)
    }
  }

  function endingOf({ state, result, error, step }: Job): Ending {
    if (state === 'done') return { kind: 'done', result: result as unknown as TrainingResult }
    return cancelling ? { kind: 'cancelled' } : { kind: 'failed', error: new Error(error ?? step) }
  }

  async function cancel(): Promise<void> {
    if (!job.value) return
    cancelling = true
    try {
      await jobs.cancel(job.value.id)
    } catch (error) {
      cancelling = false
      throw error
    }
  }

  function dismiss(): void {
    ending.value = startProblem.value = null
  }

  return { job, mode, ending, startProblem, running, start, resume, cancel, dismiss }
})

/** Jobs live as long as the server's process. */
const isGone = (error: unknown) => error instanceof ApiError && error.status === 404

function keep(value: string | null): void {
  try {
    if (value) sessionStorage.setItem(KEY, value)
    else sessionStorage.removeItem(KEY)
  } catch {
    // Storage is switched off: this page still follows the run while it is open.
  }
}

function kept(): string[] {
  try {
    return sessionStorage.getItem(KEY)?.split(' ') ?? []
  } catch {
    return []
  }
}
