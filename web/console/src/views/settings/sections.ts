/** The parts of the settings, grouped by what they are about. */

export type Leave = 'everybody' | 'agent' | 'admin'

export interface Section {
  name: string
  leave: Leave
  /** Pages that belong to it. */
  with?: readonly string[]
}

export const GROUPS: readonly {
  name: 'people' | 'talk' | 'programs' | 'records' | 'own'
  sections: readonly Section[]
}[] = [
  {
    name: 'people',
    sections: [
      { name: 'users', leave: 'admin' },
      { name: 'teams', leave: 'admin' },
    ],
  },
  {
    name: 'talk',
    sections: [
      { name: 'inboxes', leave: 'admin' },
      { name: 'canned', leave: 'agent' },
    ],
  },
  {
    name: 'programs',
    sections: [
      { name: 'keys', leave: 'admin' },
      { name: 'webhooks', leave: 'admin', with: ['webhook'] },
    ],
  },
  { name: 'records', sections: [{ name: 'audit', leave: 'admin' }] },
  { name: 'own', sections: [{ name: 'me', leave: 'everybody' }] },
]

/** What somebody may look after; groups in which nothing is left are left out. */
export function groupsFor({ canReply, canManage }: { canReply: boolean; canManage: boolean }) {
  const may: Record<Leave, boolean> = { everybody: true, agent: canReply, admin: canManage }
  return GROUPS.map(({ name, sections }) => ({
    name,
    sections: sections.filter(({ leave }) => may[leave]),
  })).filter(({ sections }) => sections.length > 0)
}
