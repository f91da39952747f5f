/** The line that puts the chat on a page. Ids of inboxes hold nothing that would have to be escaped. */
export function widgetLine(inbox: string, origin = location.origin): string {
  return `<script src="${origin}/widget.js" data-inbox="${inbox}" async></script>`
}

/** An id for an inbox of this name: what of it may stand in one, or `shop`. */
export function idFor(name: string): string {
  const id = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
  return id.slice(0, 40) || 'shop'
}
