/** Everything needed to speak to one API server. What lies in files is named, not read, because it changes while we run. */
export type ConnectionSettings = {
  /** Name of the context, or `in-cluster`. */
  readonly name: string
  /** With scheme and port, without a slash at the end; may have a path that begins every request. */
  readonly server: string
  readonly trust: ServerTrust
  /** What the server's certificate must be for; null for the host of `server`. */
  readonly serverName: string | null
  /** `http`, `https` or `socks5` URL; null when none is named here, which leaves those of the environment. */
  readonly proxy: string | null
  readonly clientCertificate: { readonly certificate: StoredText; readonly key: StoredText } | null
  readonly credentials: Credentials
  /** Headers of a user whose rights are borrowed (`as` of a kubeconfig), by lower-case name. */
  readonly impersonation: ReadonlyMap<string, string | readonly string[]>
  /** Namespace of the context; `default` where none is named. */
  readonly namespace: string
}

/** A text that stands in the settings, or in a file that is read again when it is needed. */
export type StoredText = { readonly kind: 'inline'; readonly text: string } | { readonly kind: 'file'; readonly path: string }

/** By which authorities the server's certificate may be signed. */
export type ServerTrust =
  | { readonly kind: 'system' }
  | { readonly kind: 'authorities'; readonly pem: StoredText }
  /** `insecure-skip-tls-verify`. */
  | { readonly kind: 'anything' }

export type Credentials =
  | { readonly kind: 'none' }
  | { readonly kind: 'basic'; readonly username: string; readonly password: string }
  | { readonly kind: 'token'; readonly token: string }
  /** The file is read again for every request; `fallback` counts while it cannot be read. */
  | { readonly kind: 'token-file'; readonly path: string; readonly fallback: string | null }
  | { readonly kind: 'plugin'; readonly plugin: CredentialPlugin }

/** A program that prints credentials (`exec` of a kubeconfig). */
export type CredentialPlugin = {
  readonly apiVersion: 'client.authentication.k8s.io/v1' | 'client.authentication.k8s.io/v1beta1'
  /** A name to look up in PATH, or an absolute path. */
  readonly command: string
  readonly args: readonly string[]
  readonly env: readonly { readonly name: string; readonly value: string }[]
  /** True when it cannot do without a terminal (`interactiveMode: Always`), which we never give. */
  readonly wantsTerminal: boolean
  readonly installHint: string | null
  /** What it is told of the cluster, as the `cluster` of KUBERNETES_EXEC_INFO; null when it is told nothing. */
  readonly clusterInfo: ReadonlyMap<string, unknown> | null
}

/** The command as a shell would take it, for people. Values of its environment are not shown. */
export function pluginCommand({ command, args }: CredentialPlugin): string {
  return [command, ...args].map(quoteForShell).join(' ')
}

/** One word for a shell, whatever is in it. */
export function quoteForShell(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`
}
