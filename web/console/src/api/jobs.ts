import type { Job } from '@zhike/shared'
import { call } from './http.ts'

const POLL_EVERY = 1_000

const ended = (job: Job) => job.state === 'done' || job.state === 'failed'

/** Follows a job to its end. The event stream says every change; where it breaks, asking once a second does. */
export function follow(job: Job, onChange: (job: Job) => void): Promise<Job> {
  return new Promise((resolve, reject) => {
    const events = new EventSource(`/api/v1/jobs/${encodeURIComponent(job.id)}/events`)
    const tell = (now: Job) => {
      onChange(now)
      if (!ended(now)) return
      events.close()
      resolve(now)
    }
    events.addEventListener('job', (event) => tell(JSON.parse(event.data as string) as Job))
    events.onerror = () => {
      events.close()
      poll(job.id, onChange).then(resolve, reject)
    }
  })
}

/** As {@link follow}; throws when the work has failed. */
export async function finished(job: Job, onChange: (job: Job) => void = () => {}): Promise<Job> {
  const end = await follow(job, onChange)
  if (end.state === 'failed') throw new Error(end.error ?? end.step)
  return end
}

async function poll(id: string, onChange: (job: Job) => void): Promise<Job> {
  for (;;) {
    const job = await call('GET', '/jobs/{id}', { path: { id } })
    onChange(job)
    if (ended(job)) return job
    await new Promise((resolve) => setTimeout(resolve, POLL_EVERY))
  }
}
