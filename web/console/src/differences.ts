/** A stretch of a text, and whether only this text has it. */
export interface Piece {
  text: string
  own: boolean
}

/** Longer lines are compared as a whole. */
const MOST_COMPARISONS = 1_000_000
/** Below this share of common words two lines are two lines. */
const ONE_LINE = 0.3

/** Numbers and words of letters are one piece, every other character is one by itself. */
const WORDS = /\d+(?:[.,]\d+)*%?|[\p{Script=Latin}\p{Script=Cyrillic}]+|./gsu
const wordsOf = (text: string) => text.match(WORDS) ?? []

/** Two lines held against each other: what each has that the other does not. */
export function differences(before: string, after: string): [Piece[], Piece[]] {
  const [a, b] = [wordsOf(before), wordsOf(after)]
  const common = a.length * b.length > MOST_COMPARISONS ? [] : inCommon(a, b)
  const longest = Math.max(a.length, b.length)
  if (common.length < longest * ONE_LINE) return [whole(before), whole(after)]
  return [pieces(a, new Set(common.map(([i]) => i))), pieces(b, new Set(common.map(([, j]) => j)))]
}

const whole = (text: string): Piece[] => [{ text, own: false }]

/** Places of the longest sequence that both have. */
function inCommon(a: readonly string[], b: readonly string[]): [number, number][] {
  const width = b.length + 1
  const lengths = new Uint32Array((a.length + 1) * width)
  const at = (i: number, j: number) => lengths[i * width + j] ?? 0
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      lengths[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1))
    }
  }
  const places: [number, number][] = []
  for (let i = 0, j = 0; i < a.length && j < b.length;) {
    if (a[i] === b[j]) places.push([i++, j++])
    else if (at(i + 1, j) >= at(i, j + 1)) i++
    else j++
  }
  return places
}

/** A single character that both have between two stretches of their own is chance, and would only flicker. */
function pieces(words: readonly string[], common: ReadonlySet<number>): Piece[] {
  const isOwn = (i: number) => i >= 0 && i < words.length && !common.has(i)
  const out: Piece[] = []
  words.forEach((word, i) => {
    const own = isOwn(i) || (word.length === 1 && isOwn(i - 1) && isOwn(i + 1))
    const last = out.at(-1)
    if (last?.own === own) last.text += word
    else out.push({ text: word, own })
  })
  return out
}

// ---- numbers

const DIGITS: Record<string, number> = {
  零: 0,
  〇: 0,
  一: 1,
  二: 2,
  两: 2,
  三: 3,
  四: 4,
  五: 5,
  六: 6,
  七: 7,
  八: 8,
  九: 9,
}
const TENS: Record<string, number> = { 十: 10, 百: 100, 千: 1_000, 万: 10_000, 亿: 100_000_000 }
/** What a numeral in characters must stand before to be a number: 七天 is one, 一律 is none. */
const MEASURES = '天日时周月年元块折次件个倍分小公斤克米升度层晚颗'
const NUMBER = new RegExp(
  `(?<digits>\\d+(?:[.,]\\d+)*)|(?<numeral>[${Object.keys({ ...DIGITS, ...TENS }).join('')}]+)(?=[${MEASURES}])`,
  'gu',
)

interface Quantity {
  start: number
  end: number
  /** Its value and what it counts, as one word. */
  means: string
}

/** Two statements of one matter: the numbers of each that the other does not have. */
export function numbersApart(one: string, two: string): [Piece[], Piece[]] {
  const [ours, theirs] = [quantities(one), quantities(two)]
  const apart: [Piece[], Piece[]] = [marked(one, ours, theirs), marked(two, theirs, ours)]
  return apart.some((side) => side.some(({ own }) => own)) ? apart : differences(one, two)
}

function quantities(text: string): Quantity[] {
  return [...text.matchAll(NUMBER)].map(({ 0: written, index, groups }) => {
    const end = index + written.length
    const value = groups?.['digits'] ? Number(written.replaceAll(',', '')) : numeralValue(written)
    const unit = /^\s*([%％]|\p{L})/u.exec(text.slice(end))?.[1] ?? ''
    return { start: index, end, means: `${value} ${unit}` }
  })
}

function marked(text: string, own: readonly Quantity[], other: readonly Quantity[]): Piece[] {
  const known = new Set(other.map(({ means }) => means))
  const out: Piece[] = []
  let at = 0
  for (const { start, end, means } of own) {
    if (known.has(means)) continue
    if (start > at) out.push({ text: text.slice(at, start), own: false })
    out.push({ text: text.slice(start, end), own: true })
    at = end
  }
  if (at < text.length) out.push({ text: text.slice(at), own: false })
  return out
}

/** 十五 → 15, 两百 → 200, 二〇二六 → 2026. */
function numeralValue(numeral: string): number {
  const characters = [...numeral]
  if (characters.every((c) => c in DIGITS)) return Number(characters.map((c) => DIGITS[c]).join(''))
  let [sum, part, digit] = [0, 0, 0]
  for (const c of characters) {
    const ten = TENS[c]
    if (ten === undefined) digit = DIGITS[c] ?? 0
    else if (ten >= 10_000) [sum, part, digit] = [(sum + part + digit) * ten, 0, 0]
    else [part, digit] = [part + (digit || 1) * ten, 0]
  }
  return sum + part + digit
}
