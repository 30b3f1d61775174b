/** The server's clock in tests: real time, moved forward at will. */
export class Clock {
  private ahead = 0

  readonly now = (): Date => new Date(Date.now() + this.ahead)

  /** Milliseconds. */
  advance(by: number): void {
    this.ahead += by
  }
}
