-- An id for a new tenant of a name, free at this moment: letters and digits of the name without their accents, joined by underscores, with a
-- number behind it where that is taken. May be called by members of tenantry_operator. Raises TN009 for one who is limited to tenants.
create or replace function platform.suggest_tenant_id(
  name text
)
returns text
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  -- Decomposed, an accented letter is the letter and its accent, which then goes with all that is no ASCII.
  v_stem text := btrim(regexp_replace(regexp_replace(
    replace(lower(normalize(coalesce(name, ''), nfkd)), 'ß', 'ss'), '[\u0300-\u036f''’]', '', 'g'), '[^a-z0-9]+', '_', 'g'), '_');
begin
  perform platform_private.require_unlimited();
  if v_stem !~ '^[a-z]' then
    v_stem := btrim('tenant_' || v_stem, '_');
  end if;
  v_stem := btrim(left(v_stem, 40), '_');
  if length(v_stem) < 2 then
    v_stem := 'tenant_' || v_stem;
  end if;
  return (
    select candidate.id
      from generate_series(1, 100000) as n (n)
     cross join lateral (select v_stem || case n.n when 1 then '' else '_' || n.n end as id) candidate
     where not exists (select from platform.tenants t where t.id = candidate.id)
     order by n.n
     limit 1
  );
end
$$;
comment on function platform.suggest_tenant_id(text) is 'A free id for a tenant of a name.';
revoke all on function platform.suggest_tenant_id(text) from public;
grant execute on function platform.suggest_tenant_id(text) to :ROLE_OPERATOR;
