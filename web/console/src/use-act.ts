import { ref } from 'vue'

/** Something one does: whether it is under way, and what went wrong where it was done. */
export function useAct() {
  const busy = ref(false)
  const problem = ref<unknown>(null)

  /** Whether it worked. */
  async function act(run: () => Promise<unknown>): Promise<boolean> {
    busy.value = true
    problem.value = null
    try {
      await run()
      return true
    } catch (error) {
      problem.value = error
      return false
    } finally {
      busy.value = false
    }
  }
  return { busy, problem, act }
}
