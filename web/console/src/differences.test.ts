import { expect, it } from 'vitest'
import { differences, numbersApart, type Piece } from './differences.ts'

/** What is marked, in brackets. */
const shown = (pieces: Piece[]) => pieces.map(({ text, own }) => (own ? `[${text}]` : text)).join('')
const both = (sides: [Piece[], Piece[]]) => sides.map(shown)

it('marks what only one of two lines has', () => {
  expect(both(differences('签收后七天内可以退货。', '签收后十五天内可以退货。'))).toEqual([
    '签收后[七]天内可以退货。',
    '签收后[十五]天内可以退货。',
  ])
  expect(both(differences('Ships within 24 hours', 'Ships within 48 hours'))).toEqual([
    'Ships within [24] hours',
    'Ships within [48] hours',
  ])
  expect(both(differences('满 99 元包邮', '满 99 元包邮，新疆除外'))).toEqual([
    '满 99 元包邮',
    '满 99 元包邮[，新疆除外]',
  ])
})

it('lets two lines that have little in common be two lines', () => {
  expect(both(differences('运费六元', 'Returns are free'))).toEqual(['运费六元', 'Returns are free'])
})

it('loses no character', () => {
  const [before, after] = ['第 3 条 — 🚚 次日达', '第 4 条 — 🚚 当日达！']
  const sides = differences(before, after)
  expect(sides.map((side) => side.map(({ text }) => text).join(''))).toEqual([before, after])
})

it('marks the numbers that contradict each other, however they are written', () => {
  expect(both(numbersApart('签收后七天内可以无理由退货', '签收后15天内，一律可以退货'))).toEqual([
    '签收后[七]天内可以无理由退货',
    '签收后[15]天内，一律可以退货',
  ])
  expect(both(numbersApart('两百元以上免运费，7天内发货', '200元以上免运费，10天内发货'))).toEqual([
    '两百元以上免运费，[7]天内发货',
    '200元以上免运费，[10]天内发货',
  ])
  expect(both(numbersApart('a 5% fee', 'a 6% fee'))).toEqual(['a [5]% fee', 'a [6]% fee'])
})

it('marks other words where the numbers are the same', () => {
  expect(both(numbersApart('保修 2 年，含电池', '保修 2 年，不含电池'))).toEqual([
    '保修 2 年，含电池',
    '保修 2 年，[不]含电池',
  ])
})
