import type { Conversation } from '@zhike/shared'
import { useNow } from './use-now.ts'
import { useI18n } from 'vue-i18n'
import { ApiError } from './api/index.ts'

/** Times, sizes and shares in the reader's language. */
export function useFormat() {
  const i18n = useI18n()
  const { t, locale } = i18n
  const now = useNow()
  const tag = () => (locale.value === 'zh' ? 'zh-CN' : 'en-GB')

  /** Hours and minutes today, the date before. */
  function when(iso: string): string {
    const date = new Date(iso)
    const today = new Date(now.value).toDateString() === date.toDateString()
    return today ? clock(iso) : date.toLocaleDateString(tag(), { month: 'short', day: 'numeric' })
  }
  function clock(iso: string): string {
    return new Date(iso).toLocaleTimeString(tag(), { hour: '2-digit', minute: '2-digit' })
  }
  function day(iso: string): string {
    const date = new Date(iso)
    const passed = Math.round((startOfDay(now.value) - startOfDay(date.getTime())) / 86_400_000)
    if (passed === 0) return t('thread.today')
    if (passed === 1) return t('thread.yesterday')
    return date.toLocaleDateString(tag(), { year: 'numeric', month: 'long', day: 'numeric' })
  }
  function full(iso: string): string {
    return new Date(iso).toLocaleString(tag(), { dateStyle: 'medium', timeStyle: 'short' })
  }
  /** To the second, for what may happen several times a minute. */
  function moment(iso: string): string {
    return new Date(iso).toLocaleString(tag(), { dateStyle: 'medium', timeStyle: 'medium' })
  }
  /** How long ago, growing while one looks: `40 s`, `3 min`, `2 h`. */
  function since(iso: string): string {
    const seconds = Math.max(0, Math.round((now.value - Date.parse(iso)) / 1000))
    if (seconds < 60) return unit(seconds, 'second')
    if (seconds < 3600) return unit(Math.floor(seconds / 60), 'minute')
    if (seconds < 86_400) return unit(Math.floor(seconds / 3600), 'hour')
    return unit(Math.floor(seconds / 86_400), 'day')
  }
  function unit(value: number, name: 'second' | 'minute' | 'hour' | 'day'): string {
    return new Intl.NumberFormat(tag(), { style: 'unit', unit: name, unitDisplay: 'short' }).format(value)
  }
  function bytes(value: number): string {
    const [amount, name] =
      value < 1000
        ? [value, 'byte']
        : value < 1_000_000
          ? [value / 1000, 'kilobyte']
          : [value / 1_000_000, 'megabyte']
    const style = { style: 'unit', unit: name, unitDisplay: 'short', maximumFractionDigits: 1 } as const
    return new Intl.NumberFormat('en', style).format(amount)
  }
  function percent(share: number): string {
    return new Intl.NumberFormat(tag(), { style: 'percent' }).format(share)
  }
  /** A share to a tenth of a point, for scores that are compared. */
  function share(value: number): string {
    return new Intl.NumberFormat(tag(), {
      style: 'percent',
      minimumFractionDigits: 1,
      maximumFractionDigits: 1,
    }).format(value)
  }
  /** A stretch of time in its largest whole units: `40 s`, `3 min`. */
  function duration(milliseconds: number): string {
    const seconds = milliseconds / 1000
    if (seconds < 60)
      return unit(seconds < 10 ? Math.round(seconds * 10) / 10 : Math.round(seconds), 'second')
    if (seconds < 3600) return unit(Math.round(seconds / 60), 'minute')
    return unit(Math.round(seconds / 360) / 10, 'hour')
  }
  function ms(value: number): string {
    if (value < 0.05) return '< 0.1 ms'
    return `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`
  }
  function visitorName({ visitor }: Conversation): string {
    return visitor.name || visitor.email || t('inbox.visitor', { id: visitor.id.slice(-4) })
  }
  /** A code of the server in words, or the code itself when it is new. */
  function word(prefix: string, code: string): string {
    const key = `${prefix}.${code}`
    return i18n.te(key, 'zh') ? t(key) : code
  }
  function problem(error: unknown): string {
    if (error instanceof ApiError) {
      if (error.code === 'network') return t('common.network')
      // The server explains itself in English; what kind of trouble it is one reads in one's own language.
      const kind = word('problem', error.code)
      if (locale.value !== 'en' && kind !== error.code) return `${kind}（${error.message}）`
    }
    return error instanceof Error && error.message ? error.message : t('common.unknownError')
  }
  return {
    when,
    clock,
    day,
    full,
    moment,
    since,
    bytes,
    percent,
    share,
    duration,
    ms,
    visitorName,
    word,
    problem,
  }
}

function startOfDay(time: number): number {
  return new Date(time).setHours(0, 0, 0, 0)
}
