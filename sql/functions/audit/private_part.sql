-- What of an event goes into the sealed values: the values of a tenant's rows, and who can be told from them. The rest is facts that
-- whoever reads the trail may read. Null when there is nothing to seal.
create or replace function audit.private_part(
  e audit.buffer
)
returns jsonb
language sql
immutable
set search_path = pg_catalog, pg_temp
as $$
  select nullif(jsonb_strip_nulls(jsonb_build_object(
    'before', case when e.tenant_id is not null then e.before end,
    'after', case when e.tenant_id is not null then e.after end,
    'subject', case when e.subject ^@ 'email:' then e.subject end,
    'detail', (select jsonb_object_agg(d.key, d.value) from jsonb_each(e.detail) d where d.key in ('address', 'email', 'name'))
  )), '{}')
$$;
comment on function audit.private_part(audit.buffer) is 'What of an event is to be encrypted.';
revoke all on function audit.private_part(audit.buffer) from public;
