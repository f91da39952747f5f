/**
 * The whole way of a message, in a browser, against the real program. `ZHIKE_BIN` names the program; one instance
 * serves all flows, each with visitors of its own. `ZHIKE_PAGES` may name a folder of built pages to be tried in the
 * place of those inside the program; `npm run e2e -- --test-name-pattern=WORDS` runs some of the flows.
 */
import { after, afterEach, before, describe } from 'node:test'
import { business } from './flows/business.mjs'
import { canned } from './flows/canned.mjs'
import { card } from './flows/card.mjs'
import { contract } from './flows/contract.mjs'
import { conversation } from './flows/conversation.mjs'
import { ending } from './flows/ending.mjs'
import { evaluations } from './flows/evaluations.mjs'
import { knowledge } from './flows/knowledge.mjs'
import { library } from './flows/library.mjs'
import { lessons } from './flows/lessons.mjs'
import { pages } from './flows/pages.mjs'
import { phrasing } from './flows/phrasing.mjs'
import { reading } from './flows/reading.mjs'
import { reconnect } from './flows/reconnect.mjs'
import { reports } from './flows/reports.mjs'
import { requirements } from './flows/requirements.mjs'
import { safety } from './flows/safety.mjs'
import { settings } from './flows/settings.mjs'
import { start } from './flows/start.mjs'
import { systems } from './flows/systems.mjs'
import { teaching } from './flows/teaching.mjs'
import { widget } from './flows/widget.mjs'
import { workspace } from './flows/workspace.mjs'
import { launch } from './lib/browser.mjs'
import { startServer } from './lib/server.mjs'

describe('Zhike in a browser', () => {
  /** @type {import('./lib/world.mjs').World} */
  const world = Object.create(null)

  before(async () => {
    world.server = await startServer()
    world.browser = await launch()
  })
  // Whoever took part has left, also when a flow ended early.
  afterEach(() => Promise.all(world.browser.contexts().map((context) => context.close())))
  after(async () => {
    await world.browser?.close()
    await world.server?.stop()
  })

  contract(world)
  conversation(world)
  workspace(world)
  widget(world)
  business(world)
  card(world)
  ending(world)
  knowledge(world)
  library(world)
  reading(world)
  reconnect(world)
  phrasing(world)
  safety(world)
  requirements(world)
  systems(world)
  lessons(world)
  teaching(world)
  evaluations(world)
  reports(world)
  settings(world)
  canned(world)
  start(world)
  pages(world)
})
