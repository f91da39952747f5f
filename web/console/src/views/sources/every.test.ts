import { expect, it } from 'vitest'
import { everyOf } from './every.ts'

it('is said by its name, or in its largest whole unit', () => {
  expect([5, 60, 90, 360, 1_440, 10_080, 43_200].map(everyOf)).toEqual([
    { word: 'minutes', n: 5 },
    { word: 'hourly', n: 1 },
    { word: 'minutes', n: 90 },
    { word: 'hours', n: 6 },
    { word: 'daily', n: 1 },
    { word: 'weekly', n: 7 },
    { word: 'days', n: 30 },
  ])
})
