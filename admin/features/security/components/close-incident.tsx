import { useState } from 'react';
import { Button } from '../../../components/ui/button.tsx';
import { Dialog } from '../../../components/ui/dialog.tsx';
import { Field, Textarea } from '../../../components/ui/field.tsx';
import { Stack, Text } from '../../../components/ui/layout.tsx';
import { Notice } from '../../../components/ui/notice.tsx';
import { toast } from '../../../components/ui/toast.tsx';
import { useApiMutation } from '../../../graphql/api.tsx';
import { common } from '../../../text/common.ts';
import { errors } from '../../../text/errors.ts';
import { security } from '../../../text/security.ts';
import { CloseIncidentDocument, IncidentsDocument } from '../api/security.generated.ts';
import type { IncidentRow } from '../api/security.ts';

const words = security.incidents;

/** Says what came of an incident, and what the tenants concerned are told. */
export function CloseIncident({ incident, onClose }: { readonly incident: IncidentRow; readonly onClose: () => void }) {
  const [resolution, setResolution] = useState('');
  const [notice, setNotice] = useState('');
  const close = useApiMutation(CloseIncidentDocument, { changes: [IncidentsDocument] });
  const submit = (): void =>
    close.mutate(
      { id: incident.rowId, resolution: resolution.trim(), notice: notice.trim() === '' ? null : notice.trim() },
      {
        onSuccess: () => {
          toast('secure', words.closed);
          onClose();
        },
      },
    );
  return (
    <Dialog
      open
      onClose={onClose}
      title={words.closeTitle}
      footer={
        <>
          <Button onClick={onClose}>{common.cancel}</Button>
          <Button look="primary" disabled={resolution.trim() === ''} loading={close.isPending} onClick={submit}>
            {words.closeTitle}
          </Button>
        </>
      }
    >
      <Stack gap="4">
        {close.error !== null && (
          <Notice tone="critical" urgent title={errors[close.error.code].title}>
            {close.error.message}
          </Notice>
        )}
        <Text>{incident.summary}</Text>
        <Field label={words.resolution} required>
          <Textarea value={resolution} maxLength={10_000} onChange={(event) => setResolution(event.currentTarget.value)} />
        </Field>
        <Field label={words.notice} optional help={words.noticeHelp}>
          <Textarea value={notice} maxLength={2_000} rows={2} onChange={(event) => setNotice(event.currentTarget.value)} />
        </Field>
      </Stack>
    </Dialog>
  );
}
