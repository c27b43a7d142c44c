/** Names of the kinds of lines that are read: what `?format=` and a `#FORMAT` in `--flows` may say. */
export const LINE_FORMAT_IDS = ['hubble', 'flow-line'] as const
export type LineFormatId = (typeof LINE_FORMAT_IDS)[number]
