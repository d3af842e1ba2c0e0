/** Shows bytes alike, whatever their class, and any other payload as it is. */
export const plain = (data: unknown): unknown =>
  data instanceof Uint8Array || data instanceof ArrayBuffer ? { bytes: [...new Uint8Array(data)] } : data;
