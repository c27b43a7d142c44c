import type { Metadata } from 'next'
import { FlowPane } from '@/components/flows/flow-pane'
import { Frame } from '@/components/frame/frame'
import { MapView } from '@/components/map/map-view'
import { SidePanel } from '@/components/panel/side-panel'
import styles from './map-page.module.css'

export const metadata: Metadata = { title: 'Map' }

export default function Page() {
  return (
    <Frame page="Map">
      <div className={styles.split}>
        <MapView />
        <SidePanel />
      </div>
      <FlowPane />
    </Frame>
  )
}
