-- Stands in for a genuine PGMQ that was upgraded over the years: tables whose columns come in another order than a
-- fresh install's, older functions, and no comment of ours.
CREATE SCHEMA pgmq;

CREATE TABLE pgmq.meta (
    queue_name varchar UNIQUE NOT NULL,
    is_partitioned boolean NOT NULL,
    is_unlogged boolean NOT NULL,
    created_at timestamp with time zone NOT NULL DEFAULT now()
);

CREATE TYPE pgmq.message_record AS (
    msg_id bigint, read_ct integer, enqueued_at timestamptz, vt timestamptz, message jsonb, headers jsonb
);

CREATE TYPE pgmq.metrics_result AS (
    queue_name text, queue_length bigint, newest_msg_age_sec integer, oldest_msg_age_sec integer,
    total_messages bigint, scrape_time timestamptz, queue_visible_length bigint
);

CREATE FUNCTION pgmq.create(queue_name text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE TABLE pgmq.%I (msg_id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
        read_ct integer NOT NULL DEFAULT 0, enqueued_at timestamptz NOT NULL DEFAULT now(),
        vt timestamptz NOT NULL, message jsonb, headers jsonb, last_read_at timestamptz)', 'q_' || queue_name);
    EXECUTE format('CREATE TABLE pgmq.%I (msg_id bigint PRIMARY KEY, read_ct integer NOT NULL DEFAULT 0,
        enqueued_at timestamptz NOT NULL DEFAULT now(), archived_at timestamptz NOT NULL DEFAULT now(),
        vt timestamptz NOT NULL, message jsonb, headers jsonb)', 'a_' || queue_name);
    INSERT INTO pgmq.meta VALUES (queue_name, false, false);
END $$;

CREATE FUNCTION pgmq.send(queue_name text, msg jsonb, headers jsonb, delay integer) RETURNS SETOF bigint
LANGUAGE plpgsql AS $$
BEGIN
    RETURN QUERY EXECUTE format('INSERT INTO pgmq.%I (vt, message, headers)
        VALUES (clock_timestamp() + make_interval(secs => $1), $2, $3) RETURNING msg_id', 'q_' || queue_name)
    USING delay, msg, headers;
END $$;

CREATE FUNCTION pgmq.read(queue_name text, vt integer, qty integer, conditional jsonb DEFAULT '{}')
RETURNS SETOF pgmq.message_record LANGUAGE plpgsql AS $$
BEGIN
    RETURN QUERY EXECUTE format('UPDATE pgmq.%1$I q SET read_ct = read_ct + 1,
        vt = clock_timestamp() + make_interval(secs => $1) WHERE msg_id IN (SELECT msg_id FROM pgmq.%1$I
        WHERE vt <= clock_timestamp() ORDER BY msg_id LIMIT $2 FOR UPDATE SKIP LOCKED)
        RETURNING msg_id, read_ct, enqueued_at, q.vt, message, headers', 'q_' || queue_name)
    USING vt, qty;
END $$;

CREATE FUNCTION pgmq.metrics(queue_name text) RETURNS pgmq.metrics_result LANGUAGE plpgsql AS $$
DECLARE r pgmq.metrics_result;
BEGIN
    EXECUTE format('SELECT $1, count(*), 0, 0, count(*), now(), count(*) FROM pgmq.%I', 'q_' || queue_name)
    USING queue_name INTO r;
    RETURN r;
END $$;

CREATE FUNCTION pgmq.metrics_all() RETURNS SETOF pgmq.metrics_result LANGUAGE sql AS $$
    SELECT pgmq.metrics(queue_name) FROM pgmq.meta
$$;
