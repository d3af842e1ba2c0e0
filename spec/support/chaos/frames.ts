/** Where one side of a WebSocket connection stands: in the handshake, or in a frame, or between two. */
export class FrameReader {
  #head: number[] = [];
  #left = 0;
  #isUpgraded = false;

  /** Whether what comes next begins a frame: here another one can be put in between. */
  get isBetween(): boolean {
    return this.#isUpgraded && this.#left === 0 && this.#head.length === 0;
  }

  /** Reads on, up to the next boundary or the end of the chunk; answers how many bytes of it that is. */
  read(chunk: Uint8Array): number {
    let index = 0;
    while (index < chunk.length) {
      if (this.#left > 0) {
        const taken = Math.min(this.#left, chunk.length - index);
        this.#left -= taken;
        index += taken;
      } else {
        this.#head.push(chunk[index] ?? 0);
        index += 1;
        this.#readHead();
      }
      if (this.isBetween) break;
    }
    return index;
  }

  #readHead(): void {
    const head = this.#head;
    if (!this.#isUpgraded) {
      if (head.slice(-4).join() !== '13,10,13,10') return;
      this.#isUpgraded = true;
      this.#head = [];
      return;
    }
    const short = (head[1] ?? 0) & 0x7f;
    const extended = short === 126 ? 2 : short === 127 ? 8 : 0;
    if (head.length < 2 + extended) return;
    const mask = ((head[1] ?? 0) & 0x80) > 0 ? 4 : 0;
    const size = extended === 0 ? short : head.slice(2).reduce((sum, byte) => sum * 256 + byte, 0);
    this.#left = size + mask;
    this.#head = [];
  }
}

const text = 0x81;
const binary = 0x82;
const close = 0x88;

/** A small frame of a server, with this payload. */
export function serverFrame(payload: string | Uint8Array): Uint8Array {
  const bytes = Buffer.from(payload);
  return Buffer.concat([Buffer.from([typeof payload === 'string' ? text : binary, bytes.length]), bytes]);
}

/** A server's part of the closing handshake. */
export const closeFrame = (code: number): Uint8Array => Buffer.from([close, 2, code >> 8, code & 0xff]);
