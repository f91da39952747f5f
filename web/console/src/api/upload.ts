import type { Attachment, Problem } from '@zhike/shared'
import { ApiError } from './http.ts'

/** Hands a file over and tells how much of it is gone, 0..=1: `fetch` cannot say that. */
export function uploadTo(path: string, file: File, onProgress: (share: number) => void): Promise<Attachment> {
  const body = new FormData()
  body.append('file', file, file.name)
  const request = new XMLHttpRequest()
  request.open('POST', path)
  request.responseType = 'json'
  request.upload.onprogress = ({ loaded, total }) => onProgress(total ? loaded / total : 0)
  return new Promise((resolve, reject) => {
    request.onload = () => {
      const answer: unknown = request.response
      if (request.status < 300) return resolve(answer as Attachment)
      const problem = answer as Partial<Problem> | null
      const { status, statusText } = request
      reject(new ApiError(status, problem?.code ?? 'unknown', problem?.detail ?? statusText))
    }
    request.onerror = () => reject(new ApiError(0, 'network', 'no connection'))
    request.send(body)
  })
}
