/** Whether it is an ArrayBuffer, also of another realm: tests and frames have classes of their own. */
export const isArrayBuffer = (data: unknown): data is ArrayBuffer =>
  Object.prototype.toString.call(data) === '[object ArrayBuffer]';

/** The bytes of an ArrayBuffer or of a view of one, as a plain view: of a Node Buffer, `slice` would not copy. */
export function viewOf(data: unknown): Uint8Array | undefined {
  if (ArrayBuffer.isView(data)) return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return isArrayBuffer(data) ? new Uint8Array(data) : undefined;
}
