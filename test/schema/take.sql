--
-- take.sql: one order of Cartona's into Odoo.
--
-- Neighbours: needs the extension; sql/*.sql and twins.sql call it.
--
-- One order, its error as a text; every call is its own subtransaction.
CREATE FUNCTION take(payload jsonb) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	made integer;
	detail text;
BEGIN
	made := cartona.create_or_update_order(payload);
	RETURN CASE WHEN made IS NULL THEN 'no order' ELSE 'made' END;
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
	RETURN sqlstate || ' ' || sqlerrm || CASE WHEN detail <> '' THEN ' (' || detail || ')' ELSE '' END;
END
$$;
