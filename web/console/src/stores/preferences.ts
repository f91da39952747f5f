import type { Lang, PresenceState } from '@zhike/shared'
import { defineStore } from 'pinia'
import { shallowRef, watch, type ShallowRef } from 'vue'

export type Theme = 'system' | 'light' | 'dark'

/** A value that outlives the page, as far as the browser allows it. */
function kept<T extends string>(name: string, fallback: T, known: readonly T[]) {
  const key = `zhike.console.${name}`
  let stored: string | null = null
  try {
    stored = localStorage.getItem(key)
  } catch {
    // Storage is switched off: the default holds.
  }
  const value: ShallowRef<T> = shallowRef(known.find((v) => v === stored) ?? fallback)
  watch(value, (next) => {
    try {
      localStorage.setItem(key, next)
    } catch {
      // Kept for this page only.
    }
  })
  return value
}

/** What one person likes on this device. */
export const usePreferences = defineStore('preferences', () => {
  const browserLang: Lang = navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en'
  const lang = kept<Lang>('lang', browserLang, ['zh', 'en'])
  const theme = kept<Theme>('theme', 'system', ['system', 'light', 'dark'])
  const sound = kept('sound', 'on', ['on', 'off'])
  const presence = kept<PresenceState>('presence', 'online', ['online', 'busy', 'away'])

  const prefersDark = matchMedia('(prefers-color-scheme: dark)')
  function applyTheme(): void {
    const dark = theme.value === 'dark' || (theme.value === 'system' && prefersDark.matches)
    document.documentElement.classList.toggle('dark', dark)
  }
  prefersDark.addEventListener('change', applyTheme)
  watch(theme, applyTheme, { immediate: true })

  return { lang, theme, sound, presence }
})
