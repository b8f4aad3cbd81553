-- The position of the move that renamed_to tells of: a retired key's later row may have moved on elsewhere, and streamed_position is that move's then. Null
-- where it was retired before this column was: streamed_position it is. Programs of an earlier version do not write it.
alter table entities add column renamed_at text;
