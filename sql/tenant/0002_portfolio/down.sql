-- Brands and licensees with everything in them.
drop table licensees, brands;
