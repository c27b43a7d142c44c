import type { Metadata } from 'next'
import { Frame } from '@/components/frame/frame'
import { TimeRange } from '@/components/frame/time-range'
import { ReviewView } from '@/components/review/review-view'

export const metadata: Metadata = { title: 'Review' }

export default function Page() {
  return (
    <Frame page="Review" filters={false}>
      <ReviewView timeRange={<TimeRange />} />
    </Frame>
  )
}
