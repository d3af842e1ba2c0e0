/** Result of a reducer: the next state, and the effects to perform, as data. */
export type Step<S, F> = readonly [state: S, effects: readonly F[]];

/** Pure: returns the same step for the same state, event and context. */
export type Reducer<S, E, F, C = void> = (state: S, event: E, context: C) => Step<S, F>;

/** One row per state, one cell per event that matters in it; an event without a cell is ignored. */
export type Table<S extends { name: string }, E extends { type: string }, F, C = void> = {
  readonly [N in S['name']]: {
    readonly [T in E['type']]?: (
      state: Extract<S, { name: N }>,
      event: Extract<E, { type: T }>,
      context: C,
    ) => Step<S, F>;
  };
};

/** A reducer that looks up the cell of the state and the event; without one it returns the same state and no effects. */
export function reducerOf<S extends { name: string }, E extends { type: string }, F, C = void>(
  table: Table<S, E, F, C>,
): Reducer<S, E, F, C> {
  type Row = Readonly<Record<string, ((state: S, event: E, context: C) => Step<S, F>) | undefined>>;
  const rows = table as unknown as Readonly<Record<string, Row>>; // the mapped type pairs what a lookup by string cannot
  return (state, event, context) => rows[state.name]?.[event.type]?.(state, event, context) ?? [state, []];
}
