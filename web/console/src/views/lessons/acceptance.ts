import type { Acceptance, Lesson } from '@zhike/shared'
import { linesOf } from '../intents/draft.ts'

/** What an administrator makes of a lesson, as it stands in the form. */
export interface AcceptanceForm {
  question: string
  /** One a line. */
  similar: string
  answer: string
  /** Empty for none. */
  intent: string
}

/** What the lesson itself offers. */
export function formOf(lesson: Lesson): AcceptanceForm {
  const { question, answer, intent } = lesson
  return { question, similar: '', answer: answer ?? '', intent: intent ?? '' }
}

/** Whether something would be learnt. */
export const teaches = ({ question, answer, intent }: AcceptanceForm) =>
  question.trim() !== '' && (answer.trim() !== '' || intent !== '')

/** As it is sent. An answer that was emptied is sent too: the server would take the lesson's own otherwise. */
export function acceptanceOf({ question, similar, answer, intent }: AcceptanceForm): Acceptance {
  return {
    question: question.trim(),
    // Without an answer there is no pair that could be asked for in other words.
    similar: answer.trim() ? linesOf(similar) : [],
    answer: answer.trim(),
    ...(intent && { intent }),
  }
}
