import { useState } from 'react';
import type { FormEvent } from 'react';
import { ProblemNotice } from '../../../components/problem-notice.tsx';
import { Button } from '../../../components/ui/button.tsx';
import { Dialog } from '../../../components/ui/dialog.tsx';
import { Field, Input, Select } from '../../../components/ui/field.tsx';
import { Stack, Text } from '../../../components/ui/layout.tsx';
import { toast } from '../../../components/ui/toast.tsx';
import { common } from '../../../text/common.ts';
import { tenantPeople } from '../../../text/tenant-people.ts';
import { useInviteUser } from '../api/people.ts';

const { users: words } = tenantPeople;

interface InviteUserProps {
  readonly tenantId: string;
  /** Names of the roles of this tenant. */
  readonly roles: readonly string[];
  readonly onClose: () => void;
}

/** Invites a person: address, name, role. */
export function InviteUser({ tenantId, roles, onClose }: InviteUserProps) {
  const [email, setEmail] = useState('');
  const [name, setName] = useState('');
  const [role, setRole] = useState('viewer');
  const invite = useInviteUser();
  const flaw = (field: string) => invite.error?.errors.find((one) => one.field === field)?.message;
  const send = (event: FormEvent): void => {
    event.preventDefault();
    invite.mutate(
      { id: tenantId, email: email.trim(), name: name.trim(), role },
      {
        onSuccess: () => {
          toast('secure', words.invited(email.trim()));
          onClose();
        },
      },
    );
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={words.invite}
      footer={
        <>
          <Button onClick={onClose}>{common.cancel}</Button>
          <Button look="primary" type="submit" form="invite-user" loading={invite.isPending} disabled={email.trim() === '' || name.trim() === ''}>
            {words.send}
          </Button>
        </>
      }
    >
      <form id="invite-user" onSubmit={send} noValidate>
        <Stack gap="5">
          <Text color="fg.muted">{words.inviteLead}</Text>
          <ProblemNotice problem={invite.error} />
          <Field label={words.email} required error={flaw('email')}>
            <Input type="email" autoComplete="off" value={email} onChange={(event) => setEmail(event.currentTarget.value)} />
          </Field>
          <Field label={words.name} required error={flaw('name')}>
            <Input autoComplete="off" value={name} maxLength={200} onChange={(event) => setName(event.currentTarget.value)} />
          </Field>
          <Field label={words.role} error={flaw('role')}>
            <Select value={role} choices={roles.map((value) => ({ value, label: value }))} onChange={setRole} />
          </Field>
        </Stack>
      </form>
    </Dialog>
  );
}
