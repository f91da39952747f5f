import type { Message } from '@zhike/shared'
import { Fragment, h, render } from './ui/dom.ts'
import type { Chat, ChatState } from './chat/client.ts'
import { CHAT, DOWN, Icon } from './ui/icons.tsx'
import { Panel } from './ui/panel.tsx'
import type { Words } from './ui/words.ts'

/** How far from the end still counts as reading the newest. */
const NEAR_END = 80

/**
 * Shows a chat in a shadow root: the launcher with its badge, and the panel when it is open.
 *
 * Everything on the screen is a function of the chat's state and of the few values here, so that a repaint never
 * loses what is being typed or where one reads.
 */
export function mount(
  root: ShadowRoot,
  t: Words,
  /** Id of the newest message the visitor has seen; ids rise with time. */
  seen: { read(): string | null; write(id: string): void },
  /** The panel is all there is: it is open and stays open. */
  alone: boolean,
  /** Tells the page, and whoever listens, what happened. */
  tell: (what: 'open' | 'close' | 'message', detail?: unknown) => void,
) {
  let chat: Chat
  let open = false
  let missed = false
  /** How many new messages have been told. */
  let told = 0

  const find = <T extends HTMLElement>(selector: string) => root.querySelector<T>(selector)

  function nearEnd(): boolean {
    const log = find('.log')
    return !log || log.scrollHeight - log.scrollTop - log.clientHeight < NEAR_END
  }
  function toEnd(): void {
    find('.log')?.scrollTo(0, 1e9)
  }
  function onScroll(): void {
    if (missed && nearEnd()) {
      missed = false
      paint(chat.state)
    }
  }
  function setOpen(next: boolean): void {
    open = next || alone
    if (open) chat.start()
    tell(open ? 'open' : 'close')
    paint(chat.state)
    find(open ? 'textarea' : '.launcher')?.focus()
    toEnd()
  }

  function paint(state: ChatState): void {
    const fresh = state.messages.filter((m) => m.id > (seen.read() ?? '') && m.seq > state.read)
    const newest = fresh.at(-1)
    const news = fresh.filter(isWords)
    const unread = open ? 0 : news.length
    for (const message of news.slice(told)) tell('message', message)
    told = unread
    const follows = nearEnd() || state.drafts.length > 0
    if (open && newest && !document.hidden) {
      seen.write(newest.id)
      chat.read()
      missed ||= !follows
    }
    const close = () => setOpen(false)
    render(
      <>
        {open && <Panel {...{ chat, state, t, missed, close, onScroll, toEnd }} />}
        <button
          class={open ? 'launcher opened' : 'launcher'}
          aria-expanded={open}
          aria-label={open ? t.close : unread ? `${t.open} (${unread})` : t.open}
          onClick={() => setOpen(!open)}
        >
          <Icon d={open ? DOWN : CHAT} />
          {unread > 0 && <b>{unread}</b>}
        </button>
      </>,
      root,
    )
    if (follows) toEnd()
  }

  return {
    paint,
    setOpen,
    isOpen: () => open,
    show(next: Chat): void {
      chat = next
      paint(chat.state)
    },
  }
}

/** Whether somebody else says something, as opposed to an event or the visitor's own words. */
function isWords({ sender, content }: Message): boolean {
  return content.type !== 'event' && sender.kind !== 'visitor'
}
