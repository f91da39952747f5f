/** A text in three parts: before the quote, the quote, after it. A quote that does not occur leaves the text whole. */
export interface Quoted {
  before: string
  quote: string
  after: string
}

export function markQuote(text: string, quote: string): Quoted {
  const at = quote ? text.indexOf(quote) : -1
  if (at < 0) return { before: text, quote: '', after: '' }
  return { before: text.slice(0, at), quote, after: text.slice(at + quote.length) }
}
