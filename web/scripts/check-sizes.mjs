/** Holds the size budgets of the built pages: what visitors and agents wait for on a slow line. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

const dist = join(import.meta.dirname, '../dist')
const WIDGET_LIMIT = 12 * 1024
const CONSOLE_LIMIT = 250 * 1024

const gzipped = (file) => gzipSync(readFileSync(join(dist, file)), { level: 9 }).length

/**
 * What the browser loads before the first page of the console stands: what index.html names, and what the entry loads
 * along with that page. Charts and the other pages come when they are opened.
 */
const FIRST_PAGE = 'inbox-view'
const named = (text) => [...text.matchAll(/assets\/[\w.-]+\.(?:js|css)/g)].map(([file]) => file)
const index = named(readFileSync(join(dist, 'index.html'), 'utf8'))
const entry = readFileSync(
  join(
    dist,
    index.find((file) => file.endsWith('.js')),
  ),
  'utf8',
)
const list = named(/__vite__mapDeps=.*?\[([^\]]*)\]/.exec(entry)[1])
const [, deps] = new RegExp(`import\\(.\\./${FIRST_PAGE}-[^)]*\\),__vite__mapDeps\\(\\[([\\d,]*)`).exec(entry)
const first = new Set([...index, ...deps.split(',').map((place) => list[Number(place)])])
if (![...first].some((file) => file.includes(FIRST_PAGE)))
  throw new Error(`${FIRST_PAGE} is not among ${[...first]}`)

const sizes = [
  { what: 'widget.js', bytes: gzipped('widget.js'), limit: WIDGET_LIMIT },
  {
    what: 'console, first page',
    bytes: [...first].reduce((sum, file) => sum + gzipped(file), 0),
    limit: CONSOLE_LIMIT,
  },
]

for (const { what, bytes, limit } of sizes) {
  const line = `${what}: ${bytes} bytes gzip, limit ${limit}`
  if (bytes <= limit) {
    console.log(line)
  } else {
    console.error(`${line}: too large`)
    process.exitCode = 1
  }
}
