-- How far a server log has been read: the file by its inode, how many bytes of it, and what is known of sessions in it; null when it was never
-- read. `logged` are the logins whose statements are logged. Called by the worker.
create or replace function audit.log_position(
  source text,
  out file text,
  out bytes bigint,
  out sessions jsonb,
  out logged text[]
)
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
  select p.file, p.bytes, p.sessions, l.names
    from (select coalesce(array_agg(l.name), '{}') as names from audit.logged_logins() l where l.logged) l
    left join audit.log_positions p on p.source = log_position.source
$$;
comment on function audit.log_position(text) is 'How far a server log has been read.';
revoke all on function audit.log_position(text) from public;
grant execute on function audit.log_position(text) to :ROLE_WORKER;
