-- Brands and licensees with everything in them, and the permissions that belong to them.
drop table licensees, brands;
delete from permissions where name in ('brands.read', 'brands.write', 'licensees.read', 'licensees.write');
