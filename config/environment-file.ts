/** `.env`, for the commands: variables that are set already win over it. */
import { existsSync } from 'node:fs';
import { loadEnvFile } from 'node:process';

/** @returns the process's environment, with what `.env` in the working directory adds */
export function readEnvironment(): NodeJS.ProcessEnv {
  if (existsSync('.env')) loadEnvFile('.env');
  return process.env;
}
