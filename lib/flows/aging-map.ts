/**
 * A map that forgets what was not asked for in a while, in constant time: two generations, of which the older one is
 * dropped as a whole when the younger one is full or `keepMs / 2` old. What is found in the older one moves up.
 */
export class AgingMap<Value extends { touchedAt: number }> {
  private readonly capacity: number
  private readonly keepMs: number
  private readonly earlyMs: number
  private young = new Map<string, Value>()
  private older = new Map<string, Value>()
  private youngSince = 0
  /** Values dropped for room less than `earlyMs` after they were last asked for. */
  forgottenEarly = 0

  constructor(options: { readonly capacity: number; readonly keepMs: number; readonly earlyMs: number }) {
    this.capacity = options.capacity
    this.keepMs = options.keepMs
    this.earlyMs = options.earlyMs
  }

  get size(): number {
    return this.young.size + this.older.size
  }

  get(key: string, now: number): Value | undefined {
    let value = this.young.get(key)
    if (value === undefined) {
      value = this.older.get(key)
      if (value === undefined) return undefined
      this.older.delete(key)
      this.set(key, value, now)
    }
    value.touchedAt = now
    return value
  }

  set(key: string, value: Value, now: number): void {
    const isFull = this.young.size >= this.capacity / 2
    if (isFull || now - this.youngSince >= this.keepMs / 2) {
      if (isFull) for (const old of this.older.values()) if (now - old.touchedAt < this.earlyMs) this.forgottenEarly++
      this.older = this.young
      this.young = new Map()
      this.youngSince = now
    }
    this.young.set(key, value)
  }
}
