/** What a key may do: of each area nothing, reading, or writing as well. */
export const AREAS = [
  'conversations',
  'dialog',
  'knowledge',
  'training',
  'reports',
  'staff',
  'settings',
] as const
export type Area = (typeof AREAS)[number]
export type Access = '' | 'read' | 'write'
export type Scopes = Record<Area, Access>

export const noScopes = (): Scopes => Object.fromEntries(AREAS.map((area) => [area, ''])) as unknown as Scopes

/** Who may write may read. */
export function scopesOf(names: readonly string[]): Scopes {
  const scopes = noScopes()
  for (const area of AREAS) {
    if (names.includes(`${area}:write`)) scopes[area] = 'write'
    else if (names.includes(`${area}:read`)) scopes[area] = 'read'
  }
  return scopes
}

export function namesOf(scopes: Scopes): string[] {
  return AREAS.flatMap((area) => (scopes[area] ? [`${area}:${scopes[area]}`] : []))
}
