/** Times between two runs that are offered, in minutes. */
export const OFFERED = [60, 360, 1_440, 10_080, 43_200] as const

const NAMED = { 60: 'hourly', 1_440: 'daily', 10_080: 'weekly' } as const
const UNITS = [
  ['days', 1_440],
  ['hours', 60],
  ['minutes', 1],
] as const

/** A time between two runs in words: one that has a name, or so many of its largest whole unit. */
export function everyOf(minutes: number): { word: string; n: number } {
  const [unit, size] = UNITS.find(([, size]) => minutes % size === 0) ?? (['minutes', 1] as const)
  return { word: NAMED[minutes as keyof typeof NAMED] ?? unit, n: minutes / size }
}
