-- Turns every table that has a domain_id into one that is hash-partitioned by it, as the program's own migrations made it
-- otherwise. PostgreSQL then refuses each key that does not contain domain_id.
DO $$
DECLARE
    found TEXT;
    part INTEGER;
BEGIN
    FOR found IN
        SELECT c.relname FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid
        WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace AND a.attname = 'domain_id'
        ORDER BY c.relname
    LOOP
        EXECUTE format('ALTER TABLE %I RENAME TO %I', found, found || '_whole');
        EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING ALL) PARTITION BY HASH (domain_id)', found, found || '_whole');
        FOR part IN 0..3 LOOP
            EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES WITH (MODULUS 4, REMAINDER %s)',
                found || '_' || part, found, part);
        END LOOP;
        EXECUTE format('DROP TABLE %I', found || '_whole');
    END LOOP;
END $$;
