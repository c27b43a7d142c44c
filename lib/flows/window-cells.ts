/**
 * Sums of one time bucket, one cell per lane, in typed arrays: an hour of traffic is hundreds of thousands of cells,
 * far too many for objects. Lanes are found by open addressing.
 */
export class WindowCells {
  private slots = new Int32Array(16).fill(-1)
  private lanes = new Int32Array(8)
  private counts = new Float64Array(8)
  private repeats = new Float64Array(8)
  /** NaN until a record states its bytes. */
  private bytes = new Float64Array(8)
  private firstSeen = new Float64Array(8)
  private lastSeen = new Float64Array(8)
  size = 0

  /** Index of the lane's cell, or -1. */
  find(lane: number): number {
    const mask = this.slots.length - 1
    for (let slot = hash(lane) & mask; ; slot = (slot + 1) & mask) {
      const cell = this.slots[slot] ?? -1
      if (cell === -1 || this.lanes[cell] === lane) return cell
    }
  }

  /** Adds to the lane's cell, making it when it is new. Times are those of the record. */
  add(lane: number, count: number, repeats: number, bytes: number | null, time: number): void {
    let cell = this.find(lane)
    if (cell === -1) {
      cell = this.append(lane)
      this.bytes[cell] = Number.NaN
      this.firstSeen[cell] = time
      this.lastSeen[cell] = time
    }
    addAt(this.counts, cell, count)
    addAt(this.repeats, cell, repeats)
    if (bytes !== null) {
      const before = this.bytes[cell] ?? Number.NaN
      this.bytes[cell] = Number.isNaN(before) ? bytes : before + bytes
    }
    if (time < (this.firstSeen[cell] ?? time)) this.firstSeen[cell] = time
    if (time > (this.lastSeen[cell] ?? time)) this.lastSeen[cell] = time
  }

  /** Takes back what was counted for a lane, as far as it is there. */
  subtract(lane: number, count: number, bytes: number | null): boolean {
    const cell = this.find(lane)
    if (cell === -1 || (this.counts[cell] ?? 0) < count) return false
    addAt(this.counts, cell, -count)
    if (bytes !== null) addAt(this.bytes, cell, -bytes)
    return true
  }

  /** Takes back as much as there is of what is asked for; the amount taken. */
  takeBack(lane: number, count: number): number {
    const cell = this.find(lane)
    const taken = cell === -1 ? 0 : Math.max(0, Math.min(count, this.counts[cell] ?? 0))
    if (taken > 0) addAt(this.counts, cell, -taken)
    return taken
  }

  visit(visitor: (lane: number, count: number, repeats: number, bytes: number, firstSeen: number, lastSeen: number) => void): void {
    for (let cell = 0; cell < this.size; cell++) {
      visitor(
        this.lanes[cell] ?? 0,
        this.counts[cell] ?? 0,
        this.repeats[cell] ?? 0,
        this.bytes[cell] ?? Number.NaN,
        this.firstSeen[cell] ?? 0,
        this.lastSeen[cell] ?? 0,
      )
    }
  }

  private append(lane: number): number {
    if (this.size === this.lanes.length) this.grow()
    const cell = this.size++
    this.lanes[cell] = lane
    this.place(lane, cell)
    return cell
  }

  private grow(): void {
    const capacity = this.lanes.length * 2
    this.lanes = copyInto(new Int32Array(capacity), this.lanes)
    this.counts = copyInto(new Float64Array(capacity), this.counts)
    this.repeats = copyInto(new Float64Array(capacity), this.repeats)
    this.bytes = copyInto(new Float64Array(capacity), this.bytes)
    this.firstSeen = copyInto(new Float64Array(capacity), this.firstSeen)
    this.lastSeen = copyInto(new Float64Array(capacity), this.lastSeen)
    this.slots = new Int32Array(capacity * 2).fill(-1)
    for (let cell = 0; cell < this.size; cell++) this.place(this.lanes[cell] ?? 0, cell)
  }

  private place(lane: number, cell: number): void {
    const mask = this.slots.length - 1
    let slot = hash(lane) & mask
    while (this.slots[slot] !== -1) slot = (slot + 1) & mask
    this.slots[slot] = cell
  }
}

function hash(lane: number): number {
  return Math.imul(lane, 0x9e37_79b1) >>> 8
}

function addAt(array: Float64Array, index: number, amount: number): void {
  array[index] = (array[index] ?? 0) + amount
}

function copyInto<Numbers extends Int32Array | Float64Array>(target: Numbers, from: Numbers): Numbers {
  target.set(from)
  return target
}
