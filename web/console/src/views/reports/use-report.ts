import type { Figures } from '@zhike/shared'
import { useI18n } from 'vue-i18n'
import { useFormat } from '../../use-format.ts'

/** Figures as people read them; what nobody could measure is a dash. */
export function useReport() {
  const { t } = useI18n()
  const { percent, duration } = useFormat()

  const shareOf = (value: number | null | undefined) => (value == null ? '–' : percent(value))
  /** Parts of a second are no wait. */
  function wait(seconds: number | null | undefined): string {
    if (seconds == null) return '–'
    return seconds < 1 ? `< ${duration(1000)}` : duration(seconds * 1000)
  }
  const stars = (mean: number | null | undefined) => (mean == null ? '–' : mean.toFixed(1))
  const slowest = ({ p90_s }: Figures['first_reply']) =>
    p90_s == null ? undefined : t('reports.p90', { time: wait(p90_s) })
  const rated = ({ count, satisfied }: Figures['csat']) =>
    count ? t('reports.rated', { n: count, share: shareOf(satisfied) }) : undefined

  /** The figures that matter, in the order they are read. */
  function tiles(total: Figures) {
    const { conversations: all, handoffs } = total
    return [
      {
        name: t('reports.conversations'),
        value: String(all),
        basis: t('reports.messages', { n: total.visitor_messages }),
      },
      {
        name: t('reports.botResolution'),
        value: shareOf(total.bot_resolution),
        basis: t('reports.resolvedOf', { n: total.resolved_by_bot }),
      },
      {
        name: t('reports.handoffs'),
        value: String(handoffs),
        basis: all ? t('reports.ofAll', { share: percent(handoffs / all) }) : undefined,
      },
      {
        name: t('reports.firstReply'),
        value: wait(total.first_reply.median_s),
        basis: slowest(total.first_reply),
      },
      {
        name: t('reports.agentReply'),
        value: wait(total.agent_reply.median_s),
        basis: slowest(total.agent_reply),
      },
      { name: t('reports.csat'), value: stars(total.csat.mean), basis: rated(total.csat) },
    ]
  }

  return { shareOf, wait, stars, tiles }
}
