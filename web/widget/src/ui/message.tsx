import { Fragment, h, type ComponentChildren } from './dom.ts'
import type { Choice, Citation, Draft, Message } from '@zhike/shared'
import type { PanelProps } from './panel.tsx'

interface Props extends PanelProps {
  message: Message
  /** The one before came from the same side: the name is not said again. */
  joined: boolean
  /** Only the newest message can be answered by picking. */
  newest: boolean
}

export function MessageItem({ message, joined, newest, chat, state, t }: Props) {
  const { id, content, sender, citations } = message
  if (content.type === 'event') return <p class="event">{content.text}</p>

  const mine = sender.kind === 'visitor'
  const name = mine ? t.you : sender.kind === 'bot' ? t.bot : sender.name || t.title
  const choices = 'card' in content ? content.card.actions : 'choices' in content && content.choices
  const rated = state.rated[id] !== undefined
  return (
    <Row mine={mine} name={name} joined={joined}>
      <div class="bubble" dir="auto">
        {'text' in content ? content.text : <File {...content} url={chat.fileUrl(content.url)} />}
        {content.type === 'card' && (
          <dl>
            <dt>{content.card.title}</dt>
            {content.card.fields.map(({ label, value }) => (
              <dd key={label}>
                <span>{label}</span> {value}
              </dd>
            ))}
          </dl>
        )}
        {citations && <Sources citations={citations} label={t.source} />}
      </div>
      {newest && choices && <Choices choices={choices} pick={chat.send} />}
      {mine && newest && message.seq <= state.readByOther && <p class="small acts">{t.read}</p>}
      {sender.kind === 'bot' && citations && (
        <p class="small acts" role="status">
          {rated ? (
            t.thanks
          ) : (
            <>
              <button onClick={() => chat.rate(id, true)}>{t.helpful}</button>
              <button onClick={() => chat.rate(id, false)}>{t.unhelpful}</button>
            </>
          )}
        </p>
      )}
    </Row>
  )
}

interface RowProps {
  mine?: boolean
  name: string
  /** The name is clear from what stands above; it is said to screen readers only. */
  joined?: boolean
  children: ComponentChildren
}

/** One line of the conversation: the visitor at one side, the house at the other. */
export function Row({ mine, name, joined, children }: RowProps) {
  return (
    <div class={mine ? 'row mine' : 'row'}>
      <span class={mine || joined ? 'hidden' : 'small'}>{name}</span>
      {children}
    </div>
  )
}

/** Files open in a tab of their own; pictures are shown, each in the same frame, so that nothing moves when it has come. */
function File({ url, name, type }: { url: string | undefined; name: string; type: string }) {
  return (
    <a href={url} target="_blank" rel="noreferrer">
      {type === 'image' ? <img src={url} alt={name} /> : name}
    </a>
  )
}

/** Where an answer stands: closed by default; open, each source with its place in the document and the quoted words. */
function Sources({ citations, label }: { citations: Citation[]; label: string }) {
  return (
    <details>
      <summary>
        {label} · <b>{citations[0]?.title || citations[0]?.document}</b>
      </summary>
      {citations.map(({ chunk_id, title, document, section, quote }) => (
        <figure key={chunk_id}>
          <blockquote>{quote}</blockquote>
          <figcaption class="small">
            {[title || document, section.replaceAll(' > ', ' › ')].filter(Boolean).join(' › ')}
          </figcaption>
        </figure>
      ))}
    </details>
  )
}

export function Choices({ choices, pick }: { choices: Choice[]; pick: (value: string) => void }) {
  return (
    <div class="choices">
      {choices.map(({ label, value }) => (
        <button key={value} class="pill" onClick={() => pick(value)}>
          {label}
        </button>
      ))}
    </div>
  )
}

export function DraftItem({ draft, chat, t }: { draft: Draft } & PanelProps) {
  return (
    <Row mine name={t.you}>
      <div class="bubble draft" dir="auto">
        {draft.preview ? <img src={draft.preview} alt={draft.text} /> : draft.text}
        {draft.progress !== undefined && <progress value={draft.progress} />}
      </div>
      {draft.failed && (
        <p class="small acts failed" role="alert">
          {t.failed} · {draft.failed}
          <button onClick={() => chat.retry(draft.clientId)}>{t.retry}</button>
        </p>
      )}
    </Row>
  )
}
