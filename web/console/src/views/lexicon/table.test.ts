import type { LexiconEntry } from '@zhike/shared'
import { expect, it } from 'vitest'
import { readTable, tableOf } from './table.ts'

const entries: LexiconEntry[] = [
  { kind: 'synonyms', word: '运费', others: ['邮费', 'shipping, "postage"'] },
  { kind: 'one_way', word: '手机', others: ['iPhone'] },
  { kind: 'word', word: '上海交通大学', others: [] },
  { kind: 'stop', word: '请问', others: [] },
]

it('comes back as it went out', () => {
  expect(readTable(tableOf(entries))).toEqual({ entries, faults: [] })
})

it('reads what people paste: other names, another order, tabs, empty lines', () => {
  const pasted = '\uFEFF词\t种类\t其他说法\n运费\t同义词\t邮费；快递费\n\n请问\t停用词\t\n'
  expect(readTable(pasted)).toEqual({
    entries: [
      { kind: 'synonyms', word: '运费', others: ['邮费', '快递费'] },
      { kind: 'stop', word: '请问', others: [] },
    ],
    faults: [],
  })
})

it('names the lines that cannot be used, and why', () => {
  const { entries: read, faults } = readTable(
    'kind,word,others\nverb,走,\nstop,,\nsynonyms,运费,\nstop,请问,吗\n"word","two\nlines",\nword,整个,\n',
  )
  expect(faults).toEqual([
    { line: 2, kind: 'kind' },
    { line: 3, kind: 'word' },
    { line: 4, kind: 'others' },
    { line: 5, kind: 'others' },
  ])
  expect(read.map(({ word }) => word)).toEqual(['two\nlines', '整个'])
  expect(readTable('运费,邮费\n').faults).toEqual([{ line: 1, kind: 'header' }])
  expect(readTable('').faults).toEqual([{ line: 1, kind: 'header' }])
})
