/** Sends to the orchestrator. */
export const tell = (message: object): void => void process.send?.(message);

/** Carries out the orchestrator's orders, says what came of each, and ends with it. First says that it is there. */
export function serve<Order>(obey: (order: Order) => Promise<unknown>, name: string): void {
  process.on('message', (order: Order) => {
    obey(order).then(
      (value) => tell({ value }),
      (error: unknown) => tell({ error: error instanceof Error ? error.stack : String(error) }),
    );
  });
  process.on('disconnect', () => process.exit(0));
  tell({ value: name });
}
