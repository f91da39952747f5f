import { Fragment, h } from './dom.ts'
import type { Chat, ChatState } from '../chat/client.ts'
import { Composer } from './composer.tsx'
import { DOWN, Icon } from './icons.tsx'
import { isAway, Leave } from './leave.tsx'
import { Choices, DraftItem, MessageItem, Row } from './message.tsx'
import { saveTranscript } from './transcript.ts'
import type { Words } from './words.ts'

export interface PanelProps {
  chat: Chat
  state: ChatState
  t: Words
  /** Something new is below what the visitor looks at. */
  missed: boolean
  close: () => void
  onScroll: () => void
  toEnd: () => void
}

/** The open conversation: a header that says who is there, the messages, and the field to write in. */
export function Panel(props: PanelProps) {
  const { chat, state, t, missed, close, toEnd } = props
  const { status, phase, notice } = state
  const name = state.inbox?.name ?? t.title
  const waits = status === 'waiting'
  return (
    <section
      class="panel"
      role="dialog"
      aria-label={name}
      onKeyDown={(event) => {
        if (event.key === 'Escape') close()
      }}
    >
      <header>
        <div>
          <h2>{name}</h2>
          <p class={`small ${status}`} role="status">
            {statusLine(state, t)}
          </p>
        </div>
        {phase === 'ready' && (status === 'bot' || status === 'closed' || waits) && (
          <button class="pill" onClick={() => chat.handoff(!waits)}>
            {waits ? t.stay : t.person}
          </button>
        )}
        <button aria-label={t.close} onClick={close}>
          <Icon d={DOWN} />
        </button>
      </header>
      {phase === 'ready' && state.link !== 'online' && <p class="banner late">{t.offline}</p>}
      {phase === 'unreachable' && <p class="banner">{t.unreachable}</p>}
      {notice && (
        <p class="banner" role="alert">
          {notice}
        </p>
      )}
      <Log {...props} />
      {missed && (
        <button class="missed" onClick={toEnd}>
          {t.newer}
        </button>
      )}
      <Composer {...props} />
    </section>
  )
}

function statusLine({ status, queue, minutes, messages }: ChatState, t: Words): string {
  if (status === 'bot') return t.statusBot
  if (status === 'closed') return t.statusClosed
  if (status === 'serving') {
    const agent = messages.findLast((m) => m.sender.kind === 'agent')?.sender.name
    return `${agent || t.title} ${t.statusServing}`
  }
  if (isAway(messages)) return t.statusAway
  if (!queue) return t.statusWaiting
  return t.queue.replace('#', `${queue}`) + (minutes ? t.minutes.replace('#', `${minutes}`) : '')
}

function Log(props: PanelProps) {
  const { chat, state, t, onScroll } = props
  const { growing, drafts, typing, inbox, status, score } = state
  const messages = growing ? [...state.messages, growing] : state.messages
  const served = messages.some(({ sender }) => sender.kind === 'agent')
  const suggestions = messages.length || drafts.length ? [] : (inbox?.suggestions ?? [])
  return (
    <div class="log" role="log" aria-label={t.title} aria-busy={!!growing} tabIndex={0} onScroll={onScroll}>
      {inbox && (
        <Row name={t.bot}>
          <div class="bubble">{inbox.greeting}</div>
        </Row>
      )}
      {suggestions.length > 0 && (
        <>
          <p class="small">{t.often}</p>
          <Choices choices={suggestions.map((s) => ({ label: s, value: s }))} pick={chat.send} />
        </>
      )}
      {messages.map((message, i) => (
        <MessageItem
          {...props}
          key={message.client_id ?? message.id}
          message={message}
          newest={i === messages.length - 1 && !drafts.length}
          joined={messages[i - 1]?.sender.kind === message.sender.kind}
        />
      ))}
      {drafts.map((draft) => (
        <DraftItem {...props} key={draft.clientId} draft={draft} />
      ))}
      {typing && (
        <p class="bubble dots" role="status" aria-label={t.typing}>
          ● ● ●
        </p>
      )}
      {status === 'waiting' && <Leave {...props} />}
      {status === 'closed' && served && (
        <div class="csat small" role="group" aria-label={t.csat}>
          <p role="status">{score ? t.thanks : t.csat}</p>
          {!score &&
            [1, 2, 3, 4, 5].map((n) => (
              <button key={n} class="pill" onClick={() => chat.score(n)}>
                {n}
              </button>
            ))}
        </div>
      )}
      {messages.length > 0 && (
        <p class="small acts end">
          <button onClick={() => saveTranscript(props)}>{t.save}</button>
        </p>
      )}
    </div>
  )
}
