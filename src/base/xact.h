/*-------------------------------------------------------------------------
 *
 * xact.h
 *	  The only place where a worker starts, commits and aborts transactions,
 *	  and where code changes the current user.
 *
 * IDENTIFICATION
 *	  src/base/xact.h
 *-------------------------------------------------------------------------
 */
#ifndef CARTONA_XACT_H
#define CARTONA_XACT_H

/*
 * Start a transaction with a snapshot and an SPI connection, under
 * search_path "pg_catalog, pg_temp" and READ COMMITTED; the activity string is
 * shown in pg_stat_activity.  Worker only: never inside a user's transaction.
 */
extern void cartona_xact_begin(const char *activity);

/* Commit it; the memory context current at cartona_xact_begin comes back. */
extern void cartona_xact_commit(void);

/*
 * Abort whatever transaction is open, from a PG_CATCH block or outside any;
 * harmless when none is open.  The caller has copied the error first.
 */
extern void cartona_xact_abort(void);

/*
 * Run "work" in a subtransaction of the open one.  True: it said true, and what
 * it did is kept.  False: nothing is kept, because it threw (*error is the
 * error, in the current context) or said false (*error is NULL).
 */
typedef bool (*CartonaWork) (void *arg);
extern bool cartona_xact_try(CartonaWork work, void *arg, struct ErrorData **error);

/*
 * Give the statements that follow Odoo's own search_path (the schema of
 * sale_order, then pg_temp), because triggers and index functions on Odoo's
 * tables may rely on it; until the end of the (sub)transaction or until
 * cartona_path_own() is called.
 */
extern void cartona_path_odoo(void);
extern void cartona_path_own(void);

/*
 * Statements planned until cartona_plan_as_usual() look rows up by index where
 * there is one.  PostgreSQL plans the check of a foreign key once a session: in
 * a table that was nearly empty then as a scan of it, which it remains while
 * the table grows, until somebody analyzes it.  The same goes for any other
 * plan that is kept.
 * An error ends it with its subtransaction.
 */
extern int	cartona_plan_by_index(void);
extern void cartona_plan_as_usual(int level);

/* The role a stretch of code runs as; restored by cartona_user_restore or by abort. */
typedef struct CartonaUser
{
	Oid			userid;
	int			sec_context;
} CartonaUser;

/*
 * Run as "role" until restored.  SET ROLE is kept out, and under any role but
 * the extension's owner so are deferred triggers: nothing planted on that
 * role's tables gets back to the caller's rights.
 */
extern void cartona_user_become(Oid role, CartonaUser *saved);
extern void cartona_user_restore(const CartonaUser *saved);

/*
 * For functions a superuser may call: run as the owner of Odoo's tables then,
 * because a table of Odoo's can be a view, or have triggers, that run anything.
 * Another caller stays who he is.  cartona_user_restore ends it.
 */
extern void cartona_user_shed_superuser(CartonaUser *saved);

/* The owner of the extension's tables, InvalidOid when it is not installed. */
extern Oid	cartona_extension_owner(void);

/* The owner of Odoo's tables (of sale_order), InvalidOid where there is no Odoo with sales. */
extern Oid	cartona_odoo_owner(void);

#endif							/* CARTONA_XACT_H */
