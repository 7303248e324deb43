/** What changes who gets into a tenant. */
import type { UseMutationResult } from '@tanstack/react-query';
import { useApiMutation } from '../../../graphql/api.tsx';
import type { TypedDocumentString } from '../../../graphql/document.ts';
import type { Problem } from '../../../session/problem.ts';
import {
  ActivateTenantDocument,
  ArchiveTenantDocument,
  CancelTenantDocument,
  DeleteTenantDocument,
  PurgeTenantDocument,
  RestoreTenantDocument,
  SuspendTenantDocument,
} from './life.generated.ts';
import { TenantVisitsDocument } from './protection.generated.ts';
import { TENANT_ANSWERS } from './tenant.ts';

interface Step {
  readonly id: string;
  readonly reason?: string;
}

const steps = {
  suspend: SuspendTenantDocument,
  activate: ActivateTenantDocument,
  archive: ArchiveTenantDocument,
  restore: RestoreTenantDocument,
  cancel: CancelTenantDocument,
  remove: DeleteTenantDocument,
  purge: PurgeTenantDocument,
} as const satisfies Record<string, TypedDocumentString<unknown, Step>>;

export type StepName = keyof typeof steps;

/** One step in the life of a tenant. */
export function useStep(name: StepName): UseMutationResult<unknown, Problem, Step> {
  return useApiMutation<unknown, Step>(steps[name], { changes: [...TENANT_ANSWERS, TenantVisitsDocument] });
}
