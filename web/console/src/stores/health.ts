import type { HealthReport, HealthRequest, Job, UnansweredGroup } from '@zhike/shared'
import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import { ApiError, jobs, lessons } from '../api/index.ts'
import { knowledge } from '../api/knowledge.ts'
import { keptJob } from './kept-job.ts'

/** The newest report on the knowledge: it is made as a job, and the server keeps jobs for a week. */
export const useHealth = defineStore('health', () => {
  const { job, ending, running, keep, cancel } = keptJob<HealthReport>('zhike.console.health')
  const report = shallowRef<HealthReport | null>(null)
  const reading = ref(false)
  /** Unanswered questions that still wait for somebody's decision. */
  const open = shallowRef<ReadonlySet<string>>(new Set())

  const unanswered = computed(
    () => report.value?.unanswered.filter((group) => group.lessons.some((id) => open.value.has(id))) ?? [],
  )

  async function start(wanted: HealthRequest): Promise<void> {
    const started = await knowledge.health(wanted)
    remember(started.id)
    void watch(started)
  }

  async function watch(started: Job): Promise<void> {
    await keep(started)
    if (ending.value?.kind !== 'done') return
    await show(ending.value.result)
    ending.value = null
  }

  async function show(made: HealthReport): Promise<void> {
    const known = await lessons.all('unanswered').catch(() => null)
    // Without the list every group is shown; deciding on one says when it is gone.
    const ids = known ?? made.unanswered.flatMap((group) => group.lessons.map((id) => ({ id })))
    open.value = new Set(ids.map(({ id }) => id))
    report.value = made
  }

  /** The report that was made last, or is being made. */
  async function resume(): Promise<void> {
    const id = remembered()
    if (!id || report.value || job.value) return
    reading.value = true
    try {
      const found = await jobs.get(id)
      if (found.state === 'done') await show(found.result as unknown as HealthReport)
      else if (found.state !== 'failed') void watch(found)
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 404) throw error
    } finally {
      reading.value = false
    }
  }

  /** Makes the pair; what else was asked for the same thing is done with it. */
  async function answer(group: UnansweredGroup, answer: string): Promise<void> {
    const [first, ...others] = group.lessons.filter((id) => open.value.has(id))
    if (!first) return
    await lessons.accept(first, { question: group.question, similar: group.similar, answer })
    await Promise.allSettled(others.map((id) => lessons.dismiss(id)))
    done(group)
  }

  async function dismiss(group: UnansweredGroup): Promise<void> {
    await Promise.all(group.lessons.filter((id) => open.value.has(id)).map((id) => lessons.dismiss(id)))
    done(group)
  }

  function done({ lessons: ids }: UnansweredGroup): void {
    open.value = new Set([...open.value].filter((id) => !ids.includes(id)))
  }

  function forget(): void {
    ending.value = null
  }

  return { job, ending, running, report, reading, unanswered, start, resume, cancel, forget, answer, dismiss }
})

const LAST = 'zhike.console.health.last'

function remember(id: string): void {
  try {
    localStorage.setItem(LAST, id)
  } catch {
    // Storage is switched off: the report is there as long as the page is.
  }
}

function remembered(): string | null {
  try {
    return localStorage.getItem(LAST)
  } catch {
    return null
  }
}
