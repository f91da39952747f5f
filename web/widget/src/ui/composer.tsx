import { h } from './dom.ts'
import { CLIP, Icon, UP } from './icons.tsx'
import type { PanelProps } from './panel.tsx'

const TYPING_PAUSE = 3_000
let typingEnds: ReturnType<typeof setTimeout> | undefined

/** Enter sends, Shift+Enter breaks the line; Enter that only confirms an input method's word does neither. */
export function Composer({ chat, t }: PanelProps) {
  function stopTyping(): void {
    if (typingEnds) chat.typing(false)
    clearTimeout(typingEnds)
    typingEnds = undefined
  }
  function edited(area: HTMLTextAreaElement): void {
    fit(area)
    if (typingEnds) clearTimeout(typingEnds)
    else chat.typing(true)
    typingEnds = setTimeout(stopTyping, TYPING_PAUSE)
  }
  function submit(form: HTMLFormElement): void {
    const area = form.querySelector('textarea')
    if (!area) return
    stopTyping()
    chat.send(area.value)
    area.value = ''
    fit(area)
    area.focus()
  }
  function choose(): void {
    const input = document.createElement('input')
    input.type = 'file'
    input.multiple = true
    input.onchange = () => chat.attach(input.files ?? [])
    input.click()
  }
  return (
    <form
      class="write"
      onSubmit={(event) => {
        event.preventDefault()
        submit(event.currentTarget)
      }}
    >
      <button type="button" class="clip" aria-label={t.attach} onClick={choose}>
        <Icon d={CLIP} />
      </button>
      <textarea
        rows={1}
        placeholder={t.placeholder}
        aria-label={t.placeholder}
        onPaste={(event) => {
          const files = event.clipboardData?.files
          if (!files?.length) return
          event.preventDefault()
          chat.attach(files)
        }}
        onInput={(event) => edited(event.currentTarget)}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return
          event.preventDefault()
          event.currentTarget.form?.requestSubmit()
        }}
      />
      <button aria-label={t.send}>
        <Icon d={UP} />
      </button>
    </form>
  )
}

/** As tall as what is written, up to the limit of the style. */
function fit(area: HTMLTextAreaElement): void {
  area.style.height = 'auto'
  area.style.height = `${area.scrollHeight}px`
}
