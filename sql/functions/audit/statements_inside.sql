-- What a new copy outside begins with: the public keys, the statements of cuts, and the checkpoints, the first one last. `name` is what its
-- file is called; a key has no statement, a statement no key. Called by the worker, once for each copy.
create or replace function audit.statements_inside()
returns table (
  name text,
  statement text,
  public_jwk jsonb
)
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
  select s.name, s.statement, s.public_jwk
    from (
      select 1 as part, 0::bigint as place, 'key-' || k.kid as name, null as statement, k.public_jwk from audit.statement_keys k
      union all
      select 2, c.id, 'cut-' || c.partition, c.statement, null from audit.cut_statements c
      union all
      select 3, -c.number, 'checkpoint-' || to_char(c.number, 'FM000000000000'), c.statement, null from audit.checkpoints c
    ) s
   order by s.part, s.place
$$;
comment on function audit.statements_inside() is 'What a new copy outside begins with.';
revoke all on function audit.statements_inside() from public;
grant execute on function audit.statements_inside() to :ROLE_WORKER;
