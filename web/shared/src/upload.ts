import type { Attachment, Problem } from './wire.ts'

/**
 * Hands a file over and tells how much of it is gone, 0..=1: `fetch` cannot say that. Refusals are errors with the
 * server's `status` and `code`; without an answer the status is 0.
 */
export function upload(
  url: string,
  file: File,
  onProgress: (share: number) => void,
  token?: string | null,
): Promise<Attachment> {
  const body = new FormData()
  body.append('file', file, file.name)
  const request = new XMLHttpRequest()
  request.open('POST', url)
  if (token) request.setRequestHeader('authorization', `Bearer ${token}`)
  request.responseType = 'json'
  request.upload.onprogress = ({ loaded, total }) => onProgress(loaded / total)
  return new Promise((resolve, reject) => {
    request.onload = request.onerror = () => {
      const { status, statusText } = request
      const answer = request.response as (Attachment & Partial<Problem>) | null
      if (status === 201 && answer) return resolve(answer)
      const { detail = statusText, code = 'network' } = answer ?? {}
      reject(Object.assign(new Error(detail), { status, code }))
    }
    request.send(body)
  })
}
