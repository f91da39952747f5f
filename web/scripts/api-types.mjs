/**
 * The types of the API, from the document the server generates from its own code.
 *
 *   npm run api -- http://127.0.0.1:8080   take the document of a running server and write the types
 *   npm run api                            write the types of the document as it is
 *   npm run api -- --check                 fail if the types are not those of the document
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import openapiTS, { astToString } from 'openapi-typescript'

const shared = join(import.meta.dirname, '../shared')
const documentFile = join(shared, 'openapi.json')
const typesFile = join(shared, 'src/api.gen.ts')
const HEADER = '// Generated from openapi.json by `npm run api`. Change the server, not this file.\n\n'

const [argument] = process.argv.slice(2)
if (argument && argument !== '--check') {
  const response = await fetch(new URL('/openapi.json', argument))
  if (!response.ok) throw new Error(`${response.url} answered ${response.status}`)
  writeFileSync(documentFile, `${JSON.stringify(await response.json(), null, 1)}\n`)
}

const types = await generated(JSON.parse(readFileSync(documentFile, 'utf8')))
if (argument !== '--check') {
  writeFileSync(typesFile, types)
} else if (readFileSync(typesFile, 'utf8') !== types) {
  console.error('shared/src/api.gen.ts is not what shared/openapi.json says: run `npm run api`')
  process.exitCode = 1
}

/** Calls are found by method and path; their ids name functions of the server and are not unique. */
async function generated(document) {
  for (const calls of Object.values(document.paths)) {
    for (const call of Object.values(calls)) delete call.operationId
  }
  return (
    HEADER +
    astToString(
      await openapiTS(document, { alphabetize: true, emptyObjectsUnknown: true, defaultNonNullable: false }),
    )
  )
}
