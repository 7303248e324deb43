import { useState } from 'react';
import { Ellipsis, UserPlus, Users } from 'lucide-react';
import { DataTable } from '../../../components/data-table.tsx';
import type { Column } from '../../../components/data-table.tsx';
import { EmptyState } from '../../../components/empty-state.tsx';
import { RoleDenied } from '../../../components/role-denied.tsx';
import { useTableState } from '../../../components/table-state.ts';
import { Toolbar } from '../../../components/table-toolbar.tsx';
import { Button, IconButton } from '../../../components/ui/button.tsx';
import { Box, Flex, Spacer, Stack, Text } from '../../../components/ui/layout.tsx';
import { Menu } from '../../../components/ui/menu.tsx';
import { RelativeTime } from '../../../components/ui/relative-time.tsx';
import { StatusBadge } from '../../../components/ui/status-badge.tsx';
import type { Tone } from '../../../components/ui/status-badge.tsx';
import { useMay } from '../../../session/session-provider.tsx';
import { common } from '../../../text/common.ts';
import { formatNumber } from '../../../text/format.ts';
import { tenantPeople } from '../../../text/tenant-people.ts';
import { useRoleTable, useTenantUsers } from '../api/people.ts';
import type { UserRow } from '../api/people.ts';
import { InviteUser } from '../components/invite-user.tsx';
import { SecondFactor } from '../components/second-factor.tsx';
import { useTenant } from '../components/tenant-context.ts';
import { UserAction, menuOf } from '../components/user-action.tsx';
import type { UserActionName } from '../components/user-action.tsx';

const { users: words } = tenantPeople;

const TONES: Readonly<Record<string, Tone>> = { active: 'secure', invited: 'info', disabled: 'neutral' };

interface Asked {
  readonly action: UserActionName;
  readonly user: UserRow;
}

/** People of a tenant, a page at a time, and what can be done for them. */
export function TenantUsers() {
  const may = useMay();
  if (!may('users.read')) return <RoleDenied right="users.read" />;
  return <UserList />;
}

function UserList() {
  const tenant = useTenant();
  const may = useMay();
  const state = useTableState({ sort: { column: 'name', descending: false }, filters: ['role', 'status'] });
  const query = useTenantUsers(tenant.rowId, state);
  const roles = useRoleTable(tenant.rowId);
  const names = (roles.data?.tenantRoles?.nodes ?? []).flatMap((role) => (typeof role?.name === 'string' ? [role.name] : []));
  const [inviting, setInviting] = useState(false);
  const [asked, setAsked] = useState<Asked | null>(null);
  const columns = columnsWith((action, user) => setAsked({ action, user }));
  return (
    <Stack gap="4">
      <Text color="fg.muted">{words.lead}</Text>
      <Flex gap="3" wrap="wrap" align="center">
        <Toolbar
          state={state}
          searchLabel={words.searchLabel}
          filters={[
            { name: 'role', label: words.roleFilter, any: words.anyRole, choices: names.map((value) => ({ value, label: value })) },
            { name: 'status', label: words.statusFilter, any: words.anyStatus, choices: Object.entries(words.statuses).map(([value, label]) => ({ value, label })) },
          ]}
        />
        <Spacer />
        {may('users.manage') && (
          <Button look="primary" onClick={() => setInviting(true)}>
            <UserPlus aria-hidden />
            {words.invite}
          </Button>
        )}
      </Flex>
      <DataTable
        label={words.title}
        query={query}
        pending={query.isPlaceholderData}
        rows={(data) => data.tenantUsers?.nodes.filter((row) => row !== null) ?? []}
        total={(data) => data.tenantUsers?.totalCount ?? 0}
        rowId={(row) => row.rowId ?? ''}
        columns={columns}
        state={state}
        empty={<EmptyState title={words.empty} picture={<Users size={40} />} />}
      />
      {inviting && <InviteUser tenantId={tenant.rowId} roles={names} onClose={() => setInviting(false)} />}
      {asked !== null && <UserAction tenantId={tenant.rowId} roles={names} action={asked.action} user={asked.user} onClose={() => setAsked(null)} />}
    </Stack>
  );
}

/** Where an address doesn't fit its line it breaks before the @, and within its words only when that is not enough. */
function EmailWords({ email }: { readonly email: string }) {
  const at = email.lastIndexOf('@');
  return (
    <>
      {email.slice(0, at)}
      <wbr />
      {email.slice(at)}
    </>
  );
}

type OnAsk = (action: UserActionName, user: UserRow) => void;

function columnsWith(onAsk: OnAsk): readonly Column<UserRow>[] {
  return [
    {
      id: 'name',
      header: words.columns.name,
      rowHeader: true,
      width: '40',
      cell: ({ name, email }) => (
        <Box minW="0">
          <Text fontWeight="semibold">{name}</Text>
          <Text textStyle={{ base: 'xs', sm: 'sm' }} color="fg.muted" overflowWrap="anywhere">
            <EmailWords email={email ?? ''} />
          </Text>
        </Box>
      ),
    },
    { id: 'role', header: words.columns.role, hideBelow: 'sm', cell: ({ role }) => role },
    { id: 'status', header: words.columns.status, cell: (user) => <UserStatus user={user} /> },
    { id: 'factor', header: words.columns.factor, help: words.factorHelp, hideBelow: 'md', cell: (user) => <SecondFactor user={user} /> },
    {
      id: 'signIn',
      header: words.columns.signIn,
      hideBelow: 'lg',
      cell: ({ lastSignInAt }) => (lastSignInAt === null ? common.never : <RelativeTime at={lastSignInAt} />),
    },
    { id: 'sessions', header: words.columns.sessions, help: words.sessionsHelp, numeric: true, hideBelow: 'md', width: '10', cell: ({ sessions }) => formatNumber(sessions ?? 0) },
    {
      id: 'actions',
      header: words.columns.actions,
      width: '10',
      cell: (user) => <UserMenu user={user} onAsk={onAsk} />,
    },
  ];
}

function UserMenu({ user, onAsk }: { readonly user: UserRow; readonly onAsk: OnAsk }) {
  const may = useMay();
  return (
    <Box my="-1">
      <Menu
        trigger={
          <IconButton label={words.actions(user.name ?? '')} size="sm">
            <Ellipsis aria-hidden />
          </IconButton>
        }
        sections={menuOf(user, may, (action) => onAsk(action, user))}
      />
    </Box>
  );
}

function UserStatus({ user: { status, lockedUntil } }: { readonly user: UserRow }) {
  return (
    <Flex gap="2" wrap="wrap">
      <StatusBadge tone={TONES[status ?? ''] ?? 'neutral'} size="sm">
        {words.statuses[status ?? ''] ?? status}
      </StatusBadge>
      {lockedUntil !== null && (
        <StatusBadge tone="critical" size="sm">
          {words.locked}
        </StatusBadge>
      )}
    </Flex>
  );
}
