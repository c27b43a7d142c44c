/** What a command may touch of its process, so that a test can run it in its own. */
export type CommandContext = {
  /** Text, or the bytes of a file. */
  readonly stdout: (chunk: string | Uint8Array) => void
  readonly stderr: (text: string) => void
  /** Waits until the reader has taken most of what was written; false when nobody reads any more. */
  readonly drained: () => Promise<boolean>
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Folder that relative paths on the command line start from. */
  readonly folder: string
  /** Folder of the package: where the built pages and their sources are. */
  readonly packageFolder: string
}

/** 0 fine, 1 a finding or a failure, 2 usage, 3 unreadable input, 4 a stated limit reached. */
export type ExitCode = 0 | 1 | 2 | 3 | 4

/** Runs one command with the arguments behind its name. */
export type Command = (args: readonly string[], context: CommandContext) => Promise<ExitCode>
