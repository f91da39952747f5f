import type { Document } from '@zhike/shared'
import { expect, it } from 'vitest'
import { narrowed, optionsOf, type Filters } from './filters.ts'

const document = (name: string, more: Partial<Document> = {}) =>
  ({
    name,
    title: '',
    base: 'default',
    lang: 'zh',
    audience: 'visitors',
    tags: [],
    ...more,
  }) as unknown as Document

const all = [
  document('退货政策.md', { tags: ['售后', '退货'], owner: '小林' }),
  document('Ｓｈｉｐｐｉｎｇ.md', { title: '配送', lang: 'en', owner: '小林' }),
  document('内部口径.md', { audience: 'staff', tags: ['售后'], base: '内部' }),
]
const NONE: Filters = { base: '', tag: '', owner: '', lang: '', audience: '', q: '' }
const names = (filters: Partial<Filters>) => narrowed(all, { ...NONE, ...filters }).map(({ name }) => name)

it('narrows by everything that was picked at once', () => {
  expect(names({})).toHaveLength(3)
  expect(names({ tag: '售后' })).toEqual(['退货政策.md', '内部口径.md'])
  expect(names({ tag: '售后', audience: 'staff' })).toEqual(['内部口径.md'])
  expect(names({ owner: '小林', lang: 'en' })).toEqual(['Ｓｈｉｐｐｉｎｇ.md'])
  expect(names({ base: '内部', owner: '小林' })).toEqual([])
})

it('finds names and titles, whatever their width and case', () => {
  expect(names({ q: ' SHIPPING' })).toEqual(['Ｓｈｉｐｐｉｎｇ.md'])
  expect(names({ q: '配送' })).toEqual(['Ｓｈｉｐｐｉｎｇ.md'])
})

it('offers what there is', () => {
  expect(optionsOf(all)).toMatchObject({ tag: ['售后', '退货'], owner: ['小林'], lang: ['en', 'zh'] })
})
