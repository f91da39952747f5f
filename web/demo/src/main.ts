import logo from './art/logo.svg'
import { products, questions, shop, type Lang } from './shop.ts'

/** The part of the widget's API this page uses; the widget comes from /widget.js like on any other page. */
interface Widget {
  open(): void
  ask(text: string): void
}

const widget = () => (window as { Zhike?: Widget }).Zhike
const lang = pickLang()
const CUSTOMER = 'zhike.demo.customer'

document.documentElement.lang = lang === 'zh' ? 'zh-CN' : 'en'
document.title = `${shop.name[lang]} · Zhike`
document.body.append(header(), hero(), goods(), hints(), footer())
void loadWidget()

function pickLang(): Lang {
  const wanted = new URLSearchParams(location.search).get('lang') ?? navigator.language
  return wanted.toLowerCase().startsWith('zh') ? 'zh' : 'en'
}

/** A shop's page names its signed-in customer to the widget; this one plays a made-up customer who stays the same. */
async function loadWidget(): Promise<void> {
  const script = document.createElement('script')
  const known = localStorage.getItem(CUSTOMER) ?? ''
  const answer = await fetch(`/demo/identity?customer=${known}`).catch(() => null)
  if (answer?.ok) {
    const { external_id, hmac, name } = (await answer.json()) as Record<
      'external_id' | 'hmac' | 'name',
      string
    >
    localStorage.setItem(CUSTOMER, external_id)
    Object.assign(script.dataset, { externalId: external_id, hmac, name })
  }
  script.src = '/widget.js'
  script.dataset.inbox = 'default'
  script.dataset.lang = lang
  // The attributes of the widget can be tried in the address: `?mode=page`, `?side=left`, `?color=…`.
  for (const name of ['mode', 'side', 'color', 'theme', 'sound']) {
    const value = new URLSearchParams(location.search).get(name)
    if (value) script.dataset[name] = value
  }
  document.body.append(script)
}

// ---- parts of the page, from top to bottom

function header(): HTMLElement {
  const other: Lang = lang === 'zh' ? 'en' : 'zh'
  const brand = el('a', { class: 'brand', href: '#' }, image(logo, 36), el('span', {}, shop.name[lang]))
  const nav = el('nav', {}, ...shop.nav.map((item) => el('a', { href: '#goods' }, item[lang])))
  const language = el(
    'a',
    { class: 'language', href: `?lang=${other}`, hreflang: other, lang: other },
    shop.other[lang],
  )
  return el('header', {}, brand, nav, language)
}

function hero(): HTMLElement {
  const ask = el('button', { class: 'primary', type: 'button' }, shop.ask[lang])
  ask.addEventListener('click', () => widget()?.open())
  const browse = el('a', { href: '#goods' }, shop.browse[lang])
  const words = el(
    'div',
    {},
    el('h1', {}, shop.headline[lang]),
    el('p', {}, shop.intro[lang]),
    el('p', { class: 'actions' }, ask, browse),
  )
  const shelf = [products[0], products[6], products[4]].flatMap((p) => (p ? [image(p.art, 220)] : []))
  return el('section', { class: 'hero' }, words, el('div', { class: 'shelf' }, ...shelf))
}

function goods(): HTMLElement {
  const items = products.map((p) =>
    el(
      'li',
      {},
      image(p.art, 220),
      el('h3', {}, p.name[lang]),
      el('p', {}, p.detail[lang]),
      el('strong', {}, `¥${p.price}`),
    ),
  )
  return el(
    'section',
    { id: 'goods' },
    el('h2', {}, shop.goods[lang]),
    el('ul', { class: 'goods' }, ...items),
  )
}

function hints(): HTMLElement {
  const groups = questions[lang].map(({ about, asks }) =>
    el('div', {}, el('h3', {}, about), ...asks.map((text) => question(text))),
  )
  return el(
    'section',
    { class: 'hints' },
    el('h2', {}, shop.hints[lang]),
    el('p', {}, shop.hintsIntro[lang]),
    el('div', { class: 'groups' }, ...groups),
  )
}

function question(text: string): HTMLElement {
  const button = el('button', { type: 'button' }, text)
  button.addEventListener('click', () => widget()?.ask(text))
  return button
}

function footer(): HTMLElement {
  const end = lang === 'zh' ? '。' : '.'
  return el('footer', {}, el('p', {}, `${shop.note[lang]} `, el('a', { href: '/' }, shop.console[lang]), end))
}

// ---- elements

function el(tag: string, attributes: Record<string, string>, ...children: (Node | string)[]): HTMLElement {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value)
  element.append(...children)
  return element
}

/** Pictures only decorate: what they show is said in words beside them. */
function image(src: string, size: number): HTMLElement {
  return el('img', { src, alt: '', width: `${size}`, height: `${size}` })
}
