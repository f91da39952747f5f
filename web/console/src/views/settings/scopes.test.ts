import { describe, expect, it } from 'vitest'
import { namesOf, noScopes, scopesOf } from './scopes.ts'

describe('the scopes of a key', () => {
  it('are none, reading, or writing as well', () => {
    const scopes = scopesOf(['knowledge:read', 'knowledge:write', 'reports:read', 'of a newer server'])
    expect([scopes.knowledge, scopes.reports, scopes.staff]).toEqual(['write', 'read', ''])
    expect(namesOf(scopes)).toEqual(['knowledge:write', 'reports:read'])
    expect(namesOf(noScopes())).toEqual([])
  })
})
