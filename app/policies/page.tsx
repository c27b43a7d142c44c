import type { Metadata } from 'next'
import { Frame } from '@/components/frame/frame'
import { PoliciesView } from '@/components/policies/policies-view'

export const metadata: Metadata = { title: 'Policies' }

export default function Page() {
  return (
    <Frame page="Policies">
      <PoliciesView />
    </Frame>
  )
}
