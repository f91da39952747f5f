/** A client's own name for a message it sends: 128 random bits, from a source that works on plain-http pages too. */
export function newClientId(): string {
  return crypto.getRandomValues(new Uint32Array(4)).join('-')
}
