-- Settings and notification rules.
drop table notification_rules, settings;
