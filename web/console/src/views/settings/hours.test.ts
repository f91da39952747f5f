import { describe, expect, it } from 'vitest'
import { formOf, hoursOf, usual } from './hours.ts'
import { idFor, widgetLine } from './widget-line.ts'

describe('office hours', () => {
  it('that are not kept mean always', () => {
    const form = formOf(null, 'Asia/Shanghai')
    expect(form).toEqual({ kept: false, timezone: 'Asia/Shanghai', openings: [usual()] })
    expect(hoursOf(form)).toBeNull()
  })

  it('come back as they went in, days in their order, empty openings left out', () => {
    const hours = { timezone: 'UTC', hours: [{ days: ['sat', 'mon'] as const, from: '22:00', to: '02:00' }] }
    const form = formOf(
      { ...hours, hours: [{ days: ['sat', 'mon'], from: '22:00', to: '02:00' }] },
      'Asia/Shanghai',
    )
    form.openings.push({ days: [], from: '09:00', to: '18:00' })
    expect(hoursOf(form)).toEqual({
      timezone: 'UTC',
      hours: [{ days: ['mon', 'sat'], from: '22:00', to: '02:00' }],
    })
    expect(hours.hours[0]?.days).toEqual(['sat', 'mon'])
  })
})

it('the line for a page names the server and the inbox', () => {
  expect(widgetLine('shop-2', 'https://chat.example')).toBe(
    '<script src="https://chat.example/widget.js" data-inbox="shop-2" async></script>',
  )
})

it('an inbox gets an id from its name', () => {
  expect(idFor(' Orchard & Sons! ')).toBe('orchard-sons')
  expect(idFor('麦栗生活')).toBe('shop')
})
