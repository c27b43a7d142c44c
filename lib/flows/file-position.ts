/** How far a file was read: known by what it is and how it begins, whatever its name is now. */
export type FilePosition = {
  readonly device: number
  readonly inode: number
  /** SHA-256 of its first `length` bytes. */
  readonly beginning: string
  readonly length: number
  /** Bytes of whole lines that were read. */
  readonly offset: number
}
