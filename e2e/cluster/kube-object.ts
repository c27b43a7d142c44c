/** An object as the API takes and gives it. */
export type KubeObject = {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: {
    readonly name: string
    readonly namespace?: string
    readonly labels?: Readonly<Record<string, string>>
    readonly annotations?: Readonly<Record<string, string>>
    readonly uid?: string
    readonly resourceVersion?: string
    readonly deletionTimestamp?: string
  }
  readonly [field: string]: unknown
}
