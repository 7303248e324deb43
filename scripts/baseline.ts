/** `npm run baseline`: writes sql/tenant/baseline.sql, what a new tenant is born with, from the stream's up.sql files. */
import { writeFile } from 'node:fs/promises';
import { composeBaseline } from '../database/tenant-stream.ts';

await writeFile(new URL('../sql/tenant/baseline.sql', import.meta.url), await composeBaseline());
