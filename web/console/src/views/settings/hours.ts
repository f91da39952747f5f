import type { Day, OfficeHours } from '@zhike/shared'

/** Office hours as they are edited: any number of openings, each on some days. */
export interface Opening {
  days: Day[]
  from: string
  to: string
}
export interface HoursForm {
  kept: boolean
  timezone: string
  openings: Opening[]
}

export const DAYS: readonly Day[] = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']
export const usual = (): Opening => ({
  days: ['mon', 'tue', 'wed', 'thu', 'fri'],
  from: '09:00',
  to: '18:00',
})

export function formOf(hours: OfficeHours | null | undefined, here: string): HoursForm {
  if (!hours) return { kept: false, timezone: here, openings: [usual()] }
  const openings = hours.hours.map(({ days, from, to }) => ({ days: [...days], from, to }))
  return { kept: true, timezone: hours.timezone, openings }
}

/** None when people are always there. Openings on no day say nothing and are left out; days come in their order. */
export function hoursOf({ kept, timezone, openings }: HoursForm): OfficeHours | null {
  if (!kept) return null
  const said = openings.filter(({ days, from, to }) => days.length && from && to)
  const hours = said.map((o) => ({ ...o, days: DAYS.filter((day) => o.days.includes(day)) }))
  return { timezone: timezone.trim(), hours }
}
