import { newClientId } from './ids.ts'

/** A message that somebody wrote here and that the server has not confirmed yet. */
export interface Draft {
  clientId: string
  text: string
  /** The server has it, but messages before it are still missing here. */
  accepted?: boolean
  /** The server refused it: what to tell the writer. */
  failed?: string
}

/**
 * What was written here and the server has not confirmed, in the order it was written. Every draft keeps its
 * `client_id` however often it is sent, so that sending again never stores twice.
 */
export class Outbox {
  drafts: readonly Draft[] = []

  add(text: string): Draft {
    const draft = { clientId: newClientId(), text }
    this.drafts = [...this.drafts, draft]
    return draft
  }

  find(clientId: string | undefined): Draft | undefined {
    return this.drafts.find((d) => d.clientId === clientId)
  }

  /** The server has it, or the writer gave it up. */
  remove(clientId: string | undefined): void {
    if (this.find(clientId)) this.drafts = this.drafts.filter((d) => d.clientId !== clientId)
  }

  accept(clientId: string): void {
    this.#replace(clientId, { accepted: true })
  }

  fail(clientId: string, reason: string): void {
    this.#replace(clientId, { failed: reason })
  }

  /** A failed draft goes to the end: it is sent after whatever was written since. */
  retry(clientId: string): Draft | undefined {
    const draft = this.find(clientId)
    if (!draft?.failed) return undefined
    const again: Draft = { clientId, text: draft.text }
    this.drafts = [...this.drafts.filter((d) => d !== draft), again]
    return again
  }

  /** What still has to be sent. */
  get waiting(): Draft[] {
    return this.drafts.filter((d) => !d.failed && !d.accepted)
  }

  #replace(clientId: string, changes: Partial<Draft>): void {
    this.drafts = this.drafts.map((d) => (d.clientId === clientId ? { ...d, ...changes } : d))
  }
}
