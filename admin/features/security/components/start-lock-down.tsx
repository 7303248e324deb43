import { useState } from 'react';
import { ConfirmDialog } from '../../../components/confirm-dialog.tsx';
import { TenantChips } from '../../../components/tenant-chips.tsx';
import { Field, Select } from '../../../components/ui/field.tsx';
import { Stack } from '../../../components/ui/layout.tsx';
import { Notice } from '../../../components/ui/notice.tsx';
import { toast } from '../../../components/ui/toast.tsx';
import { useApiMutation, useApiQuery } from '../../../graphql/api.tsx';
import { security } from '../../../text/security.ts';
import { IsolationSummaryDocument, LockDownPreviewDocument, LockDownReachDocument, LockDownsDocument, StartLockDownDocument } from '../api/security.generated.ts';

const words = security.lockdown;
type Scope = keyof typeof words.scopes;
/** What the database takes at once. */
const MOST_TENANTS = 50;

/** Asks what to stop, says what that does and how many it reaches, and does it once the word is typed. */
export function StartLockDown({ onClose }: { readonly onClose: () => void }) {
  const [scope, setScope] = useState<Scope>('tenants');
  const [ids, setIds] = useState<readonly string[]>([]);
  const [lane, setLane] = useState('0');
  const reach = useApiQuery(LockDownReachDocument, {});
  const start = useApiMutation(StartLockDownDocument, { changes: [LockDownsDocument, LockDownReachDocument, IsolationSummaryDocument] });
  const named = scope !== 'tenants' || ids.length > 0;
  const asked = { scope, tenantIds: scope === 'tenants' ? [...ids] : null, lane: scope === 'lane' ? Number(lane) : null };
  const preview = useApiQuery(LockDownPreviewDocument, asked, { enabled: named, every: 15_000 });
  const reached = named ? preview.data?.lockDownReach : undefined;
  const lanes = reach.data?.systemStatus?.lanes ?? 1;
  const word = scope === 'tenants' ? words.words.tenants(ids) : scope === 'lane' ? words.words.lane(lane) : words.words.all;
  const stops =
    scope === 'tenants' ? words.consequences.tenants(ids) : scope === 'lane' ? words.consequences.lane(lane) : words.consequences.all;
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
          { ...asked, reason },
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
        {scope === 'tenants' && <TenantChips label={words.tenants} chosen={ids} onChange={setIds} most={MOST_TENANTS} />}
        {scope === 'lane' && (
          <Field label={words.lane} required>
            <Select
              value={lane}
              choices={Array.from({ length: lanes }, (_, index) => ({ value: String(index), label: words.laneLabel(index) }))}
              onChange={setLane}
            />
          </Field>
        )}
        {reached !== undefined && reached !== null && (
          <Notice tone="attention" title={words.reaches(reached.tenants ?? 0)}>
            {words.reachesHint(reached.open ?? 0, reached.visits ?? 0)}
          </Notice>
        )}
      </Stack>
    </ConfirmDialog>
  );
}
