/**
 * Gives what to compare of a value: its JSON, for another object with the same data is no news; itself where JSON cannot
 * say it. Bytes are compared as bytes, which JSON does not know; not by `viewOf`, which is code of the core.
 */
export function newsOf(value: unknown): unknown {
  try {
    if (!ArrayBuffer.isView(value) && Object.prototype.toString.call(value) !== '[object ArrayBuffer]')
      return JSON.stringify(value) || value; // a function has no JSON
    const { buffer = value as ArrayBuffer, byteOffset, byteLength } = value as Partial<ArrayBufferView>;
    return `bytes ${new Uint8Array(buffer, byteOffset, byteLength).join()}`;
  } catch {
    return value; // cyclic, or a BigInt: `hold` refuses it, and says so
  }
}
