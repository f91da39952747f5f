import type { Stretch } from '../../api/desk.ts'

/** Days one looks at, the last of them today. */
export const SPANS = [1, 7, 30, 90] as const

/** A day of the reader's own calendar, as the API takes it. */
export function dayOf(date: Date): string {
  const two = (value: number) => String(value).padStart(2, '0')
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
}

/** So many days up to today. */
export function lastDays(days: number, today: Date): Stretch {
  const from = new Date(today)
  from.setDate(from.getDate() - days + 1)
  return { from: dayOf(from), to: dayOf(today) }
}

/** What an address names, if it names days that follow one another. */
export function stretchOf(query: { from?: unknown; to?: unknown }): Stretch | null {
  const { from, to } = query
  const isDay = (value: unknown): value is string =>
    typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value)
  return isDay(from) && isDay(to) && from <= to ? { from, to } : null
}
