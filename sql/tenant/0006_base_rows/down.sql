-- The rows go, and the keys that came after them.
alter table notification_rules drop constraint notification_rules_role_name_fkey;
alter table role_permissions drop constraint role_permissions_role_name_fkey, drop constraint role_permissions_permission_fkey;
truncate notification_rules, settings, role_permissions;
delete from permissions;
delete from roles;
