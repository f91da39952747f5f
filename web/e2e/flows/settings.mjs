import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { describe, it } from 'node:test'
import { openPage, PHONE } from '../lib/browser.mjs'
import { expect } from '../lib/expect.mjs'
import { accessible, fits } from '../lib/rules.mjs'
import { Agent } from '../lib/people.mjs'
import { agentAt } from '../lib/world.mjs'

const PASSWORD = 'a password for a test'

/** A program of somebody else's that is told what happens, and refuses while `status` says so. */
async function receiver() {
  /** @type {{ status: number, events: string[] }} */
  const heard = { status: 200, events: [] }
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk) => (body += chunk))
    request.on('end', () => {
      heard.events.push(JSON.parse(body).event)
      response.writeHead(heard.status).end()
    })
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(null)))
  const address = server.address()
  const port = address && typeof address === 'object' ? address.port : 0
  return { heard, url: `http://127.0.0.1:${port}/hook`, close: () => server.close() }
}

/** @param {import('../lib/world.mjs').World} world */
export function settings(world) {
  describe('settings', () => {
    it('hold people and teams; who is an agent sees only what is theirs', async () => {
      const admin = await agentAt(world)
      const { page } = admin
      const row = (/** @type {string} */ name) => page.locator('.rows-card > li', { hasText: name })
      const save = () => page.getByRole('button', { name: '保存' }).click()
      await page.getByRole('link', { name: '设置' }).click()
      await page.waitForURL('**/settings/users')
      await page.getByRole('button', { name: '添加成员' }).click()
      await page.getByLabel(/^姓名/).fill('林一 <b onmouseover="window.__hit=1">')
      await page.getByLabel('邮箱').fill('lin@shop.example')
      await page.getByLabel(/^密码/).fill('short')
      assert.equal(await page.getByRole('button', { name: '保存' }).isDisabled(), true)
      await page.getByLabel(/^密码/).fill(PASSWORD)
      await accessible(page, 'a new member')
      await save()
      await row('lin@shop.example').getByText('客服').waitFor()

      await page.getByRole('button', { name: '添加成员' }).click()
      await page.getByLabel(/^姓名/).fill('又一个')
      await page.getByLabel('邮箱').fill('lin@shop.example')
      await page.getByLabel(/^密码/).fill(PASSWORD)
      await save()
      await page.locator('.el-drawer [role=alert]').waitFor()
      await page.getByRole('button', { name: '取消' }).click()
      await page.locator('.el-message-box').getByRole('button', { name: '放弃修改' }).click()

      await page.getByRole('link', { name: '团队' }).click()
      await page.getByRole('button', { name: '新建团队' }).click()
      await page.getByLabel(/^名称/).fill('售后')
      await page.getByLabel(/林一/).check()
      await page.getByLabel('技能').fill('lang:en')
      await page.getByLabel('技能').press('Enter')
      await page.getByLabel(/^不公开/).check()
      await save()
      assert.match(await row('售后').innerText(), /不公开[^]*lang:en[^]*林一/)

      const { page: own, context, faults } = await openPage(world.browser, { locale: 'en-GB' })
      await new Agent(own).signIn(`${world.server.url}/`, 'lin@shop.example', PASSWORD)
      await own.getByRole('link', { name: 'Settings' }).click()
      await own.waitForURL('**/settings/canned')
      assert.equal(await own.locator('.pane-links a').count(), 2)
      await own.goto(`${world.server.url}/settings/keys`)
      await own.getByText('Your role does not look after this part').waitFor()
      await own.getByRole('link', { name: 'Your account' }).click()
      const account = own.locator('form').filter({ has: own.getByLabel(/^New password/) })
      const saveAccount = account.getByRole('button', { name: 'Save' })
      await account.getByLabel(/^New password/).fill('another password')
      assert.equal(await saveAccount.isDisabled(), true)
      await account.getByLabel('Once more').fill('another password')
      await saveAccount.click()
      await own.locator('[name=email]').waitFor()
      await new Agent(own).signIn(`${world.server.url}/`, 'lin@shop.example', 'another password')
      await context.close()

      await page.getByRole('button', { name: '删除 售后' }).click()
      await page.locator('.el-message-box').getByRole('button', { name: '删除' }).click()
      await expect(() => row('售后').count(), 'the team').toBe(0)
      await page.getByRole('link', { name: '成员' }).click()
      await page.getByRole('button', { name: /^删除 林一/ }).click()
      await page.locator('.el-message-box').getByRole('button', { name: '删除' }).click()
      await expect(() => row('lin@shop.example').count(), 'the member').toBe(0)
      await page.getByRole('link', { name: '操作日志' }).click()
      await row('删除成员').first().waitFor()
      assert.equal(await page.evaluate(() => '__hit' in window), false)
      assert.deepEqual([...admin.faults, ...faults], [])
    })

    it('hold the doors: a name, a greeting, office hours, and the line for a page', async () => {
      const admin = await agentAt(world, { viewport: PHONE, lang: 'en' })
      const { page } = admin
      await page.goto(`${world.server.url}/settings`)
      await accessible(page, '/settings')
      await page.getByRole('link', { name: 'Inboxes' }).click()
      await page.getByRole('button', { name: 'New inbox' }).click()
      await page.getByLabel(/^Name/).fill('Second shop')
      await page.getByLabel(/^Id/).fill('second')
      await page.getByLabel(/^Greeting \(English\)/).fill('Welcome to the second shop')
      await page.getByText('Write the greeting in both languages').waitFor()
      assert.equal(await page.getByRole('button', { name: 'Save' }).isDisabled(), true)
      await page.getByLabel(/^Greeting \(Chinese\)/).fill('欢迎来到二号店')
      await page.getByLabel('People are there at certain hours only').check()
      await page.getByLabel('Time zone').fill('Asia/Shanghai')
      await page.locator('.days').getByText('Sat', { exact: true }).click()
      await accessible(page, 'a new inbox')
      await fits(page, 'a new inbox')
      await page.getByRole('button', { name: 'Save' }).click()
      const inbox = page.locator('.rows-card > li', { hasText: 'Second shop' })
      assert.match(await inbox.innerText(), /Office hours \(Asia\/Shanghai\)/)
      const line = await inbox.locator('.copy code').innerText()
      assert.equal(line, `<script src="${world.server.url}/widget.js" data-inbox="second" async></script>`)
      await fits(page, 'inboxes')

      const greeted = await page.request.post(`${world.server.url}/api/v1/visitor/sessions`, {
        data: { inbox: 'second', locale: 'en' },
      })
      assert.equal((await greeted.json()).inbox.greeting, 'Welcome to the second shop')
      await page.getByRole('button', { name: 'Delete Second shop' }).click()
      await page.locator('.el-message-box').getByRole('button', { name: 'Delete' }).click()
      // A visitor has used it: the server says why it stays.
      await page.locator('section [role=alert]').waitFor()
      assert.equal(await inbox.count(), 1)
      assert.deepEqual(admin.faults, [])
    })

    it('make keys that are shown once and do what they may', async () => {
      const admin = await agentAt(world)
      const { page } = admin
      const { url } = world.server
      await page.goto(`${url}/settings/keys`)
      await page.getByRole('button', { name: '新建密钥' }).click()
      await page.getByLabel(/^名称/).fill('报表程序')
      assert.equal(await page.getByRole('button', { name: '创建' }).isDisabled(), true)
      await page.getByLabel(/^报表/).selectOption('read')
      await page.getByRole('button', { name: '创建' }).click()
      const key = (await page.locator('.once code').innerText()).trim()
      await accessible(page, 'a key that is shown once')
      const asked = (/** @type {string} */ path) =>
        fetch(`${url}/api/v1${path}`, { headers: { authorization: `Bearer ${key}` } })
      assert.equal((await asked('/reports/overview')).status, 200)
      assert.equal((await asked('/users')).status, 403)
      await page.getByRole('button', { name: '已经存好' }).click()
      assert.equal(await page.getByText(key).count(), 0)

      await page.getByRole('button', { name: '编辑 报表程序' }).click()
      await page.getByLabel(/^人员/).selectOption('read')
      await page.getByRole('button', { name: '保存' }).click()
      await page.getByText('报表 只读、人员 只读').waitFor()
      assert.equal((await asked('/users')).status, 200)
      await page.getByRole('button', { name: '删除 报表程序' }).click()
      await page.locator('.el-message-box').getByRole('button', { name: '作废' }).click()
      await page.getByText('还没有密钥').waitFor()
      assert.equal((await asked('/users')).status, 401)
      assert.deepEqual(admin.faults, [])
    })

    it('tell other servers what happens, show what became of it, and send it again', async () => {
      const other = await receiver()
      const admin = await agentAt(world)
      const { page } = admin
      await page.goto(`${world.server.url}/settings/webhooks`)
      await page.getByRole('button', { name: '添加 Webhook' }).click()
      await page.getByLabel('地址', { exact: true }).fill(other.url)
      await page.getByLabel(/^收到满意度评价/).check()
      await page.getByLabel(/^地址在内网/).check()
      await accessible(page, 'a new webhook')
      await page.getByRole('button', { name: '保存' }).click()
      await page.locator('.once code').waitFor()
      await page.getByRole('button', { name: '已经存好' }).click()
      await page.getByRole('link', { name: other.url }).click()
      await page.getByText('还没有送出过').waitFor()

      await page.getByRole('button', { name: '发送测试' }).click()
      const sent = page.locator('ol.rows-card > li')
      await sent.first().getByText('已送达').waitFor()
      assert.deepEqual(other.heard.events, ['ping'])
      await sent.first().getByText('内容').click()
      await sent.first().locator('pre').getByText('"ping"').waitFor()
      await accessible(page, 'deliveries')
      await sent.first().getByRole('button', { name: '再发一次' }).click()
      await expect(() => other.heard.events.length, 'what was sent').toBe(2)

      other.heard.status = 500
      await page.getByRole('button', { name: '发送测试' }).click()
      await page.getByRole('button', { name: '等待发送' }).click()
      await sent.first().getByText('HTTP 500').waitFor()
      await page.getByRole('button', { name: '已送达' }).click()
      await expect(() => sent.count(), 'what was delivered').toBe(2)

      await page.getByRole('link', { name: '返回' }).click()
      await page.getByRole('button', { name: `删除 ${other.url}` }).click()
      await page.locator('.el-message-box').getByRole('button', { name: '删除' }).click()
      await page.getByText('还没有 Webhook').waitFor()
      assert.deepEqual(admin.faults, [])
      other.close()
    })
  })
}
