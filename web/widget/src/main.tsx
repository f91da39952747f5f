/**
 * The chat widget: `<script src="https://your-zhike/widget.js" data-inbox="default"></script>`.
 *
 * Attributes: `data-inbox`, `data-lang` (`zh` or `en`), `data-theme` (`light` or `dark`). It lives in a shadow root
 * so that neither the page's styles reach it nor its styles the page, and sets no cookie.
 */
import { openSocket } from '@zhike/shared'
import { render } from 'preact'
import { Chat, type ChatState } from './chat/client.ts'
import { VisitorApi } from './chat/http.ts'
import css from './style.css?inline'
import { App } from './ui/app.tsx'
import { pickLang, words } from './ui/words.ts'

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
  else document.addEventListener('DOMContentLoaded', start)
}

function start(): void {
  const base = new URL(script?.src || location.href).origin
  const { inbox, lang: wanted, theme } = script?.dataset ?? {}
  const lang = pickLang([wanted, ...navigator.languages])

  const host = document.createElement('div')
  host.id = 'zhike-widget'
  host.lang = lang === 'zh' ? 'zh-CN' : 'en'
  if (theme) host.dataset.theme = theme
  const root = host.attachShadow({ mode: 'open' })
  style(root)
  document.body.append(host)

  let open = false
  const memory = remembered(`zhike.token.${inbox ?? 'default'}`)
  const seen = remembered(`zhike.seen.${inbox ?? 'default'}`)
  const chat = new Chat({
    api: new VisitorApi(base),
    openSocket: (token) => openSocket(base, token),
    session: () => ({
      ...(inbox && { inbox }),
      locale: lang,
      page: { url: location.href, title: document.title, referrer: document.referrer },
    }),
    memory,
    onChange: paint,
  })

  function setOpen(next: boolean): void {
    if (next) chat.start()
    open = next
    paint(chat.state)
  }
  function paint(state: ChatState): void {
    render(<App chat={chat} state={state} open={open} setOpen={setOpen} seen={seen} t={words[lang]} />, root)
  }

  const wake = () => document.visibilityState === 'visible' && chat.wake()
  window.addEventListener('online', wake)
  window.addEventListener('focus', wake)
  document.addEventListener('visibilitychange', wake)
  window.Zhike = {
    open: () => setOpen(true),
    close: () => setOpen(false),
    ask: (text) => {
      setOpen(true)
      chat.send(text)
    },
  }
  // A visitor who has written before may have an answer waiting; nobody else costs the server a session.
  if (memory.read()) chat.start()
  paint(chat.state)
}

/** A constructed sheet needs no permission of the page's content policy; browsers without them get an element. */
function style(root: ShadowRoot): void {
  if ('adoptedStyleSheets' in root) {
    const sheet = new CSSStyleSheet()
    sheet.replaceSync(css)
    root.adoptedStyleSheets = [sheet]
  } else {
    const element = document.createElement('style')
    element.textContent = css
    ;(root as ShadowRoot).append(element)
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
        if (next) localStorage.setItem(key, next)
        else localStorage.removeItem(key)
      } catch {
        // Storage is switched off or full: the page's own memory has to do.
      }
    },
  }
}
