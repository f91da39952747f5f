import type { Choice, Draft, Message } from '@zhike/shared'
import { useState } from 'preact/hooks'

import { Sources } from './sources.tsx'
import type { Words } from './words.ts'

export interface MessageActions {
  send(text: string): void
  retry(clientId: string): void
  discard(clientId: string): void
  feedback(messageId: string, helpful: boolean): Promise<boolean>
}

interface Props {
  message: Message
  /** Only the newest message can be answered by picking. */
  newest: boolean
  /** The one before came from the same side: the name is not said again. */
  joined: boolean
  actions: MessageActions
  t: Words
}

export function MessageItem({ message, newest, joined, actions, t }: Props) {
  const { content, sender } = message
  if (content.type === 'event') return <p class="event">{content.text}</p>

  const mine = sender.kind === 'visitor'
  const name = sender.kind === 'bot' ? t.bot : sender.name || t.agent
  const choices =
    content.type === 'choices' ? content.choices : content.type === 'card' ? content.card.actions : []
  return (
    <div class={mine ? 'row mine' : 'row'} data-seq={message.seq}>
      <span class={mine || joined ? 'hidden' : 'who'}>{mine ? t.you : name}</span>
      <div class="bubble">
        {'text' in content ? content.text : <Attachment content={content} t={t} />}
        {content.type === 'card' && (
          <dl>
            <dt class="caption">{content.card.title}</dt>
            {content.card.fields.map((field) => (
              <div key={field.label}>
                <dt>{field.label}</dt>
                <dd>{field.value}</dd>
              </div>
            ))}
          </dl>
        )}
        {message.citations && <Sources citations={message.citations} t={t} />}
      </div>
      {newest && choices && <Choices choices={choices} pick={actions.send} />}
      {sender.kind === 'bot' && !!message.citations?.length && (
        <Feedback id={message.id} actions={actions} t={t} />
      )}
    </div>
  )
}

/** Files of agents: opened in a new tab, never in this page. Only addresses of the web are followed. */
function Attachment({ content, t }: { content: { name: string; url: string }; t: Words }) {
  const safe = /^(https?:|\/)/.test(content.url)
  return safe ? (
    <a href={content.url} target="_blank" rel="noopener noreferrer">
      {content.name || t.fileMessage}
    </a>
  ) : (
    <>{content.name || t.fileMessage}</>
  )
}

export function Choices({ choices, pick }: { choices: Choice[]; pick: (value: string) => void }) {
  return (
    <div class="choices">
      {choices.map((choice) => (
        <button type="button" key={choice.value} onClick={() => pick(choice.value)}>
          {choice.label}
        </button>
      ))}
    </div>
  )
}

function Feedback({ id, actions, t }: { id: string; actions: MessageActions; t: Words }) {
  const [given, setGiven] = useState<boolean | null>(null)
  const give = async (helpful: boolean) => {
    setGiven(helpful)
    if (!(await actions.feedback(id, helpful))) setGiven(null)
  }
  if (given !== null) {
    return (
      <p class="feedback" role="status">
        {given ? t.thanks : t.sorry}
      </p>
    )
  }
  return (
    <p class="feedback">
      <button type="button" onClick={() => give(true)}>
        {t.helpful}
      </button>
      <button type="button" onClick={() => give(false)}>
        {t.unhelpful}
      </button>
    </p>
  )
}

export function DraftItem({ draft, actions, t }: { draft: Draft; actions: MessageActions; t: Words }) {
  return (
    <div class={draft.failed ? 'row mine failed' : 'row mine pending'}>
      <span class="hidden">{t.you}</span>
      <div class="bubble">{draft.text}</div>
      {draft.failed ? (
        <p class="feedback" role="alert">
          <span>
            {t.failed} · {draft.failed}
          </span>
          <button type="button" onClick={() => actions.retry(draft.clientId)}>
            {t.retry}
          </button>
          <button type="button" onClick={() => actions.discard(draft.clientId)}>
            {t.discard}
          </button>
        </p>
      ) : (
        <span class="sending">{t.sending}</span>
      )}
    </div>
  )
}
