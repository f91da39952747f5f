import { describe, expect, it } from 'vitest'
import { zh } from '../../i18n/zh.ts'
import { GATES, interval, ordered, partsOf, progress, TILES, unitOf, wordOf } from './metrics.ts'

describe('the figures of an evaluation', () => {
  it('are named with the language they are of', () => {
    expect(partsOf('document_recall@3.en')).toEqual({ stem: 'document_recall@3', lang: 'en' })
    expect(partsOf('turns')).toEqual({ stem: 'turns', lang: '' })
    expect(unitOf('latency_p50_ms.zh')).toBe('ms')
    expect(unitOf('of_a_newer_server')).toBe('number')
  })

  it('come whole set first, unknown ones last', () => {
    const names = ['zebra', 'answer_ece', 'action_accuracy.en', 'turns', 'action_accuracy']
    expect(ordered(names)).toEqual(['turns', 'action_accuracy', 'answer_ece', 'zebra', 'action_accuracy.en'])
  })

  it('go forward or back by what they measure', () => {
    expect(progress('action_accuracy', 0.8, 0.9)).toBeCloseTo(0.1)
    expect(progress('false_answer_rate', 0.2, 0.1)).toBeCloseTo(0.1)
    expect(progress('threshold', 0.5, 0.6)).toBe(0)
  })

  it('have words for those that are shown large', () => {
    for (const name of [...TILES, ...GATES]) expect(zh.evaluations.metric).toHaveProperty(wordOf(name))
  })

  it('are shares with the interval they are known to', () => {
    const [low, high] = interval(147, 172)
    expect([low.toFixed(3), high.toFixed(3)]).toEqual(['0.794', '0.900'])
    expect(interval(0, 10)[0]).toBe(0)
    expect(interval(10, 10)[1]).toBe(1)
  })
})
