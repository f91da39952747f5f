import type { Job } from '@zhike/shared'
import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { knowledge } from '../api/knowledge.ts'
import { finished } from '../api/jobs.ts'
import { useUploads } from './uploads.ts'

vi.mock('../api/knowledge.ts')
vi.mock('../api/jobs.ts')

const job = (subject: string, changes: Partial<Job> = {}): Job => ({
  id: subject,
  kind: 'import',
  subject,
  state: 'queued',
  progress: 0,
  step: '',
  created_at: '',
  updated_at: '',
  ...changes,
})
const file = (name: string) => new File(['x'], name)

beforeEach(() => {
  setActivePinia(createPinia())
  vi.resetAllMocks()
  vi.mocked(knowledge.upload).mockImplementation((f) => Promise.resolve(job(f.name)))
})

describe('uploads', () => {
  it('keep the good files when one is refused, and say why it was', async () => {
    vi.mocked(finished).mockImplementation((j) =>
      j.subject === 'bad.pdf'
        ? Promise.reject(new Error('bad.pdf: the document is encrypted'))
        : Promise.resolve(job(j.subject, { state: 'done', progress: 1 })),
    )
    const uploads = useUploads()
    const done = vi.fn()
    uploads.add([file('a.md'), file('bad.pdf'), file('b.md'), file('c.md'), file('d.md')], done)
    await vi.waitFor(() => expect(uploads.active).toBe(0))
    expect(uploads.list.map((u) => [u.name, u.state])).toEqual([
      ['a.md', 'done'],
      ['bad.pdf', 'failed'],
      ['b.md', 'done'],
      ['c.md', 'done'],
      ['d.md', 'done'],
    ])
    expect(uploads.list[1]?.problem).toEqual(new Error('bad.pdf: the document is encrypted'))
    expect(done).toHaveBeenCalledTimes(4)
    uploads.tidy()
    expect(uploads.list).toEqual([])
  })

  it('are tried once more, as they were sent the first time', async () => {
    vi.mocked(finished)
      .mockRejectedValueOnce(new Error('the disk is full'))
      .mockResolvedValueOnce(job('a.md', { state: 'done', progress: 1 }))
    const uploads = useUploads()
    const send = vi.fn((f: File) => Promise.resolve(job(f.name)))
    const done = vi.fn()
    uploads.add([file('a.md')], done, send)
    await vi.waitFor(() => expect(uploads.list[0]?.state).toBe('failed'))
    uploads.retry(uploads.list[0]?.key ?? '')
    await vi.waitFor(() => expect(uploads.list[0]?.state).toBe('done'))
    expect(uploads.list[0]?.problem).toBeUndefined()
    expect([send.mock.calls.length, done.mock.calls.length]).toEqual([2, 1])
    expect(knowledge.upload).not.toHaveBeenCalled()
  })

  it('are a few at a time', () => {
    vi.mocked(finished).mockReturnValue(new Promise(() => {}))
    const uploads = useUploads()
    uploads.add(['1', '2', '3', '4', '5'].map(file), () => {})
    expect(knowledge.upload).toHaveBeenCalledTimes(3)
    expect(uploads.list.map((u) => u.state)).toEqual(['sending', 'sending', 'sending', 'queued', 'queued'])
  })

  it('show the progress of each file', async () => {
    let report: (j: Job) => void = () => {}
    vi.mocked(finished).mockImplementation((_, onChange) => {
      report = onChange ?? report
      return new Promise(() => {})
    })
    const uploads = useUploads()
    uploads.add([file('a.md')], () => {})
    await vi.waitFor(() => expect(finished).toHaveBeenCalled())
    report(job('a.md', { state: 'running', progress: 0.4, step: 'encoding' }))
    expect(uploads.list[0]).toMatchObject({ state: 'running', progress: 0.4, step: 'encoding' })
  })
})
