import type { IntentExample } from '@zhike/shared'
import { describe, expect, it } from 'vitest'
import { add, countsOf, linesOf, merged, rowsOf, stateOf } from './draft.ts'

const example = (text: string, more: Partial<IntentExample> = {}): IntentExample => ({
  text,
  slots: [],
  origin: 'file',
  ...more,
})

describe('a draft of examples', () => {
  it('knows what was added, changed and removed', () => {
    const [a, b, c] = rowsOf([example('退货'), example('我要退'), example('怎么退')])
    if (!a || !b || !c) throw new Error('three rows')
    b.line = '我要退[大米](product)'
    c.removed = true
    const { rows, known } = add([a, b, c], linesOf('退掉它\n\n  退货 \n'))
    expect(known).toBe(1)
    expect(rows.map(stateOf)).toEqual(['added', 'kept', 'changed', 'removed'])
    expect(countsOf(rows)).toEqual({ kept: 1, added: 1, changed: 1, removed: 1 })
  })

  it('brings a removed example back when it is written again', () => {
    const rows = rowsOf([example('Return it')]).map((row) => ({ ...row, removed: true }))
    const again = add(rows, ['return  IT'])
    expect(again.known).toBe(0)
    expect(again.rows.map(stateOf)).toEqual(['kept'])
  })

  it('adds a line once however often it is pasted', () => {
    expect(add([], ['砍单', '砍单', '砍 单']).rows.map((row) => row.line)).toEqual(['砍单', '砍 单'])
  })
})

describe('saving', () => {
  it('keeps what somebody else has added meanwhile, and languages', () => {
    const rows = rowsOf([example('退货', { lang: 'zh' }), example('怎么退')])
    if (rows[1]) rows[1].removed = true
    const draft = add(rows, ['退掉它', '新来的']).rows
    const now = [example('退货', { lang: 'zh' }), example('怎么退'), example('新来的', { origin: 'console' })]
    expect(merged(draft, now)).toEqual([
      { text: '退货', slots: [], lang: 'zh' },
      { text: '新来的', slots: [] },
      { text: '退掉它', slots: [] },
    ])
  })

  it('saves a changed example in its place', () => {
    const rows = rowsOf([example('查ML26'), example('到哪了')])
    if (rows[0]) rows[0].line = '查[ML26](order_no)'
    expect(merged(rows, [example('查ML26'), example('到哪了')])[0]).toEqual({
      text: '查ML26',
      slots: [{ start: 1, end: 5, name: 'order_no', value: 'ML26' }],
    })
  })

  it('does not bring back what somebody else has removed', () => {
    expect(merged(rowsOf([example('退货'), example('怎么退')]), [example('怎么退')])).toEqual([
      { text: '怎么退', slots: [] },
    ])
  })
})
