#!/usr/bin/env node
import { parseArgs } from 'node:util';
import { listen, type ListeningEmulator } from './emulator/index.js';

const usage = `Usage: rx-realtime emulator [options]

Starts a local server for development and tests, and stops on Ctrl-C.

  --port <number>  the port to listen on (default: 0, a free one)
  --host <name>    the address to listen on (default: 127.0.0.1)
  --key <key>      app.key:secret, may be repeated (default: app.key:secret)
  --help           shows this text
`;

const options = {
  port: { type: 'string', default: '0' },
  host: { type: 'string', default: '127.0.0.1' },
  key: { type: 'string', multiple: true },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

/** What is wrong with the command line; ends the process with code 2. */
class UsageError extends Error {}

interface Command {
  readonly help: boolean;
  readonly port: number;
  readonly host: string;
  readonly keys: readonly string[] | undefined;
}

function commandOf(args: readonly string[]): Command {
  const { values, positionals } = parsed(args);
  const help = values.help || (positionals.length === 0 && args.length === 0);
  const [name, ...rest] = positionals;
  if (!help && name !== 'emulator') {
    throw new UsageError(name === undefined ? 'No command was given.' : `The command "${name}" is unknown.`);
  }
  if (rest.length > 0) throw new UsageError(`The argument "${rest[0] ?? ''}" is one too many.`);
  return { help, port: portOf(values.port), host: values.host, keys: values.key };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (thrown) {
    throw new UsageError(thrown instanceof Error ? thrown.message : String(thrown));
  }
}

function portOf(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) < 65_536) return Number(text);
  throw new UsageError(`The port "${text}" is none: give a number from 0 to 65535.`);
}

async function start({ port, host, keys }: Command): Promise<ListeningEmulator> {
  try {
    return await listen({ port, host, ...(keys && { keys }) });
  } catch (thrown) {
    if (thrown instanceof TypeError) throw new UsageError(thrown.message);
    throw thrown;
  }
}

function announce({ url, host }: ListeningEmulator, keys: readonly string[]): void {
  console.log(['rx-realtime emulator', `  url  ${url}`, ...keys.map((key) => `  key  ${key}`)].join('\n'));
  if (!/^(127\.|::1$|localhost$)/.test(host))
    console.log('  Others can reach this address, and know the key if it is the default.');
  console.log('Ctrl-C stops it.');
}

function stopOnSignal(emulator: ListeningEmulator): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void emulator.close()); // a second one ends the process the hard way
  }
}

async function main(args: readonly string[]): Promise<void> {
  const command = commandOf(args);
  if (command.help) {
    console.log(usage);
    return;
  }
  const emulator = await start(command);
  stopOnSignal(emulator);
  announce(emulator, command.keys ?? [emulator.key]);
}

main(process.argv.slice(2)).catch((thrown: unknown) => {
  const wrong = thrown instanceof UsageError;
  console.error(`rx-realtime: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
  if (wrong) console.error(`\n${usage}`);
  process.exitCode = wrong ? 2 : 1;
});
