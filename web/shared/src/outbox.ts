import { newClientId } from './ids.ts'

/** A message that somebody wrote here and that the server has not confirmed yet. */
export interface Draft {
  clientId: string
  text: string
  /** The server has it, but messages before it are still missing here. */
  accepted?: boolean
  /** It is a file of this name: how much of it is handed over, 0..=1. */
  progress?: number
  /** Where the browser finds the picture that is being handed over. */
  preview?: string
  /** The server refused it: what to tell the writer. Empty when it is being sent again. */
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

  /** Notes what became of a draft. */
  update(clientId: string | undefined, changes: Partial<Draft>): void {
    this.drafts = this.drafts.map((d) => (d.clientId === clientId ? { ...d, ...changes } : d))
  }

  /** The draft is a message now, or its writer gave it up. */
  remove(clientId: string | undefined): void {
    this.drafts = this.drafts.filter((d) => d.clientId !== clientId)
  }

  /** What still has to be sent. */
  get waiting(): Draft[] {
    return this.drafts.filter((d) => !d.failed && !d.accepted)
  }
}
