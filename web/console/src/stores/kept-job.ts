import type { Job } from '@zhike/shared'
import { computed, ref, type Ref } from 'vue'
import { ApiError, jobs } from '../api/index.ts'
import { follow } from '../api/jobs.ts'

export type Ending<R> =
  { kind: 'done'; result: R } | { kind: 'cancelled' } | { kind: 'lost' } | { kind: 'failed'; error: unknown }

/** Long work that was started here. Leaving the page or loading it anew does not lose sight of it. */
export function keptJob<R>(key: string) {
  const job = ref<Job | null>(null)
  const ending = ref(null) as Ref<Ending<R> | null>
  let cancelling = false

  const running = computed(() => job.value?.state === 'queued' || job.value?.state === 'running')

  /** Follows it to its end; `note` is found again with it. */
  async function keep(started: Job, note = ''): Promise<void> {
    ending.value = null
    put(key, `${started.id} ${note}`)
    await watch(started)
  }

  /** Finds the work again that was under way when the page was left, and hands over its note. */
  async function resume(onFound: (note: string) => void = () => {}): Promise<void> {
    const [id, note = ''] = got(key)
    if (!id || job.value) return
    try {
      const found = await jobs.get(id)
      onFound(note)
      await watch(found)
    } catch (error) {
      if (!isGone(error)) throw error
      put(key, null)
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
      put(key, null)
    }
  }

  function endingOf({ state, result, error, step }: Job): Ending<R> {
    if (state === 'done') return { kind: 'done', result: result as R }
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

  return { job, ending, running, keep, resume, cancel }
}

/** Jobs live as long as the server's process. */
const isGone = (error: unknown) => error instanceof ApiError && error.status === 404

function put(key: string, value: string | null): void {
  try {
    if (value) sessionStorage.setItem(key, value)
    else sessionStorage.removeItem(key)
  } catch {
    // Storage is switched off: this page still follows the work while it is open.
  }
}

function got(key: string): string[] {
  try {
    return sessionStorage.getItem(key)?.split(' ') ?? []
  } catch {
    return []
  }
}
