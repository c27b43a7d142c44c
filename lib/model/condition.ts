/** One condition of a status, as its controller wrote it. */
export type Condition = { readonly ok: boolean; readonly reason: string; readonly message: string }
