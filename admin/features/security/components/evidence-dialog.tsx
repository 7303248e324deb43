import { useState } from 'react';
import { Button } from '../../../components/ui/button.tsx';
import { Dialog } from '../../../components/ui/dialog.tsx';
import { Field, Input, Select } from '../../../components/ui/field.tsx';
import { Grid, Stack, Text } from '../../../components/ui/layout.tsx';
import { Notice } from '../../../components/ui/notice.tsx';
import { toast } from '../../../components/ui/toast.tsx';
import { useDownload } from '../../../components/use-download.ts';
import type { Problem } from '../../../session/problem.ts';
import { common } from '../../../text/common.ts';
import { errors } from '../../../text/errors.ts';
import { security } from '../../../text/security.ts';

const words = security.evidence;
const DAY_MS = 86_400_000;
const day = (at: number): string => new Date(at).toISOString().slice(0, 10);

/** Asks for a period and takes the signed bundle of it. */
export function EvidenceDialog({ tenantId, name, onClose }: { readonly tenantId: string; readonly name: string; readonly onClose: () => void }) {
  const [from, setFrom] = useState(() => day(Date.now() - 90 * DAY_MS));
  const [today] = useState(() => day(Date.now()));
  const [to, setTo] = useState(today);
  const [form, setForm] = useState<'json' | 'html'>('json');
  const [problem, setProblem] = useState<Problem | null>(null);
  const { take, busy } = useDownload();
  const submit = async (): Promise<void> => {
    setProblem(null);
    // The period ends before the day after the last. Of a day that is not over the server says where it ends: its clock counts.
    const end = Date.parse(to) + DAY_MS;
    const query = new URLSearchParams({ from, ...(end <= Date.now() && { to: new Date(end).toISOString() }) });
    const failure = await take({
      path: `/tenants/${tenantId}/evidence?${query.toString()}`,
      name: `evidence-${tenantId}-${from}-${to}.${form}`,
      accept: form === 'html' ? 'text/html' : 'application/json',
    });
    setProblem(failure);
    if (failure !== null) return;
    toast('secure', words.saved);
    onClose();
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={words.dialog(name)}
      footer={
        <>
          <Button onClick={onClose}>{common.cancel}</Button>
          <Button look="primary" loading={busy !== null} disabled={from === '' || to === '' || from > to} onClick={() => void submit()}>
            {words.download}
          </Button>
        </>
      }
    >
      <Stack gap="5">
        {problem !== null && (
          <Notice tone="critical" urgent title={errors[problem.code].title}>
            {problem.message}
          </Notice>
        )}
        <Text color="fg.muted">{words.dialogHint}</Text>
        <Grid templateColumns={{ base: '1fr', sm: '1fr 1fr' }} gap="4">
          <Field label={words.from} required>
            <Input type="date" value={from} max={to} onChange={(event) => setFrom(event.currentTarget.value)} />
          </Field>
          <Field label={words.to} required>
            <Input type="date" value={to} min={from} max={today} onChange={(event) => setTo(event.currentTarget.value)} />
          </Field>
        </Grid>
        <Field label={words.form}>
          <Select value={form} choices={Object.entries(words.forms).map(([value, label]) => ({ value, label }))} onChange={(value) => setForm(value === 'html' ? 'html' : 'json')} />
        </Field>
      </Stack>
    </Dialog>
  );
}
