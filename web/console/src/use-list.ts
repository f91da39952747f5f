import type { ListPage } from '@zhike/shared'
import { ref, shallowRef, type Ref } from 'vue'

/** A list that is read as a whole, and again after something was changed. */
export function useList<T>(read: () => Promise<T[]>) {
  const items = shallowRef<T[] | null>(null)
  const problem = ref<unknown>(null)

  async function load(): Promise<void> {
    try {
      items.value = await read()
      problem.value = null
    } catch (error) {
      problem.value = error
    }
  }
  void load()
  return { items, problem, load }
}

export type Pages<T> = ReturnType<typeof usePages<T>>

/** A list that is read a page at a time. */
export function usePages<T>(read: (cursor: string | undefined) => Promise<ListPage<T>>) {
  const items: Ref<T[] | null> = shallowRef(null)
  const cursor = ref<string>()
  const busy = ref(false)
  const problem = ref<unknown>(null)
  let asked = 0

  async function readOn(before: readonly T[]): Promise<void> {
    const mine = ++asked
    busy.value = true
    problem.value = null
    try {
      const page = await read(cursor.value)
      if (mine !== asked) return
      items.value = [...before, ...page.items]
      cursor.value = page.next_cursor ?? undefined
    } catch (error) {
      if (mine === asked) problem.value = error
    } finally {
      if (mine === asked) busy.value = false
    }
  }
  const load = () => readOn(items.value ?? [])

  /** From its beginning; what is shown stays until the new beginning is here. */
  function restart(): Promise<void> {
    cursor.value = undefined
    return readOn([])
  }
  void load()
  return { items, cursor, busy, problem, load, restart }
}
