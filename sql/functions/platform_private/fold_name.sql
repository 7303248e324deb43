-- A tenant's name as it is compared: case and runs of white space don't count. For the unique index and its look-ups.
create or replace function platform_private.fold_name(
  name text
)
returns text
language sql
immutable
strict
parallel safe
return lower(regexp_replace(btrim(name), '\s+', ' ', 'g'));
comment on function platform_private.fold_name(text) is 'A name with case and white space folded.';
revoke all on function platform_private.fold_name(text) from public;
