import { expect, it } from 'vitest'
import { en } from './en.ts'
import { zh } from './zh.ts'

function flat(words: object, prefix = ''): [string, string][] {
  return Object.entries(words).flatMap(([key, value]) =>
    typeof value === 'string'
      ? [[prefix + key, value] as [string, string]]
      : flat(value as object, `${prefix}${key}.`),
  )
}
const names = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((m) => m[1]).sort()

it('both languages fill the same places and leave no word empty', () => {
  const english = new Map(flat(en))
  for (const [key, text] of flat(zh)) {
    expect(english.get(key), key).toBeTruthy()
    expect(names(english.get(key) ?? ''), key).toEqual(names(text))
  }
  expect(english.size).toBe(flat(zh).length)
})
