import type { Message } from '@zhike/shared'
import { h } from './dom.ts'
import type { PanelProps } from './panel.tsx'

/** A number that can be rung, or an address that can be written to. */
const REACHABLE = '.*(.@.+|(\\d[ \\-]?){6}).*'

/** What has happened since a person was last asked for, beginning with that. */
export function sinceAsked(messages: readonly Message[]) {
  const events = messages.flatMap(({ content }) => (content.type === 'event' ? [content] : []))
  return events.slice(
    Math.max(
      0,
      events.findLastIndex(({ event }) => event === 'handoff_requested'),
    ),
  )
}

/** Nobody was there when a person was asked for. */
export const isAway = (messages: readonly Message[]) => sinceAsked(messages)[0]?.staffed === false

/** Whoever does not want to wait, or finds nobody there, says how they can be reached; the conversation tells that it is noted. */
export function Leave({ chat, state: { messages }, t }: PanelProps) {
  if (sinceAsked(messages).some(({ event }) => event === 'contact_left')) return null
  return (
    <form
      class="leave"
      onSubmit={(event) => {
        event.preventDefault()
        const [input] = event.currentTarget.getElementsByTagName('input')
        if (input) chat.reach(input.value)
      }}
    >
      <label class="small">
        {isAway(messages) ? t.leaveAway : t.leave}
        <input required maxLength={120} pattern={REACHABLE} placeholder={t.leaveHint} />
      </label>
      <button class="pill">{t.leaveDo}</button>
    </form>
  )
}
