/**
 * Gives what to compare of a value: its JSON, for another object with the same data is no news; itself where JSON cannot
 * say it. Bytes are compared as bytes, which JSON does not know; not by `viewOf`, which is code of the core.
 */
export function newsOf(value: unknown): unknown {
  try {
    const isBuffer = Object.prototype.toString.call(value) === '[object ArrayBuffer]';
    const view = isBuffer ? new Uint8Array(value as ArrayBuffer) : value;
    if (!ArrayBuffer.isView(view)) return JSON.stringify(value) || value; // a function has no JSON
    return `bytes ${new Uint8Array(view.buffer, view.byteOffset, view.byteLength).join()}`;
  } catch {
    return value; // cyclic, or a BigInt: `hold` refuses it, and says so
  }
}
