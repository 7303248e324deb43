/** Our server with a trail that keeps nothing: what the audit bench compares with. */
import { readConfig } from '../config/config.ts';
import { resolveMasterKey } from '../config/master-key.ts';
import { blueprintUrlOf } from '../database/blueprint.ts';
import { endpointFromUrl } from '../database/logins.ts';
import { createLogger } from '../server/observability/logger.ts';
import { createServer } from '../server/server.ts';

const config = readConfig(process.env);
const url = config.database.url ?? '';
const server = createServer({
  config,
  endpoint: endpointFromUrl(url, null),
  blueprintEndpoint: endpointFromUrl(blueprintUrlOf(url, null), null),
  masterKey: resolveMasterKey(config),
  logger: createLogger(config.logLevel),
  trail: { room: () => undefined, call: () => undefined, refuse: () => undefined, close: async () => undefined },
});
process.once('SIGTERM', () => void server.close());
await server.listen();
