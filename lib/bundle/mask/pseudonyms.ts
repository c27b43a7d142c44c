/** A keyed hash of a text, at least 32 bytes: the same for the same text and key, and telling nothing of the text. */
export type Digest = (text: string) => Uint8Array

// Letters of which no word can be made that says of a variable that it holds a secret ("user", "login", "token").
const CONSONANTS = 'bdfhjklmnprstvwz'
const VOWELS = 'aiou'
/** Syllables of a pseudonym. Two words of one name must fit where fifteen letters are allowed, as in names of ports. */
const SYLLABLES = 3
const MAX_SYLLABLES = 24

/** One made-up word for each word, by the key alone unless two words get the same one: then the later one gets a longer one. */
export class Pseudonyms {
  private readonly byWord = new Map<string, string>()
  private readonly words = new Map<string, string>()

  constructor(private readonly digest: Digest) {}

  of(word: string): string {
    const known = this.byWord.get(word)
    if (known !== undefined) return known
    const bytes = this.digest(`word ${word}`)
    let length = SYLLABLES
    let made = spell(bytes, length)
    while (this.words.has(made) && length < MAX_SYLLABLES) made = spell(bytes, ++length)
    this.byWord.set(word, made)
    this.words.set(made, word)
    return made
  }

  /** Pseudonym to word, for all that were made. */
  get made(): ReadonlyMap<string, string> {
    return this.words
  }
}

function spell(bytes: Uint8Array, syllables: number): string {
  let text = ''
  for (let index = 0; index < syllables; index++) {
    const byte = bytes[index] ?? 0
    text += (CONSONANTS[byte & 15] ?? '') + (VOWELS[(byte >> 4) & 3] ?? '')
  }
  return text
}
