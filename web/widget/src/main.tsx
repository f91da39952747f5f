/**
 * The chat widget: `<script src="https://your-zhike/widget.js" data-inbox="default"></script>`.
 *
 * Attributes: `data-inbox`, `data-lang` (`zh` or `en`), `data-theme` (`light` or `dark`); for a customer who is signed
 * in, `data-external-id`, `data-hmac` (made by the shop's server) and `data-name`. It lives in a shadow root
 * so that neither the page's styles reach it nor its styles the page, and sets no cookie. Its style sheet is a
 * constructed one, which needs no permission of the page's content policy.
 */
import { openSocket } from '@zhike/shared'
import { createChat } from './chat/client.ts'
import { visitorApi } from './chat/http.ts'
import { mount } from './mount.tsx'
import css from './style.css?inline'
import { langOf, wordsIn } from './ui/words.ts'

/** What a page may do with the widget, as `window.Zhike`. */
export interface ZhikeWidget {
  open(): void
  close(): void
  /** Opens the panel and sends `text` as the visitor's message. */
  ask(text: string): void
}

declare global {
  interface Window {
    Zhike?: ZhikeWidget
  }
}

const script = document.currentScript as HTMLScriptElement | null

if (!window.Zhike) {
  if (document.body) start()
  else addEventListener('DOMContentLoaded', start)
}

function start(): void {
  const base = new URL(script?.src || location.href).origin
  const {
    inbox = 'default',
    lang: wanted = navigator.language,
    theme,
    externalId: external_id,
    hmac = '',
    name,
  } = script?.dataset ?? {}
  const lang = langOf(wanted)

  const host = document.createElement('div')
  host.id = 'zhike-widget'
  host.lang = lang
  const dark = matchMedia('(prefers-color-scheme:dark)')
  const dress = () => (host.dataset.theme = theme ?? (dark.matches ? 'dark' : 'light'))
  dark.addEventListener('change', dress)
  dress()
  const root = host.attachShadow({ mode: 'open' })
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(css)
  root.adoptedStyleSheets = [sheet]
  document.body.append(host)

  const memory = remembered(`zhike.token.${inbox}`)
  const view = mount(root, wordsIn(lang), remembered(`zhike.seen.${inbox}`))
  const chat = createChat({
    api: visitorApi(base),
    openSocket: (token) => openSocket(base, token),
    session: () => ({
      inbox,
      locale: lang,
      ...(external_id && { identity: { external_id, hmac, name } }),
      page: { url: location.href, title: document.title, referrer: document.referrer },
    }),
    memory,
    onChange: view.paint,
  })
  view.show(chat)
  // A visitor who has written before may have an answer waiting; nobody else costs the server a session.
  if (memory.read()) chat.start()

  const wake = () => {
    if (!document.hidden) chat.wake()
  }
  for (const event of ['online', 'focus', 'visibilitychange']) addEventListener(event, wake)
  window.Zhike = {
    open: () => view.setOpen(true),
    close: () => view.setOpen(false),
    ask(text) {
      view.setOpen(true)
      chat.send(text)
    },
  }
}

/** A value kept between visits where the browser allows it, and as long as the page lives where it does not. */
function remembered(key: string) {
  let value: string | null = null
  try {
    value = localStorage.getItem(key)
  } catch {
    // Storage is switched off: start without.
  }
  return {
    read: () => value,
    write(next: string | null): void {
      value = next
      try {
        localStorage.setItem(key, next ?? '')
      } catch {
        // Storage is switched off or full: the page's own memory has to do.
      }
    },
  }
}
