import { onUnmounted, ref, shallowRef } from 'vue'

/** A line that is tried out, as often as one likes: only what was asked last counts. */
export function useTry<T>(run: (text: string, signal: AbortSignal) => Promise<T>) {
  const text = ref('')
  const tried = shallowRef<{ text: string; found: T } | null>(null)
  const busy = ref(false)
  const problem = ref<unknown>(null)
  let running: AbortController | undefined
  onUnmounted(() => running?.abort())

  async function ask(line: string): Promise<void> {
    running?.abort()
    const mine = (running = new AbortController())
    busy.value = true
    problem.value = null
    try {
      tried.value = { text: line, found: await run(line, mine.signal) }
    } catch (error) {
      if (!mine.signal.aborted) problem.value = error
    } finally {
      if (running === mine) busy.value = false
    }
  }

  /** Asks once more what was asked before. */
  async function again(): Promise<void> {
    if (tried.value) await ask(tried.value.text)
  }
  return { text, tried, busy, problem, ask, again }
}
