-- The highest offset that the store was ever told of a partition, null where that is next: a former owner's late word lowers next only, a store that was put
-- back to an older time both. Programs of an earlier version do not write it.
alter table offsets add column highest bigint;
