/** Files for a connection to a source, absolute, read again for every request. null: not used. */
export type SourceAccess = {
  /** Authorities that the other side's certificate must come from. */
  readonly ca: string | null
  /** Our certificate and its key. */
  readonly cert: string | null
  readonly key: string | null
  /** Bearer token. */
  readonly tokenFile: string | null
  /** Name in the other side's certificate, where it is not the host of its address. */
  readonly serverName: string | null
}
