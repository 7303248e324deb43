import { History } from 'lucide-react';
import { Actor } from '../../../components/actor.tsx';
import { DataTable } from '../../../components/data-table.tsx';
import type { Column } from '../../../components/data-table.tsx';
import { EmptyState } from '../../../components/empty-state.tsx';
import { differences, shown } from '../../../components/schema-form/diff.ts';
import { useTableState } from '../../../components/table-state.ts';
import { Code } from '../../../components/ui/code.tsx';
import { Box, Heading, Stack } from '../../../components/ui/layout.tsx';
import { RelativeTime } from '../../../components/ui/relative-time.tsx';
import { useMay } from '../../../session/session-provider.tsx';
import { tenantDetail } from '../../../text/tenant-detail.ts';
import { useSettingHistory } from '../api/configuration.ts';
import type { SettingChangeRow } from '../api/configuration.ts';

const { configuration: words } = tenantDetail;

const columns: readonly Column<SettingChangeRow>[] = [
  { id: 'at', header: words.columns.at, rowHeader: true, cell: ({ at }) => <RelativeTime at={at} /> },
  { id: 'version', header: words.columns.version, numeric: true, hideBelow: 'xl', cell: ({ version }) => String(version) },
  { id: 'actor', header: words.columns.actor, hideBelow: 'xl', cell: ({ actor }) => <Actor actor={actor} /> },
  {
    id: 'change',
    header: words.columns.change,
    cell: ({ before, after }) => (
      <Stack gap="1" textStyle="sm" whiteSpace="normal" minW="48" maxW="xl">
        {differences(before ?? {}, after ?? {}).map((one) => (
          <Box key={one.at} overflowWrap="anywhere">
            <Code>{one.at}</Code>: <del>{shown(one.before)}</del> → <ins>{shown(one.after)}</ins>
          </Box>
        ))}
      </Stack>
    ),
  },
];

/** Who changed a section, when, and what. */
export function SectionHistory({ tenantId, section }: { readonly tenantId: string; readonly section: string }) {
  const may = useMay();
  return may('history.read') ? <Changes tenantId={tenantId} section={section} /> : null;
}

function Changes({ tenantId, section }: { readonly tenantId: string; readonly section: string }) {
  const state = useTableState({ sort: { column: 'at', descending: true } }, 'history-');
  const query = useSettingHistory(tenantId, section, state);
  return (
    <Stack gap="3" as="section">
      <Heading as="h2" size="md">
        {words.history}
      </Heading>
      <DataTable
        label={words.history}
        query={query}
        pending={query.isPlaceholderData}
        rows={(data) => data.settingChanges?.nodes.filter((row) => row !== null) ?? []}
        total={(data) => data.settingChanges?.totalCount ?? 0}
        rowId={(row) => row.rowId}
        columns={columns}
        state={state}
        empty={<EmptyState title={words.noHistory} picture={<History size={40} />} />}
      />
    </Stack>
  );
}
