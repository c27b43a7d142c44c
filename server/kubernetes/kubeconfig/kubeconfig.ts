/** What one or several kubeconfig files say, with paths made absolute. Names are unique. */
export type Kubeconfig = {
  /** Empty when no file names one. */
  readonly currentContext: string
  readonly contexts: ReadonlyMap<string, KubeconfigContext>
  readonly clusters: ReadonlyMap<string, KubeconfigCluster>
  readonly users: ReadonlyMap<string, KubeconfigUser>
}

export type KubeconfigContext = { readonly cluster: string; readonly user: string; readonly namespace: string }

/** Fields as written; empty where they are not. */
export type KubeconfigCluster = {
  readonly server: string
  readonly authorityFile: string
  readonly authorityData: string
  readonly skipsVerification: boolean
  readonly serverName: string
  readonly proxyUrl: string
  /** `config` of the extension `client.authentication.k8s.io/exec`, for credential plugins. */
  readonly pluginConfig: unknown
}

/** Fields as written; empty where they are not. */
export type KubeconfigUser = {
  readonly certificateFile: string
  readonly certificateData: string
  readonly keyFile: string
  readonly keyData: string
  readonly token: string
  readonly tokenFile: string
  readonly username: string
  readonly password: string
  readonly as: string
  readonly asUid: string
  readonly asGroups: readonly string[]
  readonly asExtra: ReadonlyMap<string, readonly string[]>
  readonly exec: KubeconfigExec | null
  readonly authProvider: KubeconfigAuthProvider | null
}

export type KubeconfigExec = {
  readonly apiVersion: string
  readonly command: string
  readonly args: readonly string[]
  readonly env: readonly { readonly name: string; readonly value: string }[]
  readonly installHint: string
  readonly providesClusterInfo: boolean
  readonly interactiveMode: string
}

/** The old way of kubectl, of which the plugins of Google and Azure are gone. */
export type KubeconfigAuthProvider = { readonly name: string }

export const EMPTY_KUBECONFIG: Kubeconfig = { currentContext: '', contexts: new Map(), clusters: new Map(), users: new Map() }
