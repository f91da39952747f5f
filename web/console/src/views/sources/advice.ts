/** What can be done about a document or page that could not be brought, by the server's reason for it. */
const ADVICE = [
  ['folders', /knowledge\.folders/],
  ['gone', /cannot be opened|No such file|answered 40[4]|answered 410/i],
  ['private', /private address/],
  ['robots', /robots\.txt/],
  ['forbidden', /answered 40[13]|Permission denied/i],
  ['theirs', /answered 5\d\d|answered 429/],
  ['slow', /took longer|timed out/i],
  ['moved', /elsewhere/],
  ['unreachable', /error sending request|dns|connect|certificate/i],
  ['large', /bytes; at most|too large|larger than/i],
  ['many', /more than \d+ documents/],
  ['content', /nothing in it|encrypted|not supported|cannot be read|empty/i],
] as const

export type Advice = (typeof ADVICE)[number][0]

export function adviceOn(reason: string): Advice | undefined {
  return ADVICE.find(([, pattern]) => pattern.test(reason))?.[0]
}
