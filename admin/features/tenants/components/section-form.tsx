import { useState } from 'react';
import { ProblemNotice } from '../../../components/problem-notice.tsx';
import { DiffList } from '../../../components/schema-form/diff-list.tsx';
import { differences } from '../../../components/schema-form/diff.ts';
import { SchemaForm } from '../../../components/schema-form/schema-form.tsx';
import { flawsOf, isObject } from '../../../components/schema-form/schema.ts';
import type { Schema, Values } from '../../../components/schema-form/schema.ts';
import { Button } from '../../../components/ui/button.tsx';
import { Card } from '../../../components/ui/card.tsx';
import { Dialog } from '../../../components/ui/dialog.tsx';
import { Box, Flex, Stack, Text } from '../../../components/ui/layout.tsx';
import { Live } from '../../../components/ui/live.tsx';
import { Notice } from '../../../components/ui/notice.tsx';
import { toast } from '../../../components/ui/toast.tsx';
import { useMay } from '../../../session/session-provider.tsx';
import { common } from '../../../text/common.ts';
import { tenantDetail } from '../../../text/tenant-detail.ts';
import type { Section } from '../api/configuration.ts';
import { useChangeTenant } from '../api/tenant.ts';
import type { Tenant } from '../api/tenant.ts';

const { configuration: words } = tenantDetail;

/** What the tenant itself decides: of operators administrators alone change it (docs/how-to/configure-a-tenant.md). */
const DECISIONS = ['settings.integrations', 'settings.businessRules.approvalsRequired'] as const;

/** The schema of a section. */
export function schemaOf({ schema }: Section): Schema {
  return schema as Schema;
}

interface Draft {
  /** What was there when the editing began, and the tenant's version then. */
  readonly base: Values;
  readonly version: number;
  readonly values: Values;
}

/** One section: its form, what is wrong with it, and its changes before they are saved. */
export function SectionForm({ tenant, section }: { readonly tenant: Tenant; readonly section: Section }) {
  const may = useMay();
  const schema = schemaOf(section);
  const title = schema.title ?? section.key;
  const at = `settings.${section.key}`;
  const present = presentValues(tenant, section);
  const [draft, setDraft] = useState<Draft | null>(null);
  const [reviewing, setReviewing] = useState(false);
  const change = useChangeTenant();
  const values = draft?.values ?? present;
  const own = flawsOf(schema, values, at);
  const flaws = own.length > 0 ? own : (change.error?.errors ?? []);
  const changed = differences(draft?.base ?? present, values, section.key);
  const outdated = draft !== null && draft.version !== tenant.version;
  const mayChange = may('tenants.change');
  const locked = !mayChange ? [at] : may('tenants.decide') ? [] : DECISIONS;

  const edit = (next: unknown): void => {
    change.reset();
    setDraft({ base: draft?.base ?? present, version: draft?.version ?? tenant.version, values: next as Values });
  };
  const close = (): void => {
    setReviewing(false);
    change.reset();
    setDraft(null);
  };
  const save = (): void => {
    if (draft === null) return;
    change.mutate(
      { id: tenant.rowId, patch: { settings: { [section.key]: draft.values } }, expectedVersion: draft.version },
      {
        onSuccess: () => {
          toast('secure', words.saved(title));
          close();
        },
        onError: ({ code }) => {
          if (code === 'STALE_VERSION' || code === 'INVALID_INPUT') setReviewing(false);
        },
      },
    );
  };
  return (
    <Card title={title} description={`${schema.description ?? ''} ${words.held[section.heldBy] ?? ''}`.trim()}>
      <Stack gap="6">
        {!mayChange && <Notice tone="info" title={words.readOnly} />}
        {mayChange && locked.some((path) => path.startsWith(at)) && <Notice tone="info" title={words.adminsOnly} />}
        {(outdated || change.error?.code === 'STALE_VERSION') && draft !== null && (
          <Notice
            tone="attention"
            urgent
            title={words.conflict}
            actions={
              <Button
                size="sm"
                disabled={!outdated}
                onClick={() => {
                  change.reset();
                  setDraft({ base: present, version: tenant.version, values: rebased(draft, present) });
                }}
              >
                {words.takePresent}
              </Button>
            }
          >
            {words.conflictHint}
          </Notice>
        )}
        {change.error !== null && change.error.code !== 'STALE_VERSION' && !reviewing && <ProblemNotice problem={change.error} />}
        <Box maxW="2xl">
          <SchemaForm schema={schema} value={values} onChange={edit} at={at} flaws={flaws} locked={locked} />
        </Box>
        {mayChange && (
          <Flex gap="3" wrap="wrap" align="center" borderTopWidth="1px" borderColor="border" pt="5">
            <Button look="primary" disabled={changed.length === 0 || own.length > 0 || outdated} onClick={() => setReviewing(true)}>
              {words.review}
            </Button>
            <Button disabled={draft === null} onClick={close}>
              {words.discard}
            </Button>
            <Button look="quiet" disabled={isLockedWhole(locked, at)} onClick={() => edit(isObject(schema.default) ? schema.default : {})}>
              {words.toDefaults}
            </Button>
            <Text textStyle="sm" color={own.length > 0 ? 'fg.error' : 'fg.muted'} aria-hidden>
              {stateOf(own.length, changed.length)}
            </Text>
            <Live>{stateOf(own.length, changed.length)}</Live>
          </Flex>
        )}
      </Stack>
      {reviewing && (
        <Dialog
          open
          onClose={() => setReviewing(false)}
          title={words.reviewTitle(title)}
          width={720}
          footer={
            <>
              <Button onClick={() => setReviewing(false)}>{common.cancel}</Button>
              <Button look="primary" loading={change.isPending} disabled={outdated} onClick={save}>
                {words.save}
              </Button>
            </>
          }
        >
          <Stack gap="4">
            <ProblemNotice problem={change.error} />
            <Text color="fg.muted">{words.reviewLead}</Text>
            <DiffList label={words.shownDifferences} differences={changed} />
          </Stack>
        </Dialog>
      )}
    </Card>
  );
}

function stateOf(flaws: number, changes: number): string {
  if (flaws > 0) return words.flaws(flaws);
  return changes === 0 ? words.unchanged : words.changes(changes);
}

function isLockedWhole(locked: readonly string[], at: string): boolean {
  return locked.includes(at);
}

/** What is there now; a section that nobody has set has its default. */
function presentValues(tenant: Tenant, { key, schema }: Section): Values {
  const held = isObject(tenant.settings) ? tenant.settings[key] : undefined;
  if (isObject(held)) return held;
  const { default: standard } = schema as Schema;
  return isObject(standard) ? standard : {};
}

/** One's own changes upon what somebody else made of it: entries that one has not touched are theirs. */
export function rebased({ base, values }: Pick<Draft, 'base' | 'values'>, present: Values): Values {
  const touched = [...new Set([...Object.keys(base), ...Object.keys(values)])].filter((name) => differences(base[name], values[name]).length > 0);
  const result: Record<string, unknown> = { ...present };
  for (const name of touched) {
    if (values[name] === undefined) delete result[name];
    else result[name] = values[name];
  }
  return result;
}
