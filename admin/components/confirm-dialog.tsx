import { useState } from 'react';
import type { ReactNode } from 'react';
import type { Problem } from '../session/problem.ts';
import { common } from '../text/common.ts';
import { errors } from '../text/errors.ts';
import { Button } from './ui/button.tsx';
import { Dialog } from './ui/dialog.tsx';
import { Field, Input, Textarea } from './ui/field.tsx';
import { Box, Stack, Text } from './ui/layout.tsx';
import { Notice } from './ui/notice.tsx';

interface ConfirmDialogProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly title: string;
  /** What happens, each in a sentence: what ends, what stays, how to undo it. */
  readonly consequences: readonly string[];
  /** What has to be typed exactly, a tenant's id; absent: the button alone. */
  readonly word?: string;
  /** A reason is asked for, which goes into the audit trail. */
  readonly reasonLabel?: string;
  readonly action: string;
  /** False while what `children` ask for is missing. */
  readonly complete?: boolean;
  /** Absent for what can be undone by one click. */
  readonly danger?: boolean;
  readonly pending: boolean;
  readonly problem: Problem | null;
  readonly onConfirm: (reason: string) => void;
  readonly children?: ReactNode;
}

/** Asks before something that can't simply be undone: consequences first, then a typed word, then the button. */
export function ConfirmDialog(props: ConfirmDialogProps) {
  // Everything typed is gone with the dialog: the next one begins anew.
  return props.open ? <Confirmation {...props} /> : null;
}

function Confirmation({ onClose, title, consequences, word, reasonLabel, action, complete = true, danger = true, pending, problem, onConfirm, children }: ConfirmDialogProps) {
  const [typed, setTyped] = useState('');
  const [reason, setReason] = useState('');
  const ready = complete && (word === undefined || typed === word) && (reasonLabel === undefined || reason.trim() !== '');
  return (
    <Dialog
      open
      role="alertdialog"
      onClose={onClose}
      title={title}
      footer={
        <>
          <Button onClick={onClose}>{common.cancel}</Button>
          <Button look={danger ? 'danger' : 'primary'} disabled={!ready} loading={pending} onClick={() => onConfirm(reason.trim())}>
            {action}
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
        <Box>
          <Text fontWeight="semibold">{common.consequences}</Text>
          <Box as="ul" listStyleType="disc" ps="5" mt="1">
            {consequences.map((consequence) => (
              <li key={consequence}>{consequence}</li>
            ))}
          </Box>
        </Box>
        {children}
        {reasonLabel !== undefined && (
          <Field label={reasonLabel} required>
            <Textarea value={reason} maxLength={500} onChange={(event) => setReason(event.currentTarget.value)} />
          </Field>
        )}
        {word !== undefined && (
          <Field label={common.typeToConfirm(word)} required error={typed !== '' && !word.startsWith(typed) ? common.confirmMismatch(word) : undefined}>
            <Input value={typed} autoComplete="off" autoCapitalize="off" spellCheck={false} fontFamily="mono" onChange={(event) => setTyped(event.currentTarget.value)} />
          </Field>
        )}
      </Stack>
    </Dialog>
  );
}
