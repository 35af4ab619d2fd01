/*-------------------------------------------------------------------------
 *
 * payload.h
 *	  An order as Cartona sent it, read and judged.
 *
 * IDENTIFICATION
 *	  src/apply/payload.h
 *-------------------------------------------------------------------------
 */
#ifndef CARTONA_PAYLOAD_H
#define CARTONA_PAYLOAD_H

#include "datatype/timestamp.h"
#include "nodes/pg_list.h"
#include "utils/jsonb.h"
#include "utils/numeric.h"

#include "odoo/partner.h"
#include "odoo/words.h"

/* What a status says about an order that is not in Odoo yet. */
typedef enum CartonaInbound
{
	CARTONA_INBOUND_IMPORT,		/* make it */
	CARTONA_INBOUND_WAIT,		/* the retailer is editing it */
	CARTONA_INBOUND_CANCELLED	/* never to be made */
} CartonaInbound;

typedef struct CartonaOrderLine
{
	char	   *id;				/* NULL: none */
	char	   *supplier_product_id;	/* NULL: none */
	char	   *internal_product_id;	/* as sent; NULL: none */
	int32		internal_id;	/* the number in it, 0: none */
	char	   *product_name;	/* NULL: none */
	char	   *unit;			/* what Cartona sells it in; NULL: none */
	Numeric		unit_count;		/* pieces in one unit; NULL: none */
	char	   *comment;		/* NULL: none; may have line breaks */
	bool		cancelled;		/* no longer part of the order: amount and
								 * price are 0 */
	Numeric		amount;
	Numeric		price;
	Numeric		supplier_discount;	/* in the price already; NULL: none */
	Numeric		cartona_discount;	/* in the price already; NULL: none */
} CartonaOrderLine;

/* A day or a time as sent. */
typedef struct CartonaWhen
{
	char	   *text;			/* as sent; NULL: none */
	bool		known;			/* "at" says it */
	bool		day_only;		/* at: midnight of the day */
	TimestampTz at;
} CartonaWhen;

/* Texts are trimmed, without control characters, of a length Odoo's columns and indexes take. */
typedef struct CartonaOrder
{
	char	   *hashed_id;
	char	   *receipt_id;		/* NULL: none */
	char	   *status;			/* a status of Cartona's; "pending" where
								 * missing or unknown */
	char	   *strange_status; /* NULL, or what came instead */
	char	   *delivered_by;
	bool		has_created_at;
	TimestampTz created_at;
	char	   *note_message;	/* NULL: none */
	char	   *supplier_code;	/* NULL: none */
	char	   *route;			/* distribution_route_code; NULL: none */
	CartonaWhen estimated_delivery;
	CartonaWhen preferred_delivery;
	CartonaWhen pickup;
	/* who pays what; NULL: none, or not readable (then there is a remark) */
	Numeric		total_price;
	Numeric		cartona_credit;
	Numeric		installment_cost;
	Numeric		wallet_top_up;
	Numeric		supplier_rebate;
	List	   *remarks;		/* of CartonaSentence *: what could not be
								 * read and stopped nothing */
	CartonaRetailer retailer;
	CartonaOrderLine *lines;
	int			nlines;
} CartonaOrder;

/* The order's status alone: it decides before anything else must be right. */
extern CartonaInbound cartona_payload_status(Jsonb *payload, char **status, char **strange);

/* Why it was cancelled or returned, in Cartona's words; NULL: it does not say. */
extern char *cartona_payload_reason(Jsonb *payload);

/* Cancelled or returned: an order that is not to be made. */
extern bool cartona_payload_is_ended(const char *status);

/*
 * Read everything needed to make the order, into the current context.  Throws
 * ERRCODE_DATA_EXCEPTION with a reason a clerk understands.
 */
extern CartonaOrder *cartona_payload_read(const char *hashed_id, Jsonb *payload);

/*
 * When the goods must be ready, in UTC as Odoo keeps times: for Cartona's own
 * delivery the pickup; else the delivery day Cartona promised, else the one the
 * retailer wished.  A day without a time is 12:00 UTC, which is that day in
 * every timezone people sell in.  False where nothing says it.
 */
extern bool cartona_payload_commitment(const CartonaOrder *order, Timestamp *when);

/* Does Cartona want the retailer's one-time password with the status "delivered"? */
extern bool cartona_payload_needs_password(const CartonaOrder *order);

/* The hashed_id of a payload, NULL where there is none that can be used. */
extern char *cartona_payload_hashed_id(Jsonb *payload);

#endif							/* CARTONA_PAYLOAD_H */
