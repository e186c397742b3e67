export class Results {
  readonly passed: Set<number>
  readonly failed: Set<number>
  readonly total: number
  readonly tooFew: string | false
  readonly isWhole: boolean
  add(line: string): boolean
}
