-- Between two steps of one message. See finish.py and message.py.
--
-- The server stops the clock of now() when a message arrives: for a later step of it, now() would lie
-- as far back as the steps before it took. So none begins when the message is older than a moment;
-- the runner sends the rest anew. That also keeps the step at work the message's last one, as soon as
-- somebody could want to know which it is, or how long it may last.
DECLARE
    counted CONSTANT text := current_setting('db_workflow.counted', true);
BEGIN
    EXECUTE 'RESET ALL';
    IF clock_timestamp() - now() > interval '50 milliseconds' THEN
        RAISE EXCEPTION 'the rest is for another message' USING ERRCODE = 'DBW05';
    END IF;
    PERFORM pg_catalog.set_config('db_workflow.counted', counted, false),
        pg_catalog.set_config('db_workflow.began', extract(epoch FROM clock_timestamp())::text, false);
END
