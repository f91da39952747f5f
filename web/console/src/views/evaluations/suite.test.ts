import { describe, expect, it } from 'vitest'
import { readSuite } from './suite.ts'

const dialog = (...said: string[]) =>
  JSON.stringify({ id: 'a', turns: said.map((user) => ({ user, expect: {} })) })

describe('a dialog suite', () => {
  it('is counted, empty lines aside', () => {
    expect(readSuite(`${dialog('一', '二')}\n\n${dialog('three')}\n`)).toEqual({ dialogs: 2, turns: 3 })
  })

  it('is refused at the first line that is no dialog', () => {
    expect(readSuite(`${dialog('一')}\n{"id":`)).toEqual({ line: 2, reason: 'json' })
    expect(readSuite('{"text": "an example of an intent"}')).toEqual({ line: 1, reason: 'turns' })
    expect(readSuite('{"turns": [{"expect": {}}]}')).toEqual({ line: 1, reason: 'turns' })
    expect(readSuite('null')).toEqual({ line: 1, reason: 'turns' })
    expect(readSuite(' \n')).toEqual({ line: 1, reason: 'empty' })
  })
})
