/** Small numbers for texts, as long as anything uses them; a number is given out again. 0 is never given out. */
export class CountedTexts {
  readonly #numbers = new Map<string, number>()
  readonly #texts: string[] = ['']
  readonly #uses: number[] = [0]
  readonly #free: number[] = []

  /** The number of a text; -1 when nothing uses it. */
  find(text: string): number {
    return this.#numbers.get(text) ?? -1
  }

  /** The number of a text, with one use more. */
  retain(text: string): number {
    const known = this.#numbers.get(text)
    const number = known ?? this.#free.pop() ?? this.#texts.length
    if (known === undefined) {
      this.#numbers.set(text, number)
      this.#texts[number] = text
      this.#uses[number] = 0
    }
    this.#uses[number] = (this.#uses[number] ?? 0) + 1
    return number
  }

  /** One use less of the text with this number; true when it was the last. */
  release(number: number): boolean {
    const uses = (this.#uses[number] ?? 0) - 1
    this.#uses[number] = uses
    if (uses > 0) return false
    this.#numbers.delete(this.#texts[number] ?? '')
    this.#texts[number] = ''
    this.#free.push(number)
    return true
  }
}
