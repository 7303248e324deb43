/** A bundle of evidence in plain words, to read and to print. */
import { counted } from '../../../config/counted.ts';
import { html } from '../../http/html.ts';
import type { Markup } from '../../http/html.ts';
import { chainTable } from './attestation-page.ts';
import type { ChainContent } from './attestation-page.ts';
import { moment, signature, table } from './page-parts.ts';

interface Happening {
  readonly at: string;
  readonly action: string;
  readonly outcome: string;
  readonly actor: string;
}

interface Listed<T> {
  readonly count: number;
  readonly list: readonly T[];
}

/** What the worker signs of a period: platform_private.evidence_content. */
export interface EvidenceContent {
  readonly tenant: string;
  readonly installation: string;
  readonly from: string;
  readonly to: string;
  readonly at: string;
  /** Transactions of the database's server that had written and not ended; absent in bundles from before that was said. */
  readonly openTransactions?: number;
  readonly listsEndAfter: number;
  readonly tenantry: string;
  readonly isolation: {
    readonly attestations: number; readonly failed: number; readonly daysProven: number;
    readonly list: readonly { readonly at: string; readonly run: string; readonly passed: boolean; readonly sha256: string }[];
  };
  readonly access: {
    readonly events: number;
    readonly byAction: readonly (readonly [action: string, actor: string, outcome: string, count: number])[];
    readonly byDay: readonly (readonly [day: string, actor: string, outcome: string, count: number])[];
  };
  readonly permissionChanges: Listed<Happening & { readonly subject: string | null; readonly changed: readonly string[]; readonly before: string | null; readonly after: string | null }>;
  readonly schema: {
    readonly version: number | null;
    readonly migrations: readonly { readonly version: number; readonly name: string; readonly registeredAt: string }[];
    readonly transitions: readonly { readonly at: string; readonly from: string | null; readonly to: string }[];
  };
  readonly operatorVisits: Listed<{
    readonly startedAt: string; readonly endedAt: string; readonly operator: string; readonly role: string; readonly access: string; readonly reason: string;
  }>;
  readonly keys: Listed<Happening> & {
    readonly now: readonly { readonly kid: string; readonly alg: string; readonly state: string; readonly createdAt: string; readonly since: string }[];
  };
  readonly lockDowns: readonly { readonly scope: string; readonly lockedAt: string; readonly liftedAt: string | null }[];
  readonly incidents: readonly {
    readonly severity: string; readonly status: string; readonly notice: string | null; readonly reportedAt: string; readonly closedAt: string | null;
  }[];
  readonly retention: { readonly class: string; readonly heldSince: string | null };
  readonly chain: ChainContent;
  readonly compliance: readonly {
    readonly framework: string; readonly point: string; readonly title: string; readonly status: string;
    readonly facts: Readonly<Record<string, { readonly met: boolean | null }>>;
  }[];
}

/** The body of the page. */
export function evidencePage(said: EvidenceContent, statement: string): Markup {
  const { isolation, access, permissionChanges, schema, operatorVisits, keys, retention } = said;
  const listed = ({ count, list }: Listed<unknown>) => (count > list.length ? ` (the newest ${list.length} of ${count})` : '');
  return html`<p class="eyebrow">Evidence of a period</p>
<h1>Tenant ${said.tenant}</h1>
<p class="lead">${moment(said.from)} to ${moment(said.to)}. Collected ${moment(said.at)} by Tenantry ${said.tenantry}, installation ${said.installation}.</p>
<p>People stand here by their ids, and no value of a row. Lists end after ${said.listsEndAfter} entries; counts are whole.</p>
<p>${unended(said)}</p>
<h2>Isolation</h2>
<p>${counted(isolation.attestations, 'attestation of a proof', 'attestations of proofs')}, of which ${isolation.failed} had failed. On ${counted(isolation.daysProven, 'day')} a proof passed.</p>
${table('Attestations', ['When', 'Came out', 'Run', 'SHA-256 of the statement'],
    isolation.list.map(({ at, passed, run, sha256 }) => [moment(at), passed ? 'passed' : 'failed', run, sha256]), 'None in this period.')}
<h2>Access</h2>
<p>${counted(access.events, 'event')} of the audit trail.</p>
${table('By what was done', ['Action', 'By', 'Outcome', 'Count'], access.byAction.map((row) => [...row]), 'None in this period.')}
${table('By day (UTC)', ['Day', 'By', 'Outcome', 'Count'], access.byDay.map((row) => [...row]), 'None in this period.')}
<h2>Changes of rights</h2>
${table(`Roles, permissions, users’ roles and status${listed(permissionChanges)}`, ['When', 'What', 'Whom', 'By', 'From', 'To'],
    permissionChanges.list.map(({ at, action, subject, actor, before, after }) => [moment(at), action, subject ?? '—', actor, before ?? '—', after ?? '—']), 'None in this period.')}
<h2>Changes of schema and status</h2>
<p>The schema is at version ${schema.version ?? 'none'}.</p>
${table('Migrations that became available', ['Version', 'Name', 'When'], schema.migrations.map(({ version, name, registeredAt }) => [String(version), name, moment(registeredAt)]), 'None in this period.')}
${table('Changes of status', ['When', 'From', 'To'], schema.transitions.map(({ at, from, to }) => [moment(at), from ?? '—', to]), 'None in this period.')}
<h2>Visits of operators</h2>
${table(`Visits${listed(operatorVisits)}`, ['From', 'To', 'Operator', 'Role', 'Access', 'Reason given'],
    operatorVisits.list.map((visit) => [moment(visit.startedAt), moment(visit.endedAt), visit.operator, visit.role, visit.access, visit.reason]), 'None in this period.')}
<h2>Keys</h2>
${table('Signing keys now', ['Key', 'Algorithm', 'State', 'Made', 'In this state since'], keys.now.map((key) => [key.kid, key.alg, key.state, moment(key.createdAt), moment(key.since)]))}
${table(`Rotations and revocations${listed(keys)}`, ['When', 'What', 'By', 'Outcome'], keys.list.map(({ at, action, actor, outcome }) => [moment(at), action, actor, outcome]), 'None in this period.')}
<h2>Emergencies</h2>
${table('Lock-downs', ['Scope', 'From', 'To'], said.lockDowns.map(({ scope, lockedAt, liftedAt }) => [scope, moment(lockedAt), liftedAt === null ? 'still in force' : moment(liftedAt)]), 'None in this period.')}
${table('Incidents that concern this tenant', ['Reported', 'Severity', 'Status', 'What the tenant was told', 'Closed'],
    said.incidents.map((incident) => [moment(incident.reportedAt), incident.severity, incident.status, incident.notice ?? '—', moment(incident.closedAt)]), 'None in this period.')}
<h2>Audit trail</h2>
<p>New events are kept for ${retention.class}. ${retention.heldSince === null ? 'No legal hold.' : `Under a legal hold since ${moment(retention.heldSince)}.`}</p>
${chainTable(said.chain)}
<h2>Compliance, as of ${moment(said.at)}</h2>
<p>Computed from facts at that moment, never typed in. What each point asks, where the control is and what no software can assess is in docs/explanation/compliance.md.</p>
${table('Points and their status', ['Point', 'What it asks', 'Status', 'Facts'],
    said.compliance.map(({ framework, point, title, status, facts }) => [
      `${framework} ${point}`, title, status,
      Object.entries(facts).map(([fact, { met }]) => `${fact.replaceAll('_', ' ')}: ${met === null ? 'unknown' : met ? 'yes' : 'no'}`).join('; ') || 'none',
    ]))}
${signature('evidence', statement)}`;
}

/** What a bundle cannot have yet. */
function unended({ openTransactions: open, at }: EvidenceContent): string {
  const rule = 'A change is in the trail once its transaction has ended, with the time at which it was made.';
  if (open === undefined) return `${rule} What had not ended ${moment(at)} is not in here.`;
  if (open === 0) return `${rule} When this was collected, none that had written was still open: no change of the period is to come. What the server’s log tells of accesses past the server comes some seconds after them.`;
  return `${rule} When this was collected, ${counted(open, 'transaction')} that had written ${open === 1 ? 'was' : 'were'} still open on the database’s server, of whichever tenant: ` +
    'changes of theirs within the period are not in here. A bundle of the same period that is ordered later has them.';
}
