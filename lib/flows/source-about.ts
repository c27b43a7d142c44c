/** On what the reading of a source was tried. The status page and the documentation say it of each. */
export const SOURCE_PROOFS = ['real-server', 'recorded', 'specification'] as const
export type SourceProof = (typeof SOURCE_PROOFS)[number]

/** How far the reading is proved, in words for people. */
export const PROOF_WORDS: Readonly<Record<SourceProof, string>> = {
  'real-server': 'tested on the real server',
  recorded: 'tested on recorded data',
  specification: 'written from the specification',
}

/** A kind of record that is read. `title` is for people: `Antrea network policy log`. */
export type RecordKind = { readonly title: string; readonly proof: SourceProof }

/** Something that a source says of itself, for the status page: `nodes`, `5 of 6 connected; missing: node-3`. */
export type SourceFact = { readonly name: string; readonly value: string }
