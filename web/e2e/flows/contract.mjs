import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { describe, it } from 'node:test'

/** Words for people change freely; ids of calls name functions of the server. */
const IGNORED = new Set(['info', 'description', 'summary', 'operationId', 'tags', 'example', 'examples'])

/** @param {import('../lib/world.mjs').World} world */
export function contract(world) {
  describe('the API', () => {
    it('still says everything that the console’s types were generated from', async () => {
      const known = await readFile(new URL('../../shared/openapi.json', import.meta.url), 'utf8')
      const now = await fetch(`${world.server.url}/openapi.json`).then((response) => response.json())
      const gone = missing(JSON.parse(known), now, '')
      assert.deepEqual(gone, [], 'dropped or changed; `npm run api -- <address of a server>` takes it over')
    })
  })
}

/**
 * Where `now` lacks something of `known` or has it otherwise. More than what was known is fine.
 * @param {any} known
 * @param {any} now
 * @param {string} place
 * @returns {string[]}
 */
function missing(known, now, place) {
  if (Array.isArray(known)) {
    const left = Array.isArray(now) ? [...now] : []
    return known.flatMap((item, i) => {
      const at = left.findIndex((other) => missing(item, other, place).length === 0)
      if (at < 0) return [`${place}[${i}]`]
      left.splice(at, 1)
      return []
    })
  }
  if (known !== null && typeof known === 'object') {
    if (now === null || typeof now !== 'object') return [place]
    // A field of that name is no words about a field.
    const keys = Object.keys(known).filter((key) => place.endsWith('/properties') || !IGNORED.has(key))
    return keys.flatMap((key) => missing(known[key], now[key], `${place}/${key}`))
  }
  return Object.is(known, now) ? [] : [place]
}
