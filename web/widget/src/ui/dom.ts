/**
 * The few hundred bytes of a renderer that the widget needs: elements are told as values (`h`, by JSX), and `render`
 * makes the page like them while it keeps every node that is still wanted, with what is typed and unfolded in it.
 *
 * Components are functions without a state of their own and are called where they are written. Text is only ever set
 * as text.
 */
type Key = string | number
type Attributes = Record<string, unknown>

export interface VNode {
  /** Empty for a piece of text, which is then the `text`. */
  tag: string
  key: Key | undefined
  props: Attributes
  children: Child[]
  text: string
  dom?: Node
}
/** What is not shown keeps its place, so that what stands after it is found again. */
type Child = VNode | null
export type ComponentChildren =
  VNode | string | number | boolean | null | undefined | readonly ComponentChildren[]

type Component<P> = (props: P) => ComponentChildren

export function h<P>(
  tag: string | Component<P>,
  props: (P & { key?: Key }) | null,
  ...children: ComponentChildren[]
): ComponentChildren {
  const { key, ...rest } = (props ?? {}) as Attributes & { key?: Key }
  if (typeof tag === 'string') return { tag, key, props: rest, children: flat(children), text: '' }
  const made = tag({ ...rest, ...(children.length && { children }) } as P)
  if (made && typeof made === 'object' && 'tag' in made) made.key ??= key
  return made
}

export const Fragment = ({ children }: { children?: ComponentChildren }) => children

function flat(children: ComponentChildren): Child[] {
  if (Array.isArray(children)) return children.flatMap(flat)
  if (children === null || children === undefined || typeof children === 'boolean') return [null]
  if (typeof children === 'object') return [children as VNode]
  return [{ tag: '', key: undefined, props: {}, children: [], text: `${children}` }]
}

const shown = new WeakMap<Node, Child[]>()

export function render(what: ComponentChildren, parent: ParentNode & Node): void {
  const children = flat(what)
  patchChildren(parent, shown.get(parent) ?? [], children)
  shown.set(parent, children)
}

function patchChildren(parent: Node, before: Child[], after: Child[]): void {
  const left = new Set(before)
  const fits = (old: Child | undefined, { tag, key }: VNode) =>
    old && left.has(old) && old.tag === tag && old.key === key
  after.forEach((child, i) => {
    if (!child) return
    // In its old place, or, with a key, wherever it was.
    const old = fits(before[i], child)
      ? before[i]
      : child.key !== undefined && before.find((other) => fits(other ?? undefined, child))
    if (old) left.delete(old)
    patch(child, old || null)
  })
  for (const old of left) (old?.dom as ChildNode | undefined)?.remove()
  let next: Node | null = null
  for (const child of after.toReversed()) {
    if (!child?.dom) continue
    if (child.dom.parentNode !== parent || child.dom.nextSibling !== next)
      parent.insertBefore(child.dom, next)
    next = child.dom
  }
}

const SVG = /^(svg|path)$/

function patch(to: VNode, from: Child): void {
  const { tag, text, props } = to
  const dom = (to.dom =
    from?.dom ??
    (!tag
      ? document.createTextNode(text)
      : SVG.test(tag)
        ? document.createElementNS('http://www.w3.org/2000/svg', tag)
        : document.createElement(tag)))
  if (!tag) {
    if (dom.nodeValue !== text) dom.nodeValue = text
    return
  }
  for (const name in { ...from?.props, ...props }) {
    if (props[name] !== from?.props[name]) set(dom as Element, name, props[name])
  }
  patchChildren(dom, from?.children ?? [], to.children)
}

function set(element: Element, name: string, value: unknown): void {
  if (name.startsWith('on')) Object.assign(element, { [name.toLowerCase()]: value ?? null })
  else if (value === undefined || value === null || (value === false && !name.startsWith('aria-')))
    element.removeAttribute(name)
  else element.setAttribute(name, value === true && !name.startsWith('aria-') ? '' : `${value as string}`)
}

/** What an element may be told: the handlers with the element they are on, any attribute by its name. */
type Told<E> = {
  key?: Key
  children?: ComponentChildren
  onClick?: () => void
  onScroll?: () => void
  onInput?: (event: InputEvent & { currentTarget: E }) => void
  onKeyDown?: (event: KeyboardEvent & { currentTarget: E }) => void
  onSubmit?: (event: SubmitEvent & { currentTarget: E }) => void
  onPaste?: (event: ClipboardEvent) => void
} & Record<string, unknown>

// eslint-disable-next-line @typescript-eslint/no-namespace -- where TypeScript looks for the types of JSX
export namespace h {
  // eslint-disable-next-line @typescript-eslint/no-namespace -- as above
  export namespace JSX {
    export type Element = ComponentChildren
    export interface ElementChildrenAttribute {
      children: unknown
    }
    export interface IntrinsicAttributes {
      key?: Key
    }
    export type IntrinsicElements = { [T in keyof HTMLElementTagNameMap]: Told<HTMLElementTagNameMap[T]> } & {
      svg: Told<SVGElement>
      path: Told<SVGElement>
    }
  }
}
