/** What the figures of the console are held against: what SQL says. */
import { isDeepStrictEqual } from 'node:util';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { assurance } from '../../../admin/text/assurance.ts';
import { formatNumber } from '../../../admin/text/format.ts';
import { security } from '../../../admin/text/security.ts';
import { cellsOf, factsOf } from './console-run.ts';

/** Asks the database as its owner. */
type Owned = (text: string, values?: readonly unknown[]) => Promise<Record<string, unknown>[]>;

/** Until what shows is what SQL says, both asked anew each time: others change it meanwhile. */
export async function expectSame(shown: () => Promise<unknown>, truth: () => Promise<unknown>): Promise<void> {
  await expect.poll(async () => {
    const both = { shown: await shown(), sql: await truth() };
    return isDeepStrictEqual(both.shown, both.sql) ? 'the same' : both;
  // What is asked for again by itself is every fifteen seconds.
  }, { timeout: 40_000 }).toBe('the same');
}

/** A moment in full, as the browser of these tests writes it. */
export const momentOf = (at: unknown): string => `${(at as Date).toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'medium', timeZone: 'UTC' })} UTC`;

/** What the newest proof of a tenant that is over tried and what of it failed, by the short names of the matrix's columns. */
export async function sumsOf(owned: Owned, id: string): Promise<ReadonlyMap<string, { readonly tried: number; readonly failed: number }>> {
  const rows = await owned(
    `select case when c.half = 'posture' then 'Catalogs'
                 when c.kind in ('own-table', 'canary') then 'Prover'
                 when c.kind in ('usage', 'select', 'path', 'do-block', 'copy-out', 'lock', 'sequence', 'execute') then 'Read rival'
                 when c.kind in ('insert', 'update', 'delete', 'truncate', 'references', 'trigger') then 'Write rival'
                 when c.kind in ('alter', 'drop', 'comment', 'grant', 'create-policy', 'disable-trigger', 'disable-row-security', 'create-table', 'create-function') then 'Change rival'
                 when c.kind in ('grant-role', 'drop-role', 'set-role', 'become-role', 'become-session', 'join-role', 'alter-own-role', 'create-role') then 'Become other'
                 when c.kind like 'control-%' then 'Platform'
                 when c.kind like 'own-%' or c.kind = 'temporary-table' then 'Own limits'
                 else 'Server' end as head,
            sum(c.tried)::integer as tried, sum(c.failed)::integer as failed
       from (select checks from platform.isolation_runs where tenant_id = $1 and status <> 'running' order by started_at desc limit 1) r,
            jsonb_to_recordset(r.checks) as c (half text, kind text, tried integer, failed integer)
      group by 1`, [id]);
  return new Map(rows.map(({ head, tried, failed }) => [String(head), { tried: Number(tried), failed: Number(failed) }]));
}

/** Walks the assurance page of aurora, figure by figure. */
export async function expectAssurance(auditor: Page, owned: Owned): Promise<void> {
  const part = (title: string) => auditor.locator('section').filter({ has: auditor.getByRole('heading', { name: title, exact: true }) });
  const rows = async (title: string): Promise<string[][]> => await cellsOf(auditor.getByRole('table', { name: title, exact: true }));
  const attested = await owned(
    `select a.at, c ->> 'cause' as cause, (c #>> '{totals,attempts}')::integer as attempts, (c #>> '{totals,attemptFailures}')::integer as through, (c #>> '{totals,postureChecks}')::integer as checks,
            (c ->> 'sampledTenants')::integer as sampled, a.passed
       from platform.attestations a cross join lateral platform_private.statement_content(a.statement) c where a.tenant_id = 'aurora' order by a.at desc`);
  const [newest] = attested;
  expect(await part('Isolated').innerText()).toContain(
    assurance.verdict.passedWords(momentOf(newest?.['at']), Number(newest?.['attempts']), Number(newest?.['sampled']), Number(newest?.['checks'])));

  const sums = await sumsOf(owned, 'aurora');
  expect(sums.size).toBe(9);
  expect(await rows('What was tried')).toEqual(
    Object.values(security.groups).map(({ short, title, help }) => {
      const { tried, failed } = sums.get(short) ?? { tried: Number.NaN, failed: Number.NaN };
      return [title, help, formatNumber(tried), formatNumber(failed), failed > 0 ? 'Failed' : short === 'Prover' ? 'Seen' : short === 'Catalogs' ? 'Holds' : 'Refused'];
    }));
  expect(await rows('When it was tried')).toEqual(attested.map(({ at, cause, attempts, through, passed }) => [
    momentOf(at), assurance.when.causes[String(cause)], formatNumber(Number(attempts)), formatNumber(Number(through)), passed === true ? 'Isolated' : 'Not isolated',
  ]));

  // The trail grows while it is looked at: its head is an event that there is, with that digest, and the rest is as it was a moment ago.
  await expect.poll(async () => {
    const facts = await factsOf(part('Your audit trail'));
    const head = Number(facts['Events sealed']?.replaceAll(',', ''));
    const [event] = await owned(`select encode(hash, 'hex') as digest from audit.events where chain = 'aurora' and seq = $1`, [head]);
    const [chain] = await owned(
      `select h.flaw, h.verified_at, h.verified_seq, k.number, k.at, k.outside from audit.heads h
         left join lateral (select * from audit.checkpoints where h.checkpoint_seq is not null order by number desc limit 1) k on true where h.chain = 'aurora'`);
    const truth = {
      Chain: chain?.['flaw'] !== null ? 'Does not hold' : chain['verified_at'] === null ? 'Not yet verified' : 'Holds',
      'Events sealed': formatNumber(head),
      'Last verified': chain?.['verified_at'] === null ? 'Not yet; it is verified every night.' : `${momentOf(chain?.['verified_at'])}, up to event ${formatNumber(Number(chain?.['verified_seq']))}`,
      'Newest checkpoint': chain?.['number'] === null ? 'None yet.'
        : `Number ${Number(chain?.['number'])}, ${momentOf(chain?.['at'])}, ${chain?.['outside'] === true ? 'also kept outside the database' : 'kept in the database only'}`,
      Head: event?.['digest'],
    };
    if (JSON.stringify(facts) === JSON.stringify(truth)) return 'as SQL has it';
    await auditor.reload();
    await part('Your audit trail').waitFor();
    return { facts, truth };
  }, { timeout: 30_000 }).toBe('as SQL has it');

  const visits = await owned(
    `select started_at, coalesce(ended_at, case when expires_at < now() then expires_at end) as ended_at, reason, operator_id, role, access
       from platform.tenant_visits where tenant_id = 'aurora' order by started_at desc`);
  expect(visits.map(({ access }) => access)).toEqual(['read', 'write']);
  expect(await rows('Who from the platform came in, and why')).toEqual(visits.map(({ started_at: began, ended_at: ended, reason, operator_id: operator, role, access }) => [
    ended === null ? momentOf(began) : `${momentOf(began)} until ${momentOf(ended)}`, reason, operator, role, access === 'read' ? 'Read only' : 'Could change',
  ]));
  const keys = await owned(`select kid, initcap(state) as state, floor(extract(epoch from now() - created_at) / 86400)::integer as days from platform_private.signing_keys where tenant_id = 'aurora' order by state_since desc, kid`);
  expect(keys.map(({ days }) => days)).toContain(3);
  expect(await rows('Your signing keys')).toEqual(keys.map(({ kid, state, days }) => [kid, state, `${String(days)} days`]));

  await part('How long your trail is kept').waitFor();
  const [kept] = await owned(`select held_at from audit.retention where tenant_id = 'aurora'`);
  expect(await factsOf(part('How long your trail is kept'))).toEqual({ Kept: 'Seven years', 'Legal hold': `Since ${momentOf(kept?.['held_at'])}` });
  const points = await owned(
    `select framework || ' ' || point as point, title, case status when 'met' then 'Met' when 'not met' then 'Not met' else case when facts <> '{}' then 'Not known yet' else 'Not for this software' end end as standing,
            array(select jsonb_object_keys(facts)) as facts
       from platform.compliance_status('aurora')`);
  const shown = await rows('Compliance');
  // Signed a moment ago: what was not known then may be by now.
  expect(shown.map(([point, , standing]) => [point, standing])).toEqual(points.map(({ point, standing }, index) => [point, shown[index]?.[2] === 'Not known yet' ? 'Not known yet' : standing]));
  // Below each its facts in words, and what would remedy one that isn't met.
  for (const [index, { title, facts }] of points.entries()) {
    const told = shown[index]?.[1] ?? '';
    expect([told.startsWith(String(title)), (facts as string[]).filter((fact) => !told.includes(`: ${security.facts[fact]}`))]).toEqual([true, []]);
    expect([title, told.includes('Remedy: ')]).toEqual([title, shown[index]?.[2] === 'Not met']);
  }
  expect(shown.some(([, , standing]) => standing === 'Not met')).toBe(true);
  const of = (...standings: string[]): number => shown.filter((row) => standings.includes(row[2] ?? '')).length;
  expect(of('Met')).toBeGreaterThan(5);
  await auditor.getByText(assurance.compliance.summary(of('Met'), of('Met', 'Not met'))).waitFor();
}
