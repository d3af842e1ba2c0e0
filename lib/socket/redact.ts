/**
 * What others say of a failure, without what may be a secret: the query of any URL, which may hold a key, and any JSON Web
 * Token.
 */
export const redact = (text: string): string =>
  text.replace(/\?[^\s)"']+/g, '?…').replace(/\beyJ[\w-]*(\.[\w-]*)*/g, 'eyJ…');
