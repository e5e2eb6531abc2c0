create
  -- replace
  or /* ; */ replace
function split_head ( a int default 1 )
  returns int
  immutable strict
  begin /* not yet ; */
    atomic
    select a; -- END;
    select a + 1 /* END; */ ;
  end -- of it
  ;
create table split_heads as select split_head(1) as a;
