const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** So many characters that need no escaping in a URL. */
export function randomId(random: () => number, length = 10): string {
  let id = '';
  while (id.length < length) id += alphabet[Math.floor(random() * alphabet.length) % alphabet.length];
  return id;
}
