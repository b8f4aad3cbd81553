-- What is open of all entities. Until the server has gathered statistics of the table, it takes every row for such a one and reads them all, one
-- version after another: 50 to 90 ms of a processor for 20,000 rows under load. entities_unfinished holds just these.
create function unfinished_entities() returns setof entities language sql stable rows 100
    set enable_seqscan = off set enable_bitmapscan = off
as $$
    select * from entities where intent is not null or succession is not null
$$;
