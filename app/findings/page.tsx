import type { Metadata } from 'next'
import { FindingsView } from '@/components/findings/findings-view'
import { Frame } from '@/components/frame/frame'

export const metadata: Metadata = { title: 'Findings' }

export default function Page() {
  return (
    <Frame page="Findings">
      <FindingsView />
    </Frame>
  )
}
