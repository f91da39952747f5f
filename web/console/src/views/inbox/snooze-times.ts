/** The moments to which a conversation is put off most, on the agent's own clock. */

export type SnoozeName = 'hour' | 'tomorrow' | 'monday'
const MORNING = 9
const MONDAY = 1

/** Nine in the morning, some days on. */
function morning(now: Date, days: number): Date {
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() + days, MORNING)
}

export function snoozeTimes(now: Date): Record<SnoozeName, Date> {
  const untilMonday = (MONDAY - now.getDay() + 7) % 7 || 7
  return {
    hour: new Date(now.getTime() + 3_600_000),
    tomorrow: morning(now, 1),
    monday: morning(now, untilMonday),
  }
}

const two = (n: number) => String(n).padStart(2, '0')

/** As a field for a date and a time holds it. */
export function fieldOf(date: Date): string {
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
  return `${day}T${two(date.getHours())}:${two(date.getMinutes())}`
}
