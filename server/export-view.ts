import { printTime } from '@/lib/api/print-time'
import { topologyCsv } from '@/lib/api/topology-csv'
import { topologyDocument } from '@/lib/api/topology-document'
import { drawPicture, type Theme } from '@/lib/graph/picture'
import { pictureSvg } from '@/lib/graph/picture-svg'
import type { Topology } from '@/lib/graph/topology'
import type { TopologyView } from '@/lib/graph/view'
import type { Runtime } from './running'

export type ExportFormat = 'json' | 'csv' | 'svg' | 'png'

const TYPES: Readonly<Record<ExportFormat, string>> = {
  json: 'application/json; charset=utf-8',
  csv: 'text/csv; charset=utf-8; header=present',
  svg: 'image/svg+xml; charset=utf-8',
  png: 'image/png',
}

/** A view as a file to save. */
export async function exportView(view: TopologyView, format: ExportFormat, theme: Theme, running: Runtime): Promise<Response> {
  const topology = running.graph.topology(view)
  const body = await fileOf(topology, format, theme, headingOf(topology, running))
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

function headingOf(topology: Topology, { state }: Runtime): string {
  const { name, source } = state.cluster
  const minutes = Math.round(topology.windowMs / 6_000) / 10
  return `${name}${source === 'demo' ? ' (simulated)' : ''}, ${printTime(topology.at)}, last ${minutes} min`
}
