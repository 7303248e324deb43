/** What can be done for one user: the menu of a row, and the question that each entry asks. */
import { useEffect, useEffectEvent, useState } from 'react';
import type { ReactNode } from 'react';
import type { UseMutationResult } from '@tanstack/react-query';
import { Ban, CircleCheck, KeyRound, LockOpen, LogOut, Mail, MonitorSmartphone, ShieldOff, Trash2, UserCog } from 'lucide-react';
import { ConfirmDialog } from '../../../components/confirm-dialog.tsx';
import { ProblemNotice } from '../../../components/problem-notice.tsx';
import { Button } from '../../../components/ui/button.tsx';
import { Dialog } from '../../../components/ui/dialog.tsx';
import { Field, Select } from '../../../components/ui/field.tsx';
import { Stack, Text } from '../../../components/ui/layout.tsx';
import type { MenuEntry, MenuSection } from '../../../components/ui/menu.tsx';
import { toast } from '../../../components/ui/toast.tsx';
import type { Problem } from '../../../session/problem.ts';
import type { Right } from '../../../session/rights.ts';
import { common } from '../../../text/common.ts';
import { errors } from '../../../text/errors.ts';
import { tenantPeople } from '../../../text/tenant-people.ts';
import { useChangeUser, useEndUserSessions, useRemoveSecondFactor, useRemoveUser, useSendUserToken, useUnlockUser } from '../api/people.ts';
import type { UserRow } from '../api/people.ts';
import { UserSessions } from './user-sessions.tsx';

const { users: words } = tenantPeople;

export type UserActionName = 'sessions' | 'resend' | 'reset' | 'unlock' | 'role' | 'disable' | 'enable' | 'factor' | 'end' | 'remove';

/** What the menu of a user offers to this operator, for how the user stands. */
export function menuOf(user: UserRow, may: (right: Right) => boolean, ask: (action: UserActionName) => void): MenuSection[] {
  const entry = (action: UserActionName, label: string, icon: ReactNode, danger = false): MenuEntry => ({ key: action, label, icon, danger, onSelect: () => ask(action) });
  const manage = may('users.manage');
  const active = user.status === 'active';
  const sections: readonly (readonly (MenuEntry | false)[])[] = [
    [
      may('users.read') && entry('sessions', words.details, <MonitorSmartphone size={16} aria-hidden />),
      manage && user.status === 'invited' && entry('resend', words.resend, <Mail size={16} aria-hidden />),
      manage && active && entry('reset', words.reset, <KeyRound size={16} aria-hidden />),
      may('users.unlock') && user.lockedUntil !== null && entry('unlock', words.unlock, <LockOpen size={16} aria-hidden />),
      manage && entry('role', words.changeRole, <UserCog size={16} aria-hidden />),
      manage && user.status === 'disabled' && entry('enable', words.enable, <CircleCheck size={16} aria-hidden />),
    ],
    [
      may('users.unlock') && (user.sessions ?? 0) > 0 && entry('end', words.endSessions, <LogOut size={16} aria-hidden />, true),
      manage && user.secondFactor === true && entry('factor', words.removeFactor, <ShieldOff size={16} aria-hidden />, true),
      manage && active && entry('disable', words.disable, <Ban size={16} aria-hidden />, true),
      manage && entry('remove', words.remove, <Trash2 size={16} aria-hidden />, true),
    ],
  ];
  return sections.map((entries) => ({ entries: entries.filter((one) => one !== false) })).filter(({ entries }) => entries.length > 0);
}

interface UserActionProps {
  readonly tenantId: string;
  readonly roles: readonly string[];
  readonly action: UserActionName;
  readonly user: UserRow;
  readonly onClose: () => void;
}

/** Does what was chosen: at once what harms nobody, after a question what does. */
export function UserAction({ tenantId, roles, action, user, onClose }: UserActionProps) {
  const userId = user.rowId ?? '';
  const name = user.name ?? '';
  const email = user.email ?? '';
  const who = { id: tenantId, userId };
  const change = useChangeUser();
  const send = useSendUserToken();
  const unlock = useUnlockUser();
  const factor = useRemoveSecondFactor();
  const end = useEndUserSessions();
  const remove = useRemoveUser();

  if (action === 'sessions') return <UserSessions tenantId={tenantId} userId={userId} name={name} onClose={onClose} />;
  if (action === 'role') return <ChangeRole tenantId={tenantId} roles={roles} user={user} onClose={onClose} />;
  if (action === 'resend') return <AtOnce key={action} mutation={send} variables={{ ...who, purpose: 'invitation' }} done={words.sent(email)} onClose={onClose} />;
  if (action === 'reset') return <AtOnce key={action} mutation={send} variables={{ ...who, purpose: 'reset' }} done={words.sent(email)} onClose={onClose} />;
  if (action === 'unlock') return <AtOnce key={action} mutation={unlock} variables={who} done={words.unlocked(name)} onClose={onClose} />;
  if (action === 'enable') return <AtOnce key={action} mutation={change} variables={{ ...who, patch: { status: 'active' } }} done={words.unlocked(name)} onClose={onClose} />;
  if (action === 'disable') {
    return <Ask title={words.disableTitle(name)} consequences={words.disableConsequences} action={words.disable} mutation={change} variables={{ ...who, patch: { status: 'disabled' } }} onClose={onClose} />;
  }
  if (action === 'factor') {
    return <Ask title={words.factorTitle(name)} consequences={words.factorConsequences} action={words.removeFactor} word={email} mutation={factor} variables={who} onClose={onClose} />;
  }
  if (action === 'end') {
    return <Ask title={words.endTitle(name)} consequences={words.endConsequences} action={words.endSessions} mutation={end} variables={who} onClose={onClose} />;
  }
  return <Ask title={words.removeTitle(name)} consequences={words.removeConsequences} action={words.remove} word={email} mutation={remove} variables={who} onClose={onClose} />;
}

interface DoneBy<Variables> {
  readonly mutation: UseMutationResult<unknown, Problem, Variables>;
  readonly variables: Variables;
  readonly onClose: () => void;
}

/** Done as soon as it was chosen; says how it went. */
function AtOnce<Variables>({ mutation, variables, done, onClose }: DoneBy<Variables> & { readonly done: string }) {
  const start = useEffectEvent(() => {
    // A page that is drawn twice asks once.
    if (!mutation.isIdle) return;
    mutation.mutateAsync(variables).then(
      () => toast('secure', done),
      (problem: Problem) => toast('critical', errors[problem.code].title, problem.message),
    );
    onClose();
  });
  useEffect(() => start(), []);
  return null;
}

interface AskProps<Variables> extends DoneBy<Variables> {
  readonly title: string;
  readonly consequences: readonly string[];
  readonly action: string;
  readonly word?: string;
}

function Ask<Variables>({ mutation, variables, onClose, ...question }: AskProps<Variables>) {
  return (
    <ConfirmDialog
      open
      {...question}
      onClose={onClose}
      pending={mutation.isPending}
      problem={mutation.error}
      onConfirm={() =>
        mutation.mutate(variables, {
          onSuccess: () => {
            toast('secure', words.done);
            onClose();
          },
        })
      }
    />
  );
}

function ChangeRole({ tenantId, roles, user, onClose }: Omit<UserActionProps, 'action'>) {
  const [role, setRole] = useState(user.role ?? '');
  const change = useChangeUser();
  return (
    <Dialog
      open
      onClose={onClose}
      title={words.roleTitle(user.name ?? '')}
      footer={
        <>
          <Button onClick={onClose}>{common.cancel}</Button>
          <Button
            look="primary"
            loading={change.isPending}
            disabled={role === user.role}
            onClick={() =>
              change.mutate(
                { id: tenantId, userId: user.rowId ?? '', patch: { role } },
                {
                  onSuccess: () => {
                    toast('secure', words.done);
                    onClose();
                  },
                },
              )
            }
          >
            {words.changeRole}
          </Button>
        </>
      }
    >
      <Stack gap="5">
        <ProblemNotice problem={change.error} />
        <Text color="fg.muted">{words.roleLead}</Text>
        <Field label={words.role}>
          <Select value={role} choices={roles.map((value) => ({ value, label: value }))} onChange={setRole} />
        </Field>
      </Stack>
    </Dialog>
  );
}
