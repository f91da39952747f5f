/** The curves of a report, day by day. */
import type { FiguresGroup } from '@zhike/shared'
import { axis, common, legend, type ChartOptions } from '../../components/chart-options.ts'

interface VolumeWords {
  byBot: string
  handoffs: string
  open: string
}

/** How many came each day, and what became of them. */
export function volume(
  days: readonly FiguresGroup[],
  label: (day: string) => string,
  words: VolumeWords,
): ChartOptions {
  return (inks) => {
    const bar = (name: string, color: string, read: (day: FiguresGroup) => number) => ({
      type: 'bar',
      name,
      stack: 'conversations',
      barMaxWidth: 36,
      itemStyle: { color },
      data: days.map(read),
    })
    return {
      ...common(inks),
      legend: legend(inks),
      grid: { left: 8, right: 8, top: 32, bottom: 4, containLabel: true },
      xAxis: axis(inks, { type: 'category', data: days.map((day) => label(day.key)) }),
      yAxis: axis(inks, { type: 'value', minInterval: 1 }),
      series: [
        bar(words.byBot, inks.accent, (day) => day.resolved_by_bot),
        bar(words.handoffs, inks.wait, (day) => day.handoffs),
        bar(words.open, inks.line, (day) =>
          Math.max(0, day.conversations - day.resolved_by_bot - day.handoffs),
        ),
      ],
    }
  }
}

interface WaitWords {
  first: string
  agent: string
}

/** How long people waited each day, in the middle. */
export function waits(
  days: readonly FiguresGroup[],
  label: (day: string) => string,
  duration: (milliseconds: number) => string,
  words: WaitWords,
): ChartOptions {
  return (inks) => {
    const line = (name: string, color: string, read: (day: FiguresGroup) => number | null | undefined) => ({
      type: 'line',
      name,
      symbolSize: 6,
      connectNulls: true,
      lineStyle: { color, width: 2 },
      itemStyle: { color },
      data: days.map((day) => read(day) ?? null),
    })
    const said = (value: number | null) => (value === null ? '–' : duration(value * 1000))
    return {
      ...common(inks),
      legend: legend(inks),
      grid: { left: 8, right: 8, top: 32, bottom: 4, containLabel: true },
      tooltip: { ...common(inks).tooltip, valueFormatter: said },
      xAxis: axis(inks, { type: 'category', data: days.map((day) => label(day.key)) }),
      yAxis: axis(inks, { type: 'value', axisLabel: { color: inks.soft, formatter: said } }),
      series: [
        line(words.agent, inks.wait, (day) => day.agent_reply.median_s),
        line(words.first, inks.accent, (day) => day.first_reply.median_s),
      ],
    }
  }
}
