import { type Capability, capabilityFrom, fullCapability, parseCapability } from '../auth/capability.js';
import type { NamespaceRules, Namespaces } from '../channels/namespaces.js';
import type { PresentMember } from '../presence/present-member.js';
import { refusal } from '../wire/errors.js';
import { type Fields, isAbsent, isFields } from '../wire/fields.js';

/** An app that is to be. */
export interface AppPlan {
  /** One for each key. */
  readonly capabilities: readonly Capability[];
  readonly namespaces: Namespaces;
  /** Members that are present from the start, by channel. */
  readonly fixtures: readonly (readonly [channel: string, members: readonly PresentMember[]])[];
}

const most = 100; // keys, namespaces and channels of an app each

/**
 * Parses `{ keys: [{ capability? }], namespaces: [{ id, … }], channels: [{ name, presence }] }`, each part of which may
 * be left out; fields that the emulator does not know have no effect. Throws 40000, which names the field.
 */
export function appPlanOf(body: unknown): AppPlan {
  if (!isFields(body)) throw refusal(40000, 400, 'An app is an object: send { keys, namespaces, channels }.');
  const keys = listOf(body, 'keys');
  if (!isAbsent(body['keys']) && keys.length === 0)
    throw refusal(
      40000,
      400,
      'The field `keys` is empty, and nobody could use the app: leave it out for a key that may do everything.',
    );
  return {
    capabilities: isAbsent(body['keys']) ? [fullCapability] : keys.map(capabilityOf),
    namespaces: Object.fromEntries(listOf(body, 'namespaces').map(namespaceOf)),
    fixtures: listOf(body, 'channels').map((channel, index) => {
      const at = `channels[${index}]`;
      return [
        textOf(channel, 'name', at),
        listOf(channel, 'presence', `${at}.`) as readonly unknown[] as PresentMember[],
      ];
    }),
  };
}

function listOf(fields: Fields, name: string, within = ''): readonly Fields[] {
  const list = fields[name];
  if (isAbsent(list)) return [];
  if (Array.isArray(list) && list.length <= (within === '' ? most : Infinity) && list.every(isFields))
    return list;
  throw refusal(
    40000,
    400,
    `The field \`${within}${name}\` is an array of objects${within === '' ? `, ${most} at most` : ''}.`,
  );
}

function textOf(fields: Fields, name: string, within: string): string {
  const text = fields[name];
  if (typeof text === 'string' && text !== '') return text;
  throw refusal(40000, 400, `The field \`${within}.${name}\` is a text that is not empty.`);
}

function capabilityOf({ capability }: Fields, index: number): Capability {
  if (isAbsent(capability)) return fullCapability;
  try {
    return typeof capability === 'string' ? parseCapability(capability) : capabilityFrom(capability);
  } catch (thrown) {
    throw refusal(
      40000,
      400,
      `The field \`keys[${index}].capability\` is wrong. ${(thrown as Error).message}`,
    );
  }
}

function namespaceOf(fields: Fields, index: number): readonly [id: string, rules: NamespaceRules] {
  const at = `namespaces[${index}]`;
  const id = textOf(fields, 'id', at);
  if (id.includes(':')) throw refusal(40000, 400, `The field \`${at}.id\` has a colon in it: leave it out.`);
  return [id, { ...flagOf(fields, 'persisted', at), ...flagOf(fields, 'mutableMessages', at) }];
}

function flagOf(fields: Fields, name: keyof NamespaceRules, within: string): NamespaceRules {
  const flag = fields[name];
  if (isAbsent(flag)) return {};
  if (typeof flag === 'boolean') return { [name]: flag };
  throw refusal(40000, 400, `The field \`${within}.${name}\` is true or false.`);
}
