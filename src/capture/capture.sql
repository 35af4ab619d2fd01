/*
 * capture.sql: the trigger functions. cartona.attach() creates the triggers.
 */
CREATE FUNCTION cartona.capture() RETURNS trigger
LANGUAGE c AS 'MODULE_PATHNAME', 'cartona_sql_capture';
COMMENT ON FUNCTION cartona.capture() IS
'Row trigger (kind, subject column, watched columns...): puts the subject into cartona.outbox when a row comes, goes or changes in a watched column. Never raises, waits for nobody.';

CREATE FUNCTION cartona.capture_line() RETURNS trigger
LANGUAGE c AS 'MODULE_PATHNAME', 'cartona_sql_capture_line';
COMMENT ON FUNCTION cartona.capture_line() IS
'Row trigger on sale_order_line: the product of an imported line is due when its quantity changes, and once the order is confirmed the order is to be compared with what Cartona knows.';

CREATE FUNCTION cartona.capture_picking() RETURNS trigger
LANGUAGE c AS 'MODULE_PATHNAME', 'cartona_sql_capture_picking';
COMMENT ON FUNCTION cartona.capture_picking() IS
'Row trigger on stock_picking: the sales order of a transfer that is ready, done, cancelled or deleted is to be compared with what Cartona knows.';

CREATE FUNCTION cartona.capture_order() RETURNS trigger
LANGUAGE c AS 'MODULE_PATHNAME', 'cartona_sql_capture_order';
COMMENT ON FUNCTION cartona.capture_order() IS
'Row trigger on sale_order: a state change, another sum, a one-time password or the deletion of an order that came from Cartona.';
