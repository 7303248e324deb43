/** Sections of settings, and who changed them. */
import type { UseQueryResult } from '@tanstack/react-query';
import type { TableState } from '../../../components/table-state.ts';
import { useApiQuery } from '../../../graphql/api.tsx';
import type { Problem } from '../../../session/problem.ts';
import { SettingHistoryDocument, SettingSectionsDocument } from './configuration.generated.ts';
import type { SettingHistoryQuery, SettingSectionsQuery } from './configuration.generated.ts';

export type Section = NonNullable<NonNullable<SettingSectionsQuery['settingSections']>['nodes'][number]>;
export type SettingChangeRow = NonNullable<NonNullable<SettingHistoryQuery['settingChanges']>['nodes'][number]>;

/** What schemas there are. */
export function useSettingSections(): UseQueryResult<SettingSectionsQuery, Problem> {
  return useApiQuery(SettingSectionsDocument, {});
}

/** Changes of one section, the newest first. */
export function useSettingHistory(id: string, section: string, state: TableState): UseQueryResult<SettingHistoryQuery, Problem> {
  return useApiQuery(
    SettingHistoryDocument,
    { id, first: state.pageSize, offset: (state.page - 1) * state.pageSize, filter: { section: { equalTo: section } } },
    { keep: true },
  );
}
