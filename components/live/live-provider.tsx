'use client'

import { hashKey, QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { createContext, type ReactNode, Suspense, useContext, useEffect, useState, useSyncExternalStore } from 'react'
import { apiUrl } from './api-url'
import { GraphClient, type LiveStatus } from './graph-client'
import type { GraphStore } from './graph-store'
import { oneCluster } from './one-cluster'
import { RequestError } from './request-json'
import { streamQuery } from './stream-query'
import { parseView, printList } from './url-state'
import { useClusterGate } from './use-cluster-gate'
import { useViewState } from './use-view-state'

const ClientContext = createContext<GraphClient | null>(null)

/** Holds the tab's event stream and query cache, over all pages. */
export function LiveProvider({ children }: { children: ReactNode }) {
  const [queries] = useState(createQueries)
  return (
    <QueryClientProvider client={queries}>
      <Suspense fallback={null}>
        <WithClient>{children}</WithClient>
      </Suspense>
    </QueryClientProvider>
  )
}

/** Another choice of clusters has a stream and a graph of its own, so that nothing of the one before is shown under its name. */
function WithClient({ children }: { children: ReactNode }) {
  const [{ clusters }] = useViewState()
  const choice = printList(clusters)
  const [held, hold] = useState(() => ({ choice, client: new GraphClient() }))
  if (held.choice !== choice) hold({ choice, client: new GraphClient() })
  return (
    <ClientContext value={held.client}>
      <FollowView client={held.client} />
      {children}
    </ClientContext>
  )
}

/** Clusters and moment of the page. */
function whatIsShown(): readonly unknown[] {
  if (typeof window === 'undefined') return []
  const view = parseView(window.location.search)
  return [oneCluster(view), view.at]
}

/** Answers are kept for each cluster and moment apart: names repeat. */
function createQueries(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        retry: retryWhatMayPass,
        refetchOnWindowFocus: false,
        queryKeyHashFn: (key) => hashKey([...whatIsShown(), ...key]),
      },
    },
  })
}

/** Keeps the stream on the view that the URL names, once its clusters are there. */
function FollowView({ client }: { client: GraphClient }) {
  const [view] = useViewState()
  const query = JSON.stringify(streamQuery(view))
  const isOpen = useClusterGate() === null
  useEffect(() => {
    if (isOpen) client.follow(apiUrl('stream', JSON.parse(query)))
  }, [client, query, isOpen])
  useEffect(() => () => client.stop(), [client])
  return null
}

/** A refusal stays a refusal; only what the network or an overloaded server did is worth another try. */
function retryWhatMayPass(failures: number, error: Error): boolean {
  const mayPass = !(error instanceof RequestError) || error.status === null || error.status === 429 || error.status >= 500
  return mayPass && failures < 2
}

/** The tab's stream: pause, resume and the graph store. */
export function useGraphClient(): GraphClient {
  const client = useContext(ClientContext)
  if (client === null) throw new Error('useGraphClient outside LiveProvider')
  return client
}

/** How fresh the page is, and what the sources say. Changes about once a second. */
export function useLiveStatus(): LiveStatus {
  const client = useGraphClient()
  return useSyncExternalStore(client.subscribe, client.getStatus, client.getStatus)
}

/** The live graph; the component renders again when what is shown changes. */
export function useGraphStore(): GraphStore {
  const { store } = useGraphClient()
  useSyncExternalStore(store.subscribe, store.getVersion, store.getVersion)
  return store
}
