import type { Message } from '@zhike/shared'
import { useEffect, useRef } from 'preact/hooks'
import type { Chat, ChatState } from '../chat/client.ts'
import { ChatIcon, CloseIcon } from './icons.tsx'
import { Panel } from './panel.tsx'
import type { Words } from './words.ts'

interface Props {
  chat: Chat
  state: ChatState
  open: boolean
  setOpen(open: boolean): void
  /** Id of the newest message the visitor has seen; ids rise with time. */
  seen: { read(): string | null; write(id: string): void }
  t: Words
}

/** The launcher, its badge of unread messages, and the panel when it is open. */
export function App({ chat, state, open, setOpen, seen, t }: Props) {
  const launcher = useRef<HTMLButtonElement>(null)
  const seenId = seen.read() ?? ''
  const newest = state.messages.at(-1)?.id
  const unread = open ? 0 : state.messages.filter((m) => m.id > seenId && isWords(m)).length

  useEffect(() => {
    if (!open || !newest) return
    seen.write(newest)
    chat.read()
  }, [open, newest])

  const close = () => {
    setOpen(false)
    launcher.current?.focus()
  }
  return (
    <>
      {open && (
        <Panel
          state={state}
          t={t}
          actions={{
            send: (text) => chat.send(text),
            retry: (id) => chat.retry(id),
            discard: (id) => chat.discard(id),
            feedback: (id, helpful) => chat.feedback(id, helpful),
            handoff: () => chat.handoff(),
            typing: (active) => chat.typing(active),
            reopen: () => chat.start(),
            close,
          }}
        />
      )}
      <button
        ref={launcher}
        type="button"
        class={open ? 'launcher opened' : 'launcher'}
        aria-expanded={open}
        aria-label={open ? t.close : unread ? `${t.open}, ${t.unread(unread)}` : t.open}
        onClick={() => (open ? close() : setOpen(true))}
      >
        {open ? <CloseIcon /> : <ChatIcon />}
        {unread > 0 && <span class="badge">{unread > 9 ? '9+' : unread}</span>}
      </button>
    </>
  )
}

/** Whether somebody else says something, as opposed to an event or the visitor's own words. */
function isWords({ sender, content }: Message): boolean {
  return content.type !== 'event' && (sender.kind === 'bot' || sender.kind === 'agent')
}
