#!/usr/bin/env node
import { main } from './main.js';
import { processTerminal } from './terminal.js';

const { terminal, end } = processTerminal();
process.exitCode = await end(await main(process.argv.slice(2), terminal));
