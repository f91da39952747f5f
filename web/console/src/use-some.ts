import { computed, ref, watch } from 'vue'

/** The beginning of a long list, and more of it when asked: thousands of rows at once make a page slow. */
export function useSome<T>(all: () => readonly T[], step: number) {
  const most = ref(step)
  const shown = computed(() => all().slice(0, most.value))
  const rest = computed(() => Math.max(0, all().length - most.value))
  watch(all, () => (most.value = step))
  return { shown, rest, more: () => (most.value += step) }
}
