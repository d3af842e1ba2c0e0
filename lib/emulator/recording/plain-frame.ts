import type { ProtocolMessage } from '../../ably/wire/frames.js';
import { redact } from '../../base/redact.js';
import { toBase64 } from '../../codec/base64.js';
import { jsonFrame } from '../ably/wire/payload.js';

/** A frame of which nothing is known. */
export type PlainFrame = Readonly<Record<string, unknown>>;

const maxDepth = 40; // frames of hostile clients go deeper than a stack does

/** Fields whose values are secrets, and what stands in for them. */
const standIns: Readonly<Record<string, (value: string) => string>> = {
  connectionKey: (key) => key.replace(/!.*$|^[^!]*$/s, '!…'),
  accessToken: () => '…',
  attestation: () => '…',
};

/**
 * Makes a frame of Ably JSON without secrets: keys of the server, connection keys and tokens of an emulator, and JSON Web
 * Tokens are taken out of any text, that of data included; bytes stay as they are. Never throws, because a client may send anything.
 */
export function plainFrame(frame: ProtocolMessage, keyNames: readonly string[]): PlainFrame {
  const withoutSecrets = textRedacter(keyNames);
  return plain(withBase64(frame), withoutSecrets) as PlainFrame;
}

/** The same for a text of the relay, whose ids may have more digits than a number: such are texts. */
export function plainText(text: string): PlainFrame {
  try {
    const value: unknown = JSON.parse(text.replace(/("id":\s*)(\d{16,})(?=\s*[,}])/g, '$1"$2"'));
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return plain(value, textRedacter([])) as PlainFrame;
  } catch {
    // a text that is no JSON is shown as it is
  }
  return { text: withoutIssued(text) };
}

function withBase64(frame: ProtocolMessage): unknown {
  try {
    return jsonFrame(frame);
  } catch {
    return frame; // its messages are no list
  }
}

const withoutJwt = (text: string): string => text.replace(/\beyJ[\w-]+\.[\w-]+(\.[\w-]*)?/g, 'eyJ…');

/** Tokens and connection keys that an emulator makes, known by their form. */
const withoutIssued = (text: string): string =>
  withoutJwt(text)
    .replace(/\.emulated-[\w-]+/g, '.emulated-…')
    .replace(/(?<=[\w-])![\w-]{16}(\.\d+)?(?![\w-])/g, '!…');

function textRedacter(keyNames: readonly string[]): (text: string) => string {
  if (keyNames.length === 0) return withoutIssued;
  const names = keyNames.map((name) => name.replace(/[^\w]/g, '\\$&')).join('|');
  const keys = new RegExp(`\\b(${names}):[^\\s"',;&\\\\]+`, 'g');
  return (text) => withoutIssued(text.replace(keys, '$1:…'));
}

function plain(value: unknown, text: (text: string) => string, depth = maxDepth): unknown {
  if (typeof value === 'string') return text(value);
  if (typeof value === 'bigint') return String(value);
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Uint8Array) return toBase64(value);
  if (depth === 0) return '…';
  if (Array.isArray(value)) return value.map((item) => plain(item, text, depth - 1));
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [text(name), plainField(name, inner, text, depth)]),
  );
}

function plainField(name: string, value: unknown, text: (text: string) => string, depth: number): unknown {
  const standIn = Object.hasOwn(standIns, name) ? standIns[name] : undefined;
  if (typeof value === 'string' && standIn) return standIn(value);
  return plain(value, name === 'error' ? (inner) => redact(text(inner)) : text, depth - 1); // it may repeat a URL
}
