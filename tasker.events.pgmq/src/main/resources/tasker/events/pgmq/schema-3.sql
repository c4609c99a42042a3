-- From version 2 to version 3: a read or pop whose messages stand at the front of the queue runs one statement of its own
-- instead of three. Runs in one transaction, and replaces functions only.

-- A statement that takes messages: what to do with them ($3 is its parameter), and which, by an expression that is an
-- array of ids. That of one message needs no sort, and planning it would cost more than all else.
CREATE FUNCTION pgmq._taking(action text, ids text, qty integer) RETURNS text LANGUAGE sql IMMUTABLE AS $fn$
    SELECT CASE WHEN qty = 1 THEN '' ELSE 'WITH taken AS (' END
        || action || ' WHERE q.msg_id = ANY (' || ids || ')'
        || ' RETURNING q.msg_id, q.read_ct, q.enqueued_at, q.last_read_at, q.vt, q.message, q.headers'
        || CASE WHEN qty = 1 THEN '' ELSE ') SELECT t.msg_id, t.read_ct, t.enqueued_at, t.last_read_at, t.vt,'
                                           ' t.message, t.headers FROM taken AS t ORDER BY t.msg_id' END
$fn$;

-- A statement that locks the first $1 messages that are due, that nobody else has locked and that further tell, and
-- returns their ids. clock_timestamp() in a predicate rules out the index on vt. A message that is no JSON object
-- contains nothing, not even the empty condition.
CREATE FUNCTION pgmq._locking(qtable text, conditional jsonb, further text) RETURNS text LANGUAGE sql IMMUTABLE AS $fn$
    SELECT 'SELECT q.msg_id FROM pgmq.' || quote_ident(qtable) || ' AS q WHERE q.vt <= clock_timestamp()'
        || CASE WHEN conditional <> '{}'::jsonb THEN ' AND q.message @> $2' ELSE '' END
        || further || ' ORDER BY q.msg_id LIMIT $1 FOR UPDATE SKIP LOCKED'
$fn$;

-- To find due messages by the primary key alone, past any number of hidden ones, or by the index on vt alone, through any
-- number of due ones, takes too long in one case or the other, and the planner's statistics of a queue are too old to
-- choose by. So a queue of a few pages is looked at by key, and of a longer one the front. Only when that gives less than
-- was asked for, _lock_rest looks further.
CREATE FUNCTION pgmq._take(qtable text, action text, qty integer, conditional jsonb, vt integer)
RETURNS SETOF pgmq.message_record LANGUAGE plpgsql AS $fn$
DECLARE
    begin_at CONSTANT timestamp with time zone := clock_timestamp();
    few CONSTANT bigint := 1000 + 2 * qty::bigint;
    -- Not where qty is null, which means no limit, nor where there is no such queue, as the statement will say.
    is_long CONSTANT boolean := few IS NOT NULL
        AND pg_relation_size(to_regclass('pgmq.' || quote_ident(qtable))) > 131072;
    front CONSTANT text := CASE WHEN is_long THEN
        ' AND q.msg_id < (SELECT o.msg_id + $4 FROM pgmq.' || quote_ident(qtable) || ' AS o ORDER BY o.msg_id LIMIT 1)'
        ELSE '' END;
    taken bigint;
    rest bigint[];
BEGIN
    RETURN QUERY EXECUTE
        pgmq._taking(action, 'ARRAY(' || pgmq._locking(qtable, conditional, front) || ')', qty)
        USING qty, conditional, vt, few;
    GET DIAGNOSTICS taken = ROW_COUNT;
    IF is_long AND taken < qty THEN
        rest := pgmq._lock_rest(qtable, qty - taken, few, conditional, begin_at);
        IF rest <> '{}' THEN
            RETURN QUERY EXECUTE pgmq._taking(action, '$1', qty) USING rest, conditional, vt;
        END IF;
    END IF;
END
$fn$;

-- If few messages are due at all, they are found by vt, else by key. Those that the same call has just read may be due
-- again, where they were to be hidden for no time.
CREATE FUNCTION pgmq._lock_rest(
    qtable text, qty bigint, few bigint, conditional jsonb, begin_at timestamp with time zone)
RETURNS bigint[] LANGUAGE plpgsql AS $fn$
DECLARE
    others CONSTANT text := ' AND (q.last_read_at >= $3) IS NOT TRUE';
    due_count bigint;
    due bigint[];
    rest bigint[] := '{}';
BEGIN
    EXECUTE format(
        $sql$
        SELECT count(*), coalesce(array_agg(e.msg_id), '{}')
        FROM (SELECT q.msg_id FROM pgmq.%I AS q WHERE q.vt <= $1 ORDER BY q.vt LIMIT $2) AS e
        $sql$,
        qtable)
    USING clock_timestamp(), few
    INTO due_count, due;
    IF due_count = few THEN
        EXECUTE 'SELECT ARRAY(' || pgmq._locking(qtable, conditional, others) || ')'
        USING qty, conditional, begin_at INTO rest;
    ELSIF due_count > 0 THEN
        EXECUTE 'SELECT ARRAY(' || pgmq._locking(qtable, conditional, others || ' AND q.msg_id = ANY ($4)') || ')'
        USING qty, conditional, begin_at, due INTO rest;
    END IF;
    RETURN rest;
END
$fn$;

CREATE OR REPLACE FUNCTION pgmq.read(queue_name text, vt integer, qty integer, conditional jsonb DEFAULT '{}')
RETURNS SETOF pgmq.message_record LANGUAGE plpgsql AS $fn$
DECLARE
    qtable text := pgmq.format_table_name(queue_name, 'q');
BEGIN
    RETURN QUERY SELECT * FROM pgmq._take(
        qtable,
        'UPDATE pgmq.' || quote_ident(qtable) || ' AS q SET last_read_at = clock_timestamp(),'
            ' vt = clock_timestamp() + make_interval(secs => $3), read_ct = q.read_ct + 1',
        qty, conditional, vt);
END
$fn$;

CREATE OR REPLACE FUNCTION pgmq.pop(queue_name text, qty integer DEFAULT 1)
RETURNS SETOF pgmq.message_record LANGUAGE plpgsql AS $fn$
DECLARE
    qtable text := pgmq.format_table_name(queue_name, 'q');
BEGIN
    RETURN QUERY SELECT * FROM pgmq._take(
        qtable, 'DELETE FROM pgmq.' || quote_ident(qtable) || ' AS q', qty, NULL, NULL);
END
$fn$;

DROP FUNCTION pgmq._lock_due(text, integer, jsonb);

COMMENT ON SCHEMA pgmq IS 'tasker-pgmq schema 3 (PGMQ 1.13 without partitioned queues)';
