/*-------------------------------------------------------------------------
 *
 * target.c
 *	  What an order in Odoo is to become, now that Cartona says so.
 *
 * The rule of delivered_by says whether Cartona may say it at all, status_map
 * what its word means in Odoo, and Odoo's own state whether that has been passed.
 * What is left is a task: confirming, reserving, delivering and cancelling are
 * Odoo's (task_target.sql, bridge.sql).  With apply_status 'sql' only the order's own
 * rows are written, and what that cannot do honestly is a problem for a human.
 *
 * Neighbours: event.c (webhook, a person) and follow.c, row.c (the pull, the
 * import) call; task.c adds the task; odoo/state.c writes.
 * Transactions: the caller's, with an SPI connection; the order's row of
 * order_sync is locked, so what is asked of Odoo has the order of the events.
 * Memory: the current context.
 * Failure: SQL errors propagate.
 *
 * IDENTIFICATION
 *	  src/apply/target.c
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "utils/builtins.h"
#include "utils/json.h"

#include "apply/target.h"
#include "apply/task.h"
#include "base/spi.h"
#include "cartona/rule.h"
#include "cartona/status.h"
#include "odoo/catalog.h"
#include "odoo/state.h"
#include "odoo/words.h"

PG_FUNCTION_INFO_V1(cartona_sql_target_text);

/* What status_map says is to be done: the names of the tasks, too. */
#define CONFIRM "confirm"
#define ASSIGN "assign"
#define DELIVER "deliver"
#define CANCEL "cancel"
/* of status_map alone: nothing, and tell a human */
#define STAY "draft"
#define NOTE "note"
/* the task that tells him */
#define ACTIVITY "activity"

/* What is known of the order in Odoo. */
typedef struct Facts
{
	char	   *state;			/* NULL: it is gone */
	char	   *delivered_by;
	bool		by_sql;			/* apply_status */
	char	   *means;			/* by status_map (direction in), which checks
								 * it; NULL: nothing */
	char	   *lang;
	bool		delivered;		/* goods have left for the customer */
	bool		open;			/* a delivery is not done yet */
	bool		incomplete;		/* a line of it was left out */
} Facts;

/* $1: account, $2: hashed_id, $3: order, $4: status */
static CartonaQuery facts_query = {
	"SELECT o.state::text, o.delivered_by::text, a.apply_status = 'sql', m.odoo_state, coalesce(nullif(p.lang, ''), 'en_US')::text,"
	" {?stock_picking|EXISTS (SELECT FROM {stock_picking} d JOIN {stock_picking_type} t ON t.id = d.picking_type_id"
	"  WHERE {d.stock_picking.sale_id|NULL::int4} = o.id AND d.state = 'done' AND t.code = 'outgoing')|false},"
	" {?stock_picking|EXISTS (SELECT FROM {stock_picking} d"
	"  WHERE {d.stock_picking.sale_id|NULL::int4} = o.id AND d.state NOT IN ('done', 'cancel'))|false},"
	" EXISTS (SELECT FROM cartona.order_sync s, jsonb_array_elements(CASE jsonb_typeof(s.lines) WHEN 'array' THEN s.lines ELSE '[]' END) l"
	"  WHERE s.account_id = $1 AND s.hashed_id = $2 AND NOT l ? 'product')"
	" FROM cartona.account a LEFT JOIN {sale_order} o ON o.id = $3 AND o.cartona_id = $2"
	" LEFT JOIN cartona.status_map m ON m.direction = 'in' AND m.cartona_status = $4"
	" LEFT JOIN {res_company} c ON c.id = a.company_id LEFT JOIN {res_partner} p ON p.id = c.partner_id"
	" WHERE a.id = $1",
	4, {INT4OID, TEXTOID, INT4OID, TEXTOID}
};

/* $1: account, $2: hashed_id, $3: status, $4: a problem, or null */
static CartonaPlan known_plan = {
	"UPDATE cartona.order_sync SET known_status = $3, known_at = now(),"
	" problem = CASE WHEN $4 IS NULL THEN problem ELSE cartona._task_note(problem, $4, $4) END"
	" WHERE account_id = $1 AND hashed_id = $2",
	4, {INT4OID, TEXTOID, TEXTOID, TEXTOID}
};

/* $1: account, $2: order, $3: language, $4: what, $5: detail */
static CartonaPlan note_plan = {
	"SELECT cartona._task_chatter($1, $2, cartona._target_text($3, $4, $5))",
	5, {INT4OID, INT4OID, TEXTOID, TEXTOID, TEXTOID}
};

static void
read_facts(const CartonaTarget *target, Facts *facts)
{
	Datum		values[4];

	memset(facts, 0, sizeof(*facts));
	values[0] = Int32GetDatum(target->account);
	values[1] = CStringGetTextDatum(target->hashed_id);
	values[2] = Int32GetDatum(target->order_id);
	values[3] = CStringGetTextDatum(target->status);
	if (cartona_query_run_latest(&facts_query, values, NULL) == 0)
		return;
	facts->state = cartona_spi_text(0, 1, CurrentMemoryContext);
	facts->delivered_by = cartona_spi_text(0, 2, CurrentMemoryContext);
	facts->by_sql = cartona_spi_bool(0, 3);
	facts->means = cartona_spi_text(0, 4, CurrentMemoryContext);
	facts->lang = cartona_spi_text(0, 5, CurrentMemoryContext);
	facts->delivered = cartona_spi_bool(0, 6);
	facts->open = cartona_spi_bool(0, 7);
	facts->incomplete = cartona_spi_bool(0, 8);
}

/* Cartona knows it in this status; "problem": what a human must see to, or NULL. */
static void
keep_known(const CartonaTarget *target, const char *problem)
{
	Datum		values[4];
	char		nulls[4] = {' ', ' ', ' ', ' '};

	values[0] = Int32GetDatum(target->account);
	values[1] = CStringGetTextDatum(target->hashed_id);
	values[2] = CStringGetTextDatum(target->status);
	cartona_spi_set_text(values, nulls, 3, problem);
	(void) cartona_spi_execute_latest(&known_plan, values, nulls);
}

/* On the order, for who has it open in Odoo. */
static void
note(const CartonaTarget *target, const Facts *facts, const char *what, const char *detail)
{
	Datum		values[5];
	char		nulls[5] = {' ', ' ', ' ', ' ', ' '};

	values[0] = Int32GetDatum(target->account);
	values[1] = Int32GetDatum(target->order_id);
	values[2] = CStringGetTextDatum(facts->lang);
	values[3] = CStringGetTextDatum(what);
	cartona_spi_set_text(values, nulls, 4, detail);
	(void) cartona_spi_execute(&note_plan, values, nulls);
}

static bool
means(const Facts *facts, const char *what)
{
	return facts->means != NULL && strcmp(facts->means, what) == 0;
}

static bool
is_draft(const Facts *facts)
{
	return strcmp(facts->state, "draft") == 0 || strcmp(facts->state, "sent") == 0;
}

/* Why there is nothing left to do for it in Odoo; NULL: there is. */
static const char *
passed(const Facts *facts)
{
	bool		cancelled = strcmp(facts->state, "cancel") == 0;

	if (means(facts, CANCEL))
		return cancelled ? "the order is cancelled in Odoo already" : NULL;
	if (means(facts, NOTE))
		return NULL;
	if (cancelled)
		return means(facts, DELIVER) ? NULL : "the order is cancelled in Odoo";
	if (is_draft(facts))
		return NULL;
	if (means(facts, CONFIRM))
		return "the order is confirmed in Odoo already";
	if (facts->delivered && !facts->open)
		return "the order is delivered in Odoo already";
	return NULL;
}

static CartonaEventOutcome
hand_over(const CartonaTarget *target, const Facts *facts, const char *kind, const char *what)
{
	CartonaTask task = {0};
	StringInfoData arg;

	initStringInfo(&arg);
	appendStringInfoString(&arg, "{\"status\": ");
	escape_json(&arg, target->status);
	appendStringInfoString(&arg, ", \"lang\": ");
	escape_json(&arg, facts->lang);
	appendStringInfoString(&arg, ", \"what\": ");
	escape_json(&arg, what);
	if (target->reason != NULL)
	{
		appendStringInfoString(&arg, ", \"reason\": ");
		escape_json(&arg, target->reason);
	}
	appendStringInfoChar(&arg, '}');
	task.kind = kind;
	task.order_id = target->order_id;
	task.hashed_id = target->hashed_id;
	task.arg = arg.data;
	cartona_task_add(target->account, &task, 1);
	return CARTONA_EVENT_HANDED_OVER;
}

/* Only a human can do it: he is told on the order and, where Odoo runs, by an activity. */
static CartonaEventOutcome
for_a_human(const CartonaTarget *target, const Facts *facts, const char *what, const char *problem)
{
	/* no Odoo will make an activity of it */
	if (problem == NULL && facts->by_sql)
		problem = psprintf("it is %s at Cartona: see to it in Odoo", target->status);
	keep_known(target, problem);
	if (!facts->by_sql)
		return hand_over(target, facts, ACTIVITY, what);
	note(target, facts, what, target->reason);
	return CARTONA_EVENT_APPLIED;
}

/* Without Odoo: the order's own state, where that is all there is to it. */
static CartonaEventOutcome
write_state(const CartonaTarget *target, const Facts *facts, char **message)
{
	bool		cancel = means(facts, CANCEL);

	if (cancel && (facts->delivered || facts->open))
		return for_a_human(target, facts, "cancel by hand",
						   psprintf("it is %s at Cartona: cancel it in Odoo, which apply_status 'sql' cannot do", target->status));
	if (cancel || is_draft(facts))
	{
		if (!cartona_state_write(target->order_id, cancel ? "cancel" : "sale"))
		{
			*message = pstrdup("somebody is changing the order in Odoo at this moment");
			return CARTONA_EVENT_KEPT;
		}
		note(target, facts, cancel ? CANCEL : CONFIRM, target->reason);
	}
	if (means(facts, DELIVER))
		return for_a_human(target, facts, "deliver by hand",
						   psprintf("it is %s at Cartona: deliver it in Odoo, which apply_status 'sql' cannot do", target->status));
	keep_known(target, NULL);
	return CARTONA_EVENT_APPLIED;
}

/* Cartona may not say it of this order. */
static CartonaEventOutcome
not_allowed(const CartonaTarget *target, const Facts *facts, char **message)
{
	/* what is reserved in a confirmed order is the shop's own business */
	bool		behind = facts->means != NULL && !means(facts, STAY) && passed(facts) == NULL &&
		!(means(facts, ASSIGN) && !is_draft(facts));

	*message = psprintf("an order that is delivered by %s may not be set to %s by Cartona",
						facts->delivered_by ? facts->delivered_by : CARTONA_BY_SUPPLIER, target->status);
	if (target->fact)
		keep_known(target, behind ? psprintf("it is %s at Cartona, and not in Odoo: the supplier delivers this order", target->status) : NULL);
	return CARTONA_EVENT_NOT_ALLOWED;
}

static CartonaEventOutcome
unchanged(const CartonaTarget *target, const char *why, const char *problem, char **message)
{
	keep_known(target, problem);
	*message = pstrdup(why);
	return CARTONA_EVENT_UNCHANGED;
}

CartonaEventOutcome
cartona_target_set(const CartonaTarget *target, char **message)
{
	Facts		facts;
	const char *why;

	*message = NULL;
	read_facts(target, &facts);
	if (facts.state == NULL)
		return unchanged(target, "the order was deleted in Odoo",
						 cartona_rule_is_cancellation(target->status) ? NULL :
						 psprintf("it is %s at Cartona, but was deleted in Odoo", target->status), message);
	why = passed(&facts);
	if (!cartona_rule_allows(facts.delivered_by, CARTONA_TO_ODOO, target->status) && !(target->fact && means(&facts, NOTE)))
	{
		/*
		 * what Odoo has is no change: Cartona tells what it was told, or the
		 * shop entered there
		 */
		if (!target->fact && facts.means != NULL && !means(&facts, STAY) && why != NULL && strcmp(facts.state, "cancel") != 0)
			return unchanged(target, why, NULL, message);
		return not_allowed(target, &facts, message);
	}
	if (facts.means == NULL)
		return unchanged(target, psprintf("status_map says nothing of \"%s\" (direction in): nothing was changed", target->status), NULL, message);
	if (means(&facts, STAY))
		return unchanged(target, "nothing is to be done for it in Odoo", NULL, message);
	if (why != NULL)
		return unchanged(target, why, NULL, message);
	if (means(&facts, NOTE))
		return for_a_human(target, &facts, strcmp(target->status, CARTONA_STATUS_RETURNED) == 0 ? "returned" : "note", NULL);
	if (strcmp(facts.state, "cancel") == 0)
		return for_a_human(target, &facts, "delivered but cancelled", psprintf("it is %s at Cartona, but cancelled in Odoo", target->status));
	if (!means(&facts, CANCEL) && is_draft(&facts) && facts.incomplete)
		return for_a_human(target, &facts, "incomplete",
						   psprintf("it is %s at Cartona, but a line of it is missing in Odoo: complete it, then confirm it", target->status));
	if (facts.by_sql)
		return write_state(target, &facts, message);
	keep_known(target, NULL);
	return hand_over(target, &facts, facts.means, facts.means);
}

/* What is said of a status: by the name that the tasks and bridge.sql give it. */
static const struct
{
	const char *what;
	CartonaWord word;
}			sayings[] =

{
	{"confirm", WORD_TARGET_CONFIRM},
	{"assign", WORD_TARGET_ASSIGN},
	{"deliver", WORD_TARGET_DELIVER},
	{"cancel", WORD_TARGET_CANCEL},
	{"returned", WORD_TARGET_RETURNED},
	{"note", WORD_TARGET_NOTE},
	{"incomplete", WORD_TARGET_INCOMPLETE},
	{"delivered but cancelled", WORD_TARGET_DELIVERED_BUT_CANCELLED},
	{"cancelled but delivered", WORD_TARGET_CANCELLED_BUT_DELIVERED},
	{"cancelled but invoiced", WORD_TARGET_CANCELLED_BUT_INVOICED},
	{"stock", WORD_TARGET_STOCK},
	{"lots", WORD_TARGET_LOTS},
	{"question", WORD_TARGET_QUESTION},
	{"state", WORD_TARGET_STATE},
	{"refused", WORD_TARGET_REFUSED},
	{"cancel by hand", WORD_TARGET_CANCEL_BY_HAND},
	{"deliver by hand", WORD_TARGET_DELIVER_BY_HAND},
};

/* cartona._target_text(lang text, what text, detail text) */
Datum
cartona_sql_target_text(PG_FUNCTION_ARGS)
{
	char	   *lang = PG_ARGISNULL(0) ? NULL : text_to_cstring(PG_GETARG_TEXT_PP(0));
	char	   *what = PG_ARGISNULL(1) ? pstrdup("") : text_to_cstring(PG_GETARG_TEXT_PP(1));
	char	   *detail = PG_ARGISNULL(2) ? pstrdup("") : text_to_cstring(PG_GETARG_TEXT_PP(2));
	int			i;

	for (i = 0; i < (int) lengthof(sayings); i++)
	{
		const char *said;

		if (strcmp(sayings[i].what, what) != 0)
			continue;
		said = cartona_words_plain(sayings[i].word, lang);
		PG_RETURN_TEXT_P(cstring_to_text(psprintf("%s%s%s", said, detail[0] != '\0' ? ": " : ".", detail)));
	}
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("nothing is called \"%s\" here", what)));
}
