-- Settings and notification rules, and the permission that belongs to them.
drop table notification_rules, settings;
delete from permissions where name = 'settings.manage';
