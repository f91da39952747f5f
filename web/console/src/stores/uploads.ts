import { newClientId, type Job } from '@zhike/shared'
import { defineStore } from 'pinia'
import { computed, shallowReactive } from 'vue'
import { knowledge } from '../api/knowledge.ts'
import { finished } from '../api/jobs.ts'

/** One file on its way into the knowledge base. */
export interface Upload {
  key: string
  name: string
  bytes: number
  state: 'queued' | 'sending' | 'running' | 'done' | 'failed'
  /** 0..=1 */
  progress: number
  step: string
  problem?: unknown
}

/** How a file is handed to the server. */
type Send = (file: File) => Promise<Job>

interface Kept {
  file: File
  send: Send
  whenDone: () => void
}

const AT_ONCE = 3

/** Files being imported: a few at a time, each with its own progress and its own error. Leaving the page does not stop them. */
export const useUploads = defineStore('uploads', () => {
  const items = shallowReactive(new Map<string, Upload>())
  const kept = new Map<string, Kept>()
  const waiting: string[] = []
  let running = 0

  const list = computed(() => [...items.values()])
  const active = computed(() => list.value.filter((u) => u.state !== 'done' && u.state !== 'failed').length)

  function change(key: string, changes: Partial<Upload>): void {
    const upload = items.get(key)
    if (upload) items.set(key, { ...upload, ...changes })
  }

  function add(
    files: Iterable<File>,
    whenDone: () => void,
    send: Send = (file) => knowledge.upload(file),
  ): void {
    for (const file of files) {
      const key = newClientId()
      items.set(key, { key, name: file.name, bytes: file.size, state: 'queued', progress: 0, step: '' })
      kept.set(key, { file, send, whenDone })
      waiting.push(key)
    }
    next()
  }

  /** Once more, for a file that failed. */
  function retry(key: string): void {
    change(key, { state: 'queued', progress: 0, step: '', problem: undefined })
    waiting.push(key)
    next()
  }

  function next(): void {
    while (running < AT_ONCE) {
      const key = waiting.shift()
      const upload = key && kept.get(key)
      if (!upload) return
      running++
      void run(key, upload).finally(() => {
        running--
        next()
      })
    }
  }

  async function run(key: string, { file, send, whenDone }: Kept): Promise<void> {
    const show = (job: Job) => change(key, { state: 'running', progress: job.progress, step: job.step })
    try {
      change(key, { state: 'sending' })
      await finished(await send(file), show)
      change(key, { state: 'done', progress: 1 })
      kept.delete(key)
      whenDone()
    } catch (problem) {
      change(key, { state: 'failed', problem })
    }
  }

  /** Forgets what has ended. */
  function tidy(): void {
    for (const { key, state } of list.value) {
      if (state !== 'done' && state !== 'failed') continue
      items.delete(key)
      kept.delete(key)
    }
  }

  return { list, active, add, retry, tidy }
})
