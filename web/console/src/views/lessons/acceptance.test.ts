import type { Lesson } from '@zhike/shared'
import { expect, it } from 'vitest'
import { acceptanceOf, formOf, teaches } from './acceptance.ts'

const lesson: Lesson = {
  id: 'unanswered:0192f0c4-0000-7000-8000-000000000000',
  kind: 'unanswered',
  question: '能上门取件吗',
  answer: '可以，预约后上门。',
  created_at: '2026-11-21T08:00:00Z',
}

it('starts from what the person answered', () => {
  expect(acceptanceOf(formOf(lesson))).toEqual({
    question: '能上门取件吗',
    similar: [],
    answer: '可以，预约后上门。',
  })
})

it('takes other ways to ask from lines', () => {
  const form = { ...formOf(lesson), question: ' 能上门取吗 ', similar: '上门取件\n\n 你们来取吗 \n' }
  expect(acceptanceOf(form)).toMatchObject({ question: '能上门取吗', similar: ['上门取件', '你们来取吗'] })
})

it('says that there is to be no pair when the answer was emptied', () => {
  const form = { ...formOf(lesson), similar: '上门取件', answer: ' ', intent: 'pickup' }
  expect(acceptanceOf(form)).toEqual({ question: '能上门取件吗', similar: [], answer: '', intent: 'pickup' })
})

it('teaches nothing without a question, or with neither answer nor intent', () => {
  const form = formOf(lesson)
  expect(teaches(form)).toBe(true)
  expect(teaches({ ...form, question: ' ' })).toBe(false)
  expect(teaches({ ...form, answer: '' })).toBe(false)
  expect(teaches({ ...form, answer: '', intent: 'pickup' })).toBe(true)
})
