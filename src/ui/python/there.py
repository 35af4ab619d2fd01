# Is the extension there?  Not in a copy without it, nor while it is being dropped.
# The lock comes first: who holds it keeps DROP EXTENSION out until this transaction ends.
# A function that a transaction still sees after it was dropped is neither visible nor invisible; a superuser may execute even that, from PostgreSQL 17 on.
cr.execute("SELECT pg_catalog.pg_try_advisory_xact_lock_shared([[gate]])")
there = cr.fetchone()[0]
if there:
    cr.execute("""SELECT count(DISTINCT p.proname) FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
WHERE n.nspname = 'cartona' AND p.proname IN ([[names]])
AND pg_catalog.has_schema_privilege(n.oid, 'USAGE') AND pg_catalog.has_function_privilege(p.oid, 'EXECUTE')
AND pg_catalog.pg_function_is_visible(p.oid) IS NOT NULL""")
    there = cr.fetchone()[0] == [[count]]
