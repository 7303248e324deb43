/**
 * Mistakes that somebody could make in the code, as data: each is planted in a copy of the tree, and the named test must go red there.
 * `npm run faults` plants them one after the other. Faults in the catalogs (grants, roles, policies) are in tests/prover/faults.ts.
 */

/** One text in one file is replaced by another. */
export interface Edit {
  readonly file: string;
  /** Stands in the file exactly once. */
  readonly from: string;
  readonly to: string;
}

/** The same within a function that is in the database: its definition is replaced when the migrations have run. */
export interface SqlEdit {
  /** With its argument types where there are several of the name. */
  readonly routine: string;
  readonly from: string;
  readonly to: string;
}

export interface Patch {
  /** The mistake, in words. */
  readonly fault: string;
  readonly edits: readonly (Edit | SqlEdit)[];
  /** The file of the test that must go red, and part of that test's title. */
  readonly test: string;
  readonly title: string;
}

const typescript = (fault: string, file: string, from: string, to: string, test: string, title: string): Patch => ({
  fault, edits: [{ file, from, to }], test: `tests/${test}.test.ts`, title,
});
const sql = (fault: string, routine: string, from: string, to: string, test: string, title: string): Patch => ({
  fault, edits: [{ routine, from, to }], test: `tests/${test}.test.ts`, title,
});

export const PATCHES: readonly Patch[] = [
  // The envelope and the connection.
  typescript('SET instead of SET LOCAL', 'database/envelope.ts', '$${index + 1}, true)', '$${index + 1}, false)', 'database/envelope', 'puts role, path, timeout and every claim in place'),
  typescript('pg_temp is not named last in the path', 'database/envelope.ts', '${route.schema}, tenantry_shared, pg_temp', '${route.schema}, tenantry_shared', 'database/planted-faults', 'because pg_temp comes last'),
  typescript('the envelope leaves a claim out', 'database/envelope.ts', "  ['tenantry.session_id', 'sessionId'],\n", '', 'database/envelope', 'puts role, path, timeout and every claim in place'),
  typescript('claims of another tenant than the route’s', 'database/envelope.ts', "if (claims.tenantId !== route.id) throw new TypeError('the claims belong to another tenant');", '', 'database/envelope', 'refuses claims of another tenant'),
  typescript('any text is a schema', 'database/envelope.ts', "if (!NAME.test(route.schema)) throw new TypeError('not the name of a schema');", '', 'database/envelope', 'names that are none'),
  typescript('anything that looks like an envelope is one', 'database/envelope.ts', "if (parameters === undefined) throw new TypeError('a request scope comes from tenantEnvelope or operatorEnvelope');\n  return parameters;", "return parameters ?? [envelope.role, envelope.searchPath, '5000', '', '', '', '', '', '', ''];", 'database/envelope', 'is made by its builders and by nothing else'),
  typescript('nobody looks what the request before left in the session', 'database/connection.ts', "if (row?.[0] !== untouched) throw new EnvelopeError('the session still carried an earlier scope', null);", '', 'database/envelope', 'notices a setting that outlived its request'),
  typescript('an envelope counts although not every setting was made', 'database/connection.ts', '|| row[1] !== ENVELOPE_STATEMENT.settings', '', 'database/planted-faults', 'an envelope of which a setting was not made'),
  typescript('a fresh session may bring a scope along', 'database/connection.ts', 'if (session === undefined || !UNSCOPED.test(session.state)) {', 'if (session === undefined) {', 'database/planted-faults', 'a login that comes with a scope of its own'),
  typescript('a refused envelope leaves its connection in use', 'database/connection.ts', 'const wasLost = lost();\n        destroy();', 'const wasLost = lost();', 'database/envelope', 'destroys the connection when the role is refused'),
  typescript('COMMIT’s tag is not read', 'database/connection.ts', "if (command !== 'COMMIT') throw new CommitError(command);", '', 'database/transactions', 'is no success when COMMIT is answered with ROLLBACK'),
  typescript('a read may write', 'database/connection.ts', "envelope.access === 'read' ? 'begin read only' : 'begin'", "'begin'", 'database/transactions', 'is refused inside a read'),
  typescript('what failed is committed', 'database/connection.ts', "if (transaction.isOpen()) settling = finish('rollback');", "if (transaction.isOpen()) settling = finish('commit');", 'database/transactions', 'is rolled back when the callback throws'),
  typescript('a client works on after its request', 'database/connection.ts', "if (ended) throw new Error('a client was used after its request had ended');", '', 'database/transactions', 'does not lend its client beyond its end'),
  typescript('a connection with an open transaction goes to the next tenant', 'database/connection.ts', 'await end(command, discarded);\n    destroyUnlessIdle();', 'void [command, discarded];', 'database/transactions', 'is rolled back when the callback throws'),
  typescript('a prepared statement’s name says nothing of the schema’s version', 'database/connection.ts', 'names.use(envelope.statementVersion, ', "names.use('v', ", 'database/transactions', 'are not shared between tenants on different schema versions'),
  typescript('a write is sent twice when its connection breaks', 'database/lane.ts', 'if (!(error instanceof ConnectionLostError) || error.opened) throw error;', 'if (!(error instanceof ConnectionLostError)) throw error;', 'database/lanes', 'says so when a session ends under a request'),
  typescript('worn sessions are never replaced', 'database/lane.ts', 'const worn = place.tenants.size >= tenantsPerConnection || place.uses >= usesPerConnection;', 'const worn = Number(tenantsPerConnection) + usesPerConnection < 0;', 'database/lanes', 'replaces a connection after so many tenants'),
  typescript('ending one tenant’s sessions ends its neighbours’', 'database/lane.ts', ' || (tenantId !== null && serving !== tenantId)) continue;', ') continue;', 'database/lanes', 'ends what it is doing for one tenant, and nothing else'),
  typescript('a lane that is not there is the first one', 'database/lanes.ts', 'const lane = lanes[envelope.lane];', 'const lane = lanes[envelope.lane] ?? lanes[0];', 'database/lanes', 'knows no lane beyond those of the installation'),
  // Tokens, keys and sessions.
  typescript('the audience of a token is not checked', 'server/identity/tokens.ts', '      audience: AUDIENCE,\n', '', 'identity/tokens', 'audience'),
  typescript('any issuer whose address ends in the id', 'server/identity/tokens.ts', "if (typeof iss !== 'string' || !iss.startsWith(tenantIssuer)) return undefined;\n    const tenantId = iss.slice(tenantIssuer.length);", "const tenantId = String(iss).split('/').at(-1) ?? '';", 'identity/tokens', 'an issuer that is'),
  typescript('a token may name another tenant than its issuer', 'server/identity/tokens.ts', 'if (tid !== issuer) throw invalid();', '', 'identity/tokens', 'in a token that aurora issued'),
  typescript('a token of any type opens', 'server/identity/tokens.ts', '      typ: TOKEN_TYPE,\n      issuer', '      issuer', 'identity/tokens', 'type '),
  typescript('a token lives as long as it says', 'server/identity/tokens.ts', '      maxTokenAge: LONGEST_TOKEN_SECONDS,\n', '', 'identity/tokens', 'ends every token after a day'),
  typescript('a remembered token never expires', 'server/identity/tokens.ts', ' && now() < known.expiresAt', '', 'identity/tokens', 'ends a token, with a few seconds'),
  typescript('a remembered token outlives its key', 'server/identity/tokens.ts', 'known.keys === keys.presentKeys(known.issuer) && ', '', 'identity/tokens', 'a key that went takes its tokens with it'),
  typescript('an unencrypted token where they are to be encrypted', 'server/identity/tokens.ts', 'if (found === null || found.keys.encrypted !== (envelope !== null)) throw invalid();', 'if (found === null) throw invalid();', 'rest/token-attacks', 'the other mode'),
  typescript('the token in an envelope may be another tenant’s', 'server/identity/tokens.ts', 'if (envelope !== null && envelope !== iss) throw invalid();', '', 'rest/token-attacks', 'the content of another tenant'),
  sql('a kid is looked up over all tenants', 'identity.verification_keys', 'k.tenant_id is not distinct from verification_keys.tenant_id', 'true', 'rest/token-attacks', 'key and kid of another tenant'),
  typescript('the cache of keys has no tenant in its key', 'server/identity/key-store.ts', 'const name = (tenantId: string | null) => tenantId ?? PLATFORM;', "const name = (tenantId: string | null) => (tenantId === null ? PLATFORM : 'aurora');", 'rest/token-attacks', 'is refused'),
  typescript('revoked keys are kept until they are old', 'server/tenancy/watch.ts', "    keys.drop(tenantId === '' ? null : tenantId);", "    if (tenantId === 'nobody') keys.drop(null);", 'rest/keys', 'fails the next request on each server'),
  typescript('the session behind a token is not asked for', 'server/identity/principal.ts', 'if (standing === null || standing.holder !== holderOf(identity) || standing.role !== identity.role || standing.expiresAt <= Date.now()) {', "if (standing === null) return 'write';\n    if (standing.expiresAt < 0) {", 'rest/sessions', 'ends by signing out'),
  typescript('a session that ended is held to be open', 'server/tenancy/watch.ts', '    standings.drop(tenantId, sessionId);', "    if (tenantId === 'nobody') standings.drop(tenantId, sessionId);", 'rest/sessions', 'ends by signing out'),
  typescript('what was loaded before a change is kept after it', 'server/identity/loading-cache.ts', 'if (loads.get(key) !== load) return value;', '', 'identity/loading-cache', 'a load that began before a drop'),
  typescript('a sealed secret opens as another tenant’s', 'server/identity/sealer.ts', "return Buffer.from(`${header.toString('hex')}:${context}`);", "return Buffer.from(`${header.toString('hex')}:${context.length > 0}`);", 'identity/sealer', 'for another context'),
  typescript('scripts may read the refresh token', 'server/rest/auth/refresh-cookie.ts', "'HttpOnly', ", '', 'rest/sessions', 'out of scripts’ reach'),
  sql('a refresh token works twice', 'identity.refresh_session', 'if v_used_at is not null then', 'if false then', 'rest/sessions', 'the second use ends it'),
  typescript('the path may name another tenant than the token', 'server/rest/auth/sessions.ts', "if (own !== realm) throw problem(", "if (own === '') throw problem(", 'rest/sessions', 'the path may not name another tenant'),
  typescript('an external issuer’s audience is not checked', 'server/identity/external-issuers.ts', '        audience: issuer.audience,\n', '', 'rest/single-sign-on', 'audience'),
  sql('an unknown account has no hash to compare with', 'identity.begin_sign_in', 'coalesce(c.password_hash, d.password_hash)', 'c.password_hash', 'platform/sign-in', 'gives an unknown account a hash'),
  typescript('guesses from one address are not limited', 'server/identity/attempt-limit.ts', 'await limiter.consume(network(address));', 'await limiter.get(network(address));', 'identity/attempt-limit', 'too many attempts of one address'),
  typescript('whoever asks may say where it comes from', 'server/http/client.ts', "if (!isProxy(peer)) return { address: peer, protocol: own, proxied: false };", '', 'http/client', 'without trusted proxies is the peer'),
  // Tenants that are closed, operators and their visits.
  typescript('the registry’s cache never hears of a change', 'server/tenancy/watch.ts', '    registry.drop(tenantId);\n    keys', '    keys', 'rest/lifecycle', 'what runs for a tenant is ended when it is suspended'),
  sql('a tenant that is locked down has a route', 'identity.tenant_route', "case when t.status = 'active' and platform_private.locked_down(t.id, t.lane) then 'locked_down' else t.status end", 't.status', 'platform/lock-down', 'stops what does not pass the lane'),
  sql('jobs act for tenants that are closed', 'platform_private.active_tenants', 'and not platform_private.locked_down(t.id, t.lane)', '', 'platform/lock-down', 'stops what does not pass the lane'),
  sql('what is locked down already counts as open before another lock-down', 'platform.lock_down_reach', 'where l.lifted_at is null', 'where l.lifted_at is not null', 'platform/lock-down', 'is told beforehand whom it would stop'),
  sql('visits that are over count among those that a lock-down stops', 'platform.lock_down_reach', ' and v.expires_at > now()', '', 'platform/lock-down', 'is told beforehand whom it would stop'),
  sql('a lock-down’s reach is told of tenants that are not there', 'platform.lock_down_reach', ' or not exists (select from platform.tenants t where t.id = named.id)', '', 'platform/lock-down', 'is told beforehand whom it would stop'),
  sql('a limited operator learns how many tenants there are', 'platform.lock_down_reach', 'perform platform_private.require_unlimited();', 'null;', 'platform/lock-down', 'is told beforehand to one who is limited'),
  sql('a limited operator learns of a tenant beyond the limit by its reach', 'platform.lock_down_reach', 'not platform_private.reaches_tenant(named.id) or ', '', 'platform/lock-down', 'is told beforehand to one who is limited'),
  sql('any text goes into the trail as an address', 'platform.note_page', "address is null or address !~ '^/([A-Za-z0-9/_.~!$&''()*+,;=:@-]|%[0-9A-Fa-f]{2})*$'", 'address is null', 'platform/console', 'an address that a role does not show'),
  sql('a page that a role does not show is noted as one it does', 'platform.note_page', "'pages:' || v_address, 'refused'", "'pages:' || v_address, 'ok'", 'platform/console', 'an address that a role does not show'),
  sql('a second factor that was never confirmed counts', 'platform.tenant_users', ' and f.confirmed_at is not null', '', 'rest/second-factor', 'is removed by a colleague who manages users'),
  sql('a namesake’s second factor in another tenant counts', 'platform.tenant_users', 'f.tenant_id = $1 and ', '', 'rest/second-factor', 'is removed by a colleague who manages users'),
  sql('a tenant opens without a proof', 'platform_private.require_proof', 'if v_why is not null then', 'if false then', 'prover/runs', 'needs a proof that passed'),
  sql('a suspended tenant keeps its lane and its schema', 'platform_private.close_tenant', 'perform platform_private.close_lane(tenant_id);', "if tenant_id <> '' then return null; end if;", 'rest/attacks', 'refuses the next request, in the database itself'),
  sql('a limited operator sees every tenant', 'platform_private.reaches_tenant', 'coalesce(reaches_tenant.tenant_id = any (platform_private.listed_tenants()), true)', 'true', 'platform/operators', 'finds no other tenant over REST'),
  sql('a visit is not limited in time', 'platform_private.begin_visit', "interval '15 minutes'", "interval '15 years'", 'rest/visits', 'a visit is over when its time is'),
  typescript('a visit that may look may write', 'server/graphql/tenant.ts', "if (access === 'write' && granted === 'read') throw problem('FORBIDDEN', 'This visit may look and change nothing.');", '', 'rest/visits', 'read-only'),
  // GraphQL, answers and calls outward.
  typescript('two mutations in one request', 'server/graphql/documents.ts', '[...specifiedRules, oneMutationRule]', '[...specifiedRules]', 'graphql/tenant', 'name their code'),
  typescript('the schema is told in production', 'server/graphql/documents.ts', 'if (!options.introspection) rules.push(NoSchemaIntrospectionCustomRule);', '', 'graphql/production', 'the schema is not told'),
  typescript('a query may cost what it likes', 'server/graphql/documents.ts', "if (cost > limits.cost) throw tooCostly('cost', cost, limits.cost);", '', 'graphql/tenant', 'name their code'),
  typescript('an unknown error shows its own words', 'server/http/problems.ts', "problem('INTERNAL', 'The request could not be served. Its id helps us find out why.', { cause: error })", "problem('INTERNAL', String(error), { cause: error })", 'http/problems', 'anything else is INTERNAL'),
  typescript('a refused field shows what PostgreSQL said', 'server/graphql/field-errors.ts', 'return { message: refusal.message, ...place', 'return { message: words, ...place', 'graphql/tenant', 'and not the rule'),
  typescript('a webhook may call our own network', 'network/call.ts', "if (first === undefined || !open) throw new ClosedAddressError('the address is private');", "if (first === undefined || addresses.length > 99) throw new ClosedAddressError(String(open));", 'worker/addresses', 'is refused when any address of the name is private'),
  typescript('the metadata service of the cloud is an address like any other', 'network/addresses.ts', "  ['169.254.0.0', 16], // link-local, and the metadata service of every cloud\n", '', 'worker/addresses', 'is not'),
  typescript('what was checked and what is called are two answers of the resolver', 'network/call.ts', 'if (all === true) callback(null, [address]);\n          else callback(null, address.address, address.family);', "void lookup(_name, { all: true }).then((found) => (all === true ? callback(null, found) : callback(null, found[0]?.address ?? '', 4)));", 'worker/addresses', 'asks for the address once'),
  typescript('a page of another site renews a session', 'server/rest/auth/refresh.ts', '      refuseOtherSites(request, publicOrigin);\n', '', 'rest/refresh-cookie', 'another site’s page neither renews nor ends'),
  typescript('a page of another site ends a session', 'server/rest/auth/logout.ts', '      refuseOtherSites(request, publicOrigin);\n', '', 'rest/refresh-cookie', 'another site’s page neither renews nor ends'),
  typescript('a neighbouring subdomain is the same site', 'server/rest/auth/own-site.ts', "site !== undefined && site !== 'same-origin' && site !== 'none'", "site === 'cross-site'", 'rest/refresh-cookie', 'a neighbouring subdomain neither renews nor ends'),
  sql('a visit comes back with its tenant', 'platform_private.change_status', 'perform platform_private.end_visits(to_status, tenant_id => tenant_id);', 'null;', 'rest/visits', 'a visit ends when the tenant is'),
  sql('what is written down of refused pages has no bound', 'platform.note_page', 'if v_noted > 30 then', 'if false then', 'platform/console', 'pages are written down thirty times a minute'),
  sql('an address leaves no trace when its letters are escaped', 'platform.note_page', '|%[0-9A-Fa-f]{2})*$', ')*$', 'platform/console', 'an address is written down however it was escaped'),
  // The trail.
  typescript('the trail is sealed without encryption', 'worker/sealing.ts', 'encryptValues(key, row.chain, row.private));', 'Buffer.from(row.private));', 'audit/sealing', 'values are stored encrypted'),
  typescript('checkpoints are not written outside', 'worker/checkpoints.ts', 'if (outside === null) return;', "if (outside === null || name !== '') return;", 'audit/outside', 'what was cut off with its head and checkpoints'),
  typescript('a cut is believed without a signed statement', 'server/audit/verification.ts', 'if (statement === undefined) return', 'if (statement === undefined && !timed) return', 'audit/tampering', 'a cut that nobody signed hides nothing'),
  typescript('a cut is believed of what was stated a moment ago', 'server/audit/verification.ts', 'statement.at - covered.at >= days * 86_400_000', 'statement.at >= covered.at', 'audit/tampering', 'of events that were stated long enough before'),
  typescript('verification asks the login’s search_path', 'server/audit/verification.ts', "set local search_path = pg_catalog, pg_temp; ", '', 'audit/tampering', 'neither the login’s search_path'),
  typescript('a copy outside that lacks checkpoints will do', 'server/audit/stated.ts', "  flaws.push(...missing(numbers, newestInside));\n", '', 'audit/outside', 'statements that are missing outside are named, the first'),
  typescript('the night takes the database’s word for its trail', 'worker/verification.ts', 'verifyTrail(client, { chain, outside, lately })', 'verifyTrail(client, { chain, outside: null, lately })', 'audit/verification', 'a chain that was cut off with its head and checkpoints'),
  typescript('a checkpoint is written over a later one', 'worker/checkpoints.ts', "if (newest > number) refuse(", "if (newest < number) refuse(", 'audit/outside', 'nothing is written over a copy outside'),
  typescript('a checkpoint that a rolled back database does not know is taken for its own', 'worker/checkpoints.ts', 'if (chain !== null) refuse(', "if (chain === 'nobody') refuse(", 'audit/outside', 'nothing is written over a copy outside'),
  sql('a finding of the night is kept to itself', 'audit.note_verdicts', "flaw = coalesce(v_broken ->> h.chain,", "flaw = coalesce(null,", 'audit/verification', 'a chain that was cut off with its head and checkpoints'),
  sql('each press of a button is a verification more', 'audit.order_verification', 'if not found then', 'if true then', 'audit/verification', 'is for who may ask how a chain stands'),
  sql('nobody learns who had a trail verified', 'platform.verify_chain', "perform audit.record('audit.verify', verify_chain.id, 'verifications:' || v_id);", '', 'audit/verification', 'is for who may ask how a chain stands'),
  sql('verifications take the places of all other jobs', 'jobs.fetch_orders', "when 'audit__verify' then 'audit:verify'", "when 'audit__verify' then null", 'audit/verification', 'is for who may ask how a chain stands'),
  sql('that no checkpoint is written is noticed after days', 'audit.watch_checkpoints', "c.at > now() - interval '10 minutes'", "c.at > now() - interval '10 days'", 'audit/outside', 'who holds the lock of checkpoints'),
  sql('that no checkpoint is written is an alert before one is due', 'audit.watch_checkpoints', " and e.at < now() - interval '10 minutes'", '', 'audit/outside', 'who holds the lock of checkpoints'),
  sql('what was read from an old log is taken for what waits for a checkpoint', 'audit.watch_checkpoints', " and not e.action ^@ 'access.'", '', 'audit/outside', 'who holds the lock of checkpoints'),
  sql('what nobody has verified holds', 'platform_private.chain_state', "when f.verified_at is null then 'unverified'", "when false then 'unverified'", 'audit/verification', 'before anybody has looked'),
  typescript('the worker takes the database’s word for its control plane', 'worker/worker.ts', 'manifest: await readManifest(), ', '', 'prover/released', 'a proof of the worker finds'),
  typescript('a newer release’s mark in the database ends the comparison', 'prover/prover.ts', 'if (performance.now() - outdatedSince < outdatedMs) return result;', 'if (performance.now() >= outdatedSince) return result;', 'prover/released', 'a newer release'),
  typescript('the database names files outside', 'server/audit/outside.ts', "if (!/^\\w[\\w.-]*$/.test(name))", "if (name === '')", 'audit/outside', 'names outside are plain names'),
  typescript('a tenant whose key is broken stops all sealing', 'worker/sealing.ts', '        skipping.add(chain);\n', '        if (chain !== null) throw error;\n', 'audit/sealing', 'a tenant whose key can’t be opened waits alone'),
  sql('what can’t be sealed is not set aside', 'audit.take', 'where n.flaw is not null', 'where false', 'audit/sealing', 'an event that can’t be sealed is set aside'),
  sql('an erasure ignores a legal hold', 'platform_private.refuse_under_hold', 'r.hold_reason is not null', 'false', 'platform/erasure', 'under a legal hold nobody is erased'),
  typescript('a lock-down leaves sessions their roles', 'database/terminate.ts', 'where pg_catalog.pg_terminate_backend(o.pid)', 'where o.pid < 0', 'platform/lock-down', 'ends sessions that had taken a role before'),
  typescript('a statement counts as prepared until its DEALLOCATE is answered', 'database/connection.ts', '        delete prepared[name];\n        await raw.query({ text: `deallocate ${raw.escapeIdentifier(name)}` });', '        await raw.query({ text: `deallocate ${raw.escapeIdentifier(name)}` });\n        delete prepared[name];', 'database/transactions', 'are prepared anew'),
  sql('the chain does not chain: a hash without the one before', 'audit.seal', 'sha256(v_head.hash || audit.event_bytes(v_event))', 'sha256(audit.event_bytes(v_event))', 'audit/sealing', 'events leave the buffer numbered and chained'),
  sql('the hash leaves a column out', 'audit.event_bytes', '(e).detail', 'null::text', 'audit/sealing', 'the hash is over bytes that anybody can write'),
  sql('a row’s change is not recorded', 'audit.record_change', 'perform audit.record(', "if tg_op <> '' then return null; end if;\n  perform audit.record(", 'tenant/rights', 'records what SQL changes'),
  sql('the tenant of an event is whatever the claims say', 'audit.record_change', "case when tg_table_schema ^@ 'tenant_' then substr(tg_table_schema, 8) end", "nullif(current_setting('tenantry.tenant_id', true), '')", 'tenant/rights', 'records a change in the tenant of the schema'),
  sql('a row that is put in is not recorded', 'audit.record_change', "if tg_op = 'INSERT' then\n", "if tg_op = 'INSERT' then\n    return null;\n", 'tenant/rights', 'records a row that somebody puts in'),
  sql('a row that its owner changes is not recorded', 'audit.record_change', 'where c.before is not null', 'where false', 'tenant/rights', 'records a row that somebody puts in'),
  sql('the tenant of a row that is put in is whatever the claims say', 'audit.record_change', "tg_table_schema = 'tenant_' || current_setting('tenantry.tenant_id', true)", 'true', 'tenant/rights', 'records a row that somebody puts in'),
  sql('what a visit changes is called its operator’s own', 'audit.record_change', " and current_setting('tenantry.operator_id', true) = ''", '', 'tenant/rights', 'records a row that somebody puts in'),
  sql('events moved to a shorter class are removed early', 'audit.unordered', 'return v_flaw;', 'return null;', 'audit/cuts', 'what somebody moved to a shorter class'),
  sql('a hold on one tenant’s trail keeps the platform’s events for ever', 'audit.unordered', " and e.chain <> ''", '', 'audit/cuts', 'what its time is over goes'),
  sql('a limited admin sees who works for tenants out of reach', 'platform_private.operators_out_of_reach', 'having not bool_or(ot.tenant_id = any (l.tenants))', 'having false', 'platform/operators', 'sees nobody who works for tenants out of reach'),
  sql('nobody looks who may enter a closed tenant’s schema', 'platform_private.posture_tenants', "n.nspname ^@ 'tenant_'", "n.nspname in (select 'tenant_' || t.id from platform.tenants t where t.status = 'active')", 'prover/posture', 'finds who else may read a tenant that is deleted'),
  sql('a closed tenant’s tables are whoever’s they are granted to', 'platform_private.posture_tenants', "t.status <> 'active'", "t.status = 'ready'", 'prover/posture', 'finds who else may read a tenant that is deleted'),
  sql('a proof that a lock-down kept out is called a broken prover', 'platform_private.end_isolation_run', 'if v_closed is not null', 'if v_closed is not null and v_closed = v_tenant.status', 'prover/kept-out', 'that could not be made'),
  sql('who locks down hides what a proof’s posture found', 'platform_private.shows_breach', 'run.posture_failures > 0', 'false', 'prover/kept-out', 'by its posture, under a lock-down'),
  sql('who locks down hides an attempt that got through', 'platform_private.shows_breach', "f.seen !~ '^(42501|25P02|57P0[1-5]|08...|lost|nothing)$'", 'false', 'prover/kept-out', 'by an attempt that got through'),
  sql('who locks down hides a control plane that was changed', 'platform_private.shows_breach', "jsonb_array_length(coalesce(result #> '{posture,failures}', '[]')) > 0", 'false', 'prover/kept-out', 'by a control plane that is not'),
  sql('an open proof that found something is given up when its job comes again', 'platform_private.begin_isolation_run', "if platform_private.shows_breach(v_open, '{}') then", 'if false then', 'prover/kept-out', 'also when its job comes again'),
  sql('nobody is told that a tenant’s proofs are kept out again and again', 'platform_private.give_up_proof', 'if v_owed.times >= 3 then', 'if v_owed.times >= 99 then', 'prover/kept-out', 'is told from the third time in a row on'),
  sql('a tenant whose proofs are given up takes all others’ turns', 'platform_private.order_isolation_runs', "and (o.tenant_id is null or o.tried_at < now() - interval '10 minutes')", '', 'prover/kept-out', 'is told from the third time in a row on'),
  sql('a proof that was begun pays for those that were given up', 'platform_private.begin_isolation_run', 'update platform_private.owed_proofs o set tried_at = v_started', 'delete from platform_private.owed_proofs o', 'prover/kept-out', 'is given up when its job comes again'),
  sql('a tenant reads the whole trail', 'audit.trail_page', 'from audit.buffer b where b.tenant_id = substr(schema_name, 8)', 'from audit.buffer b', 'tenant/rights', 'is read by the admin and the auditor of this tenant'),
  sql('everybody holds every permission', 'tenantry_shared.has_permission', 'select exists (', 'select true or exists (', 'tenant/policies', 'insert'),
  typescript('a role that began with the session is taken for none', 'worker/direct-access.ts', "(effect.kind === 'kept' && role !== undefined)", "effect.kind === 'kept'", 'audit/direct-access', 'a read under a role that no statement set'),
  sql('a login’s password is enough to keep out of the log', 'tenantry_shared.stop_statement_log', 'if not coalesce(', 'if false and not coalesce(', 'audit/direct-access', 'no login can switch it off'),
  typescript('the trail is verified by what the database’s owner made of a function', 'server/audit/verification.ts', '  await client.query(EVERY_CHAIN);\n', '', 'audit/tampering', 'neither the login’s search_path'),
  typescript('the release is compared by the path that the database gives', 'database/manifest.ts', "select pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);", 'select 1;', 'prover/released', 'the path that the database’s owner gives'),
  typescript('a night that reads the last checkpoints clears a finding', 'worker/verification.ts', 'const lately = wanted && (await client.query(FOUND)).rows.length === 0;', 'const lately = wanted;', 'audit/verification', 'does not go by a night'),
  // The proof itself.
  typescript('the prover passes without a canary', 'prover/session.ts', "if (reached?.seen !== 'ok' || reached.rows[0]?.[0] !== 'reached') return", "if (reached?.seen === 'never') return", 'prover/attempts', 'has failed, not passed: no canary'),
  typescript('the prover passes though it never became the tenant', 'prover/session.ts', "if (begun?.seen !== 'ok' || scoped?.seen !== 'ok') return", "if (begun?.seen === 'never') return", 'prover/attempts', 'has failed, not passed: no way into the role'),
  typescript('the prover takes success for a refusal', 'prover/session.ts', '.filter(({ each, seen }) => !each.expected.includes(seen))\n    .map(', ".filter(({ each, seen }) => seen !== 'ok' && !each.expected.includes(seen))\n    .map(", 'prover/attempts', 'a grant on a rival’s table'),
];
