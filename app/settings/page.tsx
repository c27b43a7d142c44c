import type { Metadata } from 'next'
import { Frame } from '@/components/frame/frame'
import { StatusView } from '@/components/status/status-view'

export const metadata: Metadata = { title: 'Status' }

export default function Page() {
  return (
    <Frame page="Status" filters={false}>
      <StatusView />
    </Frame>
  )
}
