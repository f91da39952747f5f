import type { Job } from '@zhike/shared'
import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import type * as Api from '../api/index.ts'
import { ApiError, jobs, training } from '../api/index.ts'
import { follow } from '../api/jobs.ts'
import { useTraining } from './training.ts'

vi.mock('../api/index.ts', async (original) => ({
  ...(await original<typeof Api>()),
  training: { start: vi.fn() },
  jobs: { get: vi.fn(), cancel: vi.fn() },
}))
vi.mock('../api/jobs.ts')

const job = (changes: Partial<Job> = {}): Job => ({
  id: 'j1',
  kind: 'train',
  subject: 'intents and slots',
  state: 'running',
  progress: 0.3,
  step: 'slots',
  created_at: '',
  updated_at: '',
  ...changes,
})
const gone = new ApiError(404, 'not_found', 'there is no job j1')

beforeEach(() => {
  setActivePinia(createPinia())
  sessionStorage.clear()
  vi.resetAllMocks()
  vi.mocked(training.start).mockResolvedValue(job({ state: 'queued' }))
})

describe('a training run', () => {
  it('is followed to its result', async () => {
    const result = { version: { id: 'v1' } }
    vi.mocked(follow).mockImplementation((_, onChange) => {
      onChange(job({ progress: 0.8 }))
      expect(useTraining().job?.progress).toBe(0.8)
      return Promise.resolve(job({ state: 'done', result }))
    })
    const store = useTraining()
    await store.start('fast')
    expect(store.ending).toEqual({ kind: 'done', result })
    expect(store.running).toBe(false)
  })

  it('that fails says why; one that was cancelled is no failure', async () => {
    const store = useTraining()
    vi.mocked(follow).mockResolvedValue(job({ state: 'failed', error: 'two intents at least' }))
    await store.start('fast')
    expect(store.ending).toEqual({ kind: 'failed', error: new Error('two intents at least') })

    vi.mocked(follow).mockImplementation(async () => {
      await store.cancel()
      return job({ state: 'failed', error: 'cancelled' })
    })
    await store.start('deep')
    expect(jobs.cancel).toHaveBeenCalledWith('j1')
    expect(store.ending).toEqual({ kind: 'cancelled' })
  })

  it('that cannot be started says why, and there is nothing to follow', async () => {
    const refused = new ApiError(403, 'forbidden', 'admins only')
    vi.mocked(training.start).mockRejectedValue(refused)
    const store = useTraining()
    await store.start('fast')
    expect(store.startProblem).toBe(refused)
    expect(follow).not.toHaveBeenCalled()
  })

  it('is found again after the page was loaded anew', async () => {
    vi.mocked(follow).mockReturnValue(new Promise(() => {}))
    void useTraining().start('deep')
    await vi.waitFor(() => expect(follow).toHaveBeenCalledOnce())

    setActivePinia(createPinia())
    vi.mocked(jobs.get).mockResolvedValue(job())
    const again = useTraining()
    void again.resume()
    await vi.waitFor(() => expect(again.running).toBe(true))
    expect(jobs.get).toHaveBeenCalledWith('j1')
    expect(again.mode).toBe('deep')
  })

  it('that ended with the server is called lost, once', async () => {
    vi.mocked(follow).mockRejectedValue(gone)
    const store = useTraining()
    await store.start('fast')
    expect(store.ending).toEqual({ kind: 'lost' })
    store.dismiss()
    await store.resume()
    expect(store.ending).toBeNull()
  })
})
