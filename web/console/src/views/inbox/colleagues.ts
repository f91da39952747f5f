import type { reports } from '../../api/desk.ts'

export type Colleague = Awaited<ReturnType<typeof reports.presence>>[number]

const ORDER = ['online', 'busy', 'away', 'offline']

/** Colleagues beside some, who are there first. */
export function byPresence(staff: Colleague[], besides: ReadonlySet<string | undefined>): Colleague[] {
  return staff
    .filter(({ user_id }) => !besides.has(user_id))
    .sort((a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state) || a.name.localeCompare(b.name))
}
