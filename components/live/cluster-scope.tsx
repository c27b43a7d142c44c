import { QueryClient, QueryClientProvider, useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { oneCluster } from './api-url'
import { useViewState } from './use-view-state'

/** Where several clusters are shown, what is known of one is kept apart from what is known of the others: names repeat. */
export function ClusterScope({ children }: { children: ReactNode }) {
  const [view] = useViewState()
  if (view.clusters.length < 2) return children
  const [cluster = ''] = oneCluster(view)
  return <OneCluster key={cluster}>{children}</OneCluster>
}

function OneCluster({ children }: { children: ReactNode }) {
  const outer = useQueryClient()
  const [queries] = useState(() => new QueryClient({ defaultOptions: outer.getDefaultOptions() }))
  return <QueryClientProvider client={queries}>{children}</QueryClientProvider>
}
