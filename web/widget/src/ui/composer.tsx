import { useEffect, useRef, useState } from 'preact/hooks'
import { SendIcon } from './icons.tsx'
import type { Words } from './words.ts'

interface Props {
  send(text: string): void
  typing(active: boolean): void
  t: Words
}

const TYPING_PAUSE = 3_000

/** Enter sends, Shift+Enter breaks the line; Enter that only confirms an input method's word does neither. */
export function Composer({ send, typing, t }: Props) {
  const [text, setText] = useState('')
  const field = useRef<HTMLTextAreaElement>(null)
  const pause = useRef<ReturnType<typeof setTimeout>>(undefined)

  useEffect(() => {
    const area = field.current
    if (!area) return
    area.style.height = 'auto'
    area.style.height = `${Math.min(area.scrollHeight, 120)}px`
  }, [text])

  const stopTyping = () => {
    if (pause.current === undefined) return
    clearTimeout(pause.current)
    pause.current = undefined
    typing(false)
  }
  const edit = (value: string) => {
    setText(value)
    if (pause.current === undefined) typing(true)
    clearTimeout(pause.current)
    pause.current = setTimeout(stopTyping, TYPING_PAUSE)
  }
  const submit = () => {
    if (!text.trim()) return
    stopTyping()
    send(text)
    setText('')
    field.current?.focus()
  }
  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault()
        submit()
      }}
    >
      <textarea
        ref={field}
        rows={1}
        value={text}
        maxLength={4000}
        placeholder={t.placeholder}
        aria-label={t.message}
        onInput={(event) => edit(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return
          event.preventDefault()
          submit()
        }}
      />
      <button type="submit" class="send" aria-label={t.send} disabled={!text.trim()}>
        <SendIcon />
      </button>
    </form>
  )
}
