/**
 * What a session of ours on a lane sends before anything else: it keeps its statements out of PostgreSQL's log, where those of lanes are written for
 * who comes past the server (docs/how-to/log-direct-access.md). The call itself is logged, and known by this text.
 */
export const STOP_STATEMENT_LOG = 'select tenantry_shared.stop_statement_log()';
