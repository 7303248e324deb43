-- Users, roles and everything that hangs on them.
drop table sign_in_locks, sign_in_attempts, user_invitations, refresh_tokens, user_sessions, user_credentials, users;
drop policy roles_create on roles;
drop policy roles_change on roles;
drop policy roles_delete on roles;
drop policy role_permissions_create on role_permissions;
drop policy role_permissions_delete on role_permissions;
drop table role_permissions, permissions, roles;
