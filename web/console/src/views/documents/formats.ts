import type { Document } from '@zhike/shared'

const WRITTEN: readonly Document['format'][] = ['markdown', 'text', 'html', 'csv', 'json']

/** Whether a document is written in text, so that it can be edited where it is. */
export const isWritten = ({ format }: Document) => WRITTEN.includes(format)
