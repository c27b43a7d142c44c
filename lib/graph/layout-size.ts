import type { NodeKind } from './topology'

export type Size = { readonly width: number; readonly height: number }

/** Room inside a box, in px: the label stands in `header`, children keep `pad` from the border. */
export type BoxInset = { readonly header: number; readonly pad: number; readonly footer: number }

/** Distances between what stands in one box, in px. */
export type Gaps = { readonly row: number; readonly column: number }

/** Above this many pods a pod is a dot without a name: ten thousand names are a grey field. */
export const POD_CARD_LIMIT = 400

const LEAF: Readonly<Record<NodeKind, Size>> = {
  cluster: { width: 260, height: 78 },
  namespace: { width: 204, height: 78 },
  workload: { width: 152, height: 40 },
  pod: { width: 76, height: 22 },
  container: { width: 108, height: 26 },
  service: { width: 100, height: 32 },
  entry: { width: 140, height: 40 },
  external: { width: 172, height: 40 },
  machine: { width: 172, height: 40 },
  'egress-gateway': { width: 150, height: 40 },
}

const POD_DOT: Size = { width: 12, height: 12 }
const SERVICE_SIGN: Size = { width: 30, height: 26 }

/** Size of a node that has no children in view. */
export function leafSize({ kind, isSmall }: { readonly kind: NodeKind; readonly isSmall: boolean }, podsAsDots: boolean): Size {
  if (kind === 'service' && isSmall) return SERVICE_SIGN
  return kind === 'pod' && podsAsDots ? POD_DOT : LEAF[kind]
}

/** Room around the children of a node that is drawn as a box. */
export function boxInset(kind: NodeKind): BoxInset {
  if (kind === 'cluster') return { header: 44, pad: 20, footer: 20 }
  if (kind === 'namespace') return { header: 40, pad: 12, footer: 12 }
  // The footer of a pod holds the line that stands for its shared localhost.
  if (kind === 'pod') return { header: 22, pad: 6, footer: 18 }
  return { header: 30, pad: 8, footer: 8 }
}

/** Smallest width of a box, so that its label has room. */
export function minBoxWidth(kind: NodeKind): number {
  return LEAF[kind].width
}

export const ROOT_GAPS: Gaps = { row: 24, column: 64 }

/** Distances between the children of a box. */
export function boxGaps(kind: NodeKind, podsAsDots: boolean): Gaps {
  if (kind === 'cluster') return ROOT_GAPS
  if (kind === 'namespace') return { row: 10, column: 38 }
  return podsAsDots ? { row: 5, column: 5 } : { row: 6, column: 8 }
}
