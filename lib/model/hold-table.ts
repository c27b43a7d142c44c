/** Who holds something, from when until when. Times are milliseconds; `from` is minus infinity for what was there before anyone looked. */
export type Hold<Value> = {
  readonly value: Value
  readonly from: number
  /** null while it is held. */
  to: number | null
}

/** Who holds what over time: several may hold one key, at once or one after the other. */
export class HoldTable<Key, Value> {
  private readonly holds = new Map<Key, Hold<Value>[]>()

  open(key: Key, value: Value, from: number): void {
    const hold: Hold<Value> = { value, from, to: null }
    const holds = this.holds.get(key)
    if (holds === undefined) this.holds.set(key, [hold])
    else holds.push(hold)
  }

  /** Ends what is held now by this very value; null when it holds nothing. */
  close(key: Key, value: Value, to: number): Hold<Value> | null {
    const hold = this.holds.get(key)?.find((candidate) => candidate.to === null && candidate.value === value)
    if (hold === undefined) return null
    hold.to = to
    return hold
  }

  forget(key: Key, hold: Hold<Value>): void {
    const left = this.holds.get(key)?.filter((candidate) => candidate !== hold) ?? []
    if (left.length === 0) this.holds.delete(key)
    else this.holds.set(key, left)
  }

  has(key: Key): boolean {
    return this.holds.has(key)
  }

  /** Everyone who holds it now. */
  now(key: Key): readonly Value[] {
    const holds = this.holds.get(key) ?? []
    return holds.flatMap(({ value, to }) => (to === null ? [value] : []))
  }

  /** Everyone who held it at some moment between the two. */
  between(key: Key, from: number, to: number): readonly Hold<Value>[] {
    return (this.holds.get(key) ?? []).filter((hold) => hold.from <= to && (hold.to === null || hold.to >= from))
  }

  /** True when those who hold it now have held it since before `moment`, and nobody else at that time. */
  isSettledSince(key: Key, moment: number): boolean {
    const holds = this.holds.get(key)
    return holds === undefined || holds.every((hold) => (hold.to === null ? hold.from <= moment : hold.to < moment))
  }

  get size(): number {
    return this.holds.size
  }
}
