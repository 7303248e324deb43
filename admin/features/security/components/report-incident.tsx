import { useState } from 'react';
import { Button } from '../../../components/ui/button.tsx';
import { Dialog } from '../../../components/ui/dialog.tsx';
import { Field, Input, Select, Textarea } from '../../../components/ui/field.tsx';
import { Stack } from '../../../components/ui/layout.tsx';
import { Notice } from '../../../components/ui/notice.tsx';
import { toast } from '../../../components/ui/toast.tsx';
import { useApiMutation } from '../../../graphql/api.tsx';
import { common } from '../../../text/common.ts';
import { errors } from '../../../text/errors.ts';
import { security } from '../../../text/security.ts';
import { IncidentsDocument, ReportIncidentDocument } from '../api/security.generated.ts';
import { idsIn } from './ids.ts';

const words = security.incidents;

/** Writes down that something was seen which should not be. */
export function ReportIncident({ aboutRequest = '', onClose }: { readonly aboutRequest?: string; readonly onClose: () => void }) {
  const [severity, setSeverity] = useState<string>('high');
  const [summary, setSummary] = useState('');
  const [tenants, setTenants] = useState('');
  const [notice, setNotice] = useState('');
  const [request, setRequest] = useState(aboutRequest);
  const report = useApiMutation(ReportIncidentDocument, { changes: [IncidentsDocument] });
  const submit = (): void =>
    report.mutate(
      { severity, summary: summary.trim(), tenantIds: [...idsIn(tenants)], notice: notice.trim() === '' ? null : notice.trim(), aboutRequest: request.trim() === '' ? null : request.trim() },
      {
        onSuccess: () => {
          toast('secure', words.reported);
          onClose();
        },
      },
    );
  return (
    <Dialog
      open
      onClose={onClose}
      title={words.report}
      width={560}
      footer={
        <>
          <Button onClick={onClose}>{common.cancel}</Button>
          <Button look="primary" disabled={summary.trim() === ''} loading={report.isPending} onClick={submit}>
            {words.report}
          </Button>
        </>
      }
    >
      <Stack gap="4">
        {report.error !== null && (
          <Notice tone="critical" urgent title={errors[report.error.code].title}>
            {report.error.message}
          </Notice>
        )}
        <Field label={words.severity} required>
          <Select value={severity} choices={Object.entries(words.severities).map(([value, label]) => ({ value, label }))} onChange={setSeverity} />
        </Field>
        <Field label={words.summary} required help={words.summaryHelp}>
          <Textarea value={summary} maxLength={10_000} onChange={(event) => setSummary(event.currentTarget.value)} />
        </Field>
        <Field label={words.tenantIds} optional help={words.tenantIdsHelp}>
          <Input value={tenants} spellCheck={false} autoCapitalize="off" fontFamily="mono" onChange={(event) => setTenants(event.currentTarget.value)} />
        </Field>
        <Field label={words.notice} optional help={words.noticeHelp}>
          <Textarea value={notice} maxLength={2_000} rows={2} onChange={(event) => setNotice(event.currentTarget.value)} />
        </Field>
        <Field label={words.request} optional help={words.requestHelp}>
          <Input value={request} maxLength={128} spellCheck={false} fontFamily="mono" onChange={(event) => setRequest(event.currentTarget.value)} />
        </Field>
      </Stack>
    </Dialog>
  );
}
