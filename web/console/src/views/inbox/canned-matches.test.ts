import type { CannedReply } from '@zhike/shared'
import { describe, expect, it } from 'vitest'
import { matching, prefixOf, wordsOf } from './canned-matches.ts'

const reply = (shortcut: string, text: string, filled?: string): CannedReply => ({
  id: shortcut,
  shortcut,
  text: { zh: text },
  created_at: '',
  updated_at: '',
  ...(filled !== undefined && { filled: { text: filled, lang: 'zh', missing: [] } }),
})

describe('replies kept ready', () => {
  it('are looked for when all there is begins with a slash', () => {
    expect(prefixOf('/')).toBe('')
    expect(prefixOf('/你好')).toBe('你好')
    expect(prefixOf('/Hi')).toBe('hi')
    for (const text of ['', '你好 /', '/你好 ', 'https://a.b/c', '//', '/a\nb'])
      expect(prefixOf(text)).toBeNull()
  })

  it('come by how they begin, then by what they hold', () => {
    const replies = [reply('地址', '寄回退货地址'), reply('退货', '七天'), reply('退款', '三天')]
    expect(matching(replies, '退').map((r) => r.shortcut)).toEqual(['退货', '退款', '地址'])
    expect(matching(replies, '').map((r) => r.shortcut)).toEqual(['地址', '退货', '退款'])
    expect(matching(replies, '发票')).toEqual([])
  })

  it('read as they would be sent', () => {
    expect(wordsOf(reply('hi', '您好，{{visitor.name}}', '您好，林女士'))).toBe('您好，林女士')
    expect(wordsOf(reply('hi', '您好，{{visitor.name}}'))).toBe('您好，{{visitor.name}}')
  })
})
