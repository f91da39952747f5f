import type { CloseReason } from '@zhike/shared'

/** In the order in which they are offered; the first is what is meant most. */
export const CLOSE_REASONS: readonly CloseReason[] = ['resolved', 'no_reply', 'spam', 'duplicate', 'other']
