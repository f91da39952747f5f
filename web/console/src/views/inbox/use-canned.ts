import type { CannedReply } from '@zhike/shared'
import { computed, ref, shallowRef, watch } from 'vue'
import { canned } from '../../api/desk.ts'
import { matching, prefixOf, wordsOf } from './canned-matches.ts'

/** Replies kept ready, found by what is written after `/` and filled in for one conversation. */
export function useCanned(conversation: () => string, text: () => string, put: (words: string) => void) {
  const replies = shallowRef<CannedReply[] | null>(null)
  const problem = ref<unknown>(null)
  const active = ref(0)
  /** What was written when the list was sent away. */
  const dismissed = ref<string>()

  const prefix = computed(() => (text() === dismissed.value ? null : prefixOf(text())))
  const items = computed(() =>
    replies.value && prefix.value !== null ? matching(replies.value, prefix.value) : null,
  )

  /** Read anew each time one begins to look: somebody may have added one, and who the visitor is may be known now. */
  async function load(): Promise<void> {
    problem.value = null
    try {
      replies.value = await canned.list({ conversation_id: conversation() })
    } catch (error) {
      problem.value = error
    }
  }
  watch(
    () => prefix.value !== null,
    (open) => {
      if (!open) return
      replies.value = null
      void load()
    },
  )
  watch(items, () => (active.value = 0))

  function pick(reply: CannedReply): void {
    put(wordsOf(reply))
  }

  /** Whether the key was for the list. */
  function onKey(event: KeyboardEvent): boolean {
    const found = items.value
    if (prefix.value === null || event.isComposing) return false
    if (event.key === 'Escape') {
      dismissed.value = text()
      return true
    }
    // Half a shortcut is no message while the list is still on its way.
    if (!found) return event.key === 'Enter' && !event.shiftKey && !problem.value
    if (!found.length) return false
    const { length } = found
    if (event.key === 'ArrowDown') active.value = (active.value + 1) % length
    else if (event.key === 'ArrowUp') active.value = (active.value + length - 1) % length
    else if ((event.key === 'Enter' && !event.shiftKey) || event.key === 'Tab') {
      const reply = found[active.value]
      if (reply) pick(reply)
    } else return false
    return true
  }

  return { prefix, items, active, problem, load, pick, onKey }
}
