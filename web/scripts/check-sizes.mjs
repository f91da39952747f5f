/** Holds the size budgets of the built pages: what visitors and agents wait for on a slow line. */
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

const dist = join(import.meta.dirname, '../dist')
const WIDGET_LIMIT = 12 * 1024
const CONSOLE_LIMIT = 250 * 1024

const gzipped = (file) => gzipSync(readFileSync(join(dist, file)), { level: 9 }).length

/** All scripts and styles of the console: an upper bound of what its first page loads. */
const assets = readdirSync(join(dist, 'assets')).filter(
  (f) => /\.(js|css)$/.test(f) && !f.startsWith('demo-'),
)
const sizes = [
  { what: 'widget.js', bytes: gzipped('widget.js'), limit: WIDGET_LIMIT },
  {
    what: 'console, everything',
    bytes: assets.reduce((sum, f) => sum + gzipped(join('assets', f)), 0),
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
