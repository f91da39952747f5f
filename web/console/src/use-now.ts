import { ref, type Ref } from 'vue'

const now = ref(Date.now())
setInterval(() => (now.value = Date.now()), 5_000)

/** The time, moving in steps that are fine enough for people who wait. One clock for the whole page. */
export function useNow(): Readonly<Ref<number>> {
  return now
}
