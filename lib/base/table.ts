import type { Reducer, Step } from '../rx/machine.js';

/** One row per state, one cell per event that matters there; an empty cell means the event is ignored. */
export type Table<S extends { name: string }, E extends { type: string }, F> = {
  readonly [N in S['name']]: {
    readonly [T in E['type']]?: (
      state: Extract<S, { name: N }>,
      event: Extract<E, { type: T }>,
    ) => Step<S, F>;
  };
};

/** A reducer that looks its answer up in a table. */
export function reducerOf<S extends { name: string }, E extends { type: string }, F>(
  table: Table<S, E, F>,
): Reducer<S, E, F> {
  type Row = Readonly<Record<string, ((state: S, event: E) => Step<S, F>) | undefined>>;
  const rows = table as unknown as Readonly<Record<string, Row>>; // the mapped type pairs what a lookup by string cannot
  return (state, event) => rows[state.name]?.[event.type]?.(state, event) ?? [state, []];
}
