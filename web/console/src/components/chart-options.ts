import type { EChartsCoreOption } from 'echarts/core'

/** The house's colours as a chart needs them: values, for a renderer that knows no custom properties. */
export interface Inks {
  ink: string
  soft: string
  line: string
  accent: string
  wait: string
  alert: string
  surface: string
  font: string
}
export type ChartOptions = (inks: Inks) => EChartsCoreOption

export function inksOf(element: Element): Inks {
  const style = getComputedStyle(element)
  const named = (name: string) => style.getPropertyValue(`--${name}`).trim()
  return {
    ink: named('ink'),
    soft: named('ink-soft'),
    line: named('line'),
    accent: named('accent'),
    wait: named('wait'),
    alert: named('alert'),
    surface: named('surface'),
    font: style.fontFamily,
  }
}

/** What all charts share. Texts are drawn, never turned into markup. */
export function common({ ink, soft, line, surface, font }: Inks) {
  return {
    animation: false,
    textStyle: { fontFamily: font, color: soft },
    grid: { left: 8, right: 16, top: 24, bottom: 4, containLabel: true },
    tooltip: {
      trigger: 'axis',
      renderMode: 'richText',
      backgroundColor: surface,
      borderColor: line,
      textStyle: { color: ink, fontSize: 12, fontFamily: font },
    },
  } as const
}

/** Names of several series, above them. */
export const legend = ({ soft }: Inks) => ({
  top: 0,
  left: 0,
  itemWidth: 14,
  itemHeight: 8,
  textStyle: { color: soft },
})

/** An axis in this house's colours. */
export function axis({ soft, line }: Inks, more: object) {
  return {
    axisLine: { lineStyle: { color: line } },
    axisTick: { show: false },
    splitLine: { lineStyle: { color: line } },
    axisLabel: { color: soft, hideOverlap: true },
    nameTextStyle: { color: soft },
    ...more,
  }
}
