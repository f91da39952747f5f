import { ref, type Ref } from 'vue'

/** A question that was tried, and what came of it. */
export interface Asked {
  text: string
  /** When, in milliseconds. */
  at: number
  /** What the turn ended in; without it only passages were looked for. */
  action?: string
  /** 0..=1: of the decision, or of the best passage. */
  confidence: number
}

const KEY = 'zhike.console.asked'
const MOST = 30

/** What was tried on this device, the newest first. The server stores nothing of it. */
export function useAsked() {
  const asked: Ref<Asked[]> = ref(stored())

  /** What the same question came to the time before. */
  const before = (text: string, action: string | undefined) =>
    asked.value.find((one) => one.text === text && !one.action === !action)

  function keep(one: Asked): void {
    const others = asked.value.filter(({ text, action }) => text !== one.text || !action !== !one.action)
    put([one, ...others].slice(0, MOST))
  }

  function put(list: Asked[]): void {
    asked.value = list
    try {
      localStorage.setItem(KEY, JSON.stringify(list))
    } catch {
      // Storage is switched off or full: kept for this page only.
    }
  }
  return { asked, before, keep, put }
}

function stored(): Asked[] {
  try {
    const list: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]')
    return Array.isArray(list) ? list.filter(isAsked) : []
  } catch {
    return []
  }
}

function isAsked(one: unknown): one is Asked {
  const { text, at, confidence } = (one ?? {}) as Partial<Asked>
  return typeof text === 'string' && typeof at === 'number' && typeof confidence === 'number'
}
