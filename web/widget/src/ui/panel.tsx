import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { ChatState } from '../chat/client.ts'
import { Composer } from './composer.tsx'
import { CloseIcon, PersonIcon } from './icons.tsx'
import { Choices, DraftItem, MessageItem, type MessageActions } from './message.tsx'
import type { Words } from './words.ts'

export interface PanelProps {
  state: ChatState
  actions: MessageActions & {
    handoff(): Promise<boolean>
    typing(active: boolean): void
    reopen(): void
    close(): void
  }
  t: Words
}

/** The open conversation: a header that says who is there, the messages, and the field to write in. */
export function Panel({ state, actions, t }: PanelProps) {
  const root = useRef<HTMLElement>(null)
  const canAsk = state.status === 'bot' || state.status === 'closed'

  useEffect(() => {
    root.current?.querySelector('textarea')?.focus({ preventScroll: true })
  }, [])

  return (
    <section
      ref={root}
      class="panel"
      role="dialog"
      aria-label={state.inbox?.name || t.title}
      onKeyDown={(event) => {
        if (event.key === 'Escape') actions.close()
      }}
    >
      <header>
        <div>
          <h2>{state.inbox?.name || t.title}</h2>
          <p class={`status ${state.status}`}>{statusLine(state, t)}</p>
        </div>
        {canAsk && state.phase === 'ready' && (
          <button type="button" class="person" onClick={() => void actions.handoff()}>
            <PersonIcon />
            {t.person}
          </button>
        )}
        <button type="button" class="close" aria-label={t.close} onClick={() => actions.close()}>
          <CloseIcon />
        </button>
      </header>
      {state.phase === 'ready' && state.link !== 'online' && <p class="banner late">{t.reconnecting}</p>}
      {state.notice && (
        <p class="banner" role="alert">
          {state.notice}
        </p>
      )}
      <Log state={state} actions={actions} t={t} />
      <Composer send={actions.send} typing={actions.typing} t={t} />
    </section>
  )
}

function statusLine({ status, queue, messages }: ChatState, t: Words): string {
  switch (status) {
    case 'bot':
      return t.statusBot
    case 'closed':
      return t.statusClosed
    case 'serving':
      return t.statusServing(messages.findLast((m) => m.sender.kind === 'agent')?.sender.name ?? '')
    default:
      if (!queue) return t.statusWaiting
      return t.queue(queue.position - 1) + (queue.eta_s ? t.eta(Math.ceil(queue.eta_s / 60)) : '')
  }
}

/** How far from the end still counts as reading the newest. */
const NEAR_END = 80

function Log({ state, actions, t }: PanelProps) {
  const log = useRef<HTMLDivElement>(null)
  const following = useRef(true)
  const [missed, setMissed] = useState(false)
  const { messages, drafts, streaming, typing, inbox } = state
  const ownWords = drafts.length

  const toEnd = () => {
    const box = log.current
    if (box) box.scrollTop = box.scrollHeight
    following.current = true
    setMissed(false)
  }
  useLayoutEffect(() => {
    if (following.current || ownWords) toEnd()
    else setMissed(true)
  }, [messages.length, ownWords, streaming, typing])

  if (state.phase === 'unreachable') {
    return (
      <div class="log empty" role="status">
        <p>{t.unreachable}</p>
        <button type="button" class="plain" onClick={actions.reopen}>
          {t.tryNow}
        </button>
      </div>
    )
  }
  return (
    <div class="frame">
      <div
        ref={log}
        class="log"
        role="log"
        aria-label={t.log}
        tabIndex={0}
        onScroll={({ currentTarget: box }) => {
          following.current = box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_END
          if (following.current) setMissed(false)
        }}
      >
        {inbox ? (
          <div class="row">
            <div class="bubble">{inbox.greeting}</div>
          </div>
        ) : (
          <div class="row skeleton" aria-hidden="true">
            <div class="bubble" />
          </div>
        )}
        {inbox && !messages.length && !drafts.length && inbox.suggestions.length > 0 && (
          <div class="often">
            <p>{t.suggestions}</p>
            <Choices choices={inbox.suggestions.map((s) => ({ label: s, value: s }))} pick={actions.send} />
          </div>
        )}
        {messages.map((message, i) => (
          <MessageItem
            key={message.client_id ?? message.id}
            message={message}
            newest={i === messages.length - 1 && !drafts.length}
            joined={messages[i - 1]?.sender.kind === message.sender.kind}
            actions={actions}
            t={t}
          />
        ))}
        {drafts.map((draft) => (
          <DraftItem key={draft.clientId} draft={draft} actions={actions} t={t} />
        ))}
        {streaming && (
          <div class="row">
            <div class="bubble">{streaming}</div>
          </div>
        )}
        {typing && !streaming && (
          <div class="row dots" role="status" aria-label={t.typing}>
            <div class="bubble">
              <i />
              <i />
              <i />
            </div>
          </div>
        )}
      </div>
      {missed && (
        <button type="button" class="missed" onClick={toEnd}>
          {t.newMessages}
        </button>
      )}
    </div>
  )
}
