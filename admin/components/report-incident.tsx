import { useState } from 'react';
import { useApiMutation } from '../graphql/api.tsx';
import { common } from '../text/common.ts';
import { errors } from '../text/errors.ts';
import { frame } from '../text/frame.ts';
import { ReportIncidentDocument } from './api/incident.generated.ts';
import { Button } from './ui/button.tsx';
import { Dialog } from './ui/dialog.tsx';
import { Field, Select, Textarea } from './ui/field.tsx';
import { Stack, Text } from './ui/layout.tsx';
import { Notice } from './ui/notice.tsx';
import { toast } from './ui/toast.tsx';

const words = frame.report;

interface ReportIncidentProps {
  /** What is known of it; the reporter adds to it. */
  readonly about: string;
  readonly tenantIds?: readonly string[];
  /** Id of the request that was refused. */
  readonly requestId?: string | null;
  readonly onClose: () => void;
}

/** Tells the security officers of something that should not be. */
export function ReportIncident({ about, tenantIds = [], requestId = null, onClose }: ReportIncidentProps) {
  const [severity, setSeverity] = useState<keyof typeof words.severities>('medium');
  const [summary, setSummary] = useState(about);
  const report = useApiMutation(ReportIncidentDocument);
  const send = (): void =>
    report.mutate(
      { severity, summary: summary.trim(), tenantIds, ...(requestId !== null && { aboutRequest: requestId }) },
      {
        onSuccess: () => {
          toast('secure', words.sent);
          onClose();
        },
      },
    );
  return (
    <Dialog
      open
      onClose={onClose}
      title={words.title}
      footer={
        <>
          <Button onClick={onClose}>{common.cancel}</Button>
          <Button look="primary" loading={report.isPending} disabled={summary.trim() === ''} onClick={send}>
            {words.send}
          </Button>
        </>
      }
    >
      <Stack gap="5">
        <Text color="fg.muted">{words.lead}</Text>
        {report.error !== null && (
          <Notice tone="critical" urgent title={errors[report.error.code].title}>
            {report.error.message}
          </Notice>
        )}
        <Field label={words.severity} required>
          <Select
            value={severity}
            choices={Object.entries(words.severities).map(([value, label]) => ({ value, label }))}
            onChange={(value) => setSeverity(value as keyof typeof words.severities)}
          />
        </Field>
        <Field label={words.summary} required help={words.summaryHelp}>
          <Textarea value={summary} maxLength={10_000} rows={5} onChange={(event) => setSummary(event.currentTarget.value)} />
        </Field>
      </Stack>
    </Dialog>
  );
}
