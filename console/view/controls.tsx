import type { ComponentChildren, InputHTMLAttributes, JSX } from 'preact';

/** A button that does one thing; where it can't be done just now it keeps the focus, and does nothing. */
export function Act({
  does,
  children,
  isOff = false,
  label,
  tone,
}: {
  readonly does: () => void;
  readonly children: ComponentChildren;
  readonly isOff?: boolean;
  /** For those who do not see what is around it. */
  readonly label?: string;
  readonly tone?: 'danger' | 'quiet';
}): JSX.Element {
  return (
    <button
      type="button"
      class={tone}
      aria-label={label}
      aria-disabled={isOff ? 'true' : undefined}
      onClick={() => {
        if (!isOff) does();
      }}
    >
      {children}
    </button>
  );
}

/** A button that is on or off. */
export function Toggle({
  isOn,
  set,
  children,
  isOff = false,
}: {
  readonly isOn: boolean;
  readonly set: (isOn: boolean) => void;
  readonly children: ComponentChildren;
  /** True where it can't be turned just now. */
  readonly isOff?: boolean;
}): JSX.Element {
  return (
    <button
      type="button"
      aria-pressed={isOn ? 'true' : 'false'}
      aria-disabled={isOff ? 'true' : undefined}
      onClick={() => {
        if (!isOff) set(!isOn);
      }}
    >
      {children}
    </button>
  );
}

/** A labelled input of a form, which reads it by its name. */
export function Field({ label, ...input }: { readonly label: string } & InputHTMLAttributes): JSX.Element {
  return (
    <label class="field">
      <span>{label}</span>
      <input autocomplete="off" {...input} />
    </label>
  );
}

/** A form that gives what was typed, by name, when it is sent, with a button that sends it. */
export function Form({
  label,
  send,
  button,
  children,
  isOff = false,
}: {
  readonly label: string;
  /** The words of the button. */
  readonly button: string;
  /** True where it can't be sent just now. */
  readonly isOff?: boolean;
  readonly send: (values: Readonly<Record<string, string>>) => void;
  readonly children: ComponentChildren;
}): JSX.Element {
  return (
    <form
      aria-label={label}
      onSubmit={(event) => {
        event.preventDefault();
        if (isOff) return;
        const entries = [...new FormData(event.currentTarget)].map(([name, value]) => [
          name,
          typeof value === 'string' ? value : '',
        ]);
        send(Object.fromEntries(entries) as Record<string, string>);
      }}
    >
      {children}
      <button type="submit" aria-disabled={isOff ? 'true' : undefined}>
        {button}
      </button>
    </form>
  );
}

/** Names and what they say. */
export function Facts({
  facts,
}: {
  readonly facts: readonly (readonly [name: string, value: ComponentChildren])[];
}): JSX.Element {
  return (
    <dl class="facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** Rows that a list shows at most: the page stays quick with any number of connections. */
export const mostRows = 300;

function Row({
  id,
  heads,
  cells: [name, ...rest],
  isChosen,
  choose,
}: {
  readonly id: string;
  readonly heads: readonly string[];
  readonly cells: readonly ComponentChildren[];
  readonly isChosen: boolean;
  readonly choose: (key: string | undefined) => void;
}): JSX.Element {
  return (
    <tr class={isChosen ? 'chosen' : undefined}>
      <th scope="row">
        <button
          type="button"
          class="name"
          aria-pressed={isChosen ? 'true' : 'false'}
          onClick={() => choose(isChosen ? undefined : id)}
        >
          {name}
        </button>
      </th>
      {rest.map((cell, at) => (
        <td key={heads[at + 1]} data-head={heads[at + 1]}>
          {cell}
        </td>
      ))}
    </tr>
  );
}

/** A table of things that can be chosen, the first cell of each row being the button that does it. */
export function Choices<T>({
  label,
  heads,
  items,
  keyOf,
  cells,
  chosen,
  choose,
  none,
}: {
  readonly label: string;
  readonly heads: readonly string[];
  readonly items: readonly T[];
  readonly keyOf: (item: T) => string;
  readonly cells: (item: T) => readonly ComponentChildren[];
  readonly chosen: string | undefined;
  readonly choose: (key: string | undefined) => void;
  readonly none: string;
}): JSX.Element {
  if (items.length === 0) return <p class="none">{none}</p>;
  return (
    <div class="rows">
      <table aria-label={label}>
        <thead>
          <tr>
            {heads.map((head) => (
              <th key={head} scope="col" data-head={head}>
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {items.slice(0, mostRows).map((item) => {
            const key = keyOf(item);
            return (
              <Row
                key={key}
                id={key}
                heads={heads}
                cells={cells(item)}
                isChosen={key === chosen}
                choose={choose}
              />
            );
          })}
        </tbody>
      </table>
      {items.length > mostRows && <p class="none">{items.length - mostRows} more are not shown.</p>}
    </div>
  );
}
