/** The real program, serving the sample shop from a fresh folder on a free port. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const READY_WITHIN = 120_000
const STOP_WITHIN = 10_000

/**
 * @typedef {object} Server
 * @property {string} url
 * @property {string} email of the admin that the first start has created
 * @property {string} password of the admin that the first start has printed
 * @property {() => Promise<void>} stop
 */

/**
 * @param {Record<string, string>} [settings] beside the defaults, as variables of the environment
 * @returns {Promise<Server>}
 */
export async function startServer(settings) {
  const binary = process.env.ZHIKE_BIN
  if (!binary)
    throw new Error('set ZHIKE_BIN to the program to test, e.g. ZHIKE_BIN=$PWD/../target/debug/zhike')
  const data = await mkdtemp(join(tmpdir(), 'zhike-e2e-'))
  const port = await freePort()
  const child = spawn(binary, ['serve', '--demo', '--data', data, '--listen', `127.0.0.1:${port}`], {
    // An unoptimised program is slow.
    env: { ...withoutSettings(process.env), ZHIKE_ENGINE__DEADLINE_MS: '20000', ...settings },
  })
  let output = ''
  child.stdout.on('data', (chunk) => (output += chunk))
  child.stderr.on('data', (chunk) => (output += chunk))

  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      const exited = once(child, 'exit')
      child.kill('SIGTERM')
      const late = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN)
      await exited
      clearTimeout(late)
    }
    await rm(data, { recursive: true, force: true })
  }
  const url = `http://127.0.0.1:${port}`
  try {
    await ready(url, () => child.exitCode)
    const { email, password } = credentials(output)
    return { url, email, password, stop }
  } catch (error) {
    await stop()
    throw new Error(`${error instanceof Error ? error.message : error}\n--- the program said:\n${output}`, {
      cause: error,
    })
  }
}

/**
 * @param {string} url
 * @param {() => number | null} exitCode
 */
async function ready(url, exitCode) {
  const until = Date.now() + READY_WITHIN
  while (Date.now() < until) {
    if (exitCode() !== null) throw new Error(`the program ended with ${exitCode()} before it was ready`)
    const response = await fetch(`${url}/readyz`).catch(() => null)
    if (response?.ok) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error(`the program was not ready within ${READY_WITHIN / 1000} s`)
}

/**
 * The program reads `ZHIKE_*` as settings of its own and is tested with its defaults.
 * @param {NodeJS.ProcessEnv} env
 */
function withoutSettings(env) {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('ZHIKE_')))
}

/**
 * The first start prints them once.
 * @param {string} output
 */
function credentials(output) {
  const [, email, password] = /sign in with\s+(\S+@\S+)\s+(\S+)/.exec(output) ?? []
  if (!email || !password) throw new Error('the first start printed no admin and password')
  return { email, password }
}

/** @returns {Promise<number>} */
function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.on('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() =>
        address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port')),
      )
    })
  })
}
