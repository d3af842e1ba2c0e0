#!/usr/bin/env node
import { UsageError } from './parse.js';
import { serve, usage } from './servers/serve.js';

serve(process.argv.slice(2)).catch((thrown: unknown) => {
  const wrong = thrown instanceof UsageError;
  console.error(`rx-realtime: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
  if (wrong) console.error(`\n${usage}`);
  process.exitCode = wrong ? 2 : 1;
});
