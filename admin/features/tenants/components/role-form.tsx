import { useState } from 'react';
import type { FormEvent } from 'react';
import { ProblemNotice } from '../../../components/problem-notice.tsx';
import { Button } from '../../../components/ui/button.tsx';
import { Checkbox } from '../../../components/ui/checkbox.tsx';
import { Dialog } from '../../../components/ui/dialog.tsx';
import { Field, Input } from '../../../components/ui/field.tsx';
import { Stack, Text } from '../../../components/ui/layout.tsx';
import { toast } from '../../../components/ui/toast.tsx';
import { common } from '../../../text/common.ts';
import { tenantPeople } from '../../../text/tenant-people.ts';
import { useSetRole } from '../api/people.ts';
import type { PermissionRow, RoleRow } from '../api/people.ts';

const { roles: words } = tenantPeople;

/** As the database has it. */
const NAME = /^[a-z][a-z0-9_]{1,47}$/;

interface RoleFormProps {
  readonly tenantId: string;
  /** Null: a new one. */
  readonly role: RoleRow | null;
  readonly permissions: readonly PermissionRow[];
  readonly onClose: () => void;
}

/** Makes a custom role, or says anew what one may do. */
export function RoleForm({ tenantId, role, permissions, onClose }: RoleFormProps) {
  const [name, setName] = useState(role?.name ?? '');
  const [description, setDescription] = useState(role?.description ?? '');
  const [chosen, setChosen] = useState<ReadonlySet<string>>(() => new Set(role?.permissions?.filter((one) => one !== null)));
  const set = useSetRole();
  const flaw = (field: string) => set.error?.errors.find((one) => one.field === field)?.message;
  const toggle = (permission: string, held: boolean): void =>
    setChosen((before) => new Set(held ? [...before, permission] : [...before].filter((one) => one !== permission)));
  const save = (event: FormEvent): void => {
    event.preventDefault();
    set.mutate(
      { id: tenantId, name, permissions: [...chosen].toSorted(), description },
      {
        onSuccess: () => {
          toast('secure', words.saved(name));
          onClose();
        },
      },
    );
  };
  return (
    <Dialog
      open
      onClose={onClose}
      width={640}
      title={role === null ? words.addTitle : words.editTitle(role.name ?? '')}
      footer={
        <>
          <Button onClick={onClose}>{common.cancel}</Button>
          <Button look="primary" type="submit" form="role" loading={set.isPending} disabled={!NAME.test(name)}>
            {words.save}
          </Button>
        </>
      }
    >
      <form id="role" onSubmit={save} noValidate>
        <Stack gap="5">
          <ProblemNotice problem={set.error} />
          {role === null && (
            <Field label={words.name} required help={words.nameHelp} error={name !== '' && !NAME.test(name) ? words.nameFlaw : flaw('name')}>
              <Input value={name} autoComplete="off" autoCapitalize="off" spellCheck={false} fontFamily="mono" onChange={(event) => setName(event.currentTarget.value)} />
            </Field>
          )}
          <Field label={words.description} optional error={flaw('description')}>
            <Input value={description} maxLength={300} onChange={(event) => setDescription(event.currentTarget.value)} />
          </Field>
          <Stack role="group" aria-label={words.permissions} gap="3">
            <Text fontWeight="medium" textStyle="sm">
              {words.permissions}: {words.chosen(chosen.size)}
            </Text>
            {permissions.map((permission) => {
              const own = permission.name ?? '';
              return (
                <Checkbox key={own} checked={chosen.has(own)} help={permission.description ?? undefined} onChange={(held) => toggle(own, held)}>
                  {own}
                </Checkbox>
              );
            })}
          </Stack>
        </Stack>
      </form>
    </Dialog>
  );
}
