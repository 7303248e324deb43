import { useState } from 'react';
import type { FormEvent } from 'react';
import { ProblemNotice } from '../../../components/problem-notice.tsx';
import { Button } from '../../../components/ui/button.tsx';
import { Dialog } from '../../../components/ui/dialog.tsx';
import { Field, Select, Textarea } from '../../../components/ui/field.tsx';
import { Stack, Text } from '../../../components/ui/layout.tsx';
import { toast } from '../../../components/ui/toast.tsx';
import { useRefresh } from '../../../graphql/api.tsx';
import { useMay } from '../../../session/session-provider.tsx';
import { common } from '../../../text/common.ts';
import { tenantDetail } from '../../../text/tenant-detail.ts';
import { VISIT_ANSWERS, useEnterTenant, useEnterTenantAs } from '../api/protection.ts';
import { useKeepVisitKey } from '../api/visit-key.ts';
import type { Tenant } from '../api/tenant.ts';

const { security: words } = tenantDetail;

const ROLES = ['viewer', 'user', 'manager', 'admin'] as const;

/** Begins a visit: with a reason, and by administrators of the platform in another role or to write. */
export function EnterTenant({ tenant, onClose }: { readonly tenant: Tenant; readonly onClose: () => void }) {
  const may = useMay();
  const [reason, setReason] = useState('');
  const [role, setRole] = useState('viewer');
  const [access, setAccess] = useState('read');
  const enter = useEnterTenant();
  const enterAs = useEnterTenantAs();
  const problem = enter.error ?? enterAs.error;
  const keep = useKeepVisitKey();
  const refresh = useRefresh();
  const done = (visitId: string | undefined, accessToken: string | undefined): void => {
    if (visitId !== undefined && accessToken !== undefined) keep(tenant.rowId, { visitId, accessToken });
    refresh(VISIT_ANSWERS);
    toast('attention', words.entered);
    onClose();
  };
  const go = (event: FormEvent): void => {
    event.preventDefault();
    const visit = { id: tenant.rowId, reason: reason.trim() };
    if (role === 'viewer' && access === 'read') enter.mutate(visit, { onSuccess: ({ enterTenant }) => done(enterTenant?.result?.rowId, enterTenant?.token?.accessToken) });
    else enterAs.mutate({ ...visit, role, access }, { onSuccess: ({ enterTenantAs }) => done(enterTenantAs?.result?.rowId, enterTenantAs?.token?.accessToken) });
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={words.enterTitle(tenant.name)}
      footer={
        <>
          <Button onClick={onClose}>{common.cancel}</Button>
          <Button look="primary" type="submit" form="enter-tenant" loading={enter.isPending || enterAs.isPending} disabled={reason.trim() === ''}>
            {words.enter}
          </Button>
        </>
      }
    >
      <form id="enter-tenant" onSubmit={go} noValidate>
        <Stack gap="5">
          <Text color="fg.muted">{words.enterLead}</Text>
          <ProblemNotice problem={problem} />
          <Field label={words.enterReason} required help={words.enterReasonHelp}>
            <Textarea value={reason} maxLength={2000} onChange={(event) => setReason(event.currentTarget.value)} />
          </Field>
          {may('tenants.enterAs') && (
            <>
              <Field label={words.enterRole}>
                <Select value={role} choices={ROLES.map((value) => ({ value, label: value }))} onChange={setRole} />
              </Field>
              <Field label={words.enterAccess}>
                <Select value={access} choices={Object.entries(words.accessChoices).map(([value, label]) => ({ value, label }))} onChange={setAccess} />
              </Field>
            </>
          )}
        </Stack>
      </form>
    </Dialog>
  );
}
