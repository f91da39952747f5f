import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { visitorAt } from '../lib/world.mjs'

/** A customer whom the demo page vouches for asks after yesterday's order and has something done about it. */
const TALK = {
  zh: {
    ask: '我昨天买的订单发货没?',
    shipped: /已经发货/,
    urge: '催配送',
    yes: '确认',
    done: /已经为订单 ML\d{10} 催过了/,
  },
  en: {
    ask: 'Has the order I placed yesterday been shipped?',
    shipped: /has been shipped/,
    urge: 'Urge delivery',
    yes: 'Confirm',
    done: /asked for order ML\d{10} to be hurried/,
  },
}

/** @param {import('../lib/world.mjs').World} world */
export function business(world) {
  describe("a customer's own order", () => {
    for (const lang of /** @type {const} */ (['zh', 'en'])) {
      it(`is shown as a card whose buttons do something, once and after a yes (${lang})`, async () => {
        const { ask, shipped, urge, yes, done } = TALK[lang]
        const visitor = await visitorAt(world, { lang })
        const card = await visitor.ask(ask)
        assert.match(await card.locator('.bubble').innerText(), shipped)
        const order = /ML\d{10}/.exec(await card.locator('dt').innerText())?.[0] ?? ''
        assert.ok(order, 'the card names the order')

        const before = await visitor.replies().count()
        await card.getByRole('button', { name: urge }).click()
        const question = visitor.replies().nth(before)
        await question.waitFor()
        assert.ok((await question.innerText()).includes(order), 'the question names the order')
        await question.getByRole('button', { name: yes }).click()
        const answer = visitor.replies().nth(before + 1)
        await answer.waitFor()
        assert.match(await answer.innerText(), done)
        assert.equal(await visitor.widget.locator('.event').count(), 1, 'it is on record in the conversation')
        assert.deepEqual(visitor.faults, [])
      })
    }

    it('is picked among several and cancelled after a yes', async () => {
      const visitor = await visitorAt(world)
      const offered = await visitor.ask('取消订单')
      const before = await visitor.replies().count()
      await offered
        .getByRole('button', { name: /待发货/ })
        .last()
        .click()
      const question = visitor.replies().nth(before)
      await question.waitFor()
      assert.match(await question.innerText(), /确认取消订单/)
      await question.getByRole('button', { name: '确认' }).click()
      const answer = visitor.replies().nth(before + 1)
      await answer.waitFor()
      assert.match(await answer.innerText(), /已经取消/)
    })
  })
}
