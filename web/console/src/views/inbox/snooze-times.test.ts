import { expect, it } from 'vitest'
import { fieldOf, snoozeTimes } from './snooze-times.ts'

it('puts off for an hour, to the next morning, to the next Monday', () => {
  const sunday = snoozeTimes(new Date(2026, 10, 22, 15, 30))
  expect(fieldOf(sunday.hour)).toBe('2026-11-22T16:30')
  expect(fieldOf(sunday.tomorrow)).toBe('2026-11-23T09:00')
  expect(fieldOf(sunday.monday)).toBe('2026-11-23T09:00')
})

it('takes the Monday of the week after on a Monday, and goes over the end of a month', () => {
  const monday = snoozeTimes(new Date(2026, 10, 30, 8, 0))
  expect(fieldOf(monday.tomorrow)).toBe('2026-12-01T09:00')
  expect(fieldOf(monday.monday)).toBe('2026-12-07T09:00')
})
