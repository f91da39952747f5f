/** The line that puts the chat on a page. Ids of inboxes hold nothing that would have to be escaped. */
export function widgetLine(inbox: string, origin = location.origin): string {
  return `<script src="${origin}/widget.js" data-inbox="${inbox}" async></script>`
}
