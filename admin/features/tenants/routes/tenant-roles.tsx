import { useState } from 'react';
import { Check, Minus, Pencil, Plus, Trash2 } from 'lucide-react';
import { ConfirmDialog } from '../../../components/confirm-dialog.tsx';
import { QueryStates } from '../../../components/query-states.tsx';
import { RoleDenied } from '../../../components/role-denied.tsx';
import { Button, IconButton } from '../../../components/ui/button.tsx';
import { Code } from '../../../components/ui/code.tsx';
import { Box, Flex, Stack, Text, VisuallyHidden } from '../../../components/ui/layout.tsx';
import { Skeleton } from '../../../components/ui/skeleton.tsx';
import { Table } from '../../../components/ui/table.tsx';
import { toast } from '../../../components/ui/toast.tsx';
import { useMay } from '../../../session/session-provider.tsx';
import { tenantPeople } from '../../../text/tenant-people.ts';
import { useRemoveRole, useRoleTable } from '../api/people.ts';
import type { PermissionRow, RoleRow } from '../api/people.ts';
import { RoleForm } from '../components/role-form.tsx';
import { useTenant } from '../components/tenant-context.ts';

const { roles: words } = tenantPeople;

/** What is open beside the table. */
type Open = { readonly kind: 'new' } | { readonly kind: 'edit' | 'remove'; readonly role: RoleRow };

/** Each role and all that it may do. */
export function TenantRoles() {
  const may = useMay();
  if (!may('users.read')) return <RoleDenied right="users.read" />;
  return <RoleTable />;
}

function RoleTable() {
  const tenant = useTenant();
  const may = useMay();
  const query = useRoleTable(tenant.rowId);
  const [open, setOpen] = useState<Open | null>(null);
  const close = () => setOpen(null);
  const manage = may('roles.manage');
  return (
    <Stack gap="4">
      <Flex justify="space-between" align="flex-start" gap="4" wrap="wrap">
        <Box maxW="3xl">
          <Text color="fg.muted">{words.lead}</Text>
          {!manage && <Text color="fg.muted">{words.only}</Text>}
        </Box>
        {manage && (
          <Button look="primary" onClick={() => setOpen({ kind: 'new' })}>
            <Plus aria-hidden />
            {words.add}
          </Button>
        )}
      </Flex>
      <QueryStates query={query} skeleton={<Skeleton height="96" />}>
        {({ tenantRoles, tenantPermissions }) => {
          const roles = tenantRoles?.nodes.filter((role) => role !== null) ?? [];
          const permissions = tenantPermissions?.nodes.filter((permission) => permission !== null) ?? [];
          return (
            <>
              <Effective roles={roles} permissions={permissions} manage={manage} onOpen={setOpen} />
              {(open?.kind === 'new' || open?.kind === 'edit') && (
                <RoleForm tenantId={tenant.rowId} role={open.kind === 'edit' ? open.role : null} permissions={permissions} onClose={close} />
              )}
              {open?.kind === 'remove' && <RemoveRole tenantId={tenant.rowId} name={open.role.name ?? ''} onClose={close} />}
            </>
          );
        }}
      </QueryStates>
    </Stack>
  );
}

interface EffectiveProps {
  readonly roles: readonly RoleRow[];
  readonly permissions: readonly PermissionRow[];
  readonly manage: boolean;
  readonly onOpen: (open: Open) => void;
}

function Effective({ roles, permissions, manage, onOpen }: EffectiveProps) {
  return (
    <Box bg="bg.panel" borderWidth="1px" borderColor="border" borderRadius="l3" shadow="xs" overflow="hidden">
      <Table.Root label={words.title}>
        <Table.Header>
          <Table.Row>
            <Table.ColumnHeader>{words.permission}</Table.ColumnHeader>
            {roles.map((role) => (
              <Table.ColumnHeader key={role.name}>
                <Flex align="flex-start" gap="1" title={role.description ?? ''}>
                  <Box>
                    <Text textStyle="sm" color="fg" fontWeight="semibold">
                      {role.name}
                    </Text>
                    <Text textStyle="xs" fontWeight="normal">
                      {role.builtin === true ? words.builtin : words.custom}
                    </Text>
                    <Text textStyle="xs" fontWeight="normal">
                      {words.users(role.users ?? 0)}
                    </Text>
                  </Box>
                  {manage && role.builtin !== true && (
                    <Flex direction="column">
                      <IconButton label={words.edit(role.name ?? '')} size="2xs" onClick={() => onOpen({ kind: 'edit', role })}>
                        <Pencil aria-hidden />
                      </IconButton>
                      <IconButton label={words.remove(role.name ?? '')} size="2xs" onClick={() => onOpen({ kind: 'remove', role })}>
                        <Trash2 aria-hidden />
                      </IconButton>
                    </Flex>
                  )}
                </Flex>
              </Table.ColumnHeader>
            ))}
          </Table.Row>
        </Table.Header>
        <Table.Body>
          {permissions.map((permission) => (
            <Table.Row key={permission.name}>
              <Table.Cell rowHeader>
                <Code>{permission.name ?? ''}</Code>
                <Text textStyle="sm" color="fg.muted" minW={{ base: '32', md: '48' }} whiteSpace="normal">
                  {permission.description}
                </Text>
              </Table.Cell>
              {roles.map((role) => (
                <Table.Cell key={role.name}>
                  <Held held={role.permissions?.includes(permission.name) === true} />
                </Table.Cell>
              ))}
            </Table.Row>
          ))}
        </Table.Body>
      </Table.Root>
    </Box>
  );
}

/** By shape and word, not by colour alone. */
function Held({ held }: { readonly held: boolean }) {
  return (
    // What is hidden from sight stays within its cell, or it would make the page as wide as the table.
    <Box position="relative" color={held ? 'secure.fg' : 'fg.subtle'}>
      {held ? <Check size={18} strokeWidth={2.5} aria-hidden /> : <Minus size={16} aria-hidden />}
      <VisuallyHidden>{held ? words.may : words.mayNot}</VisuallyHidden>
    </Box>
  );
}

function RemoveRole({ tenantId, name, onClose }: { readonly tenantId: string; readonly name: string; readonly onClose: () => void }) {
  const remove = useRemoveRole();
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title={words.removeTitle(name)}
      consequences={words.removeConsequences}
      action={words.remove(name)}
      word={name}
      pending={remove.isPending}
      problem={remove.error}
      onConfirm={() =>
        remove.mutate(
          { id: tenantId, name },
          {
            onSuccess: () => {
              toast('secure', words.removed(name));
              onClose();
            },
          },
        )
      }
    />
  );
}
