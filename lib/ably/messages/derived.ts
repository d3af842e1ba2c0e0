import { toBase64 } from '../../codec/base64.js';
import { toUtf8 } from '../../codec/utf8.js';
import { invalid } from '../check-options.js';
import type { Log } from '../../base/log.js';
import { ErrorInfo } from '../wire/error-info.js';
import { nameOf } from '../wire/channel-name.js';

/** RTS5a: how a derived channel comes of another one. */
export interface DeriveOptions {
  /**
   * A JMESPath expression over a message's `name`, `headers` and more; only messages for which it is true come. `!` binds
   * closer than a dot there: write `!(headers.muted)`, because `!headers.muted` is null.
   */
  readonly filter: string;
}

/** RTS5a1, RTS5a2: the name of the channel that is derived; params that the name has already stay. */
export function derivedName(name: string, derive: DeriveOptions): string {
  const filter: unknown = (derive as DeriveOptions | null | undefined)?.filter;
  if (typeof filter !== 'string' || filter === '') throw invalid('filter', 'a JMESPath expression');
  const whole = nameOf(name);
  const [qualifier, rest] = whole.startsWith('[') && whole.includes(']') ? split(whole) : ['', whole];
  if (!/^(?:\?|$)/.test(qualifier))
    throw new ErrorInfo(`No channel can be derived of "${name}": it is qualified already.`, {
      code: 40010,
    });
  const expression = toBase64(toUtf8(filter));
  return `[filter=${expression}${qualifier}]${rest}`;
}

const literals = /'(?:[^'\\]|\\.)*'|`(?:[^`\\]|\\.)*`/gs;
const negatedField = /!\s*((?:\w+|"[^"]*")\s*(?:\[[^\]]*\]\s*)*\.\s*(?:\w+|"[^"]*"))/;

/** Logs a warning on a filter that negates an object where a field of it is meant: in JMESPath, `!` binds closer than a dot. */
export function checkFilter({ filter }: DeriveOptions, log: Log): void {
  const [, field] = negatedField.exec(filter.replace(literals, '``')) ?? [];
  if (field === undefined) return;
  const message = `The filter has "!${field}", which JMESPath reads as a field of "!${field.split('.')[0] ?? ''}": that is null. Write "!(${field})".`;
  log('warn', { message });
}

function split(name: string): [qualifier: string, rest: string] {
  const end = name.indexOf(']');
  return [name.slice(1, end), name.slice(end + 1)];
}
