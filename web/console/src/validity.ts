/** Days as people write them, in their own time zone; something holds from the first moment of one to the last of the other. */
const two = (n: number) => String(n).padStart(2, '0')

export function dayOf(iso: string | null | undefined): string {
  if (!iso) return ''
  const date = new Date(iso)
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
}
export const startOf = (day: string) => new Date(`${day}T00:00:00`).toISOString()
export const endOf = (day: string) => new Date(`${day}T23:59:59.999`).toISOString()

/** Two days that make a stretch, or one that is open. */
export const isForwards = ({ from, to }: { from: string; to: string }) => !from || !to || from <= to

interface Held {
  valid_from?: string | null | undefined
  valid_to?: string | null | undefined
}

/** Whether something answers now, not yet, or no longer. */
export function stateOf({ valid_from: from, valid_to: to }: Held, now: number): 'now' | 'later' | 'over' {
  if (from && Date.parse(from) > now) return 'later'
  return to && Date.parse(to) < now ? 'over' : 'now'
}
