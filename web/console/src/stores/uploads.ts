import { newClientId, type Job } from '@zhike/shared'
import { defineStore } from 'pinia'
import { computed, shallowReactive } from 'vue'
import { knowledge } from '../api/index.ts'
import { follow } from '../api/jobs.ts'

/** One file on its way into the knowledge base. */
export interface Upload {
  key: string
  name: string
  bytes: number
  state: 'queued' | 'sending' | 'running' | 'done' | 'failed'
  /** 0..=1 */
  progress: number
  step: string
  problem?: string
}

const AT_ONCE = 3

/** Files being imported: a few at a time, each with its own progress and its own error. Leaving the page does not stop them. */
export const useUploads = defineStore('uploads', () => {
  const items = shallowReactive(new Map<string, Upload>())
  const waiting: { key: string; file: File }[] = []
  let running = 0
  let onDone: () => void = () => {}

  const list = computed(() => [...items.values()])
  const active = computed(() => list.value.filter((u) => u.state !== 'done' && u.state !== 'failed').length)

  function change(key: string, changes: Partial<Upload>): void {
    const upload = items.get(key)
    if (upload) items.set(key, { ...upload, ...changes })
  }

  function add(files: Iterable<File>, whenDone: () => void): void {
    onDone = whenDone
    for (const file of files) {
      const key = newClientId()
      items.set(key, { key, name: file.name, bytes: file.size, state: 'queued', progress: 0, step: '' })
      waiting.push({ key, file })
    }
    next()
  }

  function next(): void {
    while (running < AT_ONCE) {
      const job = waiting.shift()
      if (!job) return
      running++
      void run(job.key, job.file).finally(() => {
        running--
        next()
      })
    }
  }

  async function run(key: string, file: File): Promise<void> {
    const show = (job: Job) => change(key, { state: 'running', progress: job.progress, step: job.step })
    try {
      change(key, { state: 'sending' })
      const job = await follow(await knowledge.upload(file), show)
      if (job.state === 'failed') throw new Error(job.error ?? job.step)
      change(key, { state: 'done', progress: 1 })
      onDone()
    } catch (error) {
      change(key, { state: 'failed', problem: error instanceof Error ? error.message : String(error) })
    }
  }

  /** Forgets what has ended. */
  function tidy(): void {
    for (const { key, state } of list.value) if (state === 'done' || state === 'failed') items.delete(key)
  }

  return { list, active, add, tidy }
})
