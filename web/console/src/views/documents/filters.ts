import type { Document } from '@zhike/shared'

/** What the list is narrowed by, as it stands in the address. */
export const FILTERS = ['base', 'tag', 'owner', 'lang', 'audience', 'q'] as const
export type Filters = Record<(typeof FILTERS)[number], string>

/** Those of which one is picked. */
export const PICKED = ['base', 'tag', 'owner', 'lang', 'audience'] as const
export type Picked = (typeof PICKED)[number]
export type Options = Record<Picked, string[]>

const valuesOf: Record<Picked, (document: Document) => readonly string[]> = {
  base: ({ base }) => [base],
  tag: ({ tags }) => tags,
  owner: ({ owner }) => (owner ? [owner] : []),
  lang: ({ lang }) => [lang],
  audience: ({ audience }) => [audience],
}

/** What there is to pick from. */
export function optionsOf(documents: readonly Document[]): Options {
  const of = (name: Picked) => [...new Set(documents.flatMap(valuesOf[name]))].sort()
  return Object.fromEntries(PICKED.map((name) => [name, of(name)])) as Options
}

const folded = (text: string) => text.normalize('NFKC').toLowerCase().trim()

/** The documents that all filters let through; an empty one lets everything through. */
export function narrowed(documents: readonly Document[], filters: Filters): Document[] {
  const sought = folded(filters.q)
  return documents.filter(
    (document) =>
      folded(`${document.name} ${document.title}`).includes(sought) &&
      PICKED.every((name) => !filters[name] || valuesOf[name](document).includes(filters[name])),
  )
}
