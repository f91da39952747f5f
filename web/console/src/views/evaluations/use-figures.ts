import type { Evaluation } from '@zhike/shared'
import { useI18n } from 'vue-i18n'
import { useFormat } from '../../use-format.ts'
import { interval, partsOf, unitOf, wordOf } from './metrics.ts'

/** The figures of an evaluation as people read them. */
export function useFigures() {
  const { t } = useI18n()
  const { share, percent, ms, word } = useFormat()

  function name(metric: string): string {
    const { stem, lang } = partsOf(metric)
    const known = word('evaluations.metric', wordOf(metric))
    const own = known === wordOf(metric) ? stem : known
    return lang ? t('evaluations.metricOf', { name: own, lang: t(`visitor.${lang}`) }) : own
  }

  function value(metric: string, figure: number | undefined): string {
    if (figure === undefined) return '–'
    const unit = unitOf(metric)
    if (unit === 'share') return share(figure)
    if (unit === 'ms') return ms(figure)
    return unit === 'count' ? String(figure) : figure.toFixed(3)
  }

  /** `147/172 · 79–90%`: what a share counts and the interval it is known to; nothing for other figures. */
  function basis(metric: string, { counts }: Pick<Evaluation, 'counts'>): string | undefined {
    const [part, whole] = counts[metric] ?? []
    if (part === undefined || !whole) return undefined
    const [low, high] = interval(part, whole)
    return `${part}/${whole} · ${Math.round(low * 100)}–${percent(high)}`
  }

  return { name, value, basis }
}
