import type { Metadata } from 'next'
import { FlowsView } from '@/components/flows/flows-view'
import { Frame } from '@/components/frame/frame'

export const metadata: Metadata = { title: 'Flows' }

export default function Page() {
  return (
    <Frame page="Flows">
      <FlowsView />
    </Frame>
  )
}
