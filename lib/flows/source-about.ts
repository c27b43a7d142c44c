/** On what the reading of a source was tried. The status page and the documentation say it of each. */
export type SourceProof = 'real-server' | 'recorded' | 'specification'

/** Something that a source says of itself, for the status page: `nodes`, `5 of 6 connected; missing: node-3`. */
export type SourceFact = { readonly name: string; readonly value: string }
