/** Tasks of the worker, as rows.ts says. */
import { each } from './each.ts';
import { processes } from './rows.ts';
import type { JobRow } from './rows.ts';

const notTheWorker = ['tenantry_api', 'tenantry_auth', 'tenantry_audit', 'tenantry_monitor', 'tenantry_lane_00', 'tenant'];

/** By the task's name. */
export const jobRoutes: Readonly<Record<string, JobRow>> = {
  // Without a tenant it is about all of them: one that isn't there must not be taken for that.
  agreements__expire: { foreign: { payload: { tenantId: 'nowhere' } }, wrongRole: notTheWorker },
  webhook__deliver: { foreign: { payload: { tenantId: 'borealis', deliveryId: '{delivery}' } }, wrongRole: notTheWorker },
  tenant__provision: { foreign: { payload: { tenantId: 'aurora' } }, wrongRole: notTheWorker },
  invitation__send: { foreign: { none: 'writes to the person its payload names; nobody but the owner’s functions orders it' }, wrongRole: notTheWorker },
  keys__rotate: { foreign: { payload: { tenantId: 'nowhere' } }, wrongRole: notTheWorker },
  notice__send: {
    foreign: { payload: { tenantId: 'borealis', event: 'approval_requested', subjectId: '{asked}', userId: '{told}' } }, wrongRole: notTheWorker,
  },
  ...each(['audit__checkpoint', 'audit__tend', 'keys__tend', 'keys__reseal', 'past__clear', 'agreements__remind'], { foreign: processes, wrongRole: notTheWorker }),
  isolation__prove: { foreign: { payload: { tenantId: 'nowhere', cause: 'demand' } }, wrongRole: notTheWorker },
  audit__verify: { foreign: { none: 'verifies the chain that its order names; nobody but the owner’s functions writes orders' }, wrongRole: notTheWorker },
  isolation__sweep: { foreign: { none: 'orders proofs for all tenants' }, wrongRole: notTheWorker },
  evidence__sign: { foreign: { none: 'signs the bundle it names, which is of one tenant' }, wrongRole: notTheWorker },
  schema__watch: { foreign: { none: 'compares the schemas of all tenants with what their version says' }, wrongRole: notTheWorker },
  tenant__measure: { foreign: { none: 'measures the schemas of all tenants' }, wrongRole: notTheWorker },
  worker__tend: { foreign: processes, wrongRole: notTheWorker },
  worker__test: { foreign: processes, wrongRole: notTheWorker },
};
