/** Removes possible secrets from a text of others: the query of any URL, which may contain a key, and any JSON Web Token. */
export const redact = (text: string): string =>
  text.replace(/\?[^\s)"']+/g, '?…').replace(/\beyJ[\w-]*(\.[\w-]*)*/g, 'eyJ…');
