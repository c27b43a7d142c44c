import type { Metadata } from 'next'
import { FlowPane } from '@/components/flows/flow-pane'
import { Frame } from '@/components/frame/frame'
import { MapView } from '@/components/map/map-view'

export const metadata: Metadata = { title: 'Map' }

export default function Page() {
  return (
    <Frame page="Map">
      <MapView />
      <FlowPane />
    </Frame>
  )
}
