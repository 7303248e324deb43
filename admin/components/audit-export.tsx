import { Download } from 'lucide-react';
import { useMay } from '../session/session-provider.tsx';
import { audit as words } from '../text/audit.ts';
import { errors } from '../text/errors.ts';
import type { AuditFilters } from './audit-filters.ts';
import { Button } from './ui/button.tsx';
import { Menu } from './ui/menu.tsx';
import { toast } from './ui/toast.tsx';
import { useDownload } from './use-download.ts';

/** What fits the filters, as a file. The trail says that it was taken. */
export function AuditExport({ filters }: { readonly filters: AuditFilters }) {
  const may = useMay();
  const { take, busy } = useDownload();
  if (!may('audit.export')) return null;
  const choose = (format: 'csv' | 'jsonl') => () => {
    const query = new URLSearchParams(filters.query);
    query.set('format', format);
    void take({ path: `/audit-events/export?${query.toString()}`, name: `audit-events.${format}` }).then((failure) => {
      if (failure === null) toast('secure', words.exported, words.exportedHint);
      else toast('critical', words.exportFailed, failure.message === '' ? errors[failure.code].next : failure.message);
    });
  };
  return (
    <Menu
      trigger={
        <Button loading={busy !== null} disabled={!filters.exportable} {...(!filters.exportable && { title: words.notExportable })}>
          <Download aria-hidden />
          {words.export}
        </Button>
      }
      sections={[
        {
          entries: [
            { key: 'csv', label: words.exportCsv, onSelect: choose('csv') },
            { key: 'jsonl', label: words.exportJson, onSelect: choose('jsonl') },
          ],
        },
      ]}
    />
  );
}
