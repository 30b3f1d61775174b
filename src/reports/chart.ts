import type { EChartsType } from 'echarts/core'

/** Charts as SVG, drawn on the server. The library is read when the first one is drawn: most servers draw none. */

export interface Chart {
  readonly title: string
  readonly categories: readonly string[]
  readonly series: readonly { readonly name: string; readonly values: readonly number[] }[]
}

const WIDTH = 720
const HEIGHT = 260

const loadLibrary = async () => {
  const [core, { SVGRenderer }, { BarChart }, { GridComponent, LegendComponent }] = await Promise.all([
    import('echarts/core'),
    import('echarts/renderers'),
    import('echarts/charts'),
    import('echarts/components'),
  ])
  core.use([SVGRenderer, BarChart, GridComponent, LegendComponent])
  return core
}
let library: ReturnType<typeof loadLibrary> | null = null

/** Bars by category. All text is escaped, and nothing in it reacts to anything. */
export async function svgOf({ categories, series }: Chart): Promise<string> {
  const { init } = await (library ??= loadLibrary())
  const chart: EChartsType = init(null, null, { renderer: 'svg', ssr: true, width: WIDTH, height: HEIGHT })
  try {
    chart.setOption({
      animation: false,
      grid: { left: 48, right: 16, top: 16, bottom: 56 },
      legend: { bottom: 0, selectedMode: false, data: series.map(({ name }) => name) },
      xAxis: { type: 'category', data: [...categories] },
      yAxis: { type: 'value', minInterval: 1 },
      series: series.map(({ name, values }) => ({
        ...{ type: 'bar', name, data: [...values], silent: true, emphasis: { disabled: true } },
      })),
    })
    return chart.renderToSVGString()
  } finally {
    chart.dispose()
  }
}
