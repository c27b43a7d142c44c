import { printTime } from '@/lib/api/print-time'
import { topologyCsv } from '@/lib/api/topology-csv'
import { topologyDocument } from '@/lib/api/topology-document'
import { drawPicture, type Theme } from '@/lib/graph/picture'
import { pictureSvg } from '@/lib/graph/picture-svg'
import type { Topology } from '@/lib/graph/topology'
import type { Cluster } from '@/lib/model/cluster'

export type ExportFormat = 'json' | 'csv' | 'svg' | 'png'

const TYPES: Readonly<Record<ExportFormat, string>> = {
  json: 'application/json; charset=utf-8',
  csv: 'text/csv; charset=utf-8; header=present',
  svg: 'image/svg+xml; charset=utf-8',
  png: 'image/png',
}

export type ExportChoice = {
  readonly format: ExportFormat
  readonly theme: Theme
  /** The cluster that is shown; where several are, the graph names them itself. */
  readonly cluster: Cluster
}

/** A view as a file to save. */
export async function exportView(topology: Topology, { format, theme, cluster }: ExportChoice): Promise<Response> {
  const body = await fileOf(topology, format, theme, headingOf(topology, cluster))
  const name = `sluice-${topology.level}-${printTime(topology.at).replaceAll(':', '').slice(0, 17)}.${format}`
  return new Response(body, {
    headers: { 'content-type': TYPES[format], 'content-disposition': `attachment; filename="${name}"`, 'cache-control': 'no-store' },
  })
}

async function fileOf(topology: Topology, format: ExportFormat, theme: Theme, heading: string): Promise<string | Uint8Array<ArrayBuffer>> {
  switch (format) {
    case 'json':
      return `${JSON.stringify(topologyDocument(topology), null, 2)}\n`
    case 'csv':
      return topologyCsv(topology)
    case 'svg':
      return pictureSvg(drawPicture(topology, theme, heading))
    case 'png': {
      // Loaded on first use: nobody who exports no picture pays for the drawing library.
      const { picturePng } = await import('./picture-png')
      return new Uint8Array(await picturePng(drawPicture(topology, theme, heading)))
    }
  }
}

function headingOf(topology: Topology, { name, source }: Cluster): string {
  const several = topology.nodes.filter(({ kind }) => kind === 'cluster').map(({ name }) => name)
  const shown = several.length === 0 ? `${name}${source === 'demo' ? ' (simulated)' : ''}` : several.join(', ')
  const minutes = Math.round(topology.windowMs / 6_000) / 10
  return `${shown}, ${printTime(topology.at)}, last ${minutes} min`
}
