import { useState } from 'react';
import { ConfirmDialog } from '../../../components/confirm-dialog.tsx';
import { Field, Input, Select } from '../../../components/ui/field.tsx';
import { Stack } from '../../../components/ui/layout.tsx';
import { toast } from '../../../components/ui/toast.tsx';
import { useApiMutation, useApiQuery } from '../../../graphql/api.tsx';
import { security } from '../../../text/security.ts';
import { IsolationSummaryDocument, LockDownReachDocument, LockDownsDocument, StartLockDownDocument } from '../api/security.generated.ts';
import { idsIn } from './ids.ts';

const words = security.lockdown;
type Scope = keyof typeof words.scopes;

/** Asks what to stop, says what that does, and does it once the word is typed. */
export function StartLockDown({ onClose }: { readonly onClose: () => void }) {
  const [scope, setScope] = useState<Scope>('tenants');
  const [typed, setTyped] = useState('');
  const [lane, setLane] = useState('0');
  const reach = useApiQuery(LockDownReachDocument, {});
  const start = useApiMutation(StartLockDownDocument, { changes: [LockDownsDocument, LockDownReachDocument, IsolationSummaryDocument] });
  const ids = idsIn(typed);
  const named = scope !== 'tenants' || ids.length > 0;
  const lanes = reach.data?.systemStatus?.lanes ?? 1;
  const word = scope === 'tenants' ? words.words.tenants(ids) : scope === 'lane' ? words.words.lane(lane) : words.words.all;
  const stops =
    scope === 'tenants' ? words.consequences.tenants(ids) : scope === 'lane' ? words.consequences.lane(lane) : words.consequences.all(reach.data?.tenantCounts?.active ?? 0);
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title={words.startTitle}
      consequences={[stops, words.consequences.running, words.consequences.kept, words.consequences.operators]}
      // Nothing named: there is no word yet that could be typed.
      {...(named && { word })}
      complete={named}
      reasonLabel={words.reason}
      action={words.action}
      pending={start.isPending}
      problem={start.error}
      onConfirm={(reason) =>
        start.mutate(
          { scope, reason, tenantIds: scope === 'tenants' ? [...ids] : null, lane: scope === 'lane' ? Number(lane) : null },
          {
            onSuccess: () => {
              toast('attention', words.started);
              onClose();
            },
          },
        )
      }
    >
      <Stack gap="4">
        <Field label={words.scope} required>
          <Select value={scope} choices={Object.entries(words.scopes).map(([value, label]) => ({ value, label }))} onChange={(value) => setScope(value as Scope)} />
        </Field>
        {scope === 'tenants' && (
          <Field label={words.tenantIds} required help={words.tenantIdsHelp}>
            <Input value={typed} spellCheck={false} autoCapitalize="off" autoComplete="off" fontFamily="mono" onChange={(event) => setTyped(event.currentTarget.value)} />
          </Field>
        )}
        {scope === 'lane' && (
          <Field label={words.lane} required>
            <Select
              value={lane}
              choices={Array.from({ length: lanes }, (_, index) => ({ value: String(index), label: words.laneLabel(index) }))}
              onChange={setLane}
            />
          </Field>
        )}
      </Stack>
    </ConfirmDialog>
  );
}
