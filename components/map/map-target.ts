import type { GraphEdge, GraphNode } from '@/lib/graph/topology'

/** What the viewer points at, with the pointer, the keyboard or in the tree. */
export type MapTarget =
  | { readonly kind: 'node'; readonly node: GraphNode }
  | { readonly kind: 'edge'; readonly edge: GraphEdge }
  | { readonly kind: 'nothing' }
