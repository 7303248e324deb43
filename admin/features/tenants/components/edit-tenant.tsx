import { useState } from 'react';
import type { FormEvent } from 'react';
import { Button } from '../../../components/ui/button.tsx';
import { Dialog } from '../../../components/ui/dialog.tsx';
import { Field, Input, Textarea } from '../../../components/ui/field.tsx';
import { Stack } from '../../../components/ui/layout.tsx';
import { ProblemNotice } from '../../../components/problem-notice.tsx';
import { toast } from '../../../components/ui/toast.tsx';
import { common } from '../../../text/common.ts';
import { tenantDetail } from '../../../text/tenant-detail.ts';
import { useChangeTenant } from '../api/tenant.ts';
import type { Tenant } from '../api/tenant.ts';

const { overview: words } = tenantDetail;

/** Name, description and domain. What was read is what is changed: somebody else's change in between is refused. */
export function EditTenant({ tenant, onClose }: { readonly tenant: Tenant; readonly onClose: () => void }) {
  const [version] = useState(tenant.version);
  const [name, setName] = useState(tenant.name);
  const [description, setDescription] = useState(tenant.description ?? '');
  const [domain, setDomain] = useState(tenant.domain ?? '');
  const change = useChangeTenant();
  const flaw = (field: string) => change.error?.errors.find((one) => one.field === field)?.message;
  const patch = {
    ...(name !== tenant.name && { name }),
    ...(description !== (tenant.description ?? '') && { description: description === '' ? null : description }),
    ...(domain !== (tenant.domain ?? '') && { domain: domain === '' ? null : domain }),
  };
  const save = (event: FormEvent): void => {
    event.preventDefault();
    change.mutate(
      { id: tenant.rowId, patch, expectedVersion: version },
      {
        onSuccess: () => {
          toast('secure', words.saved);
          onClose();
        },
      },
    );
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={words.editTitle}
      footer={
        <>
          <Button onClick={onClose}>{common.cancel}</Button>
          <Button look="primary" type="submit" form="edit-tenant" loading={change.isPending} disabled={Object.keys(patch).length === 0}>
            {words.save}
          </Button>
        </>
      }
    >
      <form id="edit-tenant" onSubmit={save} noValidate>
        <Stack gap="5">
          <ProblemNotice problem={change.error} />
          <Field label={words.name} required error={flaw('name')}>
            <Input value={name} maxLength={200} onChange={(event) => setName(event.currentTarget.value)} />
          </Field>
          <Field label={words.description} optional error={flaw('description')}>
            <Textarea value={description} maxLength={2000} onChange={(event) => setDescription(event.currentTarget.value)} />
          </Field>
          <Field label={words.domain} optional error={flaw('domain')}>
            <Input value={domain} maxLength={253} autoCapitalize="off" spellCheck={false} onChange={(event) => setDomain(event.currentTarget.value)} />
          </Field>
        </Stack>
      </form>
    </Dialog>
  );
}
