-- What of an event goes into the sealed values: of a tenant's rows all but what the classification lets stand, so the value of a
-- column nobody has classed is sealed; and who can be told from it. The newest version's class counts, also for tenants that are
-- behind. The rest is facts that whoever reads the trail may read. Null when there is nothing to seal.
create or replace function audit.private_part(
  e audit.buffer
)
returns jsonb
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_open text[] := '{}';
  v_part jsonb := '{}';
  v_before jsonb;
  v_after jsonb;
  v_detail jsonb;
begin
  if e.tenant_id is not null and (e.before is not null or e.after is not null)
     and coalesce(jsonb_typeof(e.before), 'object') = 'object' and coalesce(jsonb_typeof(e.after), 'object') = 'object' then
    v_open := audit.open_columns(split_part(e.action, '.', 1));
    v_before := nullif(e.before - v_open, '{}');
    v_after := nullif(e.after - v_open, '{}');
    if v_before is not null then
      v_part := jsonb_build_object('before', v_before);
    end if;
    if v_after is not null then
      v_part := v_part || jsonb_build_object('after', v_after);
    end if;
  end if;
  if e.subject ^@ 'email:' then
    v_part := v_part || jsonb_build_object('subject', e.subject);
  end if;
  if jsonb_typeof(e.detail) = 'object' and e.detail ?| array['address', 'email', 'name', 'userAgent'] then
    select jsonb_object_agg(d.key, d.value) into v_detail
      from jsonb_each(e.detail) d where d.key in ('address', 'email', 'name', 'userAgent');
    v_part := v_part || jsonb_build_object('detail', v_detail);
  end if;
  return nullif(v_part, '{}');
end
$$;
comment on function audit.private_part(audit.buffer) is 'What of an event is to be encrypted.';
revoke all on function audit.private_part(audit.buffer) from public;
