/*
 * secret.sql: the secrets by which the webhook knows who calls.
 */
CREATE FUNCTION cartona.set_webhook_secret(account_id integer, secret text) RETURNS void
LANGUAGE c AS 'MODULE_PATHNAME', 'cartona_sql_set_webhook_secret'
SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION cartona.set_webhook_secret(integer, text) IS
'Store the secret by which Cartona''s webhook calls are known as this account''s (null or empty: remove it, the former one too, so that none is accepted). The former one stays valid beside it, until cartona.clear_old_webhook_secret(). At least 16 bytes, or whsec_ and base64 of at least 24. Readable by nobody, in no dump, and where the library is preloaded the server log shows asterisks instead of it.';

CREATE FUNCTION cartona.clear_old_webhook_secret(account_id integer) RETURNS void
LANGUAGE c STRICT AS 'MODULE_PATHNAME', 'cartona_sql_clear_old_webhook_secret'
SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION cartona.clear_old_webhook_secret(integer) IS
'End a rotation: from the commit on only the newest webhook secret of the account is accepted.';

CREATE FUNCTION cartona._has_webhook_secret(account_id integer) RETURNS boolean
LANGUAGE c STRICT AS 'MODULE_PATHNAME', 'cartona_sql_has_webhook_secret'
SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION cartona._has_webhook_secret(integer) IS 'Is a webhook secret set for this account? The secret itself is told to nobody.';

CREATE FUNCTION cartona.set_metrics_token(token text) RETURNS void
LANGUAGE c AS 'MODULE_PATHNAME', 'cartona_sql_set_metrics_token'
SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION cartona.set_metrics_token(text) IS
'Store the token with which /cartona_integration/metrics may be read from other machines (Authorization: Bearer ...); null or empty: from this machine only. Kept as the webhook secrets are.';
