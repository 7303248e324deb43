// @vitest-environment jsdom
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { screen } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { describe, expect, test, vi } from 'vitest';
import { actorFilter, viewOf, wantedOf } from '../../admin/components/audit-filters.ts';
import { KNOWN_ACTIONS, actionFilter } from '../../admin/components/audit-known.ts';
import { summaryOf } from '../../admin/components/audit-summary.ts';
import type { Told } from '../../admin/components/audit-summary.ts';
import { AuditTable } from '../../admin/components/audit-table.tsx';
import { TENANT_ID } from '../../admin/components/tenant-id.ts';
import { VerifyChain } from '../../admin/components/verify-chain.tsx';
import { GROUPS, groupOf, groupsOf } from '../../admin/components/checks.ts';
import { PointFacts } from '../../admin/components/point-facts.tsx';
import { standingOf } from '../../admin/components/standing.ts';
import { evidencePeriod } from '../../admin/features/assurance/api/assurance.ts';
import { attestationIn, checksIn } from '../../admin/features/assurance/api/statements.ts';
import { Flaws } from '../../admin/features/security/components/counters.tsx';
import { MOST_KEPT, NO_FEED, feed, isRoutine } from '../../admin/features/security/components/feed.ts';
import type { Access } from '../../admin/features/security/components/feed.ts';
import { idsIn } from '../../admin/features/security/components/ids.ts';
import { Kind } from '../../admin/features/security/routes/proof.tsx';
import { StartLockDown } from '../../admin/features/security/components/start-lock-down.tsx';
import { rights } from '../../admin/session/rights.ts';
import type { Right } from '../../admin/session/rights.ts';
import { attemptKinds } from '../../admin/text/proof-kinds.ts';
import { security } from '../../admin/text/security.ts';
import { attemptsAlone, attemptsOf } from '../../prover/attempts.ts';
import { expectedEnds } from '../../prover/expectations.ts';
import type { Subject } from '../../prover/subject.ts';
import { TENANT_ID as SERVER_TENANT_ID } from '../../server/identity/tenant-id.ts';
import { graphqlMatrix, restMatrix } from '../platform/operator-matrix.ts';
import { show } from './render.tsx';

const access = (second: number, verdict = 'match'): Access => ({
  id: `waiting/${second}`, at: new Date(Date.UTC(2026, 0, 1) + second * 1_000).toISOString(), tenant: 'aurora', action: 'call.query', outcome: 'ok', actor: 'user:1',
  actorRole: 'viewer', onBehalfOf: null, subject: null, requestId: `r-${second}`, detail: null, verdict,
});

describe('the live feed', () => {
  test('has the newest first and each event once, also when it was named anew by being sealed', () => {
    const first = feed(NO_FEED, { type: 'arrived', accesses: [access(2), access(1)] });
    const { shown } = feed(first, { type: 'arrived', accesses: [access(3), { ...access(2), id: 'aurora/17' }] });
    expect(shown.map(({ requestId }) => requestId)).toEqual(['r-3', 'r-2', 'r-1']);
  });

  test('counts what one transaction did twice as two, and not again when it was sealed', () => {
    const first = feed(NO_FEED, { type: 'arrived', accesses: [access(1), { ...access(1), id: 'waiting/1b' }] });
    expect(first.shown).toHaveLength(2);
    const { shown } = feed(first, { type: 'arrived', accesses: [{ ...access(1), id: 'aurora/8' }, { ...access(1), id: 'aurora/9' }] });
    expect(shown.map(({ id }) => id)).toEqual(['aurora/8', 'aurora/9']);
  });

  test('keeps what arrives while it is paused, and shows it afterwards', () => {
    const paused = feed(feed(NO_FEED, { type: 'arrived', accesses: [access(1)] }), { type: 'pause' });
    const waiting = feed(paused, { type: 'arrived', accesses: [access(2)] });
    expect([waiting.shown.length, waiting.waiting.length]).toEqual([1, 1]);
    const { shown, waiting: left, paused: still } = feed(waiting, { type: 'resume' });
    expect([shown.length, left.length, still]).toEqual([2, 0, false]);
  });

  test('is bounded, however much arrives', () => {
    const many = Array.from({ length: MOST_KEPT + 50 }, (_, index) => access(index));
    const { shown } = feed(NO_FEED, { type: 'arrived', accesses: many });
    expect([shown.length, shown[0]?.requestId]).toEqual([MOST_KEPT, `r-${MOST_KEPT + 49}`]);
  });
});

describe('what this console reads by itself', () => {
  const own = (second: number, changes: Partial<Access> = {}): Access => ({ ...access(second, 'operator'), actor: 'operator:1', actorRole: 'security', tenant: null, ...changes });

  test('is told from a refusal, a change and a visit', () => {
    const others = [own(1, { outcome: 'refused' }), own(1, { action: 'call.mutation' }), own(1, { onBehalfOf: 'visit:1' }), access(1)];
    expect([isRoutine(own(1)), isRoutine(own(1, { action: 'call.subscribe' })), ...others.map(isRoutine)]).toEqual([true, true, false, false, false, false]);
    const connection = { action: 'access.unlogged', actor: 'login:tenantry_lane_00' };
    expect([isRoutine(own(1, connection)), isRoutine(own(1, { ...connection, action: 'access.direct' }))]).toEqual([true, false]);
  });

  test('pushes nothing else out of the feed', () => {
    const { shown } = feed(feed(NO_FEED, { type: 'arrived', accesses: [access(0)] }), { type: 'arrived', accesses: Array.from({ length: MOST_KEPT + 50 }, (_, index) => own(index + 1)) });
    expect([shown.length, shown.at(-1)?.actor, shown[0]?.requestId]).toEqual([MOST_KEPT, 'user:1', `r-${MOST_KEPT + 50}`]);
  });
});

describe('the matrix', () => {
  test('has a column for every kind that the prover tries, and leaves none out of its sums', () => {
    const kinds = [...expectedEnds().keys()].map((kind) => ({ half: 'attempts', kind, tried: 1, failed: 0 }));
    const sums = groupsOf([...kinds, { half: 'posture', kind: 'row-security', tried: 4, failed: 1 }]);
    expect([...sums.keys()].toSorted()).toEqual([...GROUPS].toSorted());
    expect([...sums.values()].reduce((sum, { tried }) => sum + tried, 0)).toBe(kinds.length + 4);
    expect(sums.get('posture')).toEqual({ tried: 4, failed: 1 });
  });

  test('counts what it does not know among what is tried of the server', () => {
    expect(groupOf({ half: 'attempts', kind: 'something-new' })).toBe('server');
    expect(groupOf({ half: 'attempts', kind: 'select' })).toBe('read');
  });
});

describe('a kind of attempt', () => {
  /** The names that the samples use. */
  const specimen: Subject = {
    tenant: { id: 'own', lane: 0, schema: 'own', role: 'own_role', status: 'active', schemaVersion: 1, tables: [{ name: 'secrets', verbs: [] }] },
    rivals: [{ id: 'rival', lane: 1, schema: 'rival', role: 'rival_role', tables: [{ name: 'brands', verbs: [] }] }],
    extension: 'dblink',
    sequence: 16_384,
  };

  test('has words, and its sample is a statement that is really tried of it', () => {
    expect(Object.keys(attemptKinds).toSorted()).toEqual([...expectedEnds().keys()].toSorted());
    const tried = [...attemptsOf(specimen, ''), ...attemptsAlone()].map(({ kind, before, sql }) => `${kind}: ${before === undefined ? '' : `${before}; `}${sql}`.replaceAll('"', ''));
    const samples = Object.entries(attemptKinds).flatMap(([kind, { sample }]) => (sample === null ? [] : [`${kind}: ${sample}`]));
    expect(samples.length).toBeGreaterThan(60);
    expect(samples.filter((sample) => !tried.includes(sample))).toEqual([]);
  });

  test('is told in a sentence with its sample; what the catalogs are asked, by its name', () => {
    const { container, unmount } = show(<Kind half="attempts" kind="drop" />);
    expect(container.textContent).toBe('Dropping a rival’s table.drop · drop table rival.brands');
    unmount();
    expect(show(<Kind half="posture" kind="drop" />).container.textContent).toBe('drop');
  });
});

test('who is looked for in the trail is exact, or with a colon behind everybody of a kind', () => {
  expect([actorFilter('worker'), actorFilter('user:')]).toEqual([{ equalTo: 'worker' }, { startsWith: 'user:' }]);
});

describe('an action that is looked for', () => {
  test('is found by its name, its kind with a dot or without, or the beginning of either, in any case', () => {
    expect(['tenants.status', ' Tenants.Status ', 'sign_in', 'sign_in.', 'sign', 'tenants.st', 'brands.update'].map((typed) => actionFilter(typed))).toEqual([
      { filter: { equalTo: 'tenants.status' }, query: 'tenants.status' },
      { filter: { equalTo: 'tenants.status' }, query: 'tenants.status' },
      { filter: { startsWith: 'sign_in.' }, query: 'sign_in.' },
      { filter: { startsWith: 'sign_in.' }, query: 'sign_in.' },
      { filter: { startsWith: 'sign' }, query: null },
      { filter: { startsWith: 'tenants.st' }, query: null },
      { filter: { equalTo: 'brands.update' }, query: 'brands.update' },
    ]);
  });

  test('that is half a word is none of a file’s, which would hold more', () => {
    const asked = (address: string) => wantedOf(new URLSearchParams(address), undefined);
    expect([asked('action=sign').exportable, asked('action=sign').query.has('action')]).toEqual([false, false]);
    expect([asked('action=sign_in').exportable, asked('action=sign_in').query.get('action')]).toEqual([true, 'sign_in.']);
    expect([asked('').exportable, asked('scope=platform').exportable]).toEqual([true, false]);
  });

  test('is offered: each that the database records is known, and told in words', async () => {
    const folder = join(import.meta.dirname, '../../sql/functions');
    const files = (await readdir(folder, { recursive: true })).filter((file) => file.endsWith('.sql'));
    const text = (await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')))).join('\n');
    const recorded = [...new Set([...text.matchAll(/audit\.record\(\s*'([a-z_]+\.[a-z_]+)'/g)].map(([, action = '']) => action))];
    expect(recorded.length).toBeGreaterThan(50);
    expect(recorded.filter((action) => !KNOWN_ACTIONS.includes(action))).toEqual([]);
    show(<AuditTable />, { at: '/security/audit' });
    const field = screen.getByRole('combobox', { name: 'Action' });
    const offered = [...document.querySelectorAll<HTMLOptionElement>(`[id="${field.getAttribute('list') ?? ''}"] option`)].map(({ value }) => value);
    expect(offered).toEqual([...KNOWN_ACTIONS]);
  });
});

describe('an event in a sentence', () => {
  const operator = 'operator:7c0c7a52-6c0e-4f66-8a44-3f1f4a1d4d10';
  const told = (changes: Partial<Told>, name?: string): string => summaryOf({ action: 'x.y', outcome: 'ok', actor: operator, subject: null, changed: [], detail: null, ...changes }, name);

  test('says who did what to what', () => {
    expect(told({ action: 'tenants.status', subject: 'tenants:aurora' }, 'Ada')).toBe('Ada changed the status of tenant aurora');
    expect(told({ action: 'visit.begin', subject: 'tenants:aurora' })).toBe('An operator entered tenant aurora');
    expect(told({ action: 'call.query', detail: { fields: ['tenants', 'jobs', 'runs'] } }, 'Ada')).toBe('Ada read tenants, jobs and 1 more');
    expect(told({ action: 'call.rest', detail: { operation: 'GET /audit-events/export' } }, 'Ada')).toBe('Ada called the REST API: GET /audit-events/export');
    expect(told({ action: 'brands.update', actor: 'user:1', subject: 'brands:dbb4b25c-28ca-3f22-efd8-2c29e20e91fa', changed: ['name', 'status'] })).toBe('A user changed name, status of brand dbb4b25c…');
    expect(told({ action: 'password.set', actor: 'user:ff56ee9c', subject: 'users:ff56ee9c' })).toBe('A user set the password of their own account');
  });

  test('says what was refused and what failed, once', () => {
    expect(told({ action: 'call.query', outcome: 'refused', detail: { fields: ['users'] } }, 'Ada')).toBe('Ada read users: refused');
    expect(told({ action: 'sign_in.refuse', outcome: 'refused', actor: 'anonymous' })).toBe('Somebody not signed in was not let in');
  });

  test('falls back to the name of an action that it does not know', () => {
    expect([told({ action: 'moon.land' }, 'Ada'), told({ action: 'moons.insert', subject: 'moons:1' }, 'Ada')]).toEqual(['Ada: moon.land', 'Ada: moons.insert']);
  });
});

test('what nobody did is left out of the trail, in the list and in the file, until the address asks for everything', () => {
  const asked = (address: string) => wantedOf(new URLSearchParams(address), 'aurora');
  expect(asked('').filter?.and?.flatMap(({ not }) => not?.and ?? [])).toEqual([
    { action: { in: ['call.query', 'call.subscribe'] } }, { actor: { startsWith: 'operator:' } }, { onBehalfOf: { isNull: true } }, { outcome: { equalTo: 'ok' } },
    { or: [{ actor: { in: ['worker', 'server'] } }, { action: { equalTo: 'access.unlogged' } }] }, { outcome: { equalTo: 'ok' } },
  ]);
  expect(asked('').query.toString()).toBe('reads=false&machines=false&tenantId=aurora');
  for (const address of ['show=everything', 'reads=true']) {
    expect([asked(address).filter, asked(address).query.toString()]).toEqual([{ and: [{ chain: { equalTo: 'aurora' } }] }, 'tenantId=aurora']);
  }
  // Whoever looks for an action is shown it, whoever did it.
  expect(['', 'show=everything', 'reads=true', 'action=call.', 'action=tenants.status', 'actor=worker'].map((address) => viewOf(new URLSearchParams(address)))).toEqual([
    'people', 'everything', 'everything', 'everything', 'everything', 'people',
  ]);
});

describe('the trail’s filters', () => {
  const pressed = () => screen.getByRole('group', { name: 'What shows' }).querySelector('[aria-pressed=true]')?.textContent;

  test('say what does not show, and show it by one click', async () => {
    const { address } = show(<AuditTable />, { at: '/security/audit?actor=operator:' });
    expect(pressed()).toBe('People’s actions');
    screen.getByText(/^Hidden: what operators only read/);
    await userEvent.click(screen.getByRole('button', { name: 'Everything' }));
    expect([pressed(), address()]).toEqual(['Everything', '/security/audit?actor=operator%3A&show=everything']);
    expect(screen.queryByText(/^Hidden:/)).toBeNull();
    await userEvent.click(screen.getByRole('button', { name: 'People’s actions' }));
    expect([pressed(), address()]).toEqual(['People’s actions', '/security/audit?actor=operator%3A']);
  });

  test('hide nothing of an action that is looked for, and say so', () => {
    show(<AuditTable />, { at: '/security/audit?action=tenants.status' });
    expect(pressed()).toBe('Everything');
    screen.getByText('An action is looked for: all of its events show, whoever did them.');
  });

  test('stand behind a button when they are rare, and show by themselves of an address that sets one', async () => {
    const { unmount } = show(<AuditTable />, { at: '/security/audit' });
    expect(screen.queryByRole('combobox', { name: 'Outcome' })).toBeNull();
    await userEvent.click(screen.getByRole('button', { name: 'More filters', expanded: false }));
    screen.getByRole('combobox', { name: 'Outcome' });
    unmount();
    show(<AuditTable />, { at: '/security/audit?outcome=refused' });
    expect(screen.getByRole<HTMLSelectElement>('combobox', { name: 'Outcome' }).value).toBe('refused');
    screen.getByRole('button', { name: 'More filters (1)', expanded: true });
  });
});

test('each fact has words, and what would remedy it; the words are said of each, the remedy where it is not met', async () => {
  const text = await readFile(join(import.meta.dirname, '../../sql/functions/platform_private/compliance_facts.sql'), 'utf8');
  const facts = [...text.matchAll(/^ {2}select '(\w+)', /gm)].map(([, fact = '']) => fact);
  expect(facts.length).toBeGreaterThan(15);
  expect([Object.keys(security.facts).toSorted(), Object.keys(security.remedies).toSorted()]).toEqual([facts.toSorted(), facts.toSorted()]);
  show(<PointFacts facts={{ key_young: { met: false }, worker_alive: { met: true }, attested: { met: null } }} />);
  expect(screen.getAllByRole('listitem').map(({ textContent }) => textContent)).toEqual([
    'Not met: Signing key youngRemedy: an operator rotates the signing key.', 'Met: Worker alive', 'Not known yet: Newest proof attested',
  ]);
});

test('a point that is not known yet is told from one that no software can tell', () => {
  const facts = { proof_passed: { met: null } };
  expect([standingOf({ status: 'met', facts }), standingOf({ status: 'not met', facts })]).toEqual(['met', 'notMet']);
  expect([standingOf({ status: 'not assessable', facts }), standingOf({ status: 'not assessable', facts: {} })]).toEqual(['pending', 'beyond']);
});

test('what can be a tenant’s id here is what can be one on the server', () => {
  expect(TENANT_ID.source).toBe(SERVER_TENANT_ID.source);
});

test('ids are taken however they are separated, each once', () => {
  expect(idsIn(' aurora, borealis;cobalt\naurora ')).toEqual(['aurora', 'borealis', 'cobalt']);
  expect(idsIn('  ')).toEqual([]);
});

test('evidence is asked for by the hour, so that a page opened twice orders one bundle', () => {
  const at = Date.UTC(2026, 10, 22, 15, 7);
  expect(evidencePeriod(at)).toEqual({ since: '2026-08-24T15:00:00.000Z', until: '2026-11-22T15:00:00.000Z' });
  expect(evidencePeriod(at + 52 * 60_000)).toEqual(evidencePeriod(at));
  // Not before it has passed by the server's clock too.
  expect(evidencePeriod(Date.UTC(2026, 10, 22, 15, 4)).until).toBe('2026-11-22T14:00:00.000Z');
});

test('an attestation is read from its statement, letters beyond ASCII too', () => {
  const content = { broken: 'führte nichts vor', posture: { 'row-security': [4, 0] }, attempts: { select: [16, 1, '42501'] } };
  const statement = `e30.${Buffer.from(JSON.stringify(content)).toString('base64url')}.c2ln`;
  expect(attestationIn(statement)).toEqual(content);
  expect(checksIn(attestationIn(statement))).toEqual([
    { half: 'attempts', kind: 'select', tried: 16, failed: 1 },
    { half: 'posture', kind: 'row-security', tried: 4, failed: 0 },
  ]);
});

// jsdom lays nothing out.
Element.prototype.scrollIntoView = () => undefined;

describe('the emergency lock-down', () => {
  test('can be begun only when tenants are named, a reason is given and the word is typed', async () => {
    // Answers the search and no other question.
    const found = { data: { tenants: { totalCount: 1, nodes: [{ rowId: 'aurora', name: 'Aurora Toys', status: 'active' }] } } };
    vi.stubGlobal('fetch', (_path: string, { body }: { body: string }) =>
      body.includes('NewestTenants') ? Promise.resolve(Response.json(found)) : Promise.reject(new TypeError('no server here')));
    show(<StartLockDown onClose={() => undefined} />);
    const begin = await screen.findByRole('button', { name: 'Lock down now' });
    const disabled = () => begin.hasAttribute('disabled');
    await userEvent.type(screen.getByLabelText(/^Reason/), 'rows seen by a rival');
    expect([disabled(), screen.queryByLabelText(/to confirm/)]).toEqual([true, null]);
    await userEvent.click(await screen.findByRole('option', { name: /Aurora Toys/ }));
    expect(screen.getByText('From this moment the database refuses every transaction of aurora.')).toBeTruthy();
    const word = screen.getByLabelText(/^Type aurora to confirm/);
    await userEvent.type(word, 'auror');
    expect(disabled()).toBe(true);
    await userEvent.type(word, 'a');
    expect(disabled()).toBe(false);
    vi.unstubAllGlobals();
  });
});

describe('the chains', () => {
  test('that nobody has verified have no figure and are not said to be as they should be', async () => {
    const { unmount } = show(<Flaws flawed={null} verifiedAt={null} />);
    expect(await screen.findByText('Not yet verified')).toBeTruthy();
    expect([screen.queryByText('0'), screen.queryByText('As it should be')]).toEqual([null, null]);
    unmount();
    show(<Flaws flawed={0} verifiedAt="2026-01-01T00:00:00Z" />);
    expect(await screen.findByText('0')).toBeTruthy();
    expect(screen.queryByText('Not yet verified')).toBeNull();
  });

  test('are verified by the worker at the press of a button, which then says what came of it', async () => {
    const asked: string[] = [];
    const flaw = 'event 7: the chain was cut off';
    vi.stubGlobal('fetch', async (_url: string, init: { readonly body: string }) => {
      const { query } = JSON.parse(init.body) as { query: string };
      const name = /(?:query|mutation) (\w+)/.exec(query)?.[1] ?? '';
      asked.push(name);
      const looks = asked.filter((each) => each === 'ChainVerification').length;
      const chainStatus = looks < 2 ? { state: 'holds', flaw: null, verifiedUpTo: '9', requested: '2026-01-01T00:00:00Z' } : { state: 'broken', flaw, verifiedUpTo: '6', requested: null };
      const data = name === 'VerifyChain' ? { verifyChain: { result: '2026-01-01T00:00:00Z' } } : { chainStatus, systemStatus: { flawedChains: 1 } };
      return Response.json({ data });
    });
    const over = vi.fn();
    show(<VerifyChain tenantId="aurora" onOver={over} />);
    await userEvent.click(await screen.findByRole('button', { name: 'Verify now' }));
    expect(await screen.findAllByText(`Verified: does not hold, ${flaw}`, {}, { timeout: 5_000 })).toHaveLength(2);
    expect(asked).toEqual(['VerifyChain', 'ChainVerification', 'ChainVerification']);
    expect(over).toHaveBeenCalledOnce();
    expect(screen.getByRole('button', { name: 'Verify now' }).hasAttribute('disabled')).toBe(false);
    vi.unstubAllGlobals();
  });
});

test('what the section shows to a role is what the server lets it do', () => {
  const served: Readonly<Partial<Record<Right, readonly string[] | undefined>>> = {
    'security.verify': graphqlMatrix['Mutation.verifyIsolation']?.roles,
    'security.lockdown': graphqlMatrix['Mutation.startLockDown']?.roles,
    'security.evidence': restMatrix['getEvidence']?.roles,
    'compliance.read': graphqlMatrix['Query.complianceStatus']?.roles,
    'chains.read': graphqlMatrix['Query.chainStatus']?.roles && graphqlMatrix['Mutation.verifyChain']?.roles,
    'alerts.acknowledge': graphqlMatrix['Mutation.acknowledgeAlert']?.roles,
    'incidents.report': graphqlMatrix['Mutation.reportIncident']?.roles,
    'incidents.close': graphqlMatrix['Mutation.closeIncident']?.roles,
    'accesses.read': graphqlMatrix['Subscription.accesses']?.roles,
    'audit.export': restMatrix['exportAuditEvents']?.roles,
    'security.read': graphqlMatrix['Query.isolationSummary']?.roles,
  };
  for (const [right, roles] of Object.entries(served)) expect([right, ...rights[right as Right]]).toEqual([right, ...(roles ?? ['no row'])]);
});
