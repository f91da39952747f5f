/**
 * The chat widget: `<script src="https://your-zhike/widget.js" data-inbox="default"></script>`.
 *
 * Attributes: `data-inbox`, `data-lang` (`zh` or `en`), `data-theme` (`light` or `dark`), `data-color` (any colour that
 * white can be read on), `data-side` (`left`), `data-sound` (`off`), `data-mode` (`page`: the chat is the whole page or
 * frame); for a customer who is signed in, `data-external-id`, `data-hmac` (made by the shop's server) and `data-name`.
 *
 * It tells the page what happens by the events `zhike:open`, `zhike:close` and `zhike:message` (`detail`: the message)
 * on `window`. It lives in a shadow root
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
    color,
    side,
    sound,
    mode,
    externalId: external_id,
    hmac = '',
    name,
  } = script?.dataset ?? {}
  const lang = langOf(wanted)

  const host = document.createElement('div')
  host.id = 'zhike-widget'
  host.lang = lang
  // Its own languages run from left to right, whatever the page's do; each message runs as its words do.
  host.dir = 'ltr'
  Object.assign(host.dataset, side && { side }, mode && { mode })
  if (color) for (const name of ['--accent', '--mine']) host.style.setProperty(name, color)
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
  const view = mount(
    root,
    wordsIn(lang),
    remembered(`zhike.seen.${inbox}`),
    mode === 'page',
    (what, detail) => {
      if (what === 'message' && sound !== 'off' && (document.hidden || !view.isOpen())) chime()
      dispatchEvent(new CustomEvent(`zhike:${what}`, { detail }))
    },
  )
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
  if (mode) view.setOpen(true)

  const wake = () => {
    if (document.hidden) return
    chat.wake()
    // What stands on the screen is read from now on.
    view.paint(chat.state)
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

/** A soft note. Browsers stay silent until the page has been clicked once. */
function chime(): void {
  const audio = new AudioContext()
  const tone = audio.createOscillator()
  const volume = audio.createGain()
  volume.gain.value = 0.08
  volume.gain.exponentialRampToValueAtTime(0.0001, 0.4)
  tone.connect(volume).connect(audio.destination)
  tone.start()
  tone.stop(0.4)
  tone.onended = () => audio.close()
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
