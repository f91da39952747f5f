/** The two curves of an evaluation. */
import type { CurvePoint, ReliabilityBin } from '@zhike/shared'
import { axis, common, type ChartOptions, type Inks } from '../../components/chart-options.ts'

const percent = (value: number) => `${Math.round(value * 100)}%`
const share = (inks: Inks, name: string, more: object = {}) =>
  axis(inks, {
    type: 'value',
    min: 0,
    max: 1,
    name,
    nameLocation: 'middle',
    axisLabel: { color: inks.soft, formatter: percent },
    ...more,
  })

interface CurveWords {
  coverage: string
  precision: string
  inUse: string
}

/** How precise answers are by how many are given: from left to right the threshold falls. */
export function curve(
  points: readonly CurvePoint[],
  now: CurvePoint,
  targets: readonly number[],
  words: CurveWords,
): ChartOptions {
  const lowest = Math.min(1, ...points.map((point) => point.precision))
  const floor = Math.max(0, Math.floor(lowest * 5 - 0.5) / 5)
  return (inks) => ({
    ...common(inks),
    grid: { left: 24, right: 24, top: 16, bottom: 24, containLabel: true },
    tooltip: { ...common(inks).tooltip, valueFormatter: (value: number) => percent(value) },
    xAxis: share(inks, words.coverage, { nameGap: 28, axisPointer: { label: { formatter: percentAt } } }),
    yAxis: share(inks, words.precision, { nameGap: 40, min: floor }),
    series: [
      {
        type: 'line',
        name: words.precision,
        data: points.map((point) => [point.coverage, point.precision]),
        showSymbol: false,
        lineStyle: { color: inks.accent, width: 2 },
        itemStyle: { color: inks.accent },
        markLine: {
          silent: true,
          symbol: 'none',
          lineStyle: { color: inks.soft, type: 'dotted' },
          label: {
            color: inks.soft,
            fontSize: 11,
            formatter: ({ value }: { value: number }) => percent(value),
            position: 'insideEndTop',
          },
          data: targets.map((target) => ({ yAxis: target })),
        },
        markPoint: {
          symbol: 'circle',
          symbolSize: 12,
          itemStyle: { color: inks.wait, borderColor: inks.surface, borderWidth: 2 },
          label: { show: true, position: 'bottom', color: inks.wait, formatter: words.inUse, distance: 6 },
          data: now.answered ? [{ coord: [now.coverage, now.precision] }] : [],
        },
      },
    ],
  })
}
const percentAt = ({ value }: { value: number }) => percent(value)

interface ReliabilityWords {
  confidence: string
  accuracy: string
  ideal: string
}

/** How sure the bot was of its answers, and how often it was right: on the dashed line both are the same. */
export function reliability(bins: readonly ReliabilityBin[], words: ReliabilityWords): ChartOptions {
  const given = bins.filter((bin) => bin.count > 0)
  const most = Math.max(1, ...given.map((bin) => bin.count))
  return (inks) => ({
    ...common(inks),
    grid: { left: 24, right: 24, top: 16, bottom: 24, containLabel: true },
    tooltip: {
      ...common(inks).tooltip,
      trigger: 'item',
      formatter: ({ dataIndex }: { dataIndex: number }) => {
        const bin = given[dataIndex]
        if (!bin) return ''
        return `${words.confidence} ${percent(bin.confidence)}\n${words.accuracy} ${percent(bin.accuracy)} (${bin.count})`
      },
    },
    xAxis: share(inks, words.confidence, { nameGap: 28 }),
    yAxis: share(inks, words.accuracy, { nameGap: 40 }),
    series: [
      {
        type: 'line',
        name: words.ideal,
        silent: true,
        data: [
          [0, 0],
          [1, 1],
        ],
        showSymbol: false,
        lineStyle: { color: inks.soft, type: 'dashed', width: 1 },
      },
      {
        type: 'line',
        name: words.accuracy,
        data: given.map((bin) => [bin.confidence, bin.accuracy]),
        symbol: 'circle',
        symbolSize: (_: unknown, { dataIndex }: { dataIndex: number }) =>
          8 + 12 * Math.sqrt((given[dataIndex]?.count ?? 0) / most),
        lineStyle: { color: inks.accent, width: 1.5 },
        itemStyle: { color: inks.accent },
      },
    ],
  })
}
