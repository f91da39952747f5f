import { describe, expect, it } from 'vitest'
import { grown, type Growing } from './growing.ts'

const piece = (message_id: string, index: number, text: string) =>
  ({ type: 'message.delta', conversation_id: 'c1', message_id, index, text }) as const

describe('a message on its way', () => {
  const grow = (...pieces: ReturnType<typeof piece>[]) =>
    pieces.reduce<Growing | undefined>((before, frame) => grown(before, frame, 4), undefined)

  it('grows piece by piece and stands behind the newest message', () => {
    expect(grow(piece('m', 0, 'One.'), piece('m', 1, ' Two.'))).toMatchObject({
      id: 'm',
      seq: 5,
      sender: { kind: 'bot' },
      content: { type: 'text', text: 'One. Two.' },
    })
  })

  it('gives way to another one from its beginning', () => {
    expect(grow(piece('m', 0, 'One.'), piece('n', 0, 'Other.'))?.content.text).toBe('Other.')
  })

  it('shows nothing of what one has not heard from the beginning, and no piece twice', () => {
    expect(grow(piece('m', 1, ' Two.'))).toBeUndefined()
    expect(grow(piece('m', 0, 'One.'), piece('n', 3, 'end'))).toBeUndefined()
    expect(grow(piece('m', 0, 'One.'), piece('m', 0, 'One.'))?.content.text).toBe('One.')
    expect(grow(piece('m', 0, 'One.'), piece('m', 2, ' Three.'))?.content.text).toBe('One.')
  })
})
