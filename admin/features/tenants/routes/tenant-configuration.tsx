import { useSearchParams } from 'react-router';
import { QueryStates } from '../../../components/query-states.tsx';
import { Select } from '../../../components/ui/field.tsx';
import { Box, Grid, Stack, Text } from '../../../components/ui/layout.tsx';
import { LinesSkeleton } from '../../../components/ui/skeleton.tsx';
import { tenantDetail } from '../../../text/tenant-detail.ts';
import { useSettingSections } from '../api/configuration.ts';
import type { Section } from '../api/configuration.ts';
import { SectionForm, schemaOf } from '../components/section-form.tsx';
import { SectionHistory } from '../components/section-history.tsx';
import { SectionList } from '../components/section-list.tsx';
import { useTenant } from '../components/tenant-context.ts';

const { configuration: words } = tenantDetail;

/** The settings of a tenant, section by section. */
export function TenantConfiguration() {
  const query = useSettingSections();
  return (
    <Stack gap="5">
      <Text color="fg.muted" maxW="3xl">
        {words.lead}
      </Text>
      <QueryStates query={query} skeleton={<LinesSkeleton count={5} />}>
        {({ settingSections }) => <Sections sections={settingSections?.nodes.filter((section) => section !== null) ?? []} />}
      </QueryStates>
    </Stack>
  );
}

function Sections({ sections }: { readonly sections: readonly Section[] }) {
  const tenant = useTenant();
  const [params, setParams] = useSearchParams();
  const chosen = sections.find(({ key }) => key === params.get('section')) ?? sections[0];
  if (chosen === undefined) return null;
  const names = sections.map((section) => ({ value: section.key, label: schemaOf(section).title ?? section.key }));
  return (
    <Grid templateColumns={{ base: '1fr', lg: '14rem minmax(0, 1fr)' }} gap="6" alignItems="start">
      <Box hideFrom="lg">
        <Select label={words.sections} value={chosen.key} choices={names} onChange={(section) => setParams({ section })} />
      </Box>
      <Box hideBelow="lg">
        <SectionList label={words.sections} sections={names} chosen={chosen.key} />
      </Box>
      <Stack gap="6" minW="0" key={chosen.key}>
        <SectionForm tenant={tenant} section={chosen} />
        <SectionHistory tenantId={tenant.rowId} section={chosen.section} />
      </Stack>
    </Grid>
  );
}
