/** Options of clients whose lives are short: they wait less than by default, and log nothing. */
export const impatient = {
  endpoint: 'localhost',
  tls: false,
  disconnectedRetryTimeout: 2000,
  suspendedRetryTimeout: 5000,
  channelRetryTimeout: 2000,
  realtimeRequestTimeout: 3000,
  log: () => undefined,
};
