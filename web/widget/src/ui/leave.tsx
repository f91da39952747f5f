import { h } from './dom.ts'
import type { PanelProps } from './panel.tsx'

/** A number that can be rung, or an address that can be written to. */
const REACHABLE = '.*(@.+|(\\d[ \\-]?){6}).*'

/** Whoever does not want to wait says how they can be reached. It is a message like any other: agents read it in its place. */
export function Leave({ chat, state, t }: PanelProps) {
  const { messages, drafts } = state
  const asked = messages.findLastIndex(
    ({ content }) => content.type === 'event' && content.event === 'handoff_requested',
  )
  const said = messages.slice(asked + 1).map(({ content }) => ('text' in content ? content.text : ''))
  if ([...said, ...drafts.map(({ text }) => text)].some((text) => text.startsWith(t.reach)))
    return <p class="event">{t.left}</p>
  return (
    <form
      class="leave"
      onSubmit={(event) => {
        event.preventDefault()
        const [input] = event.currentTarget.getElementsByTagName('input')
        if (input) chat.send(t.reach + input.value)
      }}
    >
      <label class="small">
        {t.leave}
        <input required maxLength={120} pattern={REACHABLE} placeholder={t.leaveHint} />
      </label>
      <button class="pill">{t.leaveDo}</button>
    </form>
  )
}
