-- How far a server log has been read: the file by its inode, how many bytes of it, and what is known of sessions in it. Called by the worker.
create or replace function audit.log_position(
  source text,
  out file text,
  out bytes bigint,
  out sessions jsonb
)
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
  select p.file, p.bytes, p.sessions from audit.log_positions p where p.source = log_position.source
$$;
comment on function audit.log_position(text) is 'How far a server log has been read.';
revoke all on function audit.log_position(text) from public;
grant execute on function audit.log_position(text) to :ROLE_WORKER;
