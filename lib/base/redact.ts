/** Words that follow "Basic" and "Bearer" in prose; anything else is a credential. */
const credential =
  /\b(Basic|Bearer)\s+(?!(?:auth[a-z]*|tokens?|credentials?|scheme)(?:[\s.,;:]|$))[^\s,;)"']+/gi;

/**
 * Removes possible secrets from a text of others: the query of any URL, which may contain a key, any JSON Web Token, and
 * the value of an `Authorization` header.
 */
export const redact = (text: string): string =>
  text
    .replace(/\?[^\s)"']+/g, '?…')
    .replace(/\beyJ[\w-]*(\.[\w-]*)*/g, 'eyJ…')
    .replace(credential, '$1 …');
